#include "core/text/json_fields.h"

#include "core/base/error.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace lorashear {

JsonFields::JsonFields(const nlohmann::json& object, std::string file, std::string where)
    : m_object(object), m_file(std::move(file)), m_where(std::move(where)) {
    if (!m_object.is_object()) refuse("is not an object");
}

bool JsonFields::has(const char* key) const {
    const auto found = m_object.find(key);
    return found != m_object.end() && !found->is_null();
}

const nlohmann::json& JsonFields::value(const char* key) const {
    if (!has(key)) refuse(std::string("has no \"") + key + "\"");
    return m_object[key];
}

std::string JsonFields::text(const char* key) const {
    const auto& found = value(key);
    if (!found.is_string()) refuse(std::string("\"") + key + "\" is not a string");
    return found.get<std::string>();
}

std::string JsonFields::textOr(const char* key, const std::string& otherwise) const {
    return has(key) ? text(key) : otherwise;
}

bool JsonFields::flagOr(const char* key, bool otherwise) const {
    if (!has(key)) return otherwise;
    if (!m_object[key].is_boolean()) refuse(std::string("\"") + key + "\" is neither true nor false");
    return m_object[key].get<bool>();
}

int JsonFields::countOr(const char* key, int otherwise) const {
    if (!has(key)) return otherwise;
    const auto& found = m_object[key];
    if (!found.is_number_unsigned() || found.get<std::uint64_t>() > std::numeric_limits<int>::max())
        refuse(std::string("\"") + key + "\" is not a whole number from 0");
    return found.get<int>();
}

const nlohmann::json& JsonFields::list(const char* key) const {
    const auto& found = value(key);
    if (!found.is_array()) refuse(std::string("\"") + key + "\" is not a list");
    return found;
}

std::string metaspaceMark(const JsonFields& fields) {
    std::string mark = fields.textOr("replacement", "▁");
    // An empty one would be found everywhere, for ever, and a long one makes every space long.
    if (mark.empty() || codePointAt(mark, 0).bytes != mark.size()) fields.refuse("\"replacement\" is not one character");
    return mark;
}

void JsonFields::refuse(const std::string& message) const {
    throw Error(ErrorCode::BadInput, m_file, m_where + " " + message, "the tokenizer's file is damaged: fetch it again");
}

void JsonFields::unsupported(const std::string& message) const {
    throw Error(ErrorCode::Unsupported, m_file, m_where + ": " + message);
}

}  // namespace lorashear
