#include "core/text/jinja_filters.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

namespace lorashear {

namespace {

using Given = JinjaArguments;
using Value = JinjaValue;

int small(const JinjaBudget& budget, const Given& given, std::size_t index, std::string_view name, int otherwise) {
    const Value* found = given.find(index, name);
    if (!found || found->is_null()) return otherwise;
    const auto number = integerJinja(budget, *found, std::string(name));
    if (number < 0 || number > 1000) budget.wrong("an argument is too large");
    return static_cast<int>(number);
}

std::string wordOf(const JinjaBudget& budget, const Given& given, std::size_t index, std::string_view name,
                   const std::string& otherwise) {
    const Value* found = given.find(index, name);
    return found ? textJinja(budget, *found, std::string(name)) : otherwise;
}

/// "a.b" of an item.
Value attributeOf(JinjaBudget& budget, const Value& item, const std::string& path) {
    budget.spendCopies(item, 2);
    Value found = item;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t dot = std::min(path.find('.', at), path.size());
        found = found.is_discarded() ? undefinedJinja() : jinjaItem(budget, found, Value(path.substr(at, dot - at)));
        at = dot + 1;
    }
    return found;
}

Given behind(JinjaBudget& budget, const Given& given, std::size_t skipped) {
    Given rest;
    for (std::size_t i = skipped; i < given.values.size(); ++i) {
        budget.spendCopies(given.values[i]);
        rest.values.push_back(given.values[i]);
    }
    return rest;
}

Value defaulted(JinjaBudget&, const Value& value, const Given& given) {
    const Value *otherwise = given.find(0, "default_value"), *falseToo = given.find(1, "boolean");
    const bool replace = value.is_discarded() || (falseToo && isTrueJinja(*falseToo) && !isTrueJinja(value));
    return !replace ? value : otherwise ? *otherwise : Value("");
}

Value length(JinjaBudget& budget, const Value& value, const Given&) {
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        budget.spendBytes(text.size());
        return std::count_if(text.begin(), text.end(),
                             [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    }
    if (value.is_structured()) return value.size();
    if (value.is_discarded()) return 0;
    budget.wrong("the length of something that has none");
}

Value first(JinjaBudget& budget, const Value& value, const Given&) {
    const Value items = itemsJinja(budget, value, "first");
    return items.empty() ? undefinedJinja() : items.front();
}

Value last(JinjaBudget& budget, const Value& value, const Given&) {
    const Value items = itemsJinja(budget, value, "last");
    return items.empty() ? undefinedJinja() : items.back();
}

/// Filters that are a method of the text that the value is written as.
Value asMethod(JinjaBudget& budget, const char* method, const Value& value, const Given& given) {
    return jinjaMethod(budget, method, Value(writtenJinja(budget, value)), given);
}
Value trim(JinjaBudget& budget, const Value& value, const Given& given) {
    return asMethod(budget, "strip", value, given);
}
Value upper(JinjaBudget& budget, const Value& value, const Given&) {
    return asMethod(budget, "upper", value, {});
}
Value lower(JinjaBudget& budget, const Value& value, const Given&) {
    return asMethod(budget, "lower", value, {});
}
Value capitalize(JinjaBudget& budget, const Value& value, const Given&) {
    return asMethod(budget, "capitalize", value, {});
}
Value replace(JinjaBudget& budget, const Value& value, const Given& given) {
    return asMethod(budget, "replace", value, given);
}

/// Jinja's own, which is not Python's: words begin behind white space, '-' and opening brackets.
Value title(JinjaBudget& budget, const Value& value, const Given&) {
    std::string text = writtenJinja(budget, value);
    budget.spend(text.size() * 8);
    bool begins = true;
    for (char& c : text) {
        const auto letter = static_cast<unsigned char>(c);
        if (letter < 0x80) c = static_cast<char>(begins ? std::toupper(letter) : std::tolower(letter));
        begins = std::string_view("- \t\n\r\v\f({[<").find(c) != std::string_view::npos;
    }
    return text;
}

Value written(JinjaBudget& budget, const Value& value, const Given&) {
    return writtenJinja(budget, value);
}

Value asJson(JinjaBudget& budget, const Value& value, const Given& given) {
    const Value* indent = given.find(1, "indent");  // transformers: tojson(x, ensure_ascii=False, indent=None, …)
    Given shifted;
    if (indent) shifted.values.push_back(*indent);
    if (const Value* ascii = given.find(0, "ensure_ascii"); ascii && isTrueJinja(*ascii))
        budget.unsupported("tojson in ASCII");
    if (given.find(3, "sort_keys")) budget.unsupported("tojson with sorted keys");
    return budget.bounded(jsonJinja(budget, value, small(budget, shifted, 0, "indent", -1)));
}

Value join(JinjaBudget& budget, const Value& value, const Given& given) {
    const std::string between = wordOf(budget, given, 0, "d", ""), attribute = wordOf(budget, given, 1, "attribute", "");
    std::string text;
    bool more = false;
    for (const Value& item : itemsJinja(budget, value, "join")) {
        if (more) text += between;
        more = true;
        const std::size_t before = text.size();
        text += attribute.empty() ? writtenJinja(budget, item) : writtenJinja(budget, attributeOf(budget, item, attribute));
        budget.spendBytes(text.size() - before);
        budget.requireLength(text.size());
    }
    return budget.bounded(text);
}

Value listed(JinjaBudget& budget, const Value& value, const Given&) {
    return budget.bounded(itemsJinja(budget, value, "list"));
}

Value reversed(JinjaBudget& budget, const Value& value, const Given&) {
    Value items = itemsJinja(budget, value, "reverse");
    std::reverse(items.begin(), items.end());
    if (!value.is_string()) return items;
    std::string text;
    for (const Value& item : items) text += item.get_ref<const std::string&>();
    return text;
}

Value unique(JinjaBudget& budget, const Value& value, const Given& given) {
    if (!given.values.empty() || !given.named.empty()) budget.unsupported("unique with arguments");
    Value result = Value::array();
    for (const Value& item : itemsJinja(budget, value, "unique")) {
        if (std::none_of(result.begin(), result.end(), [&](const Value& seen) { return equalJinja(budget, seen, item); }))
            result.push_back(item);
    }
    return result;
}

Value sorted(JinjaBudget& budget, const Value& value, const Given& given) {
    if (!given.values.empty()) budget.unsupported("sort with arguments by place");
    std::string attribute;
    bool down = false;
    for (const auto& [name, argument] : given.named) {
        if (name == "attribute")
            attribute = textJinja(budget, argument, "attribute");
        else if (name == "reverse")
            down = isTrueJinja(argument);
        else
            budget.unsupported("sort with " + name);
    }
    Value result = itemsJinja(budget, value, "sort");
    const auto key = [&](const Value& item) { return attribute.empty() ? item : attributeOf(budget, item, attribute); };
    for (const Value& item : result) {
        budget.spendCopies(result.front()), budget.spendCopies(item);
        jinjaOrder(budget, key(result.front()), key(item), "sort");
    }
    std::stable_sort(result.begin(), result.end(), [&](const Value& a, const Value& b) {
        budget.spendCopies(a), budget.spendCopies(b), budget.spendItems(1);
        const int order = jinjaOrder(budget, key(a), key(b), "sort");
        return down ? order > 0 : order < 0;
    });
    return result;
}

Value pairs(JinjaBudget& budget, const Value& value, const Given&) {
    return value.is_discarded() ? Value::array() : jinjaMethod(budget, "items", value, {});
}

Value pairsByKey(JinjaBudget& budget, const Value& value, const Given& given) {
    if (!given.values.empty() || !given.named.empty()) budget.unsupported("dictsort with arguments");
    Value result = pairs(budget, value, given);
    std::stable_sort(result.begin(), result.end(), [&](const Value& a, const Value& b) {
        return jinjaMethod(budget, "lower", a[0], {}) < jinjaMethod(budget, "lower", b[0], {});
    });
    return result;
}

Value indented(JinjaBudget& budget, const Value& value, const Given& given) {
    const int width = small(budget, given, 0, "width", 4);
    const Value *firstToo = given.find(1, "first"), *blankToo = given.find(2, "blank");
    const std::string text = writtenJinja(budget, value), space(static_cast<std::size_t>(width), ' ');
    std::string result;
    for (std::size_t at = 0, line = 0; at <= text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (line > 0) result += '\n';
        const bool blank = end == at && !(blankToo && isTrueJinja(*blankToo));
        if (line == 0 ? firstToo && isTrueJinja(*firstToo) : !blank) result += space;
        result.append(text, at, end - at);
        budget.requireLength(result.size());
        at = end + 1;
        budget.spendItems(1);
    }
    return budget.bounded(result);
}

Value mapped(JinjaBudget& budget, const Value& value, const Given& given) {
    const Value *attribute = given.find(given.values.size(), "attribute"),
                *otherwise = given.find(given.values.size(), "default");
    Value result = Value::array();
    for (const Value& item : itemsJinja(budget, value, "map")) {
        budget.spend();
        if (!attribute) {
            result.push_back(
                jinjaFilter(budget, wordOf(budget, given, 0, "the filter of map", ""), item, behind(budget, given, 1)));
            continue;
        }
        Value found = attributeOf(budget, item, textJinja(budget, *attribute, "attribute"));
        if (found.is_discarded() && otherwise) found = *otherwise;
        result.push_back(std::move(found));
    }
    return budget.bounded(std::move(result));
}

/// Items that pass a test (or are true where none is named), of an attribute of theirs where one is given first.
Value chosen(JinjaBudget& budget, const Value& value, const Given& given, bool byAttribute, bool wanted) {
    const std::size_t at = byAttribute ? 1 : 0;
    const std::string attribute = byAttribute ? wordOf(budget, given, 0, "attribute", "") : "";
    Value result = Value::array();
    for (const Value& item : itemsJinja(budget, value, "select")) {
        budget.spend();
        const Value tested = byAttribute ? attributeOf(budget, item, attribute) : item;
        const bool passes = given.values.size() > at ? jinjaTest(budget, wordOf(budget, given, at, "the test", ""), tested,
                                                                 behind(budget, given, at + 1))
                                                     : isTrueJinja(tested);
        if (passes == wanted) result.push_back(item);
    }
    return budget.bounded(std::move(result));
}
Value select(JinjaBudget& budget, const Value& value, const Given& given) {
    return chosen(budget, value, given, false, true);
}
Value reject(JinjaBudget& budget, const Value& value, const Given& given) {
    return chosen(budget, value, given, false, false);
}
Value selectByAttribute(JinjaBudget& budget, const Value& value, const Given& given) {
    return chosen(budget, value, given, true, true);
}
Value rejectByAttribute(JinjaBudget& budget, const Value& value, const Given& given) {
    return chosen(budget, value, given, true, false);
}

Value absolute(JinjaBudget& budget, const Value& value, const Given&) {
    if (value.is_number_float()) return std::abs(value.get<double>());
    return std::abs(integerJinja(budget, value, "abs"));
}

Value wholeNumber(JinjaBudget& budget, const Value& value, const Given& given) {
    if (value.is_number_float() && std::abs(value.get<double>()) < 1e15)
        return static_cast<std::int64_t>(value.get<double>());
    if (value.is_number_integer() || value.is_boolean()) return integerJinja(budget, value, "int");
    const Value* otherwise = given.find(0, "default");
    if (!value.is_string()) return otherwise ? *otherwise : Value(0);
    const std::string& text = value.get_ref<const std::string&>();
    const bool digits = !text.empty() && text.size() < 16 &&
                        text.find_first_not_of("0123456789", text[0] == '-') == std::string::npos && text != "-";
    return digits ? Value(std::stoll(text)) : otherwise ? *otherwise : Value(0);
}

struct Filter {
    std::string_view name;
    Value (*run)(JinjaBudget&, const Value&, const Given&);
};
constexpr std::array<Filter, 30> kFilters{{
    {"default", defaulted},
    {"d", defaulted},
    {"length", length},
    {"count", length},
    {"first", first},
    {"last", last},
    {"trim", trim},
    {"upper", upper},
    {"lower", lower},
    {"capitalize", capitalize},
    {"title", title},
    {"replace", replace},
    {"string", written},
    {"tojson", asJson},
    {"join", join},
    {"list", listed},
    {"reverse", reversed},
    {"unique", unique},
    {"sort", sorted},
    {"items", pairs},
    {"dictsort", pairsByKey},
    {"indent", indented},
    {"map", mapped},
    {"select", select},
    {"reject", reject},
    {"selectattr", selectByAttribute},
    {"rejectattr", rejectByAttribute},
    {"abs", absolute},
    {"int", wholeNumber},
    {"safe", written},
}};

bool isOdd(const JinjaBudget& budget, const Value& value) {
    return integerJinja(budget, value, "odd") % 2 != 0;
}

struct Test {
    std::string_view name;
    bool (*holds)(const JinjaBudget&, const Value&);
};
constexpr std::array<Test, 16> kTests{{
    {"defined", [](const JinjaBudget&, const Value& v) { return !v.is_discarded(); }},
    {"undefined", [](const JinjaBudget&, const Value& v) { return v.is_discarded(); }},
    {"none", [](const JinjaBudget&, const Value& v) { return v.is_null(); }},
    {"string", [](const JinjaBudget&, const Value& v) { return v.is_string(); }},
    {"mapping", [](const JinjaBudget&, const Value& v) { return v.is_object(); }},
    {"boolean", [](const JinjaBudget&, const Value& v) { return v.is_boolean(); }},
    {"true", [](const JinjaBudget&, const Value& v) { return v.is_boolean() && v.get<bool>(); }},
    {"false", [](const JinjaBudget&, const Value& v) { return v.is_boolean() && !v.get<bool>(); }},
    {"sequence", [](const JinjaBudget&, const Value& v) { return v.is_structured() || v.is_string(); }},
    {"iterable", [](const JinjaBudget&, const Value& v) { return v.is_structured() || v.is_string(); }},
    {"integer", [](const JinjaBudget&, const Value& v) { return v.is_number_integer(); }},
    {"float", [](const JinjaBudget&, const Value& v) { return v.is_number_float(); }},
    {"number", [](const JinjaBudget&, const Value& v) { return v.is_number() || v.is_boolean(); }},
    {"odd", [](const JinjaBudget& b, const Value& v) { return isOdd(b, v); }},
    {"even", [](const JinjaBudget& b, const Value& v) { return !isOdd(b, v); }},
    {"callable", [](const JinjaBudget&, const Value&) { return false; }},
}};

bool divides(JinjaBudget& budget, const Value& value, const Value& by) {
    const auto divisor = integerJinja(budget, by, "divisibleby");
    if (divisor == 0) budget.wrong("division by zero");
    return integerJinja(budget, value, "divisibleby") % divisor == 0;
}

struct Comparison {
    std::string_view name;
    bool (*holds)(JinjaBudget&, const Value&, const Value&);
};
constexpr std::array<Comparison, 14> kComparisons{{
    {"equalto", [](JinjaBudget& t, const Value& a, const Value& b) { return equalJinja(t, a, b); }},
    {"eq", [](JinjaBudget& t, const Value& a, const Value& b) { return equalJinja(t, a, b); }},
    {"==", [](JinjaBudget& t, const Value& a, const Value& b) { return equalJinja(t, a, b); }},
    {"sameas", [](JinjaBudget& t, const Value& a, const Value& b) { return a.type() == b.type() && equalJinja(t, a, b); }},
    {"ne", [](JinjaBudget& t, const Value& a, const Value& b) { return !equalJinja(t, a, b); }},
    {"!=", [](JinjaBudget& t, const Value& a, const Value& b) { return !equalJinja(t, a, b); }},
    {"gt", [](JinjaBudget& t, const Value& a, const Value& b) { return jinjaOrder(t, a, b, "gt") > 0; }},
    {"greaterthan", [](JinjaBudget& t, const Value& a, const Value& b) { return jinjaOrder(t, a, b, "gt") > 0; }},
    {"ge", [](JinjaBudget& t, const Value& a, const Value& b) { return jinjaOrder(t, a, b, "ge") >= 0; }},
    {"lt", [](JinjaBudget& t, const Value& a, const Value& b) { return jinjaOrder(t, a, b, "lt") < 0; }},
    {"lessthan", [](JinjaBudget& t, const Value& a, const Value& b) { return jinjaOrder(t, a, b, "lt") < 0; }},
    {"le", [](JinjaBudget& t, const Value& a, const Value& b) { return jinjaOrder(t, a, b, "le") <= 0; }},
    {"in", [](JinjaBudget& t, const Value& a, const Value& b) { return jinjaContains(t, b, a); }},
    {"divisibleby", divides},
}};

}  // namespace

JinjaValue jinjaFilter(JinjaBudget& budget, const std::string& name, const JinjaValue& value, const JinjaArguments& given) {
    budget.spend();
    for (const Filter& filter : kFilters)
        if (filter.name == name) return budget.bounded(filter.run(budget, value, given));
    budget.unsupported("the filter " + name);
}

bool jinjaTest(JinjaBudget& budget, const std::string& name, const JinjaValue& value, const JinjaArguments& given) {
    budget.spend();
    if (given.values.empty())
        for (const Test& test : kTests)
            if (test.name == name) return test.holds(budget, value);
    if (given.values.size() == 1)
        for (const Comparison& test : kComparisons)
            if (test.name == name) return test.holds(budget, value, given.values[0]);
    budget.unsupported("the test '" + name + "'");
}

const JinjaValue* jinjaField(JinjaBudget& budget, const JinjaValue& object, const JinjaValue& key) {
    static const Value kUndefined = undefinedJinja();
    if (object.is_object() && key.is_string()) {
        budget.spendLookups(object.size());
        const auto found = object.find(key.get_ref<const std::string&>());
        return found != object.end() ? &*found : &kUndefined;
    }
    const bool list = object.is_array() && key.is_number_integer();
    if (!list) return object.is_discarded() || (object.is_string() && key.is_number_integer()) ? nullptr : &kUndefined;
    const auto size = static_cast<std::int64_t>(object.size());
    std::int64_t at = key.get<std::int64_t>();
    if (at < 0) at += size;
    return at < 0 || at >= size ? &kUndefined : &object[static_cast<std::size_t>(at)];
}

JinjaValue jinjaItem(JinjaBudget& budget, const JinjaValue& object, const JinjaValue& key) {
    if (const Value* field = jinjaField(budget, object, key)) return *field;
    if (object.is_discarded()) budget.wrong("a field of something undefined");
    const auto& text = object.get_ref<const std::string&>();
    budget.spendLookups(2 * text.size());
    const auto characters = charactersOf(text);
    const auto size = static_cast<std::int64_t>(characters.size());
    std::int64_t at = key.get<std::int64_t>();
    if (at < 0) at += size;
    return at < 0 || at >= size ? undefinedJinja() : Value(characters[static_cast<std::size_t>(at)]);
}

bool jinjaContains(JinjaBudget& budget, const JinjaValue& whole, const JinjaValue& part) {
    if (whole.is_string())
        return findJinja(budget, whole.get_ref<const std::string&>(), textJinja(budget, part, "'in'")) != std::string::npos;
    if (whole.is_object()) {
        budget.spendLookups(whole.size());
        return part.is_string() && whole.contains(part.get_ref<const std::string&>());
    }
    if (whole.is_array())
        return std::any_of(whole.begin(), whole.end(), [&](const Value& item) { return equalJinja(budget, item, part); });
    if (whole.is_discarded()) return false;
    budget.wrong("'in' of something that holds nothing");
}

int jinjaOrder(const JinjaBudget& budget, const JinjaValue& a, const JinjaValue& b, const std::string& where) {
    if (a.is_string() && b.is_string()) {
        const int order = a.get_ref<const std::string&>().compare(b.get_ref<const std::string&>());
        return order < 0 ? -1 : order > 0;
    }
    if (a.is_number_float() || b.is_number_float()) {
        const auto number = [&](const Value& value) {
            return value.is_number_float() ? value.get<double>() : static_cast<double>(integerJinja(budget, value, where));
        };
        const double x = number(a), y = number(b);
        return x < y ? -1 : x > y;
    }
    const auto x = integerJinja(budget, a, where), y = integerJinja(budget, b, where);
    return x < y ? -1 : x > y;
}

}  // namespace lorashear
