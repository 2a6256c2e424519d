#include "core/text/jinja_filters.h"
#include "core/text/jinja_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

// Methods of Python's str and dict, and of no other type. Letters beyond ASCII are left as they are by upper(), lower() and their like.

namespace lorashear {

namespace {

using Given = JinjaArguments;
using Value = JinjaValue;

std::string stripped(std::string_view text, std::string_view letters, bool left, bool right) {
    std::array<bool, 256> goes{};  // however many letters are given
    for (const char c : letters) goes[static_cast<unsigned char>(c)] = true;
    const auto isOne = [&](char c) { return goes[static_cast<unsigned char>(c)]; };
    while (left && !text.empty() && isOne(text.front())) text.remove_prefix(1);
    while (right && !text.empty() && isOne(text.back())) text.remove_suffix(1);
    return std::string(text);
}

Value stripOf(JinjaBudget& budget, const std::string& text, const Given& given, bool left, bool right) {
    const Value* letters = given.find(0, "chars");
    if (!letters || letters->is_null()) return stripped(text, kJinjaWhite, left, right);
    const std::string& all = textJinja(budget, *letters, "strip()");
    for (const char c : all)
        if (static_cast<unsigned char>(c) >= 0x80) budget.unsupported("strip() of letters beyond ASCII");
    return stripped(text, all, left, right);
}
Value strip(JinjaBudget& budget, const std::string& text, const Given& given) {
    return stripOf(budget, text, given, true, true);
}
Value lstrip(JinjaBudget& budget, const std::string& text, const Given& given) {
    return stripOf(budget, text, given, true, false);
}
Value rstrip(JinjaBudget& budget, const std::string& text, const Given& given) {
    return stripOf(budget, text, given, false, true);
}

std::string inAscii(std::string text, int (*change)(int)) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x80) c = static_cast<char>(change(static_cast<unsigned char>(c)));
    return text;
}
Value upper(JinjaBudget&, const std::string& text, const Given&) {
    return inAscii(text, std::toupper);
}
Value lower(JinjaBudget&, const std::string& text, const Given&) {
    return inAscii(text, std::tolower);
}
Value capitalize(JinjaBudget&, const std::string& text, const Given&) {
    std::string result = inAscii(text, std::tolower);
    if (!result.empty() && static_cast<unsigned char>(result[0]) < 0x80)
        result[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(result[0])));
    return result;
}
/// Python's: every run of letters begins with a capital.
Value title(JinjaBudget&, const std::string& text, const Given&) {
    std::string result = inAscii(text, std::tolower);
    bool inside = false;
    for (char& c : result) {
        const auto letter = static_cast<unsigned char>(c);
        const bool isLetter = letter >= 0x80 || std::isalpha(letter) != 0;
        if (!inside && letter < 0x80) c = static_cast<char>(std::toupper(letter));
        inside = isLetter;
    }
    return result;
}

/// Whether the text begins (or ends) with the argument or one of a tuple of them.
Value touches(JinjaBudget& budget, const std::string& text, const Given& given, bool begins) {
    const Value* wanted = given.find(0, "prefix");
    if (!wanted || given.values.size() != 1) budget.unsupported("startswith() or endswith() with other than one argument");
    const auto holds = [&](const Value& each) {
        const std::string& part = textJinja(budget, each, "startswith()");
        return begins ? text.starts_with(part) : text.ends_with(part);
    };
    return wanted->is_array() ? std::any_of(wanted->begin(), wanted->end(), holds) : holds(*wanted);
}
Value startswith(JinjaBudget& budget, const std::string& text, const Given& given) {
    return touches(budget, text, given, true);
}
Value endswith(JinjaBudget& budget, const std::string& text, const Given& given) {
    return touches(budget, text, given, false);
}

std::size_t limitOf(JinjaBudget& budget, const Given& given, std::size_t index, std::string_view name) {
    const Value* limit = given.find(index, name);
    if (!limit) return std::numeric_limits<std::size_t>::max();
    const auto number = integerJinja(budget, *limit, std::string(name));
    return number < 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(number);
}

Value wordsOf(JinjaBudget& budget, std::string_view text, std::size_t most) {
    Value result = Value::array();
    for (std::size_t at = text.find_first_not_of(kJinjaWhite); at != std::string_view::npos;) {
        budget.spendItems(1);
        const std::size_t end = result.size() >= most ? std::string_view::npos : text.find_first_of(kJinjaWhite, at);
        result.push_back(end == std::string_view::npos && result.size() >= most
                             ? stripped(text.substr(at), kJinjaWhite, false, true)
                             : std::string(text.substr(at, end - at)));
        at = end == std::string_view::npos ? end : text.find_first_not_of(kJinjaWhite, end);
    }
    return result;
}

Value split(JinjaBudget& budget, const std::string& text, const Given& given) {
    const Value* separator = given.find(0, "sep");
    const std::size_t most = limitOf(budget, given, 1, "maxsplit");
    if (!separator || separator->is_null()) return wordsOf(budget, text, most);
    const std::string& between = textJinja(budget, *separator, "split()");
    if (between.empty()) budget.wrong("split() by nothing");
    Value result = Value::array();
    std::size_t from = 0;
    for (std::size_t at = 0; result.size() < most && (at = findJinja(budget, text, between, from)) != std::string::npos;
         from = at + between.size()) {
        budget.spendItems(1);
        result.push_back(text.substr(from, at - from));
    }
    result.push_back(text.substr(from));
    return result;
}

Value splitlines(JinjaBudget& budget, const std::string& text, const Given&) {
    Value result = Value::array();
    for (std::size_t at = 0; at < text.size();) {
        budget.spendItems(1);
        const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
        result.push_back(text.substr(at, end - at));
        at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
    }
    return result;
}

Value replace(JinjaBudget& budget, const std::string& text, const Given& given) {
    const Value *old = given.find(0, "old"), *fresh = given.find(1, "new");
    if (!old || !fresh) budget.unsupported("replace() without two texts");
    const std::string &from = textJinja(budget, *old, "replace()"), &to = textJinja(budget, *fresh, "replace()");
    if (from.empty()) budget.unsupported("replace() of nothing");
    std::size_t left = limitOf(budget, given, 2, "count");
    std::string result;
    std::size_t at = 0;
    for (std::size_t found; left > 0 && (found = findJinja(budget, text, from, at)) != std::string::npos; --left) {
        budget.spendItems(1);
        result.append(text, at, found - at).append(to);
        budget.requireLength(result.size());
        at = found + from.size();
    }
    return result.append(text, at);
}

Value find(JinjaBudget& budget, const std::string& text, const Given& given) {
    const Value* part = given.find(0, "sub");
    if (!part || given.values.size() != 1) budget.unsupported("find() with other than one argument");
    const std::size_t at = findJinja(budget, text, textJinja(budget, *part, "find()"));
    if (at == std::string::npos) return -1;
    return charactersOf(std::string_view(text).substr(0, at)).size();
}

Value count(JinjaBudget& budget, const std::string& text, const Given& given) {
    const Value* part = given.find(0, "sub");
    if (!part) budget.unsupported("count() without an argument");
    const std::string& searched = textJinja(budget, *part, "count()");
    if (searched.empty()) budget.unsupported("count() of nothing");
    std::int64_t found = 0;
    for (std::size_t at = 0; (at = findJinja(budget, text, searched, at)) != std::string::npos; at += searched.size()) {
        budget.spendItems(1);
        ++found;
    }
    return found;
}

Value join(JinjaBudget& budget, const std::string& text, const Given& given) {
    if (given.values.size() != 1) budget.unsupported("join() with other than one argument");
    Given between;
    between.values.push_back(text);
    return jinjaFilter(budget, "join", given.values[0], between);
}

Value isdigit(JinjaBudget&, const std::string& text, const Given&) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

struct TextMethod {
    std::string_view name;
    Value (*run)(JinjaBudget&, const std::string& text, const Given&);
};
constexpr std::array<TextMethod, 16> kTextMethods{{
    {"strip", strip},
    {"lstrip", lstrip},
    {"rstrip", rstrip},
    {"upper", upper},
    {"lower", lower},
    {"title", title},
    {"capitalize", capitalize},
    {"startswith", startswith},
    {"endswith", endswith},
    {"split", split},
    {"splitlines", splitlines},
    {"replace", replace},
    {"find", find},
    {"count", count},
    {"join", join},
    {"isdigit", isdigit},
}};

Value get(JinjaBudget& budget, const Value& object, const Given& given) {
    if (given.values.empty()) budget.unsupported("get() without a key");
    budget.spendCopies(object);
    const Value found = jinjaItem(budget, object, given.values[0]);
    return !found.is_discarded() ? found : given.values.size() > 1 ? given.values[1] : Value(nullptr);
}
Value items(JinjaBudget& budget, const Value& object, const Given&) {
    budget.spendCopies(object);
    Value result = Value::array();
    for (const auto& [key, value] : object.items()) {
        Value pair = Value::array();
        pair.push_back(key), pair.push_back(value);
        result.push_back(std::move(pair));
    }
    return result;
}
Value keys(JinjaBudget& budget, const Value& object, const Given&) {
    return itemsJinja(budget, object, "keys()");
}
Value valuesOf(JinjaBudget& budget, const Value& object, const Given&) {
    budget.spendCopies(object);
    Value result = Value::array();
    for (const auto& [key, value] : object.items()) result.push_back(value);
    return result;
}

struct ObjectMethod {
    std::string_view name;
    Value (*run)(JinjaBudget&, const Value& object, const Given&);
};
constexpr std::array<ObjectMethod, 4> kObjectMethods{{{"get", get}, {"items", items}, {"keys", keys}, {"values", valuesOf}}};

}  // namespace

JinjaValue jinjaMethod(JinjaBudget& budget, const std::string& name, const JinjaValue& object, const JinjaArguments& given) {
    budget.spend();
    if (object.is_string()) budget.spend(object.get_ref<const std::string&>().size() * 8);
    if (object.is_string())
        for (const TextMethod& method : kTextMethods)
            if (method.name == name) return budget.bounded(method.run(budget, object.get_ref<const std::string&>(), given));
    if (object.is_object())
        for (const ObjectMethod& method : kObjectMethods)
            if (method.name == name) return budget.bounded(method.run(budget, object, given));
    if (object.is_discarded()) budget.wrong("." + name + "() of something undefined");
    budget.unsupported("the method ." + name + "() of this value");
}

}  // namespace lorashear
