#pragma once

#include "core/run/recipe.h"

#include <QString>

#include <vector>

namespace lorashear::ui {

/// One value in which two recipes differ; "" where one of them has no such value.
struct SettingChange {
    QString pointer, from, to;  ///< "/recovery/phases/0/max_rounds"
};

/// In the order of the settings' tables. A recipe that no table takes differs in nothing.
std::vector<SettingChange> changesBetween(const Recipe& before, const Recipe& after);
QString changeWords(const SettingChange& change);  ///< "max rounds 3 → 5": what the pointer ends in, long values cut

}  // namespace lorashear::ui
