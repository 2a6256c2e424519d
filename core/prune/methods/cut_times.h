#pragma once

#include "core/train/schedule.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

/// When a method that removes groups at once does it: after `warmup` training steps a first time, then `cuts` - 1 times more, each `between`
/// steps after the one before; `settle` steps follow.
struct CutTimes {
    std::int64_t warmup = 0;
    int cuts = 1;
    std::int64_t between = 0, settle = 0;

    std::int64_t at(int cut) const { return warmup + cut * between; }  ///< steps before the cut, counted from 0
    std::int64_t total() const { return at(cuts - 1) + settle; }
};

inline std::vector<SchedulePhase> scheduleOf(const CutTimes& times) {
    using Kind = SchedulePhase::Kind;
    std::vector<SchedulePhase> phases{{"warm-up", times.warmup, Kind::WarmUp, true, "/method/options/warmup_steps"}};
    for (int cut = 1; cut < times.cuts && times.between > 0; ++cut)
        phases.push_back({"cut " + std::to_string(cut + 1), times.between, Kind::Prune, true, "/method/options/cut_steps"});
    // What goes before the first step is seen in the first phase that has one.
    phases.push_back(
        {"settling", times.settle, Kind::Settle, times.at(times.cuts - 1) == 0, "/method/options/settle_steps"});
    return phases;
}

}  // namespace lorashear
