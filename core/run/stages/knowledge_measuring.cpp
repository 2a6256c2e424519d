#include "core/run/stages/knowledge_measuring.h"

#include "core/base/hash.h"
#include "core/knowledge/analyse.h"
#include "core/knowledge/saliency.h"
#include "core/run/stages/training_data.h"

#include <algorithm>

namespace lorashear {

namespace {

constexpr int kBatch = 8;
constexpr std::size_t kDefaultSequences = 32;

const SaliencyProxy* proxyOf(const std::string& id) {
    for (const SaliencyProxy& proxy : saliencyProxies())
        if (proxy.id == id) return &proxy;
    return nullptr;
}

Compute computeOf(const Recipe& recipe) { return recipe.compute == "mixed" ? Compute::Mixed : Compute::Fp32; }

std::string sequencesHash(const std::vector<Sequence>& sequences) {
    Sha256 hash;
    for (const Sequence& sequence : sequences) {
        const auto length = sequence.ids.size();
        hash.add(&length, sizeof(length));
        hash.add(sequence.ids.data(), length * sizeof(int));
        for (const bool counts : sequence.lossMask) hash.add(counts ? "1" : "0");
    }
    return hash.hex();
}

}  // namespace

std::vector<Sequence> calibrationSequences(const OpenedModel& opened, const Recipe& recipe) {
    const RecipeText& text = recipe.analysis.text;
    const int longest = opened.model->config().maxPositions;
    if (!text.path.empty())
        return windowsOf(*opened.tokenizer, readWholeText(text.path), longest > 0 ? std::min(text.window, longest) : text.window, text.bos,
                         text.maxWindows);
    auto sequences = trainingSequences(*opened.tokenizer, recipe);
    sequences.resize(std::min(sequences.size(), kDefaultSequences));
    return sequences;
}

void requireProxy(const Recipe& recipe) {
    if (proxyOf(recipe.analysis.proxy) != nullptr) return;
    std::string known;
    for (const SaliencyProxy& proxy : saliencyProxies()) known += (known.empty() ? "" : ", ") + proxy.id;
    throw Error(ErrorCode::BadRecipe, "/analysis/proxy", "is \"" + recipe.analysis.proxy + "\", allowed is " + known);
}

std::shared_ptr<const GroupSaliency> measureSaliency(CausalLM& model, const Structure& structure, const std::vector<Sequence>& calibration,
                                                     const Recipe& recipe, const Control& control) {
    requireProxy(recipe);
    const SaliencyProxy* proxy = proxyOf(recipe.analysis.proxy);
    if (proxy->needsData || proxy->needsGradient)
        collectStatistics(model, calibration, proxy->needsGradient, kBatch, computeOf(recipe), control);
    auto result = std::make_shared<const GroupSaliency>(saliencyOf(model, structure, proxy->id));
    clearStatistics(model);
    return result;
}

std::shared_ptr<const KnowledgeDistribution> measureKnowledge(const OpenedModel& opened, CausalLM& model, const Structure& structure,
                                                              const std::vector<Sequence>& sequences, const Recipe& recipe, Reporter& report,
                                                              const Control& control, const std::filesystem::path& cache) {
    AnalysisOptions options;
    options.ratios = recipe.analysis.ratios;
    options.proxy = recipe.analysis.proxy;
    options.unprunableShare = recipe.analysis.unprunableShare;
    options.batch = kBatch;
    options.compute = computeOf(recipe);
    options.cacheFolder = cache;
    options.weightsHash = opened.weightsHash();
    options.textHash = sequencesHash(sequences);
    auto result = std::make_shared<const KnowledgeDistribution>(
        analyseKnowledge(model, structure, sequences, options, control,
                         [&report](const NodeGroupKnowledge& entry) { report.emit(event::KnowledgeMeasured{entry}); }));
    report.emit(event::KnowledgeFinished{result});
    return result;
}

}  // namespace lorashear
