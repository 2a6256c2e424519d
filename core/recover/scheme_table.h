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

/// The texts of a recovery phase, by name.
struct PhaseSources {
    std::string phase;
    std::vector<std::string> names;
};

/// How many blocks a model has, and over how many channels they hand on what they make.
struct StreamShape {
    int blocks = 0, channels = 0;
    bool operator==(const StreamShape&) const = default;
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
    /// Error(BadRecipe) at /recovery/options/… where options name texts that the phases do not have, or not enough is left; empty: options name none.
    std::function<void(const std::vector<PhaseSources>& phases, const std::string& options)> requireSources = {};
    /// Error(Impossible) where so many parameters cannot be trained in the bytes that are available (-1: nobody says); empty: what the scheme trains is
    /// small.
    std::function<void(std::int64_t parameters, const std::string& options, std::int64_t available)> requireRoom = {};
    /// Error(Unsupported) at /recovery/scheme where it cannot recover a model of the one shape that was of the other; empty: any.
    std::function<void(const StreamShape& left, const StreamShape& dense)> requireStream = {};
};

/// The schemes of core/recover/schemes/builtin_schemes.h, in order; the first is the default.
const std::vector<SchemeInfo>& schemeTable();
/// Error(BadRecipe) at /recovery/scheme.
const SchemeInfo& schemeInfo(const std::string& id);

}  // namespace lorashear
