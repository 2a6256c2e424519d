#pragma once

#include <string>

namespace lorashear {

/// What the table of fields says about one of them, by its pointer as in resources/help/recipe.md ("/training/sources/*/path"): front ends
/// say of a control what the recipe's own page says. Error(Internal) for a pointer that is no field.
std::string recipeFieldHelp(const std::string& pointer);

}  // namespace lorashear
