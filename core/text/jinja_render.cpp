#include "core/text/jinja_render.h"

#include "core/text/jinja_filters.h"
#include "core/text/jinja_syntax.h"
#include "core/text/jinja_values.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <map>
#include <optional>
#include <vector>

// Each turn of a for has its own names, so that a set inside it ends with it; a field of an object (namespace()) is set where the object lies.
// A macro sees its parameters and the names of the whole template, not those of the place that calls it.

namespace lorashear {

namespace {

using Kind = JinjaKind;
using Value = JinjaValue;

constexpr int kDeepest = 400, kDeepestMacro = 40;
constexpr std::size_t kMostTimes = 100'000;  ///< of range(), as in Jinja's sandbox

enum class Flow { On, Break, Continue };

class Renderer {
public:
    Renderer(const Value& variables, const std::string& subject) : m_budget(subject, variables), m_scopes{variables} {}

    std::string run(const JinjaNode& root) {
        execute(root);
        return std::move(m_out);
    }

private:
    Value* find(const std::string& name) {
        for (auto scope = m_scopes.rbegin(); scope != m_scopes.rend(); ++scope) {
            m_budget.spendLookups(1 + scope->size());
            if (const auto found = scope->find(name); found != scope->end()) return &*found;
        }
        return nullptr;
    }

    /// Where a variable lies, or a field of one, so that it need not be copied to be looked at: conversations are long. Null for what has to be computed.
    /// Good until something else is computed.
    const Value* place(const JinjaNode& node) {
        std::vector<const JinjaNode*> path;
        const JinjaNode* whole = &node;
        for (; whole->kind == Kind::Item; whole = &whole->parts[0]) path.push_back(whole);
        if (whole->kind != Kind::Name || constants().contains(whole->text) || !find(whole->text)) return nullptr;
        std::vector<Value> keys;
        for (const JinjaNode* item : path) keys.push_back(value(item->parts[1]));
        const Value* found = find(whole->text);
        for (auto key = keys.rbegin(); found && key != keys.rend(); ++key) found = jinjaField(m_budget, *found, *key);
        return found;
    }

    /// A value to look at, of its own only where it had to be computed.
    struct Seen {
        Value own;
        const Value* there = nullptr;
        const Value& operator*() const { return there ? *there : own; }
    };
    Seen look(const JinjaNode& node) {
        if (const Value* there = place(node)) return {undefinedJinja(), there};
        return {value(node)};
    }

    bool isTrue(const JinjaNode& node) { return isTrueJinja(*look(node)); }

    void write(const std::string& text) {
        m_budget.spendBytes(text.size());
        m_out += text;
        m_budget.requireLength(m_out.size());
    }

    Flow execute(const JinjaNode& node) {
        m_budget.spend();
        switch (node.kind) {
            case Kind::Block:
                for (const JinjaNode& part : node.parts)
                    if (const Flow flow = execute(part); flow != Flow::On) return flow;
                return Flow::On;
            case Kind::Text: write(node.text); return Flow::On;
            case Kind::Output: write(writtenJinja(m_budget, *look(node.parts[0]))); return Flow::On;
            case Kind::If: return executeIf(node);
            case Kind::For: return executeFor(node);
            case Kind::Break: return Flow::Break;
            case Kind::Continue: return Flow::Continue;
            case Kind::Macro: m_macros[node.text] = &node; return Flow::On;
            case Kind::SetBlock: {
                Value written = captured(node.parts[0]);
                m_budget.spendLookups(m_scopes.back().size());
                m_scopes.back()[node.text] = std::move(written);
                return Flow::On;
            }
            default: executeSet(node); return Flow::On;
        }
    }

    Flow executeIf(const JinjaNode& node) {
        for (std::size_t i = 0; i + 1 < node.parts.size(); i += 2)
            if (isTrue(node.parts[i])) return execute(node.parts[i + 1]);
        return node.parts.size() % 2 == 1 ? execute(node.parts.back()) : Flow::On;
    }

    /// What the body of a for sees of an item: "key,value" takes it apart.
    Value turn(const std::string& names, const Value& item) const {
        Value scope = Value::object();
        const std::size_t comma = names.find(',');
        if (comma == std::string::npos) {
            scope[names] = item;
            return scope;
        }
        if (!item.is_array() || item.size() != 2) m_budget.wrong("a for over pairs meets something that is no pair");
        scope[names.substr(0, comma)] = item[0];
        scope[names.substr(comma + 1)] = item[1];
        return scope;
    }

    Flow executeFor(const JinjaNode& node) {
        const Seen seen = look(node.parts[0]);
        const Value list = itemsJinja(m_budget, *seen, "a for");
        std::vector<Value> items;
        m_budget.spendCopies(list, 4);  // here, as the item of a turn and as that of the two beside it
        for (const Value& item : list) {
            if (node.parts[2].kind != Kind::Absent) {
                m_budget.spend(JinjaBudget::kTurn / 2);
                m_scopes.push_back(turn(node.text, item));
                const bool taken = isTrue(node.parts[2]);
                m_scopes.pop_back();
                if (!taken) continue;
            }
            items.push_back(item);
        }
        for (std::size_t i = 0; i < items.size(); ++i) {
            m_budget.spend(JinjaBudget::kTurn);
            Value scope = turn(node.text, items[i]);
            scope["loop"] = {{"index", i + 1},
                             {"index0", i},
                             {"first", i == 0},
                             {"last", i + 1 == items.size()},
                             {"length", items.size()},
                             {"revindex", items.size() - i},
                             {"revindex0", items.size() - i - 1},
                             {"previtem", i > 0 ? items[i - 1] : undefinedJinja()},
                             {"nextitem", i + 1 < items.size() ? items[i + 1] : undefinedJinja()}};
            m_scopes.push_back(std::move(scope));
            const Flow flow = execute(node.parts[1]);
            m_scopes.pop_back();
            if (flow == Flow::Break) break;
        }
        return items.empty() && node.parts[3].kind != Kind::Absent ? execute(node.parts[3]) : Flow::On;
    }

    void executeSet(const JinjaNode& node) {
        Value result = value(node.parts[0]);
        const std::size_t dot = node.text.find('.');
        if (dot == std::string::npos) {
            m_budget.spendLookups(m_scopes.back().size());
            m_scopes.back()[node.text] = std::move(result);
            return;
        }
        Value* object = find(node.text.substr(0, dot));
        if (!object || !object->is_object()) m_budget.wrong("'" + node.text + "' is set, but it is no namespace");
        m_budget.spendLookups(object->size());
        (*object)[node.text.substr(dot + 1)] = std::move(result);
    }

    /// What a block writes, as a value.
    Value captured(const JinjaNode& block) {
        std::string outside = std::exchange(m_out, {});
        execute(block);
        return m_budget.bounded(std::exchange(m_out, std::move(outside)));
    }

    Value value(const JinjaNode& node) {
        m_budget.spend();
        if (++m_depth > kDeepest) m_budget.wrong("its expressions are too deep");
        Value result = evaluate(node);
        --m_depth;
        return result;
    }

    Value evaluate(const JinjaNode& node) {
        switch (node.kind) {
            case Kind::String: m_budget.spendBytes(node.text.size()); return node.text;
            case Kind::Integer: return std::stoll(node.text);
            case Kind::Fraction: return std::stod(node.text);
            case Kind::Name: return named(node.text);
            case Kind::List: return m_budget.bounded(values(node, 0));
            case Kind::Dictionary: return dictionary(node);
            case Kind::Unary: return unary(node);
            case Kind::Binary: return binary(node);
            case Kind::Conditional:
                if (isTrue(node.parts[1])) return value(node.parts[0]);
                return node.parts.size() > 2 ? value(node.parts[2]) : undefinedJinja();
            case Kind::Item: return item(node);
            case Kind::Slice: return slice(node);
            case Kind::Call: return call(node);
            case Kind::Method: {
                const JinjaArguments given = arguments(node, 1);
                const Seen seen = look(node.parts[0]);
                return jinjaMethod(m_budget, node.text, *seen, given);
            }
            case Kind::Filter: {
                const JinjaArguments given = arguments(node, 1);
                const Seen seen = look(node.parts[0]);
                return jinjaFilter(m_budget, node.text, *seen, given);
            }
            case Kind::Test: return test(node);
            default: m_budget.wrong("an argument by name has no place here");
        }
    }

    static const Value& constants() {
        static const Value kConstants{{"true", true},   {"True", true},    {"false", false},
                                      {"False", false}, {"none", nullptr}, {"None", nullptr}};
        return kConstants;
    }

    Value named(const std::string& name) {
        if (const auto constant = constants().find(name); constant != constants().end()) return *constant;
        const Value* found = find(name);
        return found ? m_budget.bounded(*found) : undefinedJinja();
    }

    Value item(const JinjaNode& node) {
        if (const Value* field = place(node)) return m_budget.bounded(*field);
        const Value object = value(node.parts[0]);
        return m_budget.bounded(jinjaItem(m_budget, object, value(node.parts[1])));
    }

    Value values(const JinjaNode& node, std::size_t from) {
        Value result = Value::array();
        for (std::size_t i = from; i < node.parts.size(); ++i) result.push_back(value(node.parts[i]));
        return result;
    }

    JinjaArguments arguments(const JinjaNode& node, std::size_t from) {
        JinjaArguments given;
        for (std::size_t i = from; i < node.parts.size(); ++i) {
            if (node.parts[i].kind == Kind::Named)
                given.named.emplace_back(node.parts[i].text, value(node.parts[i].parts[0]));
            else
                given.values.push_back(value(node.parts[i]));
        }
        return given;
    }

    Value dictionary(const JinjaNode& node) {
        Value result = Value::object();
        for (std::size_t i = 0; i + 1 < node.parts.size(); i += 2) {
            const Value key = value(node.parts[i]);
            if (!key.is_string()) m_budget.unsupported("a dictionary whose keys are no texts");
            m_budget.spendLookups(result.size());
            result[key.get_ref<const std::string&>()] = value(node.parts[i + 1]);
        }
        return m_budget.bounded(std::move(result));
    }

    Value unary(const JinjaNode& node) {
        if (node.text == "not") return !isTrue(node.parts[0]);
        const Value operand = value(node.parts[0]);

        if (operand.is_number_float()) return -operand.get<double>();
        return -integerJinja(m_budget, operand, "'-'");
    }

    Value binary(const JinjaNode& node) {
        const std::string& sign = node.text;
        Value left = value(node.parts[0]);
        if (sign == "or") return isTrueJinja(left) ? left : value(node.parts[1]);
        if (sign == "and") return isTrueJinja(left) ? value(node.parts[1]) : left;
        if (sign == "in" || sign == "not in") {
            return jinjaContains(m_budget, *look(node.parts[1]), left) == (sign == "in");
        }
        const Value right = value(node.parts[1]);
        if (sign == "==") return equalJinja(m_budget, left, right);
        if (sign == "!=") return !equalJinja(m_budget, left, right);
        if (sign == "<") return jinjaOrder(m_budget, left, right, "'<'") < 0;
        if (sign == ">") return jinjaOrder(m_budget, left, right, "'>'") > 0;
        if (sign == "<=") return jinjaOrder(m_budget, left, right, "'<='") <= 0;
        if (sign == ">=") return jinjaOrder(m_budget, left, right, "'>='") >= 0;
        if (sign == "~") return m_budget.bounded(writtenJinja(m_budget, left) + writtenJinja(m_budget, right));
        if (sign == "+" && left.is_string() && right.is_string())
            return m_budget.bounded(left.get_ref<const std::string&>() + right.get_ref<const std::string&>());
        if (sign == "+" && left.is_array() && right.is_array()) {
            left.insert(left.end(), right.begin(), right.end());
            return m_budget.bounded(std::move(left));
        }
        if (sign == "*" && (left.is_string() || right.is_string()))
            return repeated(left.is_string() ? left : right, left.is_string() ? right : left);
        if (left.is_number_float() || right.is_number_float() || sign == "/") return ofFractions(sign, left, right);
        return ofIntegers(sign, integerJinja(m_budget, left, "'" + sign + "'"),
                          integerJinja(m_budget, right, "'" + sign + "'"));
    }

    Value repeated(const Value& text, const Value& times) {
        const auto& once = text.get_ref<const std::string&>();
        const auto count = static_cast<std::size_t>(std::max<std::int64_t>(0, integerJinja(m_budget, times, "'*'")));
        if (count > 0 && !once.empty()) {
            if (count > (std::size_t{1} << 32)) m_budget.wrong("a value grows too large");
            m_budget.requireLength(once.size() * count);
        }
        std::string result;
        if (!once.empty()) m_budget.spendLookups(count);
        for (std::size_t i = 0; i < count && !once.empty(); ++i) result += once;
        return m_budget.bounded(std::move(result));
    }

    Value ofFractions(const std::string& sign, const Value& left, const Value& right) const {
        const auto number = [&](const Value& value) {
            return value.is_number_float() ? value.get<double>()
                                           : static_cast<double>(integerJinja(m_budget, value, "'" + sign + "'"));
        };
        const double a = number(left), b = number(right);
        if (sign == "+") return a + b;
        if (sign == "-") return a - b;
        if (sign == "*") return a * b;
        if (sign == "**") return std::pow(a, b);
        if (b == 0) m_budget.wrong("division by zero");
        if (sign == "/") return a / b;
        return sign == "//" ? std::floor(a / b) : a - std::floor(a / b) * b;
    }

    Value ofIntegers(const std::string& sign, std::int64_t a, std::int64_t b) const {
        constexpr std::int64_t kLargest = std::int64_t{1} << 31;
        if (std::max(std::abs(a), std::abs(b)) > kLargest) m_budget.wrong("a number is too large");
        if (sign == "+") return a + b;
        if (sign == "-") return a - b;
        if (sign == "*") return a * b;
        if (sign == "**") return power(a, b);
        if (b == 0) m_budget.wrong("division by zero");
        const std::int64_t rest = (a % b + b) % b;  // of the divisor's sign, as in Python
        return sign == "%" ? rest : (a - rest) / b;
    }

    Value power(std::int64_t base, std::int64_t exponent) const {
        if (exponent < 0) return std::pow(static_cast<double>(base), static_cast<double>(exponent));
        const double size = std::pow(std::abs(static_cast<double>(base)), static_cast<double>(exponent));
        if (size > 4e9) m_budget.wrong("a number is too large");
        std::int64_t result = 1;
        if (std::abs(base) <= 1) return exponent % 2 != 0 || base >= 0 ? (exponent == 0 ? 1 : base) : base * base;
        for (std::int64_t i = 0; i < exponent; ++i) result *= base;
        return result;
    }

    Value slice(const JinjaNode& node) {
        const Value object = value(node.parts[0]);  // a copy: bounds are computed below
        if (!object.is_array() && !object.is_string())
            m_budget.unsupported("a part of something that is no list and no text");
        const auto characters =
            object.is_string() ? charactersOf(object.get_ref<const std::string&>()) : std::vector<std::string_view>();
        const auto size = static_cast<std::int64_t>(object.is_string() ? characters.size() : object.size());
        m_budget.spendLookups(4 * characters.size());
        const auto given = [&](std::size_t part) -> std::optional<std::int64_t> {
            if (node.parts[part].kind == Kind::Absent) return {};
            const Value bound = value(node.parts[part]);
            if (bound.is_null()) return {};
            return integerJinja(m_budget, bound, "a slice");
        };
        const std::int64_t by = given(3).value_or(1);
        if (by == 0) m_budget.wrong("a slice with steps of 0");
        const auto bound = [&](std::optional<std::int64_t> at, std::int64_t otherwise) {
            if (!at) return otherwise;
            return by > 0 ? std::clamp(*at < 0 ? *at + size : *at, std::int64_t{0}, size)
                          : std::clamp(*at < 0 ? *at + size : *at, std::int64_t{-1}, size - 1);
        };
        const std::int64_t from = bound(given(1), by > 0 ? 0 : size - 1), to = bound(given(2), by > 0 ? size : -1);
        Value list = Value::array();
        std::string text;
        const std::int64_t stride = std::clamp(by, -size - 1, size + 1);
        for (std::int64_t at = from; by > 0 ? at < to : at > to; at += stride) {
            if (object.is_string())
                text += characters[static_cast<std::size_t>(at)];
            else
                list.push_back(object[static_cast<std::size_t>(at)]);
        }
        return m_budget.bounded(object.is_string() ? Value(std::move(text)) : std::move(list));
    }

    Value test(const JinjaNode& node) {
        // a macro is not undefined, and calling it is what it is for
        if (const JinjaNode& tested = node.parts[0]; tested.kind == Kind::Name && !find(tested.text)) {
            const bool known = m_macros.contains(tested.text) || tested.text == "strftime_now" ||
                               tested.text == "raise_exception" || tested.text == "namespace" || tested.text == "range";
            if (known && (node.text == "defined" || node.text == "callable")) return true;
            if (known && node.text == "undefined") return false;
        }
        const JinjaArguments given = arguments(node, 1);
        const Seen seen = look(node.parts[0]);
        return jinjaTest(m_budget, node.text, *seen, given);
    }

    Value call(const JinjaNode& node) {
        if (const auto macro = m_macros.find(node.text); macro != m_macros.end()) return callMacro(*macro->second, node);
        const JinjaArguments given = arguments(node, 0);
        if (node.text == "raise_exception")
            m_budget.wrong(given.values.empty() || !given.values[0].is_string() ? "it refuses these messages"
                                                                                : given.values[0].get<std::string>());
        if (node.text == "namespace" || node.text == "dict") return objectOf(given);
        if (node.text == "range") return range(given);
        if (node.text == "strftime_now") return now(given);
        m_budget.unsupported(node.text + "()");
    }

    Value objectOf(const JinjaArguments& given) {
        Value result = Value::object();
        for (const Value& each : given.values) {
            if (!each.is_object()) m_budget.unsupported("namespace() of something that is no dictionary");
            m_budget.spendLookups(each.size() * (result.size() + each.size()));
            result.update(each);
        }
        m_budget.spendLookups(given.named.size() * (result.size() + given.named.size()));
        for (const auto& [name, argument] : given.named) result[name] = argument;
        return m_budget.bounded(std::move(result));
    }

    Value range(const JinjaArguments& given) {
        if (given.values.empty() || given.values.size() > 3) m_budget.wrong("range() takes one to three numbers");
        std::vector<std::int64_t> numbers;
        for (const Value& each : given.values) numbers.push_back(integerJinja(m_budget, each, "range()"));
        const std::int64_t from = numbers.size() > 1 ? numbers[0] : 0, to = numbers.size() > 1 ? numbers[1] : numbers[0];
        const std::int64_t by = numbers.size() > 2 ? numbers[2] : 1;
        if (by == 0 || std::max({std::abs(from), std::abs(to), std::abs(by)}) > (std::int64_t{1} << 40))
            m_budget.wrong("range() of numbers that it cannot take");
        Value result = Value::array();
        for (std::int64_t at = from; by > 0 ? at < to : at > to; at += by) {
            if (result.size() >= kMostTimes) m_budget.wrong("range() of more than 100000 numbers");
            m_budget.spendLookups(2);
            result.push_back(at);
        }
        return m_budget.bounded(std::move(result));
    }

    /// The time here and now, as templates that tell a model the date ask for it.
    Value now(const JinjaArguments& given) {
        const Value* format = given.find(0, "format");
        if (!format || !format->is_string() || format->get_ref<const std::string&>().empty() ||
            format->get_ref<const std::string&>().size() > 200)
            m_budget.wrong("strftime_now() without a format");
        const std::time_t seconds = std::time(nullptr);
        std::tm local{};
        localtime_r(&seconds, &local);
        char text[4096];
        const auto size = std::strftime(text, sizeof text, format->get_ref<const std::string&>().c_str(), &local);
        return std::string(text, size);
    }

    Value callMacro(const JinjaNode& macro, const JinjaNode& node) {
        if (++m_macroDepth > kDeepestMacro) m_budget.wrong("its macros call each other too deep");
        const JinjaArguments given = arguments(node, 0);
        if (given.values.size() + 1 > macro.parts.size())
            m_budget.wrong("the macro " + macro.text + " gets too many arguments");
        Value scope = Value::object();
        for (std::size_t i = 1; i < macro.parts.size(); ++i) {
            const JinjaNode& parameter = macro.parts[i];
            const Value* found = given.find(i - 1, parameter.text);
            m_budget.spendLookups(scope.size() + given.named.size());
            if (found) m_budget.spendCopies(*found);
            scope[parameter.text] = found ? *found : parameter.parts.empty() ? undefinedJinja() : value(parameter.parts[0]);
        }
        for (const auto& [name, argument] : given.named)
            if (!scope.contains(name)) m_budget.wrong("the macro " + macro.text + " has no parameter " + name);
        auto outside = std::move(m_scopes);
        m_scopes.clear();
        m_scopes.push_back(std::move(outside.front()));
        m_scopes.push_back(std::move(scope));
        Value result = captured(macro.parts[0]);
        outside.front() = std::move(m_scopes.front());
        m_scopes = std::move(outside);
        --m_macroDepth;
        return result;
    }

    JinjaBudget m_budget;
    std::vector<Value> m_scopes;
    std::map<std::string, const JinjaNode*> m_macros;
    std::string m_out;
    int m_depth = 0, m_macroDepth = 0;
};

}  // namespace

std::string renderJinja(const JinjaNode& root, const nlohmann::ordered_json& variables, const std::string& subject) {
    return Renderer(variables, subject).run(root);
}

}  // namespace lorashear
