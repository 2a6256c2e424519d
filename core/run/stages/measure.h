#pragma once

#include "core/run/stages/opened_model.h"
#include "core/run/stages/reporter.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>

namespace lorashear {

/// What is measured on a model, always under the recipe's protocols. Every number is also an event.
struct MeasureContext {
    const Recipe& recipe;
    const OpenedModel& original;  ///< tokenizer and storage types
    Reporter& report;
    const Control& control;
};

/// {name: {nll, perplexity, tokens, spread, protocol}} for every text of the recipe.
nlohmann::json measurePerplexity(const MeasureContext& context, const CausalLM& model, const std::string& label,
                                 std::int64_t step = 0);
/// The first text only, its first few windows: for curves while training.
void measureCheckpoint(const MeasureContext& context, const CausalLM& model, std::int64_t step);
/// [{name, value, unit, spread, protocol}]: parameters, bytes (every weight as large as the original's files store it), FLOPs per token,
/// KV-cache bytes.
nlohmann::json measureSizes(const MeasureContext& context, const CausalLM& model, const std::string& label);
/// {label: [{name, value, unit, spread, protocol}]}: prefill and decode speed of every model, measured in turn within the same minute so
/// that their ratio is fair on a busy machine. Empty lists when the recipe wants no speed.
nlohmann::json measureSpeed(const MeasureContext& context, const std::map<std::string, const CausalLM*>& models);
/// {task: {acc, acc_norm, n}}; empty without a task folder.
nlohmann::json measureTasks(const MeasureContext& context, const CausalLM& model, const std::string& label);
/// The prompt and what the model makes of it, greedily; "" when the recipe wants none.
std::string measureSample(const MeasureContext& context, const CausalLM& model, const std::string& label);

/// {perplexity, costs, tasks, sample}: all of the above but speed.
nlohmann::json measureAll(const MeasureContext& context, const CausalLM& model, const std::string& label);

}  // namespace lorashear
