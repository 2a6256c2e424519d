#include "core/text/jinja_values.h"

#include "core/base/error.h"

#include <charconv>
#include <cmath>
#include <cstring>

namespace lorashear {

namespace {

constexpr std::size_t kMostWork = 15'000'000, kLongestValue = 1u << 20;
constexpr std::size_t kWorkAValue = 100'000, kWorkAByte = 50, kRoomAByte = 4;  ///< what a conversation brings

struct Size {
    std::size_t bytes = 0, items = 0;
};

void measure(const JinjaValue& value, Size& size) {
    ++size.items;
    if (value.is_string()) size.bytes += value.get_ref<const std::string&>().size();
    if (!value.is_structured()) return;
    for (const auto& [key, part] : value.items()) {
        if (value.is_object()) size.bytes += key.size() + sizeof key;
        measure(part, size);
    }
}

Size sizeOf(const JinjaValue& value) {
    Size size;
    measure(value, size);
    return size;
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

std::string represented(JinjaBudget& budget, const JinjaValue& value) {
    if (value.is_string()) return quoted(budget, value.get_ref<const std::string&>());
    if (!value.is_structured()) return value.is_discarded() ? "Undefined" : writtenJinja(budget, value);
    std::string result(1, value.is_array() ? '[' : '{');
    for (const auto& [key, part] : value.items()) {
        if (result.size() > 1) result += ", ";
        if (value.is_object()) result += quoted(budget, key) + ": ";
        result += represented(budget, part);
    }
    budget.spend();
    budget.spendBytes(result.size());
    return result + (value.is_array() ? ']' : '}');
}

void writeJson(JinjaBudget& budget, const JinjaValue& value, int indent, int depth, std::string& out) {
    budget.spend();
    budget.requireLength(out.size());
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
        writeJson(budget, part, indent, depth + 1, out);
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

JinjaBudget::JinjaBudget(const std::string& subject, const JinjaValue& variables) : m_subject(subject) {
    const Size given = sizeOf(variables);
    m_left = kMostWork + given.items * kWorkAValue + given.bytes * kWorkAByte;
    m_longest = kLongestValue + given.bytes * kRoomAByte;
}

void JinjaBudget::spend(std::size_t work) {
    if (work > m_left) wrong("it takes too many steps");
    m_left -= work;
}

void JinjaBudget::spendCopies(const JinjaValue& value, std::size_t times) {
    if (!value.is_structured() && !value.is_string()) return;
    const Size size = sizeOf(value);
    spend((size.items * kItem + size.bytes / 2) * times);
}

JinjaValue JinjaBudget::bounded(JinjaValue value) {
    if (!value.is_structured() && !value.is_string()) return value;
    const Size size = sizeOf(value);
    requireLength(size.bytes + size.items * sizeof(JinjaValue));
    spendItems(size.items);
    spendBytes(size.bytes);
    return value;
}

void JinjaBudget::requireLength(std::size_t bytes) const {
    if (bytes > m_longest) wrong("a value grows too large");
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

bool equalJinja(JinjaBudget& budget, const JinjaValue& a, const JinjaValue& b) {
    budget.spendLookups(3);
    if (a.is_discarded() || b.is_discarded()) return a.is_discarded() && b.is_discarded();
    if (a.is_boolean() != b.is_boolean() && (a.is_number() || b.is_number()))  // True == 1, as in Python
        return isTrueJinja(a) == isTrueJinja(b) && (a.is_boolean() ? b == int(a.get<bool>()) : a == int(b.get<bool>()));
    if (a.is_object() && b.is_object()) {  // whatever the order of keys
        if (a.size() != b.size()) return false;
        for (const auto& [key, value] : a.items()) {
            budget.spendLookups(b.size());
            const auto other = b.find(key);
            if (other == b.end() || !equalJinja(budget, value, *other)) return false;
        }
        return true;
    }
    if (a.type() == b.type() && a.size() == b.size()) budget.spendCopies(a);
    return a == b;
}

std::string writtenJinja(JinjaBudget& budget, const JinjaValue& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_discarded()) return {};
    if (value.is_null()) return "None";
    if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
    if (value.is_number_integer()) return value.dump();
    if (value.is_number_float()) return writtenFloat(value.get<double>());
    return represented(budget, value);
}

std::string jsonJinja(JinjaBudget& budget, const JinjaValue& value, int indent) {
    std::string text;
    writeJson(budget, value, indent, 0, text);
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

std::size_t findJinja(JinjaBudget& budget, std::string_view text, std::string_view part, std::size_t from) {
    if (from > text.size()) return std::string_view::npos;
    const auto rest = text.substr(from);
    const void* found = memmem(rest.data(), rest.size(), part.data(), part.size());
    const std::size_t at =
        found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : std::string_view::npos;
    budget.spendBytes(2 * ((found ? at - from : rest.size()) + part.size()));
    return at;
}

std::vector<std::string_view> charactersOf(std::string_view text) {
    std::vector<std::string_view> all;
    all.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
        all.push_back(text.substr(at, end - at));
        at = end;
    }
    return all;
}

JinjaValue itemsJinja(JinjaBudget& budget, const JinjaValue& value, const std::string& where) {
    if (value.is_array()) return budget.bounded(value);
    JinjaValue list = JinjaValue::array();
    if (value.is_object()) {
        budget.spendItems(value.size());
        for (const auto& [key, part] : value.items()) list.push_back(key);
    } else if (value.is_string()) {
        const auto characters = charactersOf(value.get_ref<const std::string&>());
        budget.spendItems(characters.size());
        for (const std::string_view character : characters) list.push_back(character);
    } else if (!value.is_discarded()) {
        budget.wrong(where + " over something that holds nothing");
    }
    return list;
}

}  // namespace lorashear
