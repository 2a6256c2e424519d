#pragma once

#include "core/settings/setting.h"
#include "core/train/schedule.h"

#include <QString>

#include <cstddef>
#include <optional>
#include <vector>

namespace lorashear::ui {

class Session;

/// The setting that makes a phase of the recipe's schedule as long as it is.
struct PhaseSetting {
    Setting about;  ///< bounds, unit, help
    int value = 0;
};
/// Of the phase at that place; nothing where no setting alone does, or the table of settings does not have it.
std::optional<PhaseSetting> phaseSetting(const Session& session, const std::vector<SchedulePhase>& schedule,
                                         std::size_t phase);

/// Sets it so that the phase ends as near to `step` as its bounds allow: one undoable edit, and edits with the same drag merge into one.
/// Phases before it that hang on the same setting move with it. Does nothing where there is no such setting.
void endPhaseAt(Session& session, std::size_t phase, double step, const QString& drag);
/// The same by one more or less of the setting.
void lengthenPhase(Session& session, std::size_t phase, int more);

}  // namespace lorashear::ui
