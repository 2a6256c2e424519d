#pragma once

#include "core/settings/field.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// The kinds of Field that tables are made of: one function a kind, each ties a key to a member.
namespace lorashear::settings {

inline Setting settingOf(const char* key, SettingType type, const char* unit, const char* help) {
    Setting setting;
    setting.key = key, setting.type = type, setting.unit = unit, setting.help = help;
    return setting;
}
inline Setting settingOf(const char* key, SettingType type, Range range, const char* unit, const char* help) {
    Setting setting = settingOf(key, type, unit, help);
    setting.range = range;
    return setting;
}

template <class T, class N>
Field<T> number(const char* key, N T::*member, Range range, const char* unit, const char* help) {
    return {settingOf(key, SettingType::Number, range, unit, help),
            [=](T& t, const json& value, const Place& place) { t.*member = readNumber(value, range, place); },
            [=](const T& t) { return ordered_json(t.*member); }};
}

template <class T>
Field<T> integer(const char* key, int T::*member, Range range, const char* unit, const char* help) {
    return {
        settingOf(key, SettingType::Integer, range, unit, help),
        [=](T& t, const json& value, const Place& place) { t.*member = static_cast<int>(readInteger(value, range, place)); },
        [=](const T& t) { return ordered_json(t.*member); }};
}

/// A number or null, which stands for no value.
template <class T>
Field<T> number(const char* key, std::optional<double> T::*member, Range range, const char* unit, const char* help) {
    Setting setting = settingOf(key, SettingType::Number, range, unit, help);
    setting.nullable = true;
    return {setting,
            [=](T& t, const json& value, const Place& place) {
                (t.*member).reset();
                if (!value.is_null()) t.*member = readNumber(value, range, place);
            },
            [=](const T& t) { return t.*member ? ordered_json(*(t.*member)) : ordered_json(nullptr); }};
}

/// An integer or null, which stands for no value.
template <class T>
Field<T> integer(const char* key, std::optional<int> T::*member, Range range, const char* unit, const char* help) {
    Setting setting = settingOf(key, SettingType::Integer, range, unit, help);
    setting.nullable = true;
    return {setting,
            [=](T& t, const json& value, const Place& place) {
                (t.*member).reset();
                if (!value.is_null()) t.*member = static_cast<int>(readInteger(value, range, place));
            },
            [=](const T& t) { return t.*member ? ordered_json(*(t.*member)) : ordered_json(nullptr); }};
}

template <class T>
Field<T> flag(const char* key, bool T::*member, const char* help) {
    return {settingOf(key, SettingType::Flag, "", help),
            [=](T& t, const json& value, const Place& place) { t.*member = readFlag(value, place); },
            [=](const T& t) { return ordered_json(t.*member); }};
}

template <class T>
Field<T> text(const char* key, std::string T::*member, const char* help, bool required = false) {
    Setting setting = settingOf(key, SettingType::Text, "", help);
    setting.required = required;
    return {setting, [=](T& t, const json& value, const Place& place) { t.*member = readText(value, required, place); },
            [=](const T& t) { return ordered_json(t.*member); }};
}

template <class T>
Field<T> choice(const char* key, std::string T::*member, std::vector<std::string> choices, const char* help) {
    Setting setting = settingOf(key, SettingType::Choice, "", help);
    setting.choices = choices;
    return {setting, [=](T& t, const json& value, const Place& place) { t.*member = readChoice(value, choices, place); },
            [=](const T& t) { return ordered_json(t.*member); }};
}

/// A choice whose values are an enum's; `names` has all of them.
template <class T, class E>
Field<T> enumeration(const char* key, E T::*member, std::vector<std::pair<E, const char*>> names, const char* help) {
    Setting setting = settingOf(key, SettingType::Choice, "", help);
    for (const auto& [value, name] : names) setting.choices.emplace_back(name);
    return {setting,
            [=, choices = setting.choices](T& t, const json& value, const Place& place) {
                const std::string given = readChoice(value, choices, place);
                for (const auto& [which, name] : names)
                    if (given == name) t.*member = which;
            },
            [=](const T& t) {
                for (const auto& [which, name] : names)
                    if (t.*member == which) return ordered_json(name);
                throw Error(ErrorCode::Internal, key, "holds a value without a name");
            }};
}

/// Non-negative numbers by name; those left out count 0, and not all may be 0.
template <class T>
Field<T> weights(const char* key, std::map<std::string, double> T::*member, std::vector<std::string> names, Range range,
                 const char* help) {
    Setting setting = settingOf(key, SettingType::Weights, range, "", help);
    setting.choices = names;
    return {setting,
            [=](T& t, const json& value, const Place& place) {
                if (!value.is_object()) fail(place, "must be an object of weights", "names: " + joined(names));
                std::map<std::string, double> read;
                double sum = 0;
                for (const auto& [name, weight] : value.items()) {
                    if (std::find(names.begin(), names.end(), name) == names.end())
                        fail(place / name, "is not a name of this list", "names: " + joined(names));
                    sum += read[name] = readNumber(weight, range, place / name);
                }
                if (!(sum > 0)) fail(place, "needs at least one weight above 0");
                t.*member = read;
            },
            [=](const T& t) {
                ordered_json result = ordered_json::object();
                for (const std::string& name : names) {
                    const auto found = (t.*member).find(name);
                    result[name] = found == (t.*member).end() ? 0.0 : found->second;
                }
                return result;
            }};
}

template <class T>
Field<T> textList(const char* key, std::vector<std::string> T::*member, const char* help) {
    return {settingOf(key, SettingType::TextList, "", help),
            [=](T& t, const json& value, const Place& place) {
                if (!value.is_array()) fail(place, "must be a list of texts");
                (t.*member).clear();
                for (std::size_t i = 0; i < value.size(); ++i) (t.*member).push_back(readText(value[i], true, place / i));
            },
            [=](const T& t) { return ordered_json(t.*member); }};
}

template <class T, class S>
Field<T> object(const char* key, S T::*member, const Table<S>& (*table)(), const char* help) {
    return {settingOf(key, SettingType::Object, "", help),
            [=](T& t, const json& value, const Place& place) { readObject(table(), t.*member, value, place); },
            [=](const T& t) { return writeObject(table(), t.*member); },
            [=](std::vector<Setting>& all, const std::string& pointer) { describeObject(table(), all, pointer); }};
}

template <class T, class S>
Field<T> list(const char* key, std::vector<S> T::*member, const Table<S>& (*table)(), const char* help) {
    return {settingOf(key, SettingType::List, "", help),
            [=](T& t, const json& value, const Place& place) {
                if (!value.is_array()) fail(place, "must be a list of objects");
                (t.*member).clear();
                for (std::size_t i = 0; i < value.size(); ++i)
                    readObject(table(), (t.*member).emplace_back(), value[i], place / i);
            },
            [=](const T& t) {
                ordered_json result = ordered_json::array();
                for (const S& entry : t.*member) result.push_back(writeObject(table(), entry));
                return result;
            },
            [=](std::vector<Setting>& all, const std::string& pointer) { describeObject(table(), all, pointer + "/*"); }};
}

/// The fields of a part that T inherits.
template <class T, class Base>
void inherit(Table<T>& table, const Table<Base>& base) {
    static_assert(std::is_base_of_v<Base, T>);
    for (const Field<Base>& field : base)
        table.push_back({field.about,
                         [read = field.read](T& t, const json& value, const Place& place) { read(t, value, place); },
                         [write = field.write](const T& t) { return write(t); }, field.describe, field.formerKeys});
}

}  // namespace lorashear::settings
