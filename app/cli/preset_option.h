#pragma once

#include "core/eval/perplexity.h"
#include "core/eval/presets.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>

#include <string>

namespace lorashear::app {

/// --preset of commands that evaluate: an id of evaluationPresets(), or none.
CLI::Option* addPreset(CLI::App& app, std::string& preset);

/// The preset's windows, and its BOS where the tokenizer has one; BOS that it leaves open and the limit of windows stay.
void usePreset(const EvaluationPreset& preset, TextProtocol& protocol, bool tokenizerHasBos);

/// Of {task: {acc, acc_norm}} (core/eval/presets.h); NaN unless all seven are there.
double sevenTaskMean(const nlohmann::json& tasks);
inline constexpr const char* kSevenTaskHelp = "acc_norm of HellaSwag, ARC-challenge and OpenBookQA, acc of the others";

}  // namespace lorashear::app
