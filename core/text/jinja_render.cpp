#include "core/text/jinja_render.h"

#include "core/base/error.h"
#include "core/text/jinja_syntax.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

// Values are JSON values; a discarded one stands for Jinja's undefined. Each turn of a for has its own names, so that a set inside it
// ends with it; a field of an object (namespace()) is set where the object lies.

namespace lorashear {

namespace {

using nlohmann::json;
using Kind = JinjaKind;

constexpr int kDeepest = 400;
constexpr std::size_t kMostSteps = 2'000'000, kLongestResult = std::size_t{4} << 20;
constexpr const char* kWhite = " \t\n\r\v\f";

json undefined() {
    return json(json::value_t::discarded);
}

bool truth(const json& value) {
    switch (value.type()) {
        case json::value_t::boolean: return value.get<bool>();
        case json::value_t::string: return !value.get_ref<const std::string&>().empty();
        case json::value_t::array:
        case json::value_t::object: return !value.empty();
        case json::value_t::number_integer:
        case json::value_t::number_unsigned: return value.get<std::int64_t>() != 0;
        case json::value_t::number_float: return value.get<double>() != 0;
        default: return false;
    }
}

std::string stripped(std::string_view text, std::string_view letters, bool left, bool right) {
    const std::size_t begin = left ? text.find_first_not_of(letters) : 0;
    if (begin == std::string_view::npos) return {};
    const std::size_t end = right ? text.find_last_not_of(letters) + 1 : text.size();
    return std::string(text.substr(begin, end > begin ? end - begin : 0));
}

/// Roughly the bytes a value takes.
std::size_t weight(const json& value) {
    if (value.is_string()) return value.get_ref<const std::string&>().size();
    std::size_t sum = 16;
    if (value.is_structured())
        for (const json& part : value) sum += weight(part);
    return sum;
}

std::string inAscii(std::string text, int (*change)(int)) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x80) c = static_cast<char>(change(c));
    return text;
}

class Renderer {
public:
    Renderer(const json& variables, const std::string& subject) : m_subject(subject), m_scopes{variables} {}

    std::string run(const JinjaNode& root) {
        execute(root);
        return std::move(m_out);
    }

private:
    [[noreturn]] void wrong(const std::string& what) const {
        throw Error(ErrorCode::BadInput, m_subject, "chat template: " + what);
    }
    [[noreturn]] void unsupported(const std::string& what) const {
        throw Error(ErrorCode::Unsupported, m_subject, "the chat template uses " + what + ", which is not handled",
                    "write the prompt with its markers by hand, or give the folder a simpler chat_template");
    }

    void step() {
        if (++m_steps > kMostSteps || m_out.size() > kLongestResult) wrong("it takes too many steps");
    }

    /// Values that are put together from others may double with every step.
    json bounded(json value) const {
        if (weight(value) > kLongestResult) wrong("a value grows too large");
        return value;
    }

    json* find(const std::string& name) {
        for (auto scope = m_scopes.rbegin(); scope != m_scopes.rend(); ++scope)
            if (const auto found = scope->find(name); found != scope->end()) return &*found;
        return nullptr;
    }

    void execute(const JinjaNode& node) {
        step();
        switch (node.kind) {
            case Kind::Block:
                for (const JinjaNode& part : node.parts) execute(part);
                return;
            case Kind::Text: m_out += node.text; return;
            case Kind::Output: m_out += written(value(node.parts[0])); return;
            case Kind::If: return executeIf(node);
            case Kind::For: return executeFor(node);
            default: return executeSet(node);
        }
    }

    void executeIf(const JinjaNode& node) {
        for (std::size_t i = 0; i + 1 < node.parts.size(); i += 2)
            if (truth(value(node.parts[i]))) return execute(node.parts[i + 1]);
        if (node.parts.size() % 2 == 1) execute(node.parts.back());
    }

    void executeFor(const JinjaNode& node) {
        const json list = value(node.parts[0]);
        if (!list.is_array() && !list.is_discarded()) unsupported("a for over something that is no list");
        std::vector<json> items;
        for (const json& item : list.is_array() ? list : json::array()) {
            m_scopes.push_back({{node.text, item}});
            if (node.parts.size() < 3 || truth(value(node.parts[2]))) items.push_back(item);
            m_scopes.pop_back();
        }
        for (std::size_t i = 0; i < items.size(); ++i) {
            const json loop{{"index", i + 1},
                            {"index0", i},
                            {"first", i == 0},
                            {"last", i + 1 == items.size()},
                            {"length", items.size()},
                            {"revindex", items.size() - i},
                            {"revindex0", items.size() - i - 1},
                            {"previtem", i > 0 ? items[i - 1] : undefined()},
                            {"nextitem", i + 1 < items.size() ? items[i + 1] : undefined()}};
            m_scopes.push_back({{node.text, items[i]}, {"loop", loop}});
            execute(node.parts[1]);
            m_scopes.pop_back();
        }
    }

    void executeSet(const JinjaNode& node) {
        json result = value(node.parts[0]);
        const std::size_t dot = node.text.find('.');
        if (dot == std::string::npos) {
            m_scopes.back()[node.text] = std::move(result);
            return;
        }
        json* object = find(node.text.substr(0, dot));
        if (!object || !object->is_object()) wrong("'" + node.text + "' is set, but it is no namespace");
        (*object)[node.text.substr(dot + 1)] = std::move(result);
    }

    std::string written(const json& value) const {
        if (value.is_string()) return value.get<std::string>();
        if (value.is_discarded()) return {};
        if (value.is_null()) return "None";
        if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
        if (value.is_number_integer()) return value.dump();
        unsupported("a list or an object written as text");
    }

    const std::string& text(const json& value, const std::string& where) const {
        if (!value.is_string()) wrong(where + " of something that is no text");
        return value.get_ref<const std::string&>();
    }

    std::int64_t integer(const json& value, const std::string& where) const {
        if (value.is_boolean()) return value.get<bool>();
        if (!value.is_number_integer()) wrong(where + " of something that is no whole number");
        return value.get<std::int64_t>();
    }

    json value(const JinjaNode& node) {
        step();
        if (++m_depth > kDeepest) wrong("its expressions are too deep");
        json result = evaluate(node);
        --m_depth;
        return result;
    }

    json evaluate(const JinjaNode& node) {
        switch (node.kind) {
            case Kind::String: return node.text;
            case Kind::Integer: return std::stoll(node.text);
            case Kind::Name: return named(node.text);
            case Kind::List: return values(node, 0);
            case Kind::Unary:
                if (node.text == "not") return !truth(value(node.parts[0]));
                return -integer(value(node.parts[0]), "'-'");
            case Kind::Binary: return binary(node);
            case Kind::Conditional:
                if (truth(value(node.parts[1]))) return value(node.parts[0]);
                return node.parts.size() > 2 ? value(node.parts[2]) : undefined();
            case Kind::Item: return item(value(node.parts[0]), value(node.parts[1]));
            case Kind::Slice: return slice(node);
            case Kind::Call: return call(node);
            case Kind::Method: return method(node);
            case Kind::Filter: return filter(node);
            case Kind::Test: return test(node);
            default: wrong("an argument by name has no place here");
        }
    }

    json named(const std::string& name) {
        static const json kConstants{{"true", true},   {"True", true},    {"false", false},
                                     {"False", false}, {"none", nullptr}, {"None", nullptr}};
        if (const auto constant = kConstants.find(name); constant != kConstants.end()) return *constant;
        const json* found = find(name);
        return found ? *found : undefined();
    }

    json values(const JinjaNode& node, std::size_t from) {
        json result = json::array();
        for (std::size_t i = from; i < node.parts.size(); ++i) result.push_back(value(node.parts[i]));
        return bounded(std::move(result));
    }

    bool contains(const json& whole, const json& part) const {
        if (whole.is_string()) return whole.get_ref<const std::string&>().find(text(part, "'in'")) != std::string::npos;
        if (whole.is_object()) return part.is_string() && whole.contains(part.get<std::string>());
        if (whole.is_array()) return std::find(whole.begin(), whole.end(), part) != whole.end();
        if (whole.is_discarded()) return false;
        wrong("'in' of something that holds nothing");
    }

    static bool equal(const json& a, const json& b) {
        return a.is_discarded() || b.is_discarded() ? a.is_discarded() && b.is_discarded() : a == b;
    }

    json binary(const JinjaNode& node) {
        const std::string& sign = node.text;
        json left = value(node.parts[0]);
        if (sign == "or") return truth(left) ? left : value(node.parts[1]);
        if (sign == "and") return truth(left) ? value(node.parts[1]) : left;
        const json right = value(node.parts[1]);
        if (sign == "==") return equal(left, right);
        if (sign == "!=") return !equal(left, right);
        if (sign == "in") return contains(right, left);
        if (sign == "not in") return !contains(right, left);
        if (sign == "~") return bounded(written(left) + written(right));
        if (sign == "+" && left.is_string() && right.is_string()) return bounded(written(left) + written(right));
        if (sign == "+" && left.is_array() && right.is_array()) {
            left.insert(left.end(), right.begin(), right.end());
            return bounded(std::move(left));
        }
        return arithmetic(sign, integer(left, "'" + sign + "'"), integer(right, "'" + sign + "'"));
    }

    json arithmetic(const std::string& sign, std::int64_t a, std::int64_t b) const {
        constexpr std::int64_t kLargest = std::int64_t{1} << 31;
        if (std::max(std::abs(a), std::abs(b)) > kLargest) wrong("a number is too large");
        if (sign == "+") return a + b;
        if (sign == "-") return a - b;
        if (sign == "*") return a * b;
        if (sign == "<") return a < b;
        if (sign == ">") return a > b;
        if (sign == "<=") return a <= b;
        if (sign == ">=") return a >= b;
        if (sign != "%" && sign != "//") unsupported("the operator " + sign);
        if (b == 0) wrong("division by zero");
        const std::int64_t rest = (a % b + b) % b;  // of the divisor's sign, as in Python
        return sign == "%" ? rest : (a - rest) / b;
    }

    json item(const json& object, const json& key) const {
        if (object.is_object() && key.is_string()) {
            const auto found = object.find(key.get<std::string>());
            return found != object.end() ? *found : undefined();
        }
        if ((object.is_array() || object.is_string()) && key.is_number_integer()) {
            const auto size =
                static_cast<std::int64_t>(object.is_array() ? object.size() : object.get_ref<const std::string&>().size());
            std::int64_t at = key.get<std::int64_t>();
            if (at < 0) at += size;
            if (at < 0 || at >= size) return undefined();
            if (object.is_array()) return object[static_cast<std::size_t>(at)];
            unsupported("single characters of a text");
        }
        if (object.is_discarded()) wrong("a field of something undefined");
        return undefined();
    }

    json slice(const JinjaNode& node) {
        const json object = value(node.parts[0]);
        if (!object.is_array()) unsupported("a part of something that is no list");
        const auto size = static_cast<std::int64_t>(object.size());
        const auto given = [&](std::size_t part) -> std::optional<std::int64_t> {
            if (node.parts[part].kind == Kind::Absent) return {};
            return integer(value(node.parts[part]), "a slice");
        };
        const std::int64_t by = given(3).value_or(1);
        if (by != 1 && by != -1) unsupported("a slice with steps");
        const auto bound = [&](std::optional<std::int64_t> at, std::int64_t otherwise) {
            if (!at) return otherwise;
            return by > 0 ? std::clamp(*at < 0 ? *at + size : *at, std::int64_t{0}, size)
                          : std::clamp(*at < 0 ? *at + size : *at, std::int64_t{-1}, size - 1);
        };
        const std::int64_t from = bound(given(1), by > 0 ? 0 : size - 1), to = bound(given(2), by > 0 ? size : -1);
        json result = json::array();
        for (std::int64_t at = from; by > 0 ? at < to : at > to; at += by)
            result.push_back(object[static_cast<std::size_t>(at)]);
        return result;
    }

    json call(const JinjaNode& node) {
        if (node.text == "raise_exception") {
            const json said = values(node, 0);
            wrong(said.empty() || !said[0].is_string() ? "it refuses these messages" : said[0].get<std::string>());
        }
        if (node.text == "namespace") {
            json result = json::object();
            for (const JinjaNode& argument : node.parts) {
                if (argument.kind != Kind::Named) unsupported("namespace() of a dictionary");
                result[argument.text] = value(argument.parts[0]);
            }
            return bounded(std::move(result));
        }
        unsupported(node.text + "()");
    }

    json method(const JinjaNode& node) {
        const json object = value(node.parts[0]);
        const json given = values(node, 1);
        const std::string& name = node.text;
        if (name == "get" && object.is_object() && !given.empty()) {
            const json found = item(object, given[0]);
            return !found.is_discarded() ? found : given.size() > 1 ? given[1] : json(nullptr);
        }
        if (!object.is_string()) unsupported("the method ." + name + "() of this value");
        const std::string& whole = object.get_ref<const std::string&>();
        const std::string argument = given.empty() ? std::string() : text(given[0], "." + name + "()");
        if (name == "strip" || name == "lstrip" || name == "rstrip") {
            for (const char c : argument)
                if (static_cast<unsigned char>(c) >= 0x80) unsupported("." + name + "() of letters beyond ASCII");
            return stripped(whole, given.empty() ? kWhite : argument, name != "rstrip", name != "lstrip");
        }
        if (given.empty() && name == "upper") return inAscii(whole, toupper);
        if (given.empty() && name == "lower") return inAscii(whole, tolower);
        if (argument.empty()) unsupported("the method ." + name + "() without an argument");
        if (name == "startswith") return whole.starts_with(argument);
        if (name == "endswith") return whole.ends_with(argument);
        if (name == "split" && given.size() == 1) return bounded(split(whole, argument));
        if (name == "replace" && given.size() == 2) return bounded(replaced(whole, argument, text(given[1], ".replace()")));
        unsupported("the method ." + name + "()");
    }

    static json split(std::string_view whole, std::string_view separator) {
        json result = json::array();
        std::size_t from = 0;
        for (std::size_t at = 0; (at = whole.find(separator, from)) != std::string_view::npos; from = at + separator.size())
            result.push_back(whole.substr(from, at - from));
        result.push_back(whole.substr(from));
        return result;
    }

    static std::string replaced(std::string whole, const std::string& from, const std::string& to) {
        for (std::size_t at = 0; (at = whole.find(from, at)) != std::string::npos; at += to.size())
            whole.replace(at, from.size(), to);
        return whole;
    }

    json filter(const JinjaNode& node) {
        const json object = value(node.parts[0]);
        const std::string& name = node.text;
        const json given = values(node, 1);
        if (name == "default")
            return object.is_discarded() || (given.size() > 1 && truth(given[1]) && !truth(object)) ? given.at(0) : object;
        if (name == "length" || name == "count") {
            if (object.is_array() || object.is_object()) return object.size();
            unsupported("the length of this value");
        }
        if (name == "first" && object.is_array()) return object.empty() ? undefined() : object.front();
        if (name == "last" && object.is_array()) return object.empty() ? undefined() : object.back();
        if (!given.empty()) unsupported("the filter " + name + " with arguments");
        if (name == "trim") return stripped(text(object, "trim"), kWhite, true, true);
        if (name == "upper") return inAscii(text(object, "upper"), toupper);
        if (name == "lower") return inAscii(text(object, "lower"), tolower);
        if (name == "string") return written(object);
        if (name == "list" && object.is_array()) return object;
        unsupported("the filter " + name);
    }

    json test(const JinjaNode& node) {
        const json object = value(node.parts[0]);
        struct Known {
            std::string_view name;
            bool (*holds)(const json&);
        };
        static constexpr std::array<Known, 11> kTests{{
            {"defined", [](const json& v) { return !v.is_discarded(); }},
            {"undefined", [](const json& v) { return v.is_discarded(); }},
            {"none", [](const json& v) { return v.is_null(); }},
            {"string", [](const json& v) { return v.is_string(); }},
            {"mapping", [](const json& v) { return v.is_object(); }},
            {"boolean", [](const json& v) { return v.is_boolean(); }},
            {"true", [](const json& v) { return v.is_boolean() && v.get<bool>(); }},
            {"false", [](const json& v) { return v.is_boolean() && !v.get<bool>(); }},
            {"sequence", [](const json& v) { return v.is_array() || v.is_string() || v.is_object(); }},
            {"iterable", [](const json& v) { return v.is_array() || v.is_string() || v.is_object(); }},
            {"integer", [](const json& v) { return v.is_number_integer(); }},
        }};
        if (node.parts.size() == 1)
            for (const Known& known : kTests)
                if (known.name == node.text) return known.holds(object);
        unsupported("the test '" + node.text + "'");
    }

    const std::string& m_subject;
    std::vector<json> m_scopes;
    std::string m_out;
    std::size_t m_steps = 0;
    int m_depth = 0;
};

}  // namespace

std::string renderJinja(const JinjaNode& root, const nlohmann::json& variables, const std::string& subject) {
    return Renderer(variables, subject).run(root);
}

}  // namespace lorashear
