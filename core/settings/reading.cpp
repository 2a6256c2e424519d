#include "core/settings/field.h"

#include "core/base/edit_distance.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lorashear {

namespace {

std::string shortNumber(double value) {
    return nlohmann::json(value == std::floor(value) && std::abs(value) < 1e15
                              ? nlohmann::json(static_cast<std::int64_t>(value))
                              : nlohmann::json(value))
        .dump();
}

std::string escaped(const std::string& key) {
    std::string result;
    for (const char c : key) result += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return result;
}

}  // namespace

bool Range::holds(double value) const {
    return value == also || ((openLeast ? value > least : value >= least) && (openMost ? value < most : value <= most));
}

std::string Range::text() const {
    const std::string beside = also ? shortNumber(*also) + ", or " : "";
    const std::string low = beside + shortNumber(least) + (openLeast ? " < x" : " <= x");
    return std::isinf(most) ? low : low + (openMost ? " < " : " <= ") + shortNumber(most);
}

Place Place::operator/(const std::string& key) const {
    return {m_pointer + "/" + escaped(key), m_notes};
}

std::string Setting::typeText() const {
    static const std::map<SettingType, const char*> names = {
        {SettingType::Integer, "integer"},
        {SettingType::Number, "number"},
        {SettingType::Flag, "true or false"},
        {SettingType::Text, "text"},
        {SettingType::Choice, "choice"},
        {SettingType::TextList, "list of texts"},
        {SettingType::Weights, "object of numbers"},
        {SettingType::Object, "object"},
        {SettingType::List, "list of objects"},
        {SettingType::Other, "other"},
    };
    const std::string name = typeName.empty() ? names.at(type) : typeName;
    return nullable ? name + " or null" : name;
}

std::string Setting::allowedText() const {
    if (!allowed.empty()) return allowed;
    if (!choices.empty()) return settings::joined(choices);
    return type == SettingType::Integer || type == SettingType::Number ? range.text() : "";
}

std::string Setting::markdownRow(const std::string& name) const {
    const auto cell = [](std::string text) {
        for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.replace(at, 1, "\\|");
        return text;
    };
    const std::string standard = required ? "required" : fallback.empty() ? "" : "`" + fallback + "`";
    return "| `" + name + "` | " + typeText() + " | " + cell(allowedText()) + " | " + standard + " | " + unit + " | " +
           cell(help) + " |";
}

}  // namespace lorashear

namespace lorashear::settings {

void fail(const std::string& pointer, const std::string& message, const std::string& hint) {
    throw Error(ErrorCode::BadRecipe, pointer.empty() ? "/" : pointer, message, hint);
}

std::string nearestName(const std::string& name, const std::vector<std::string>& allowed) {
    std::string best;
    std::size_t distance = std::max<std::size_t>(2, name.size() / 2);
    for (const std::string& candidate : allowed) {
        const std::size_t here = editDistance(name, candidate);
        if (here < distance || (here == distance && best.empty())) {
            best = candidate;
            distance = here;
        }
    }
    return best;
}

double readNumber(const json& value, const Range& range, const std::string& pointer) {
    if (!value.is_number()) fail(pointer, "must be a number, " + range.text() + ", not " + value.dump());
    const double number = value.get<double>();
    if (!std::isfinite(number) || !range.holds(number)) fail(pointer, "is " + value.dump() + ", allowed is " + range.text());
    return number;
}

std::int64_t readInteger(const json& value, const Range& range, const std::string& pointer) {
    if (!value.is_number()) fail(pointer, "must be a whole number, " + range.text() + ", not " + value.dump());
    const double number = value.get<double>();
    if (number != std::floor(number)) fail(pointer, "must be a whole number, not " + value.dump());
    if (!range.holds(number)) fail(pointer, "is " + value.dump() + ", allowed is " + range.text());
    return static_cast<std::int64_t>(number);
}

std::uint64_t readSeed(const json& value, const std::string& pointer) {
    if (!value.is_number_unsigned()) fail(pointer, "must be a whole number from 0, not " + value.dump());
    return value.get<std::uint64_t>();
}

bool readFlag(const json& value, const std::string& pointer) {
    if (!value.is_boolean()) fail(pointer, "must be true or false, not " + value.dump());
    return value.get<bool>();
}

std::string readText(const json& value, bool required, const std::string& pointer) {
    if (!value.is_string()) fail(pointer, "must be text in quotes, not " + value.dump());
    auto result = value.get<std::string>();
    if (required && result.empty()) fail(pointer, "must not be empty");
    return result;
}

std::string readChoice(const json& value, const std::vector<std::string>& choices, const std::string& pointer) {
    std::string given = readText(value, true, pointer);
    if (std::find(choices.begin(), choices.end(), given) != choices.end()) return given;
    const std::string near = nearestName(given, choices);
    fail(pointer, "is \"" + given + "\", allowed is " + joined(choices),
         near.empty() ? "" : "did you mean \"" + near + "\"?");
}

std::string joined(const std::vector<std::string>& names) {
    std::string result;
    for (const std::string& name : names) result += (result.empty() ? "" : ", ") + name;
    return result;
}

}  // namespace lorashear::settings
