#include "ui/widgets/schedule_parts.h"

#include "core/base/error.h"
#include "core/run/recipe_schedule.h"
#include "ui/controller/schedule_edit.h"
#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/widgets/option_form.h"

#include <algorithm>

namespace lorashear::ui {

namespace {

/// Its colour in the timeline.
int categoryOf(SchedulePhase::Kind kind) {
    switch (kind) {
        case SchedulePhase::Kind::WarmUp: return 4;
        case SchedulePhase::Kind::Prune: return 1;
        case SchedulePhase::Kind::Settle: return 6;
        case SchedulePhase::Kind::Recover: return 2;
        case SchedulePhase::Kind::Instruct: return 3;
    }
    return 0;
}

TimelineMark::Kind kindOf(RunMark::Kind kind) {
    switch (kind) {
        case RunMark::Kind::Chosen: return TimelineMark::Kind::Chosen;
        case RunMark::Kind::Zero: return TimelineMark::Kind::Zero;
        case RunMark::Kind::Checkpoint: return TimelineMark::Kind::Checkpoint;
        case RunMark::Kind::NotFinite: return TimelineMark::Kind::Problem;
    }
    return TimelineMark::Kind::Chosen;
}

}  // namespace

std::vector<TimelinePart> partsOf(const std::vector<SchedulePhase>& schedule) {
    std::vector<TimelinePart> parts;
    for (std::size_t i = 0; i < schedule.size(); ++i) {
        const SchedulePhase& phase = schedule[i];
        if (phase.steps > 0)
            parts.push_back({phaseWord(phase.name), double(phase.steps), categoryOf(phase.kind), phase.zeroes, int(i)});
    }
    return parts;
}

std::vector<TimelinePart> partsOf(const Session& session) {
    std::vector<SchedulePhase> schedule;
    try {
        schedule = recipeSchedule(session.recipe());
    } catch (const Error&) {  // said where the recipe is checked
    }
    std::vector<TimelinePart> parts = partsOf(schedule);
    for (TimelinePart& part : parts) {
        const auto setting = phaseSetting(session, schedule, std::size_t(part.phase));
        if (!setting) continue;
        part.movable = true;
        part.help = TimelineView::tr("Drag: %1, now %2. %3")
                        .arg(optionLabel(setting->about.key).toLower())
                        .arg(setting->value)
                        .arg(coreText(setting->about.help));
    }
    return parts;
}

void editByTimeline(TimelineView& view, Session& session) {
    QObject::connect(&view, &TimelineView::endWanted, &view, [&session](int phase, double step, int drag) {
        endPhaseAt(session, std::size_t(phase), step, QStringLiteral("timeline:%1:%2").arg(phase).arg(drag));
    });
    QObject::connect(&view, &TimelineView::lengthWanted, &view,
                     [&session](int phase, int more) { lengthenPhase(session, std::size_t(phase), more); });
}

std::vector<TimelineMark> timelineMarks(const RunState& run) {
    std::vector<TimelineMark> marks;
    for (RunMark& mark : marksOf(run)) marks.push_back({kindOf(mark.kind), mark.x, std::move(mark.words)});
    return marks;
}

}  // namespace lorashear::ui
