#include "core/run/stages/knowledge_measuring.h"

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/eval/perplexity.h"
#include "core/knowledge/analyse.h"
#include "core/knowledge/saliency.h"
#include "core/run/stages/cache_folder.h"
#include "core/run/stages/training_data.h"
#include "core/text/named_text.h"
#include "core/text/source_reading.h"

#include <algorithm>

namespace lorashear {

namespace {

constexpr int kCalibrationBatch = AnalysisOptions::kBatch;
constexpr std::size_t kDefaultSequences = 32;

const SaliencyProxy* proxyOf(const std::string& id) {
    for (const SaliencyProxy& proxy : saliencyProxies())
        if (proxy.id == id) return &proxy;
    return nullptr;
}

Compute computeOf(const Recipe& recipe) {
    return recipe.compute == "mixed" ? Compute::Mixed : Compute::Fp32;
}

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

std::vector<Sequence> calibrationSequences(const Tokenizer& tokenizer, const ModelConfig& config, const Recipe& recipe,
                                           const Control& control) {
    const RecipeText& text = recipe.analysis.text;
    const int longest = config.maxPositions;
    const int window = longest > 0 ? std::min(text.window, longest) : text.window;
    if (!text.path.empty())
        return ofFile(text.path, [&] {
            return protocolWindows(tokenizer, readWholeText(text.path, control),
                                   {window, 0, text.maxWindows, text.bos && tokenizer.bosId() >= 0, text.skipWindows});
        });
    auto held = heldOutSequences(tokenizer, recipe, window, control);
    if (!held.empty() && std::ssize(held) <= text.skipWindows)
        throw Error(
            ErrorCode::BadRecipe, "/analysis/text/skip_windows",
            "is " + std::to_string(text.skipWindows) + ", and only " + std::to_string(held.size()) + " windows are held out",
            "skip fewer, or name a text of its own in /analysis/text/path");
    if (!held.empty()) held.erase(held.begin(), held.begin() + text.skipWindows);
    if (text.maxWindows > 0) held.resize(std::min(held.size(), static_cast<std::size_t>(text.maxWindows)));
    if (!held.empty()) return held;
    auto sequences = trainingSequences(tokenizer, recipe, control);
    sequences.resize(std::min(sequences.size(), kDefaultSequences));
    return sequences;
}

std::filesystem::path analysisCache(const std::filesystem::path& otherwise) {
    return cacheFolder("analysis", otherwise);
}

void requireProxy(const Recipe& recipe) {
    if (proxyOf(recipe.analysis.proxy) != nullptr) return;
    std::string known;
    for (const SaliencyProxy& proxy : saliencyProxies()) known += (known.empty() ? "" : ", ") + proxy.id;
    throw Error(ErrorCode::BadRecipe, "/analysis/proxy", "is \"" + recipe.analysis.proxy + "\", allowed is " + known);
}

std::shared_ptr<const GroupSaliency> measureSaliency(CausalLM& model, const Structure& structure,
                                                     const std::vector<Sequence>& calibration, const Recipe& recipe,
                                                     const Control& control) {
    requireProxy(recipe);
    const SaliencyProxy* proxy = proxyOf(recipe.analysis.proxy);
    if (proxy->needsData || proxy->needsGradient) {
        const auto batches = (calibration.size() + kCalibrationBatch - 1) /
                             kCalibrationBatch;  // more where lengths differ: the meter stops at its end
        ProgressMeter meter(control, stageName(Stage::Analyse), static_cast<double>(batches));
        std::size_t done = 0;
        collectStatistics(model, calibration, proxy->needsGradient, kCalibrationBatch, computeOf(recipe), control,
                          [&] { meter.update(static_cast<double>(std::min(++done, batches)), "ranking of groups"); });
    }
    auto result = std::make_shared<const GroupSaliency>(saliencyOf(model, structure, proxy->id));
    clearStatistics(model);
    return result;
}

std::shared_ptr<const KnowledgeDistribution> measureKnowledge(const OpenedModel& opened, CausalLM& model,
                                                              const Structure& structure,
                                                              const std::vector<Sequence>& sequences, const Recipe& recipe,
                                                              Reporter& report, const Control& control,
                                                              const std::filesystem::path& cache, SharedWork* shared) {
    AnalysisOptions options;
    static_cast<AnalysisSettings&>(options) = recipe.analysis;
    options.compute = computeOf(recipe);
    options.cacheFolder = cache;
    options.shared = shared;
    options.modelHash = opened.modelHash();
    options.textHash = sequencesHash(sequences);
    auto result = std::make_shared<const KnowledgeDistribution>(analyseKnowledge(
        model, structure, sequences, options, control,
        [&report](const NodeGroupKnowledge& entry) { report.emit(event::KnowledgeMeasured{entry}); },
        [&report](const GroupSaliency& scores) {
            report.emit(event::SaliencyMeasured{std::make_shared<const GroupSaliency>(scores)});
        }));
    report.emit(event::KnowledgeFinished{result});
    return result;
}

}  // namespace lorashear
