#pragma once

#include "core/adapters/module_pattern.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lorashear {

/// A list of names, or one regular expression.
struct ModuleChoice {
    std::vector<std::string> names;        ///< a module is meant whose path is one of them or ends with "." and one of them
    std::optional<ModulePattern> pattern;  ///< instead of names: must match the whole path
    bool empty() const { return names.empty() && !pattern; }
    bool matches(const std::string& module) const;
};

/// PEFT's adapter_config.json of a plain LoRA or rsLoRA adapter. A module's path is that in the base model
/// ("model.layers.0.self_attn.q_proj").
struct PeftConfig {
    std::string base;  ///< base_model_name_or_path; empty: not said
    int rank = 8;
    double alpha = 8, dropout = 0;
    bool rankStabilised = false;
    bool allLinear = false;  ///< target_modules "all-linear": every linear but the head
    ModuleChoice targets, excluded;
    std::vector<std::pair<ModulePattern, double>> rankPattern, alphaPattern;  ///< the first that matches a path's end counts
    std::vector<int> layers;                                                  ///< layers_to_transform; empty: all
    std::vector<ModulePattern> layersPattern;                                 ///< finds the layer's number in a path

    bool targeted(const std::string& module) const;
    int rankOf(const std::string& module) const;
    /// alpha / rank, or alpha / sqrt(rank).
    double scaleOf(const std::string& module) const;
};

/// Error(Unsupported) naming what we do not handle (DoRA, VeRA, modules_to_save, trained tokens, biases …), Error(BadInput) for wrong types
/// or numbers. Keys that do not change the result are ignored, as PEFT's own readers do.
PeftConfig parsePeftConfig(const std::string& text, const std::string& subject);

}  // namespace lorashear
