#pragma once

#include "core/run/recipe.h"
#include "core/settings/field.h"

namespace lorashear::recipe {

/// The one table of everything a recipe can say (without "version").
const settings::Table<Recipe>& recipeTable();

}  // namespace lorashear::recipe
