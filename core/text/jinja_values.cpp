#include "core/text/jinja_values.h"

#include "core/base/error.h"

#include <charconv>
#include <cmath>

namespace lorashear {

namespace {

constexpr std::size_t kMostSteps = 2'000'000, kLongestValue = 4u << 20;
constexpr std::size_t kBytesAStep = 512;  ///< copying so many bytes counts as a step

/// Roughly the bytes a value takes.
std::size_t weight(const JinjaValue& value) {
    if (value.is_string()) return value.get_ref<const std::string&>().size();
    if (!value.is_structured()) return 16;
    std::size_t sum = 64;  // dearer to copy: lists in each other took seconds before they were refused
    for (const JinjaValue& part : value) sum += weight(part);
    return sum;
}

/// Python's repr of a float: the shortest digits that mean it, as a decimal where that is readable.
std::string writtenFloat(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    const double size = std::abs(value);
    const bool plain = size == 0 || (size >= 1e-4 && size < 1e16);
    char text[64];
    const auto end =
        std::to_chars(text, text + sizeof text, value, plain ? std::chars_format::fixed : std::chars_format::scientific).ptr;
    std::string result(text, end);
    if (plain && result.find('.') == std::string::npos) result += ".0";
    return result;
}

std::string quoted(const JinjaBudget& budget, const std::string& text) {
    const char quote = text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
    std::string result(1, quote);
    for (const char c : text) {
        static constexpr std::string_view kLetters = "\n\r\t\\", kEscapes = "nrt\\";
        if (static_cast<unsigned char>(c) >= 0x7f) budget.unsupported("letters beyond ASCII in a list written as text");
        if (const auto known = kLetters.find(c); known != std::string_view::npos)
            result.append("\\").append(1, kEscapes[known]);
        else if (static_cast<unsigned char>(c) < 0x20)
            budget.unsupported("control characters in a list written as text");
        else
            result.append(c == quote ? "\\" : "").append(1, c);
    }
    return result + quote;
}

std::string represented(const JinjaBudget& budget, const JinjaValue& value) {
    if (value.is_string()) return quoted(budget, value.get_ref<const std::string&>());
    if (!value.is_structured()) return value.is_discarded() ? "Undefined" : writtenJinja(budget, value);
    std::string result(1, value.is_array() ? '[' : '{');
    for (const auto& [key, part] : value.items()) {
        if (result.size() > 1) result += ", ";
        if (value.is_object()) result += quoted(budget, key) + ": ";
        result += represented(budget, part);
    }
    return result + (value.is_array() ? ']' : '}');
}

void writeJson(const JinjaValue& value, int indent, int depth, std::string& out) {
    if (value.is_number_float()) {
        out += writtenFloat(value.get<double>());
        return;
    }
    if (!value.is_structured()) {
        out += value.is_discarded() ? "null" : value.dump(-1, ' ', false, JinjaValue::error_handler_t::replace);
        return;
    }
    if (value.empty()) {
        out += value.is_array() ? "[]" : "{}";
        return;
    }
    const auto newLine = [&](int level) {
        if (indent >= 0) out.append("\n").append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(level), ' ');
    };
    out += value.is_array() ? '[' : '{';
    bool first = true;
    for (const auto& [key, part] : value.items()) {
        if (!first) out += indent >= 0 ? "," : ", ";
        first = false;
        newLine(depth + 1);
        if (value.is_object()) out += JinjaValue(key).dump(-1, ' ', false, JinjaValue::error_handler_t::replace) + ": ";
        writeJson(part, indent, depth + 1, out);
    }
    newLine(depth);
    out += value.is_array() ? ']' : '}';
}

}  // namespace

void JinjaBudget::wrong(const std::string& what) const {
    throw Error(ErrorCode::BadInput, m_subject, "chat template: " + what);
}

void JinjaBudget::unsupported(const std::string& what) const {
    throw Error(ErrorCode::Unsupported, m_subject, "the chat template uses " + what + ", which is not handled",
                "write the prompt with its markers by hand, or give the folder a simpler chat_template");
}

void JinjaBudget::spend(std::size_t bytes) {
    m_spent += 1 + bytes / kBytesAStep;
    if (m_spent > kMostSteps) wrong("it takes too many steps");
}

JinjaValue JinjaBudget::bounded(JinjaValue value) {
    const std::size_t bytes = weight(value);
    requireLength(bytes);
    spend(bytes);
    return value;
}

void JinjaBudget::requireLength(std::size_t bytes) const {
    if (bytes > kLongestValue) wrong("a value grows too large");
}

const JinjaValue* JinjaArguments::find(std::size_t index, std::string_view name) const {
    if (index < values.size()) return &values[index];
    for (const auto& [given, value] : named)
        if (given == name) return &value;
    return nullptr;
}

JinjaValue undefinedJinja() {
    return JinjaValue(JinjaValue::value_t::discarded);
}

bool isTrueJinja(const JinjaValue& value) {
    switch (value.type()) {
        case JinjaValue::value_t::boolean: return value.get<bool>();
        case JinjaValue::value_t::string: return !value.get_ref<const std::string&>().empty();
        case JinjaValue::value_t::array:
        case JinjaValue::value_t::object: return !value.empty();
        case JinjaValue::value_t::number_integer:
        case JinjaValue::value_t::number_unsigned: return value.get<std::int64_t>() != 0;
        case JinjaValue::value_t::number_float: return value.get<double>() != 0;
        default: return false;
    }
}

bool equalJinja(const JinjaValue& a, const JinjaValue& b) {
    if (a.is_discarded() || b.is_discarded()) return a.is_discarded() && b.is_discarded();
    if (a.is_boolean() != b.is_boolean() && (a.is_number() || b.is_number()))  // True == 1, as in Python
        return isTrueJinja(a) == isTrueJinja(b) && (a.is_boolean() ? b == int(a.get<bool>()) : a == int(b.get<bool>()));
    if (a.is_object() && b.is_object()) {  // whatever the order of keys
        if (a.size() != b.size()) return false;
        for (const auto& [key, value] : a.items())
            if (!b.contains(key) || !equalJinja(value, b.at(key))) return false;
        return true;
    }
    return a == b;
}

std::string writtenJinja(const JinjaBudget& budget, const JinjaValue& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_discarded()) return {};
    if (value.is_null()) return "None";
    if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
    if (value.is_number_integer()) return value.dump();
    if (value.is_number_float()) return writtenFloat(value.get<double>());
    return represented(budget, value);
}

std::string jsonJinja(const JinjaValue& value, int indent) {
    std::string text;
    writeJson(value, indent, 0, text);
    return text;
}

const std::string& textJinja(const JinjaBudget& budget, const JinjaValue& value, const std::string& where) {
    if (!value.is_string()) budget.wrong(where + " of something that is no text");
    return value.get_ref<const std::string&>();
}

std::int64_t integerJinja(const JinjaBudget& budget, const JinjaValue& value, const std::string& where) {
    if (value.is_boolean()) return value.get<bool>();
    if (!value.is_number_integer()) budget.wrong(where + " of something that is no whole number");
    return value.get<std::int64_t>();
}

std::vector<std::string_view> charactersOf(std::string_view text) {
    std::vector<std::string_view> all;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
        all.push_back(text.substr(at, end - at));
        at = end;
    }
    return all;
}

JinjaValue itemsJinja(const JinjaBudget& budget, const JinjaValue& value, const std::string& where) {
    if (value.is_array()) return value;
    JinjaValue list = JinjaValue::array();
    if (value.is_object())
        for (const auto& [key, part] : value.items()) list.push_back(key);
    else if (value.is_string())
        for (const std::string_view character : charactersOf(value.get_ref<const std::string&>())) list.push_back(character);
    else if (!value.is_discarded())
        budget.wrong(where + " over something that holds nothing");
    return list;
}

}  // namespace lorashear
