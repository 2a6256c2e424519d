#pragma once

#include "core/run/recipe_field.h"

#include <string>
#include <vector>

/// The kinds of Field that recipe_fields.cpp is made of: one function a kind, each ties a key to a member.
namespace lorashear::recipe {

template <class T, class N>
Field<T> number(const char* key, N T::*member, Range range, const char* unit, const char* help) {
    return {key,
            "number",
            range.text(),
            unit,
            help,
            false,
            [=](T& t, const json& value, const std::string& pointer) { t.*member = readNumber(value, range, pointer); },
            [=](const T& t) { return ordered_json(t.*member); },
            {}};
}

template <class T>
Field<T> integer(const char* key, int T::*member, Range range, const char* unit, const char* help) {
    return {key,
            "integer",
            range.text(),
            unit,
            help,
            false,
            [=](T& t, const json& value, const std::string& pointer) {
                t.*member = static_cast<int>(readInteger(value, range, pointer));
            },
            [=](const T& t) { return ordered_json(t.*member); },
            {}};
}

template <class T>
Field<T> flag(const char* key, bool T::*member, const char* help) {
    return {key,
            "true or false",
            "",
            "",
            help,
            false,
            [=](T& t, const json& value, const std::string& pointer) { t.*member = readFlag(value, pointer); },
            [=](const T& t) { return ordered_json(t.*member); },
            {}};
}

template <class T>
Field<T> text(const char* key, std::string T::*member, const char* help, bool required = false) {
    return {key,
            "text",
            "",
            "",
            help,
            required,
            [=](T& t, const json& value, const std::string& pointer) { t.*member = readText(value, required, pointer); },
            [=](const T& t) { return ordered_json(t.*member); },
            {}};
}

template <class T>
Field<T> choice(const char* key, std::string T::*member, std::vector<std::string> choices, const char* help) {
    return {key,
            "choice",
            joined(choices),
            "",
            help,
            false,
            [=](T& t, const json& value, const std::string& pointer) { t.*member = readChoice(value, choices, pointer); },
            [=](const T& t) { return ordered_json(t.*member); },
            {}};
}

template <class T>
Field<T> textList(const char* key, std::vector<std::string> T::*member, const char* help) {
    return {key,
            "list of texts",
            "",
            "",
            help,
            false,
            [=](T& t, const json& value, const std::string& pointer) {
                if (!value.is_array()) fail(pointer, "must be a list of texts");
                (t.*member).clear();
                for (std::size_t i = 0; i < value.size(); ++i)
                    (t.*member).push_back(readText(value[i], true, pointer + "/" + std::to_string(i)));
            },
            [=](const T& t) { return ordered_json(t.*member); },
            {}};
}

template <class T, class S>
Field<T> object(const char* key, S T::*member, const Table<S>& (*table)(), const char* help) {
    return {key,
            "object",
            "",
            "",
            help,
            false,
            [=](T& t, const json& value, const std::string& pointer) { readObject(table(), t.*member, value, pointer); },
            [=](const T& t) { return writeObject(table(), t.*member); },
            [=](std::vector<FieldHelp>& lines, const std::string& pointer) { describeObject(table(), lines, pointer); }};
}

template <class T, class S>
Field<T> list(const char* key, std::vector<S> T::*member, const Table<S>& (*table)(), const char* help) {
    return {
        key,
        "list of objects",
        "",
        "",
        help,
        false,
        [=](T& t, const json& value, const std::string& pointer) {
            if (!value.is_array()) fail(pointer, "must be a list of objects");
            (t.*member).clear();
            for (std::size_t i = 0; i < value.size(); ++i)
                readObject(table(), (t.*member).emplace_back(), value[i], pointer + "/" + std::to_string(i));
        },
        [=](const T& t) {
            ordered_json result = ordered_json::array();
            for (const S& entry : t.*member) result.push_back(writeObject(table(), entry));
            return result;
        },
        [=](std::vector<FieldHelp>& lines, const std::string& pointer) { describeObject(table(), lines, pointer + "/*"); }};
}

}  // namespace lorashear::recipe
