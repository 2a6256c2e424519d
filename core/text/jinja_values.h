#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lorashear {

/// A value of a template: JSON with its keys in order; a discarded one stands for Jinja's undefined.
using JinjaValue = nlohmann::ordered_json;

/// What may be spent on one template, and in whose name it is refused.
class JinjaBudget {
public:
    explicit JinjaBudget(const std::string& subject) : m_subject(subject) {}

    [[noreturn]] void wrong(const std::string& what) const;        ///< Error(BadInput)
    [[noreturn]] void unsupported(const std::string& what) const;  ///< Error(Unsupported), "the chat template uses what"

    /// Counts one step and the bytes it handles. Error(BadInput) when the template has had its share.
    void spend(std::size_t bytes = 0);
    /// The value itself, unless it grew too large. Values that are put together from others may double with every step.
    JinjaValue bounded(JinjaValue value);
    void requireLength(std::size_t bytes) const;  ///< Error(BadInput) if a text of so many bytes is too large

private:
    const std::string& m_subject;
    std::size_t m_spent = 0;
};

/// Arguments of a filter, test or method.
struct JinjaArguments {
    std::vector<JinjaValue> values;
    std::vector<std::pair<std::string, JinjaValue>> named;
    const JinjaValue* find(std::size_t index, std::string_view name) const;  ///< by place or by name; null: not given
};

JinjaValue undefinedJinja();
bool isTrueJinja(const JinjaValue& value);
bool equalJinja(const JinjaValue& a, const JinjaValue& b);
/// Python's str() and, for what lies in lists and dictionaries, repr().
std::string writtenJinja(const JinjaBudget& budget, const JinjaValue& value);
/// Python's json.dumps(value, ensure_ascii=False), indented by so many spaces unless negative.
std::string jsonJinja(const JinjaValue& value, int indent);
const std::string& textJinja(const JinjaBudget& budget, const JinjaValue& value, const std::string& where);
std::int64_t integerJinja(const JinjaBudget& budget, const JinjaValue& value, const std::string& where);
/// The characters of well-formed text, one by one.
std::vector<std::string_view> charactersOf(std::string_view text);
/// What a for or a filter goes through: items, keys, characters. Error(BadInput) for what holds nothing.
JinjaValue itemsJinja(const JinjaBudget& budget, const JinjaValue& value, const std::string& where);

}  // namespace lorashear
