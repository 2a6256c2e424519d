#pragma once

#include "core/run/recipe.h"
#include "core/run/recipe_field.h"

namespace lorashear::recipe {

/// The one table of everything a recipe can say (without "version").
const Table<Recipe>& recipeTable();

}  // namespace lorashear::recipe
