#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

/// A stretch of optimizer steps that a method or a scheme announces before it begins: what timelines show and totals are made of.
struct SchedulePhase {
    enum class Kind { WarmUp, Prune, Settle, Recover, Instruct };
    std::string name;  ///< "warm-up", "period 3"
    std::int64_t steps = 0;
    Kind kind = Kind::Prune;
    bool zeroes = false;  ///< groups become exactly zero by its end
    /// The setting that makes it as long as it is, by its pointer in the recipe; "": none alone. One more of it are `each` more steps of this phase.
    std::string setting{};
    std::int64_t each = 1;
};

inline std::int64_t totalSteps(const std::vector<SchedulePhase>& schedule) {
    std::int64_t steps = 0;
    for (const SchedulePhase& phase : schedule) steps += phase.steps;
    return steps;
}

}  // namespace lorashear
