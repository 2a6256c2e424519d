#pragma once

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// The small language that recipe_fields.cpp describes a recipe in. One Field says everything about one key: how it is
/// read and checked, how it is written, and what help says about it.
namespace lorashear::recipe {

using nlohmann::json;
using nlohmann::ordered_json;

/// Allowed numbers; an open end is not itself allowed.
struct Range {
    double least = 0, most = 0;
    bool openLeast = false, openMost = false;
    bool holds(double value) const;
    std::string text() const;  ///< "0 < x <= 1"
};

/// One line of help.
struct FieldHelp {
    std::string pointer, type, range, fallback, unit, help;
};

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
std::string escaped(const std::string& key);  ///< for a JSON pointer: ~ and / become ~0 and ~1

template <class T>
struct Field {
    std::string key, type, range, unit, help;
    bool required = false;
    std::function<void(T&, const json&, const std::string& pointer)> read;
    std::function<ordered_json(const T&)> write;
    std::function<void(std::vector<FieldHelp>&, const std::string& pointer)> describe;  ///< of objects and lists
};

template <class T>
using Table = std::vector<Field<T>>;

template <class T>
void readObject(const Table<T>& table, T& target, const json& given, const std::string& pointer) {
    if (!given.is_object()) fail(pointer, "must be an object");
    std::vector<std::string> keys;
    for (const auto& field : table) keys.push_back(field.key);
    for (const auto& item : given.items()) {
        if (std::find(keys.begin(), keys.end(), item.key()) != keys.end()) continue;
        const std::string near = nearestName(item.key(), keys);
        fail(pointer + "/" + escaped(item.key()), "is not a key of a recipe",
             near.empty() ? "allowed here: " + joined(keys) : "did you mean \"" + near + "\"?");
    }
    for (const auto& field : table) {
        const auto found = given.find(field.key);
        if (found != given.end())
            field.read(target, *found, pointer + "/" + field.key);
        else if (field.required)
            fail(pointer + "/" + field.key, "is missing", field.help);
    }
}

template <class T>
ordered_json writeObject(const Table<T>& table, const T& source) {
    ordered_json result = ordered_json::object();
    for (const auto& field : table) result[field.key] = field.write(source);
    return result;
}

template <class T>
void describeObject(const Table<T>& table, std::vector<FieldHelp>& lines, const std::string& pointer,
                    const T& defaults = {}) {
    for (const auto& field : table) {
        const ordered_json fallback = field.write(defaults);
        const bool nested = static_cast<bool>(field.describe);
        lines.push_back({pointer + "/" + field.key, field.type, field.range,
                         field.required ? "required"
                         : nested       ? ""
                                        : fallback.dump(),
                         field.unit, field.help});
        if (nested) field.describe(lines, pointer + "/" + field.key);
    }
}

}  // namespace lorashear::recipe
