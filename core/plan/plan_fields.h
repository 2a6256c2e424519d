#pragma once

#include "core/plan/plan_options.h"
#include "core/settings/field.h"

namespace lorashear::recipe {

/// /plan of a recipe; its units come from core/plan/unit_table.cpp.
const settings::Table<PlanOptions>& planTable();
const settings::Table<UnitSettings>& unitFields(const Unit& unit);  ///< /plan/units/<id>

}  // namespace lorashear::recipe
