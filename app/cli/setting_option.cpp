#include "app/cli/setting_option.h"

#include "core/run/recipe_help.h"

namespace lorashear::app {

CLI::Validator within(const std::string& pointer) {
    return within(recipeSetting(pointer));
}

CLI::Validator within(const Setting& setting) {
    if (!setting.choices.empty()) return CLI::IsMember(setting.choices);
    const bool whole = setting.type == SettingType::Integer;
    return CLI::Validator(
        [range = setting.range, whole](std::string& given) -> std::string {
            double number = 0;
            long long integer = 0;
            const bool read = whole ? CLI::detail::lexical_cast(given, integer) : CLI::detail::lexical_cast(given, number);
            if (read && range.holds(whole ? static_cast<double>(integer) : number)) return {};
            return given + " is not allowed: " + (whole ? "a whole number, " : "a number, ") + range.text();
        },
        "");
}

}  // namespace lorashear::app
