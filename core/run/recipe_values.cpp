#include "core/run/recipe_values.h"

#include "core/base/error.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "core/run/recipe_fields.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lorashear {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

/// Where the options of a table's entry stand, and the value that says which entry.
struct OptionsPlace {
    const char *id, *options;
};
constexpr OptionsPlace kMethod{"/method/id", "/method/options"};
constexpr OptionsPlace kScheme{"/recovery/scheme", "/recovery/options"};

template <class Entry>
std::vector<Setting> optionsOf(const std::vector<Entry>& table, const std::string& id, const std::string& pointer) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const Entry& entry) { return entry.id == id; });
    if (found == table.end()) return {};
    std::vector<Setting> options = found->options.settings;
    for (Setting& option : options) option.pointer = pointer + "/" + option.key;
    return options;
}

/// What stands in recipes, with the options of the chosen method and scheme where they stand.
std::vector<Setting> settingsOf(const Recipe& recipe) {
    std::vector<Setting> described, all;
    settings::describeObject(recipe::recipeTable(), described, "");
    for (const Setting& setting : described) {
        std::vector<Setting> here{setting};
        if (setting.pointer == kMethod.options) here = optionsOf(methodTable(), recipe.method.id, setting.pointer);
        if (setting.pointer == kScheme.options) here = optionsOf(schemeTable(), recipe.recovery.scheme, setting.pointer);
        all.insert(all.end(), here.begin(), here.end());
    }
    return all;
}

bool holdsOthers(const Setting& setting) {
    return setting.type == SettingType::Object || setting.type == SettingType::List;
}

std::string textOf(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return value.dump();
    std::string text;
    for (const json& item : value) text += (text.empty() ? "" : ", ") + textOf(item);
    return text;
}

/// Every place that a pointer with stars stands for in the document.
std::vector<std::string> placesOf(const std::string& pointer, const json& document) {
    const std::size_t star = pointer.find("/*");
    if (star == std::string::npos) return {pointer};
    std::vector<std::string> places;
    const json::json_pointer list(pointer.substr(0, star));
    const std::size_t count = document.contains(list) ? document.at(list).size() : 0;
    for (std::size_t i = 0; i < count; ++i)
        for (const std::string& place :
             placesOf(pointer.substr(0, star + 1) + std::to_string(i) + pointer.substr(star + 2), document))
            places.push_back(place);
    return places;
}

std::vector<std::string> itemsOf(const std::string& text) {
    std::vector<std::string> items;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const std::size_t first = text.find_first_not_of(" \t", at), last = text.find_last_not_of(" \t", end - (end > 0));
        if (first < end) items.push_back(text.substr(first, last - first + 1));
        at = end + 1;
    }
    return items;
}

json jsonOf(const Setting& setting, const std::string& pointer, const std::string& text) {
    switch (setting.type) {
        case SettingType::Text:
        case SettingType::Choice: return text;
        case SettingType::TextList: return itemsOf(text);
        default: break;
    }
    const bool numbers = setting.type == SettingType::Other && text.find('[') == std::string::npos;
    const std::string written = numbers ? "[" + text + "]" : text.empty() && setting.nullable ? "null" : text;
    json value = json::parse(written, nullptr, false);
    if (value.is_discarded() && numbers) return text;  // a preset's name
    if (value.is_discarded()) settings::fail(pointer, "cannot be \"" + text + "\": it is " + setting.typeText());
    return value;
}

/// A preset's name stands for the list that it became.
bool isName(const json& typed, const json& became) {
    return typed.is_string() && became.is_array();
}

/// The pointer of the table: indices are stars there.
std::string starred(const std::string& pointer) {
    std::string result;
    for (std::size_t at = 1; at <= pointer.size();) {
        const std::size_t end = std::min(pointer.find('/', at), pointer.size());
        const std::string part = pointer.substr(at, end - at);
        const bool index = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
        result += "/" + (index ? "*" : part);
        at = end + 1;
    }
    return result;
}

}  // namespace

std::string defaultText(const Setting& setting) {
    return setting.fallback.empty() ? "" : textOf(json::parse(setting.fallback));
}

std::vector<RecipeValue> recipeValues(const Recipe& recipe) {
    const json document = json::parse(recipeText(recipe));
    std::vector<RecipeValue> values;
    for (const Setting& setting : settingsOf(recipe)) {
        if (holdsOthers(setting)) continue;
        for (const std::string& place : placesOf(setting.pointer, document)) {
            const json::json_pointer at(place);
            const bool there = document.contains(at);
            const json fallback = setting.fallback.empty() ? json() : json::parse(setting.fallback);
            const json value = there ? document.at(at) : fallback;
            values.push_back({place, textOf(value), !setting.fallback.empty() && value != fallback, setting});
        }
    }
    return values;
}

Recipe withRecipeValue(const Recipe& recipe, const std::string& pointer, const std::string& text) {
    const std::vector<Setting> all = settingsOf(recipe);
    const auto setting = std::find_if(all.begin(), all.end(),
                                      [&](const Setting& s) { return !holdsOthers(s) && s.pointer == starred(pointer); });
    json document = json::parse(recipeText(recipe));
    if (setting == all.end() || (pointer != setting->pointer && !document.contains(json::json_pointer(pointer))))
        settings::fail(pointer, "is no value of this recipe");
    const json value = jsonOf(*setting, pointer, text);
    for (const OptionsPlace& place : {kMethod, kScheme})
        if (pointer == place.id && document.at(json::json_pointer(pointer)) != value)
            document[json::json_pointer(place.options)] = json::object();
    document[json::json_pointer(pointer)] = value;
    Recipe changed = parseRecipe(document.dump(), "recipe");
    changed.notes = recipe.notes;
    const json now = json::parse(recipeText(changed));
    const json::json_pointer at(pointer);
    if (setting->type != SettingType::Weights && now.contains(at) && now.at(at) != value && !isName(value, now.at(at)))
        settings::fail(pointer, "stays as it is: another setting decides it", setting->help);
    return changed;
}

}  // namespace lorashear
