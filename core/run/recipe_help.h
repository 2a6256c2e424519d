#pragma once

#include "core/settings/setting.h"

#include <string>

namespace lorashear {

/// What the table of fields says about one of them, by its pointer as in resources/help/recipe.md ("/training/sources/*/path"): front ends take
/// limits, units and words of their controls and options from here. Error(Internal) for a pointer that is no field.
const Setting& recipeSetting(const std::string& pointer);
std::string recipeFieldHelp(const std::string& pointer);

}  // namespace lorashear
