#include "core/run/stages/measure.h"

#include "core/eval/few_tokens.h"
#include "core/eval/model_stats.h"
#include "core/eval/perplexity.h"
#include "core/eval/presets.h"
#include "core/eval/text_span.h"
#include "core/eval/zero_shot.h"
#include "core/model/generate.h"
#include "core/run/stages/dense_cache.h"
#include "core/run/stages/trimmed_vocabulary.h"
#include "core/text/named_text.h"
#include "core/text/source_reading.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace lorashear {

namespace {

constexpr int kScoringBatch = 8;
constexpr int kCheckpointTokens = 24;  ///< of text: a decoded token costs as much as many that are read at once

const Tokenizer& tokenizerOf(const MeasureContext& context) {
    return context.trimmed ? *context.trimmed : *context.original.tokenizer;
}

/// The original too is measured so in a run that trims: plain windows leave out the end of a text.
bool byOriginalTokens(const MeasureContext& context) {
    return context.trimmed || takesTokens(context.recipe.plan);
}

TextScore score(const MeasureContext& context, const CausalLM& model, const std::string& text, const TextProtocol& protocol,
                Compute compute = Compute::Fp32) {
    const Tokenizer& original = *context.original.tokenizer;
    if (!byOriginalTokens(context))
        return scoreText(model, original, text, protocol, context.control, kScoringBatch, compute);
    const TextSpan span = spanOf(original, text, protocol);
    const SpanScore found = scoreSpan(model, tokenizerOf(context), span, protocol, context.control, kScoringBatch, compute);
    TextScore result;
    result.tokens = found.originalTokens;
    result.nll = found.nll / static_cast<double>(std::max<std::int64_t>(1, found.originalTokens));
    result.perplexity = found.perplexityPerOriginalToken();
    result.bytes = found.bytes;
    return result;
}

std::string described(const MeasureContext& context, const TextProtocol& protocol) {
    return protocol.describe() + (byOriginalTokens(context) ? ", per token of the original's tokenizer" : "");
}

void sayText(const MeasureContext& context, const std::string& label, std::int64_t step, const std::string& name,
             const TextResult& text) {
    context.report.emit(event::Perplexity{name, label, step, text.nll, text.perplexity, text.tokens, text.protocol});
}

void sayTask(const MeasureContext& context, const std::string& label, const std::string& name, const TaskResult& task) {
    const std::string& preset = context.recipe.evaluation.preset;
    const double spread =
        task.questions > 1 ? std::sqrt(task.accuracy * (1 - task.accuracy) / static_cast<double>(task.questions - 1)) : 0;
    context.report.emit(event::Measurement{
        label, name, "acc", task.accuracy, spread, false,
        std::to_string(task.questions) + " questions, zero-shot" + (preset == "none" ? "" : ", " + preset)});
}

constexpr const char* kBytesProtocol = "every weight as large as the original's files store it";

std::string sample(const MeasureContext& context, const CausalLM& model, const std::string& label, int most) {
    const auto& wanted = context.recipe.evaluation;
    const Tokenizer& tokenizer = tokenizerOf(context);
    auto ids = promptIds(tokenizer, wanted.prompt);
    if (most <= 0 || ids.empty()) return {};
    GenerateOptions options;
    options.maxTokens = most;
    options.stopIds = endIds(tokenizer, model.config().eosIds);
    const auto fresh = generate(model, ids, options, {}, context.control);
    ids.insert(ids.end(), fresh.begin(), fresh.end());
    const std::string text = tokenizer.decode(ids);
    context.report.emit(event::Sample{label, wanted.prompt, text});
    return text;
}

/// Figures said as events and kept for the result.
class CostRows {
public:
    CostRows(const MeasureContext& context, const std::string& label) : m_context(context), m_label(label) {}
    void add(const std::string& name, double value, const std::string& unit, double spread = 0,
             const std::string& protocol = {}) {
        m_context.report.emit(event::Measurement{m_label, name, unit, value, spread, false, protocol});
        m_rows.push_back({name, value, unit, spread, protocol});
    }
    const std::vector<CostResult>& all() const { return m_rows; }

private:
    const MeasureContext& m_context;
    std::string m_label;
    std::vector<CostResult> m_rows;
};

}  // namespace

TextProtocol protocolOf(const RecipeText& text, const CausalLM& model, const Tokenizer& tokenizer) {
    return protocolOf(text, model.config(), tokenizer);
}

TextProtocol protocolOf(const RecipeText& text, const ModelConfig& config, const Tokenizer& tokenizer) {
    const int longest = config.maxPositions;
    const int window = longest > 0 ? std::min(text.window, longest) : text.window;
    return {window, std::min(text.stride, window), text.maxWindows, text.bos && tokenizer.bosId() >= 0, text.skipWindows};
}

std::vector<std::string> windowWarnings(const Recipe& recipe, const ModelConfig& config) {
    std::vector<std::string> warnings;
    for (const RecipeText& text : recipe.evaluation.texts) {
        const std::string cut = windowsCut(recipe.evaluation.preset, text.window, config.maxPositions);
        if (!cut.empty() && std::find(warnings.begin(), warnings.end(), cut) == warnings.end()) warnings.push_back(cut);
    }
    return warnings;
}

std::int64_t storedBytes(const CausalLM& model, const Checkpoint& original) {
    std::int64_t bytes = 0;
    for (const auto& [name, tensor] : model.tensors()) {
        const auto found = original.tensors().find(name);
        if (found == original.tensors().end()) {
            bytes += tensor.numel() * tensor.element_size();
        } else {
            const double share = static_cast<double>(tensor.numel()) / static_cast<double>(found->second.count());
            bytes += std::llround(static_cast<double>(found->second.storedBytes()) * share);
        }
    }
    return bytes;
}

std::map<std::string, TextResult> measurePerplexity(const MeasureContext& context, const CausalLM& model,
                                                    const std::string& label, std::int64_t step) {
    std::map<std::string, TextResult> result;
    for (const RecipeText& text : context.recipe.evaluation.texts) {
        const TextProtocol protocol = protocolOf(text, model, *context.original.tokenizer);
        const TextScore found =
            ofFile(text.path, [&] { return score(context, model, readWholeText(text.path, context.control), protocol); });
        const std::string how = described(context, protocol);
        result[text.name] = {found.nll, found.perplexity,    found.spread, found.tokens,
                             how,       found.bitsPerByte(), found.windows};
        sayText(context, label, step, text.name, result[text.name]);
    }
    return result;
}

void measureCheckpoint(const MeasureContext& context, const CausalLM& model, std::int64_t step, int windows,
                       const WindowLosses& original) {
    const RecipeText& text = context.recipe.evaluation.texts.front();
    TextProtocol protocol = protocolOf(text, model, *context.original.tokenizer);
    protocol.maxWindows = protocol.maxWindows > 0 ? std::min(windows, protocol.maxWindows) : windows;
    const auto upTo = static_cast<std::size_t>(protocol.skipWindows + protocol.maxWindows);
    const auto bytes = kBytesPerToken * upTo * static_cast<std::size_t>(protocol.window);
    const bool mixed = context.recipe.compute == "mixed";
    const TextScore found = score(context, model, readWholeText(text.path, context.control).substr(0, bytes), protocol,
                                  mixed ? Compute::Mixed : Compute::Fp32);
    event::Perplexity point{text.name,
                            roleName(ModelRole::Checkpoint),
                            step,
                            found.nll,
                            found.perplexity,
                            found.tokens,
                            described(context, protocol) + (mixed ? ", mixed arithmetic" : "")};
    const PairedDifference paired =
        pairedDifference(found.windows, mixed ? WindowLosses() : original);  // the original was measured in fp32
    point.aboveOriginal = paired.mean, point.aboveOriginalError = paired.standardError;
    context.report.emit(point);
}

std::vector<CostResult> measureSizes(const MeasureContext& context, const CausalLM& model, const std::string& label) {
    CostRows rows(context, label);
    const ModelSize size = sizeOf(model);
    rows.add("parameters", static_cast<double>(size.parameters), "");
    if (size.activeParameters != size.parameters)
        rows.add("active_parameters", static_cast<double>(size.activeParameters), "", 0, "mean over experts");
    rows.add("weight_bytes", static_cast<double>(storedBytes(model, context.original.checkpoint)), "B", 0, kBytesProtocol);
    rows.add("flops_per_token", static_cast<double>(size.flopsPerToken), "FLOP");
    rows.add("kv_cache_bytes_per_token", static_cast<double>(size.kvBytesPerToken), "B");
    return rows.all();
}

std::map<std::string, std::vector<CostResult>> measureSpeed(const MeasureContext& context,
                                                            const std::map<std::string, const CausalLM*>& models) {
    std::vector<const CausalLM*> inOrder;
    for (const auto& [label, model] : models) inOrder.push_back(model);
    std::vector<ModelSpeed> speeds;
    if (context.recipe.evaluation.speed) speeds = measureSpeeds(inOrder, context.control);
    std::map<std::string, std::vector<CostResult>> result;
    std::size_t next = 0;
    for (const auto& [label, model] : models) {
        CostRows rows(context, label);
        if (next < speeds.size()) {
            const auto& [prefill, decode] = speeds[next++];
            rows.add("prefill_speed", prefill.tokensPerSecond, "tokens/s", prefill.spread, prefill.protocol);
            rows.add("decode_speed", decode.tokensPerSecond, "tokens/s", decode.spread, decode.protocol);
        }
        result[label] = rows.all();
    }
    return result;
}

std::map<std::string, TaskResult> measureTasks(const MeasureContext& context, const CausalLM& model,
                                               const std::string& label) {
    std::map<std::string, TaskResult> result;
    const auto& wanted = context.recipe.evaluation;
    if (wanted.tasks.empty()) return result;
    const EvaluationPreset* preset = evaluationPreset(wanted.preset);
    const bool bos = !preset || preset->taskBos;
    for (const auto& [name, found] :
         scoreTasks(model, tokenizerOf(context), wanted.tasks, wanted.taskLimit, context.control, bos)) {
        result[name] = {found.accuracy, found.normalisedAccuracy, found.questions};
        sayTask(context, label, name, result[name]);
    }
    return result;
}

std::string measureSample(const MeasureContext& context, const CausalLM& model, const std::string& label) {
    return sample(context, model, label, context.recipe.evaluation.sampleTokens);
}

void sampleCheckpoint(const MeasureContext& context, const CausalLM& model) {
    sample(context, model, roleName(ModelRole::Checkpoint),
           std::min(context.recipe.evaluation.sampleTokens, kCheckpointTokens));
}

std::vector<std::string> fewTokensWarnings(const Measured& measured) {
    std::vector<std::string> warnings;
    for (const auto& [name, text] : measured.texts)
        if (std::string few = fewTokensWarning(name, text.tokens); !few.empty()) warnings.push_back(std::move(few));
    return warnings;
}

Measured measureDense(const MeasureContext& context, const DenseCache& cache) {
    const CausalLM& model = *context.original.model;
    const std::string label = roleName(ModelRole::Dense), key = DenseCache::keyOf(context);
    auto known = cache.find(key);
    if (!known) {
        Measured all = measureAll(context, model, label);
        cache.keep(key, all);
        return all;
    }
    for (const RecipeText& text : context.recipe.evaluation.texts)
        sayText(context, label, 0, text.name, known->texts.at(text.name));
    for (const auto& [name, task] : known->tasks) sayTask(context, label, name, task);
    known->costs = measureSizes(context, model, label);
    known->sample = measureSample(context, model, label);
    return *known;
}

Measured measureAll(const MeasureContext& context, const CausalLM& model, const std::string& label) {
    Measured result;
    result.texts = measurePerplexity(context, model, label);
    result.tasks = measureTasks(context, model, label);
    result.costs = measureSizes(context, model, label);
    result.sample = measureSample(context, model, label);
    return result;
}

}  // namespace lorashear
