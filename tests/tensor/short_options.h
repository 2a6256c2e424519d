#pragma once

#include "core/prune/method_table.h"

#include <nlohmann/json.hpp>

#include <string>

/// Options of methods that make them quick, for tests that walk the table.
namespace lorashear::testing {

/// Default options, made short: counts of steps, periods, rounds and sequences go down to 3 where more are the default.
inline std::string shortOptions(const MethodInfo& method) {
    nlohmann::json options = nlohmann::json::object();
    for (const Setting& setting : method.options.settings) {
        if (setting.type != SettingType::Integer) continue;
        const bool work = setting.unit == "sequences" || std::stoi(setting.fallback) > 3;
        options[setting.key] = work ? 3 : std::stoi(setting.fallback);
    }
    return options.dump();
}

/// On models of odd sizes, which divide into nothing.
inline std::string oddOptions(const MethodInfo& method) {
    nlohmann::json options = nlohmann::json::parse(shortOptions(method));
    if (method.id == "structured-ffn") options["blocks"] = 1;
    if (method.id == "block-drop") options["parts"] = "sub-layers";  // some families keep their blocks
    return options.dump();
}

}  // namespace lorashear::testing
