#include "core/run/stages/memory_need.h"

#include "core/base/error.h"
#include "core/model/causal_lm.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "core/run/machine_memory.h"
#include "core/run/stages/opened_model.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <set>

// What a step of training holds, counted in floats per token (batch times window of them). A backward pass reads again what went into every
// linear, what gated products and attention were made of, and what the norms saw: nearly everything that a forward pass makes. Losses hold their logits
// for one stretch of tokens (core/kernels/fused_loss.cpp), and freed memory stays with the process (core/kernels/allocator.cpp), so that
// what a stage holds at most is what the process keeps.

namespace lorashear {

using nlohmann::json;

namespace {

constexpr double kFloat = 4, kHalf = 2, kDouble = 8;
constexpr double kStretchOfLogits = 1 << 26;  ///< bytes, as in core/kernels/fused_loss.cpp
constexpr int kWindowsAtOnce = 8;             ///< windows scored side by side, as in stages/measure.cpp
/// What of LibTorch's and its libraries' code and tables a process touches between its start and the end of its first training step; measured with
/// tests/bench/memory.cpp on LibTorch 2.15 for processors of the x86-64 kind.
constexpr double kCodeToCome = 75e6;
/// Copies of a text that a run keeps: its tokens and the sequences cut from them for training, holding out and shuffling; and what it takes for a while
/// to cut a text, which is done to the whole of it at once. SentencePiece's library holds a list of all characters. Measured likewise, per byte of text.
constexpr double kKeptPerByte = 7, kCuttingPerByte = 30, kSentencePiecePerByte = 110;

using Terms = std::map<std::string, double>;  ///< bytes by name

/// Floats per token.
struct Widths {
    double saved = 0;     ///< kept from the forward pass for the backward pass
    double forward = 0;   ///< alive at once in a pass without gradients
    double backward = 0;  ///< gradients alive at once, of the widest branch
};

double mlpWidth(const LayerShape& layer, const RoutingSettings& routing) {
    if (!layer.routed()) return layer.intermediate;
    double sum = 0;
    for (int width : layer.experts) sum += width;
    return routing.expertsPerToken * sum / static_cast<double>(layer.experts.size());
}

Widths widthsOf(const CausalLM& model, int rank) {
    const ModelConfig& config = model.config();
    const double hidden = config.hidden;
    Widths widths;
    for (const Linear* linear : model.linears())
        widths.saved +=
            model.shareOfTokens(*linear) * (static_cast<double>(linear->out()) + (linear->hasAdapter() ? rank : 0));
    for (const LayerShape& layer : config.layers) {
        const double q = layer.heads * config.headDim, kv = layer.kvHeads * config.headDim;
        const double mlp = mlpWidth(layer, config.routing);
        const double copies = layer.routed() ? config.routing.expertsPerToken : 1;  // every expert gets rows of its own
        if (layer.heads > 0) widths.saved += hidden + q + layer.heads;
        if (layer.hasMlp()) widths.saved += copies * hidden + mlp;
        widths.forward = std::max({widths.forward, 2 * q + 3 * kv, copies * hidden + 3 * mlp});
        widths.backward = std::max({widths.backward, 2 * q + 2 * kv, copies * hidden + 3 * mlp});
    }
    widths.saved += 3 * hidden;  // embeddings, what the last norm saw and made
    widths.forward += 3 * hidden;
    widths.backward += 3 * hidden;
    return widths;
}

double adapterElements(const CausalLM& model, int rank) {
    double count = 0;
    for (const Linear* linear : model.linears())
        if (linear->hasAdapter()) count += rank * static_cast<double>(linear->in() + linear->out());
    return count;
}

/// The weight that a merged product writes for one linear at a time.
double largestLinear(const CausalLM& model) {
    double largest = 0;
    for (const Linear* linear : model.linears())
        largest = std::max(largest, static_cast<double>(linear->in()) * static_cast<double>(linear->out()));
    return largest;
}

double logits(double tokens, const ModelConfig& config) {
    return std::min(tokens * config.vocabulary * kFloat, std::max(kStretchOfLogits, 16.0 * config.vocabulary * kFloat));
}

double fileBytes(const std::string& path) {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(path, ignored);
    return ignored ? 0 : static_cast<double>(size);
}

struct TextSizes {
    double kept = 0, largest = 0;  ///< bytes of the texts that are trained on, and of the longest of all
};

TextSizes textSizes(const Recipe& recipe) {
    TextSizes sizes;
    const auto trained = [&sizes](const std::vector<RecipeSource>& sources) {
        for (const RecipeSource& source : sources) {
            const double bytes = fileBytes(source.path);
            sizes.kept += bytes, sizes.largest = std::max(sizes.largest, bytes);
        }
    };
    trained(recipe.training.sources);
    if (recipe.recovery.enabled)
        for (const RecoveryPhase& phase : recipe.recovery.phases) trained(phase.sources);
    for (const RecipeText& text : recipe.evaluation.texts) sizes.largest = std::max(sizes.largest, fileBytes(text.path));
    return sizes;
}

/// Moments, inverses and weights of every linear that reads groups, where the method ranks or repairs by curvature.
double curvatureBytes(const Recipe& recipe, const CausalLM& model, const Structure& structure) {
    if (!recipe.plan.enabled) return 0;
    const MethodInfo& method = methodInfo(recipe.method.id);
    const CurvatureUse use = method.curvatureUse ? method.curvatureUse(recipe.method.optionsJson) : CurvatureUse{};
    if (!use.ranks && !use.repairs) return 0;
    constexpr std::string_view kWeight = ".weight";
    std::set<const Linear*> consumers;
    for (const NodeGroup& group : structure.nodeGroups)
        for (const GroupSlice& slice : group.secondary) {
            if (!group.prunable || !slice.tensor.ends_with(kWeight)) continue;
            const Linear* linear = model.linear(slice.tensor.substr(0, slice.tensor.size() - kWeight.size()));
            if (linear && slice.dim == linear->columnDim()) consumers.insert(linear);
        }
    double bytes = 0;
    for (const Linear* linear : consumers) {
        const auto in = static_cast<double>(linear->in()), out = static_cast<double>(linear->out());
        bytes += kDouble * in * in + kDouble * in * out * (use.ranks ? 2 : 1) + (use.ranks ? kFloat * out * out : 0);
    }
    return bytes;
}

/// What sub-blocks read and give out on all of the calibration text and what the next read, and five times the weights of one (core/prune/reconstruction.h).
double reconstructionBytes(const Recipe& recipe, const CausalLM& model) {
    const ReconstructionOptions& options = recipe.method.reconstruction;
    if (!recipe.plan.enabled || options.steps == 0) return 0;
    const double tokens = static_cast<double>(options.calibrationSequences) * recipe.training.window;
    const double states = options.inputs == ReconstructionOptions::Inputs::Own ? 5 : 4;
    const ModelConfig& config = model.config();
    double widest = 0;
    for (const LayerShape& layer : config.layers)
        widest = std::max({widest, 3.0 * layer.intermediate, (2.0 * layer.heads + 2.0 * layer.kvHeads) * config.headDim});
    return kFloat * config.hidden * (states * tokens + 5 * widest);
}

/// Weights that reconstruction writes stay in fp32 until the compact model is made (core/prune/weight_edits.h); experts keep theirs.
double reconstructedWeights(const Recipe& recipe, const CausalLM& model) {
    if (!recipe.plan.enabled || recipe.method.reconstruction.steps == 0) return 0;
    double elements = 0;
    for (const Linear* linear : model.linears())
        if (model.shareOfTokens(*linear) == 1)
            elements += static_cast<double>(linear->in()) * static_cast<double>(linear->out());
    return kFloat * elements;
}

/// What all stages are reckoned from.
struct Sizes {
    const Recipe& recipe;
    const ModelConfig& config;
    Widths widths;
    TextSizes texts;
    double adapters = 0, parameters = 0, stored = 0, largest = 0, method = 0, rewritten = 0, kept = 1, cutting = 0;

    bool mixed() const { return recipe.compute == "mixed"; }
};

Terms everywhere(const Sizes& sizes) {
    return {{"program", static_cast<double>(residentMemory()) + kCodeToCome},
            {"weights", sizes.stored},
            {"texts", kKeptPerByte * sizes.texts.kept}};
}

void addTraining(const Sizes& sizes, int batch, int window, bool teacher, double share, Terms& terms) {
    const double tokens = static_cast<double>(batch) * window;
    terms["adapters"] += 2 * kFloat * sizes.adapters * share;
    terms["optimizer"] += 2 * kFloat * sizes.adapters * share;
    const double merged = 2 * kFloat * sizes.largest;
    terms["activations"] =
        tokens * kFloat * (sizes.widths.saved + sizes.widths.backward) * share + logits(tokens, sizes.config) + merged;
    if (teacher)
        terms["teacher"] = tokens * kFloat * (sizes.widths.forward + sizes.config.hidden) + logits(tokens, sizes.config);
}

Terms whileMeasuring(const Sizes& sizes) {
    Terms terms = everywhere(sizes);
    int longest = 0;
    for (const RecipeText& text : sizes.recipe.evaluation.texts) longest = std::max(longest, text.window);
    if (sizes.config.maxPositions > 0) longest = std::min(longest, sizes.config.maxPositions);
    const double tokens = static_cast<double>(kWindowsAtOnce) * longest;
    // Freed before the first window is scored, but it stays with the process, which then has room for the rest.
    const double cut = sizes.cutting * sizes.texts.largest;
    terms["texts"] += cut;
    terms["activations"] = std::max(0.0, tokens * kFloat * sizes.widths.forward + logits(tokens, sizes.config) - cut);
    return terms;
}

Terms whilePruning(const Sizes& sizes) {
    Terms terms = everywhere(sizes);
    const Recipe& recipe = sizes.recipe;
    addTraining(sizes, recipe.training.batch, recipe.training.window, recipe.training.distillation > 0, 1, terms);
    if (sizes.mixed()) terms["weights"] += kHalf * sizes.parameters * (recipe.training.distillation > 0 ? 2 : 1);
    if (sizes.method + sizes.rewritten > 0) terms["method"] = sizes.method + sizes.rewritten;
    return terms;
}

/// Masked, cut and merged models beside each other, the last two in fp32, and of the first what was reconstructed.
Terms whileCompacting(const Sizes& sizes) {
    Terms terms = everywhere(sizes);
    if (sizes.rewritten > 0) terms["method"] = sizes.rewritten;
    terms["adapters"] = 2 * kFloat * sizes.adapters;
    terms["compact model"] = 2 * kFloat * sizes.parameters * sizes.kept;
    return terms;
}

/// The compact model, and while a phase's adapter is written the stored copy that it belongs on.
Terms whileRecovering(const Sizes& sizes) {
    Terms terms = everywhere(sizes);
    const Recipe::Recovery& recovery = sizes.recipe.recovery;
    const bool teacher = recovery.distillation > 0 || schemeInfo(recovery.scheme).needsDense;
    terms["compact model"] = 2 * kFloat * sizes.parameters * sizes.kept;
    terms["adapters"] = kFloat * sizes.adapters * sizes.kept;  // the best so far
    addTraining(sizes, recovery.batch, recovery.window, teacher, sizes.kept, terms);
    if (sizes.mixed()) terms["weights"] += kHalf * sizes.parameters * (sizes.kept + (teacher ? 1 : 0));
    return terms;
}

Sizes sizesOf(const Recipe& recipe, const OpenedFolder& opened, const CausalLM& adapted, const Structure& structure) {
    Sizes sizes{recipe, opened.config, widthsOf(adapted, recipe.lora.rank), textSizes(recipe)};
    sizes.cutting = opened.tokenizer->describe().starts_with("SentencePiece") ? kSentencePiecePerByte : kCuttingPerByte;
    sizes.adapters = adapterElements(adapted, recipe.lora.rank);
    sizes.parameters = static_cast<double>(adapted.parameterCount());
    sizes.stored = static_cast<double>(opened.checkpoint.weightBytes());
    sizes.largest = largestLinear(adapted);
    sizes.method =
        std::max(curvatureBytes(recipe, adapted, structure), reconstructionBytes(recipe, adapted));  // one after the other
    sizes.rewritten = reconstructedWeights(recipe, adapted);
    sizes.kept = recipe.plan.enabled ? 1 - recipe.plan.ratio : 1;
    return sizes;
}

std::vector<MemoryNeed> everyStage(const Sizes& sizes) {
    std::vector<std::pair<Stage, Terms>> stages{{Stage::Prune, whilePruning(sizes)},
                                                {Stage::Compact, whileCompacting(sizes)}};
    if (sizes.recipe.recovery.enabled && !sizes.recipe.recovery.phases.empty())
        stages.emplace_back(Stage::Recover, whileRecovering(sizes));
    stages.emplace_back(Stage::Evaluate, whileMeasuring(sizes));
    if (sizes.recipe.evaluation.adaptedDense && sizes.recipe.plan.enabled) {
        Sizes whole = sizes;  // recovery of a model that has lost nothing
        whole.kept = 1;
        stages.emplace_back(Stage::Adapt, whileRecovering(whole));
    }
    std::vector<MemoryNeed> needs;
    for (const auto& [stage, terms] : stages) {
        MemoryNeed need{stage, {}, static_cast<std::int64_t>(sizes.stored)};
        for (const auto& [name, bytes] : terms)
            if (bytes > 0) need.terms.push_back({name, std::llround(bytes)});
        std::stable_sort(need.terms.begin(), need.terms.end(),
                         [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
        needs.push_back(std::move(need));
    }
    return needs;
}

MemoryNeed largestOf(const std::vector<MemoryNeed>& needs) {
    return *std::max_element(needs.begin(), needs.end(),
                             [](const MemoryNeed& a, const MemoryNeed& b) { return a.bytes() < b.bytes(); });
}

std::string gigabytes(std::int64_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f GB", static_cast<double>(bytes) / 1e9);
    return text;
}

const char* doing(Stage stage) {
    switch (stage) {
        case Stage::Compact: return "while the compact model is made";
        case Stage::Recover: return "while recovering";
        case Stage::Evaluate: return "while measuring";
        case Stage::Adapt: return "while training the original";
        default: return "while pruning";
    }
}

/// What of the recipe makes a stage as large as it is.
const char* pointerOf(Stage stage) {
    switch (stage) {
        case Stage::Compact: return "/model/path";
        case Stage::Recover:
        case Stage::Adapt: return "/recovery/batch";
        case Stage::Evaluate: return "/evaluation/texts";
        default: return "/training/batch";
    }
}

/// The largest batch below the recipe's with which every stage fits; 0: none.
int fittingBatch(Recipe recipe, const OpenedFolder& opened, const CausalLM& adapted, const Structure& structure,
                 const std::function<bool(const MemoryNeed&)>& fits) {
    const int training = recipe.training.batch, recovery = recipe.recovery.batch;
    int least = 0, most = std::max(training, recovery);  // least fits (or is none), most does not
    while (most - least > 1) {
        const int tried = least + (most - least) / 2;
        recipe.training.batch = std::min(training, tried), recipe.recovery.batch = std::min(recovery, tried);
        (fits(memoryNeed(recipe, opened, adapted, structure)) ? least : most) = tried;
    }
    return least;
}

}  // namespace

std::int64_t MemoryNeed::bytes() const {
    std::int64_t sum = 0;
    for (const MemoryTerm& term : terms) sum += term.bytes;
    return sum;
}

std::string MemoryNeed::inWords() const {
    std::string list;
    for (const MemoryTerm& term : terms) list += (list.empty() ? "" : ", ") + term.name + " " + gigabytes(term.bytes);
    return gigabytes(bytes()) + " " + doing(stage) + " (" + list + ")";
}

json MemoryNeed::toJson() const {
    json parts = json::object();
    for (const MemoryTerm& term : terms) parts[term.name] = term.bytes;
    return {{"bytes", bytes()}, {"stage", stageName(stage)}, {"terms", parts}, {"mapped", mapped}};
}

MemoryNeed memoryNeed(const Recipe& recipe, const OpenedFolder& opened, const CausalLM& adapted,
                      const Structure& structure) {
    return largestOf(everyStage(sizesOf(recipe, opened, adapted, structure)));
}

void requireMemory(const Recipe& recipe, const OpenedFolder& opened, const CausalLM& adapted, const Structure& structure,
                   std::int64_t available) {
    if (available < 0 || recipe.device != "cpu") return;
    const std::int64_t there = available + residentMemory();
    const auto fits = [there](const MemoryNeed& need) { return need.bytes() - need.mapped <= there; };
    const MemoryNeed need = memoryNeed(recipe, opened, adapted, structure);
    if (fits(need)) return;
    const int batch = fittingBatch(recipe, opened, adapted, structure, fits);
    throw Error(ErrorCode::Impossible, pointerOf(need.stage),
                "the run needs about " + need.inWords() + ", and " + gigabytes(there) + " are there",
                batch > 0 ? "a batch of " + std::to_string(batch) + " fits"
                          : "no batch fits: choose shorter windows or texts, a smaller model or a machine with more memory");
}

}  // namespace lorashear
