#include "app/cli/setting_option.h"

#include "core/run/recipe_help.h"

#include <limits>

namespace lorashear::app {

CLI::Validator within(const std::string& pointer) {
    return within(recipeSetting(pointer));
}

CLI::Validator within(const Setting& setting) {
    if (!setting.choices.empty()) return CLI::IsMember(setting.choices);
    return within(setting.range, setting.type == SettingType::Integer);
}

CLI::Validator aboveZero() {
    return within(Range{1, std::numeric_limits<double>::infinity()}, true);
}

CLI::Validator within(const Range& allowed, bool whole) {
    return CLI::Validator(
        [range = allowed, whole](std::string& given) -> std::string {
            double number = 0;
            long long integer = 0;
            const bool read = whole ? CLI::detail::lexical_cast(given, integer) : CLI::detail::lexical_cast(given, number);
            if (read && range.holds(whole ? static_cast<double>(integer) : number)) return {};
            return given + " is not allowed: " + (whole ? "a whole number, " : "a number, ") + range.text();
        },
        "");
}

}  // namespace lorashear::app
