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

/// What may be spent on one template, and in whose name it is refused. Work is counted in what it takes on a slow processor, roughly in nanoseconds: the same
/// template is refused at the same place on every machine. A conversation brings more of it, and larger values.
class JinjaBudget {
public:
    JinjaBudget(const std::string& subject, const JinjaValue& variables);

    [[noreturn]] void wrong(const std::string& what) const;        ///< Error(BadInput)
    [[noreturn]] void unsupported(const std::string& what) const;  ///< Error(Unsupported), "the chat template uses what"

    /// Error(BadInput) when the template has had its share.
    void spend(std::size_t work = kStep);
    void spendBytes(std::size_t bytes) { spend(bytes / 2); }            ///< copied, or looked through
    void spendItems(std::size_t items) { spend(items * kItem); }        ///< made
    void spendLookups(std::size_t fields) { spend(fields * kLookup); }  ///< names that are gone through to find one
    void spendCopies(const JinjaValue& value, std::size_t times = 1);
    /// The value itself, paid for, unless it grew too large. Values that are put together from others may double with every step.
    JinjaValue bounded(JinjaValue value);
    void requireLength(std::size_t bytes) const;  ///< Error(BadInput) if a text of so many bytes is too large

    static constexpr std::size_t kStep = 250, kItem = 80, kLookup = 8, kTurn = 2500;  ///< kTurn: of a for

private:
    const std::string& m_subject;
    std::size_t m_left, m_longest;
};

/// Arguments of a filter, test or method.
struct JinjaArguments {
    std::vector<JinjaValue> values;
    std::vector<std::pair<std::string, JinjaValue>> named;
    const JinjaValue* find(std::size_t index, std::string_view name) const;  ///< by place or by name; null: not given
};

JinjaValue undefinedJinja();
bool isTrueJinja(const JinjaValue& value);
bool equalJinja(JinjaBudget& budget, const JinjaValue& a, const JinjaValue& b);
/// Python's str() and, for what lies in lists and dictionaries, repr().
std::string writtenJinja(JinjaBudget& budget, const JinjaValue& value);
/// Python's json.dumps(value, ensure_ascii=False), indented by so many spaces unless negative.
std::string jsonJinja(JinjaBudget& budget, const JinjaValue& value, int indent);
const std::string& textJinja(const JinjaBudget& budget, const JinjaValue& value, const std::string& where);
std::int64_t integerJinja(const JinjaBudget& budget, const JinjaValue& value, const std::string& where);
/// Where a part stands in a text from a byte on, or npos; in time that grows with both lengths, not with their product.
std::size_t findJinja(JinjaBudget& budget, std::string_view text, std::string_view part, std::size_t from = 0);
/// The characters of well-formed text, one by one.
std::vector<std::string_view> charactersOf(std::string_view text);
/// What a for or a filter goes through: items, keys, characters. Error(BadInput) for what holds nothing.
JinjaValue itemsJinja(JinjaBudget& budget, const JinjaValue& value, const std::string& where);

}  // namespace lorashear
