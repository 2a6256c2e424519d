#pragma once

#include "core/eval/perplexity.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/reporter.h"
#include "core/run/stages/stage_results.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// What is measured on a model, always under the recipe's protocols. Every number is also an event.
struct MeasureContext {
    const Recipe& recipe;
    const OpenedModel& original;  ///< tokenizer and storage types
    Reporter& report;
    const Control& control;
    const Tokenizer* trimmed = nullptr;  ///< of the model that is measured, where its vocabulary is smaller
};

/// Of every text of the recipe, by name. Where the recipe's plan takes tokens away, of all its models per token of the original's tokenizer, over one and
/// the same stretch of text (core/eval/text_span.h).
std::map<std::string, TextResult> measurePerplexity(const MeasureContext& context, const CausalLM& model,
                                                    const std::string& label, std::int64_t step = 0);
/// The first text only, its first `windows` windows, in the recipe's arithmetic: for curves while training. original: what the dense model made of the
/// text, so that the difference is said too; without windows where they do not pair.
void measureCheckpoint(const MeasureContext& context, const CausalLM& model, std::int64_t step, int windows,
                       const WindowLosses& original);
/// How a text of the recipe is cut for a model.
TextProtocol protocolOf(const RecipeText& text, const ModelConfig& config, const Tokenizer& tokenizer);
TextProtocol protocolOf(const RecipeText& text, const CausalLM& model, const Tokenizer& tokenizer);
/// What there is to say of the recipe's texts whose windows are longer than the model's context (core/eval/presets.h), each sentence once.
std::vector<std::string> windowWarnings(const Recipe& recipe, const ModelConfig& config);
/// More bytes than a token has on average in any text: saves tokenising a whole book for a few windows.
inline constexpr std::size_t kBytesPerToken = 32;
/// What the model makes of the recipe's prompt by now, some words of it, as a sample of "checkpoint"; nothing where the recipe wants no sample.
void sampleCheckpoint(const MeasureContext& context, const CausalLM& model);
/// Parameters, bytes (every weight as large as the original's files store it), FLOPs per token,
/// KV-cache bytes.
std::vector<CostResult> measureSizes(const MeasureContext& context, const CausalLM& model, const std::string& label);
/// Bytes of the weights as large as the original's files store each of them: in memory a merged model is fp32, and so is one that was
/// read from quantised blocks.
std::int64_t storedBytes(const CausalLM& model, const Checkpoint& original);
/// By label: prefill and decode speed of every model, measured in turn within the same minute so
/// that their ratio is fair on a busy machine. Empty lists when the recipe wants no speed.
std::map<std::string, std::vector<CostResult>> measureSpeed(const MeasureContext& context,
                                                            const std::map<std::string, const CausalLM*>& models);
/// By task; empty without a task folder.
std::map<std::string, TaskResult> measureTasks(const MeasureContext& context, const CausalLM& model,
                                               const std::string& label);
/// The prompt and what the model makes of it, greedily; "" when the recipe wants none.
std::string measureSample(const MeasureContext& context, const CausalLM& model, const std::string& label);

/// fewTokensWarning() of every text that has one.
std::vector<std::string> fewTokensWarnings(const Measured& measured);

class DenseCache;
/// measureAll() of the original; its texts and tasks out of the cache where they were measured before under the same conditions. The same events either way.
Measured measureDense(const MeasureContext& context, const DenseCache& cache);

/// All of the above but speed.
Measured measureAll(const MeasureContext& context, const CausalLM& model, const std::string& label);

}  // namespace lorashear
