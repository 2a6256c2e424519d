#pragma once

#include "core/prune/methods/scored_options.h"

#include <cstdint>
#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;
struct Structure;
struct GroupSaliency;

struct RandomGroupsOptions : ScoredOptions {};

/// A uniform number for every prunable group: a pure function of the seed and the node group's name.
GroupSaliency randomSaliency(const Structure& structure, std::uint64_t seed);

/// Groups by lot: what any score has to beat.
struct RandomGroups {
    static constexpr const char* kId = "random";
    static constexpr const char* kTitle = "Random";
    static constexpr const char* kHelp = "Groups go by lot, drawn by the run's seed: what any other method has to beat.";

    using Options = RandomGroupsOptions;
    static settings::Table<Options> options() {
        settings::Table<Options> table;
        settings::inherit(table, scoredTable());
        return table;
    }

    static std::vector<SchedulePhase> schedule(const Options& options) { return scheduleOf(options.times()); }
    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
