#pragma once

#include "core/plan/plan_options.h"
#include "core/run/recipe_field.h"

#include <string>
#include <vector>

namespace lorashear::recipe {

/// /plan of a recipe; its units come from core/plan/unit_table.cpp.
const Table<PlanOptions>& planTable();

/// /plan/units/<id>.
Table<UnitSettings> unitFields(const Unit& unit);

/// Moves keys of recipes that knew attention and MLP only ("min_mlp") to where they are now ("units/mlp/minimum") and says so in
/// `notes`. Error(BadRecipe) if a recipe has both.
void moveFormerPlanKeys(json& document, std::vector<std::string>& notes);

}  // namespace lorashear::recipe
