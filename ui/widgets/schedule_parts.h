#pragma once

#include "core/train/schedule.h"
#include "ui/widgets/timeline_view.h"

#include <vector>

namespace lorashear::ui {

class Session;
struct RunState;

/// What was announced, as parts of a timeline; phases without steps are left out.
std::vector<TimelinePart> partsOf(const std::vector<SchedulePhase>& schedule);
/// What the session's recipe announces, with ends that can be moved where a setting stands behind them; nothing for options that are refused.
std::vector<TimelinePart> partsOf(const Session& session);
/// The view moves ends of phases by editing the session's recipe.
void editByTimeline(TimelineView& view, Session& session);
/// What happened in a run, as marks of a timeline.
std::vector<TimelineMark> timelineMarks(const RunState& run);

}  // namespace lorashear::ui
