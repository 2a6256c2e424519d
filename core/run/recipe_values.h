#pragma once

#include "core/run/recipe.h"
#include "core/settings/setting.h"

#include <string>
#include <vector>

namespace lorashear {

/// One value of a recipe with what the tables say about it.
struct RecipeValue {
    std::string pointer;   ///< "/training/sources/0/path"; options of the chosen method or scheme too
    std::string text;      ///< as a person types it: no quotes, lists with commas, "null" for no value
    bool changed = false;  ///< differs from the default; what has no default never does
    Setting about;
};

/// Every value of a recipe in the order of the tables, objects and lists of them opened up: a list of all settings needs no row of its own for a
/// new one. Units that the recipe does not name stand with their defaults.
std::vector<RecipeValue> recipeValues(const Recipe& recipe);

/// `recipe` with one value as a person types it. Another method or scheme comes with its own defaults. Error(BadRecipe) with the pointer as
/// subject for text that is no such value, and for all that parseRecipe() refuses.
Recipe withRecipeValue(const Recipe& recipe, const std::string& pointer, const std::string& text);

/// The value's default as text; "" where there is none.
std::string defaultText(const Setting& setting);

}  // namespace lorashear
