#pragma once

#include "core/base/error.h"
#include "core/settings/setting.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// The small language that settings are described in. One Field says everything about one key of a struct T: how it is read and checked, how it
/// is written, and what forms and help say about it. core/settings/field_kinds.h has the kinds.
namespace lorashear::settings {

using nlohmann::json;
using nlohmann::ordered_json;

[[noreturn]] void fail(const std::string& pointer, const std::string& message, const std::string& hint = {});
/// The allowed name with the smallest edit distance to `name`, or "" when none is near.
std::string nearestName(const std::string& name, const std::vector<std::string>& allowed);

double readNumber(const json& value, const Range& range, const std::string& pointer);
std::int64_t readInteger(const json& value, const Range& range, const std::string& pointer);
std::uint64_t readSeed(const json& value, const std::string& pointer);
bool readFlag(const json& value, const std::string& pointer);
std::string readText(const json& value, bool required, const std::string& pointer);
std::string readChoice(const json& value, const std::vector<std::string>& choices, const std::string& pointer);
std::string joined(const std::vector<std::string>& names);

template <class T>
struct Field {
    Setting about;  ///< pointer and fallback are filled in by describeObject
    std::function<void(T&, const json&, const Place&)> read;
    std::function<ordered_json(const T&)> write;
    std::function<void(std::vector<Setting>&, const std::string& pointer)> describe = {};  ///< of objects and lists
    std::vector<std::string> formerKeys = {};

    /// Also read under the name that it once had.
    Field formerly(const std::string& key) && {
        formerKeys.push_back(key);
        return std::move(*this);
    }
};

template <class T>
using Table = std::vector<Field<T>>;

/// The key under which `given` holds the field; "" if it does not. A former name is noted; both at once are refused.
template <class T>
std::string keyIn(const Field<T>& field, const json& given, const Place& place) {
    std::string found = given.contains(field.about.key) ? field.about.key : "";
    for (const std::string& former : field.formerKeys) {
        if (!given.contains(former)) continue;
        const std::string now = (place / field.about.key).pointer(), then = (place / former).pointer();
        if (!found.empty()) fail(then, "is the former name of " + now + ", which is there too", "remove one of them");
        place.note(std::string(then).append(" is called ").append(now).append(" now"));
        found = former;
    }
    return found;
}

template <class T>
void refuseUnknownKeys(const Table<T>& table, const json& given, const Place& place) {
    std::vector<std::string> keys, read;
    for (const auto& field : table) {
        keys.push_back(field.about.key);
        read.insert(read.end(), field.formerKeys.begin(), field.formerKeys.end());
    }
    read.insert(read.end(), keys.begin(), keys.end());
    for (const auto& item : given.items()) {
        if (std::find(read.begin(), read.end(), item.key()) != read.end()) continue;
        const std::string near = nearestName(item.key(), keys);
        fail(place / item.key(), "is not a key known here",
             near.empty() ? "allowed here: " + joined(keys) : "did you mean \"" + near + "\"?");
    }
}

template <class T>
void readObject(const Table<T>& table, T& target, const json& given, const Place& place) {
    if (!given.is_object()) fail(place, "must be an object");
    refuseUnknownKeys(table, given, place);
    for (const auto& field : table) {
        const std::string key = keyIn(field, given, place);
        if (!key.empty())
            field.read(target, given.at(key), place / key);
        else if (field.about.required)
            fail(place / field.about.key, "is missing", field.about.help);
    }
}

template <class T>
ordered_json writeObject(const Table<T>& table, const T& source) {
    ordered_json result = ordered_json::object();
    for (const auto& field : table) result[field.about.key] = field.write(source);
    return result;
}

/// What is asked of a file, asked of a struct that code has filled in: every value is written and read again. Error(BadRecipe) at the field's place.
template <class T>
void requireAllowed(const Table<T>& table, const T& source, const Place& place) {
    T read = source;
    for (const auto& field : table) field.read(read, json(field.write(source)), place / field.about.key);
}

/// What a table says about one of its fields.
template <class T>
const Setting& settingIn(const Table<T>& table, const std::string& key) {
    for (const auto& field : table)
        if (field.about.key == key) return field.about;
    throw Error(ErrorCode::Internal, key, "is in no row of this table");
}

/// Every setting of a table and of the tables inside it, in order.
template <class T>
void describeObject(const Table<T>& table, std::vector<Setting>& all, const std::string& pointer, const T& defaults = {}) {
    for (const auto& field : table) {
        Setting setting = field.about;
        setting.pointer = pointer + "/" + setting.key;
        if (!field.describe && !setting.required) setting.fallback = field.write(defaults).dump();
        all.push_back(setting);
        if (field.describe) field.describe(all, setting.pointer);
    }
}

}  // namespace lorashear::settings
