#pragma once

#include "core/settings/setting.h"

#include <functional>
#include <string>
#include <vector>

namespace lorashear {

/// Options of one entry of a table of methods, without their type: what recipes, forms and help need of them. JSON travels as text, so that
/// the window sees no JSON library.
struct OptionSet {
    std::vector<Setting> settings;
    /// Every option of `given` (an object as JSON text), checked and under today's names, defaults filled in.
    /// Error(BadRecipe) with the option's pointer as subject.
    std::function<std::string(const std::string& given, const Place& place)> complete;
};

}  // namespace lorashear
