#pragma once

#include "core/settings/option_set.h"
#include "core/train/schedule.h"

#include <functional>
#include <string>
#include <vector>

namespace lorashear {

/// A recovery phase as a recipe asks for it, without its texts.
struct PhaseRequest {
    std::string name;  ///< "pretraining", "instruct"
    int maxRounds = 1, stepsPerRound = 1;
};

/// One phase of the schedule for each, of all its steps: what schemes announce that go by the recipe's rounds.
std::vector<SchedulePhase> phaseBySteps(const std::vector<PhaseRequest>& phases);

/// A way to go about recovery, as recipes and windows know it, without the engine behind it.
struct SchemeInfo {
    std::string id;     ///< "dynamic", "static"
    std::string title;  ///< "Dynamic (LoRAShear)"
    std::string help;
    bool needsDense = false;  ///< works with the dense model also where the loss has no share of distillation
    OptionSet options;
    /// Steps at most: texts that are used up end a phase earlier. Error(BadRecipe) at /recovery/options/….
    std::function<std::vector<SchedulePhase>(const std::vector<PhaseRequest>& phases, const std::string& options)> schedule;
};

/// The schemes of core/recover/schemes/builtin_schemes.h, in order; the first is the default.
const std::vector<SchemeInfo>& schemeTable();
/// Error(BadRecipe) at /recovery/scheme.
const SchemeInfo& schemeInfo(const std::string& id);

}  // namespace lorashear
