#include "core/plan/glob.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <regex>
#include <string>

namespace lorashear {

namespace {

constexpr std::string_view kExpression = "re:";
constexpr std::size_t kLongestExpression = 200, kMostRepeats = 100, kKept = 64;

/// Counted repeats are written out when an expression is compiled: a{1000}{1000} would be a million states.
bool repeatsTooOften(std::string_view expression) {
    std::size_t number = 0;
    for (const char c : expression) {
        number = c >= '0' && c <= '9' ? number * 10 + std::size_t(c - '0') : 0;
        if (number > kMostRepeats) return true;
    }
    return std::count(expression.begin(), expression.end(), '{') > 2;
}

std::regex compiled(std::string_view expression) {
    if (expression.size() > kLongestExpression || repeatsTooOften(expression))
        throw std::regex_error(std::regex_constants::error_complexity);
    auto flags = std::regex::ECMAScript | std::regex::nosubs;
#ifdef __GLIBCXX__
    flags |= std::regex_constants::__polynomial;  // the other way takes exponential time for (a+)+b
#endif
    return std::regex(expression.begin(), expression.end(), flags);
}

/// Plans are made at every move of a slider: compiled once.
bool expressionMatches(std::string_view expression, std::string_view name) {
    thread_local std::map<std::string, std::optional<std::regex>, std::less<>> known;
    auto at = known.find(expression);
    if (at == known.end()) {
        if (known.size() >= kKept) known.clear();
        std::optional<std::regex> made;
        try {
            made = compiled(expression);
        } catch (const std::regex_error&) {  // told by patternProblem
        }
        at = known.emplace(expression, std::move(made)).first;
    }
    return at->second && std::regex_match(name.begin(), name.end(), *at->second);
}

}  // namespace

std::string patternProblem(std::string_view pattern) {
    if (!pattern.starts_with(kExpression)) return {};
    try {
        compiled(pattern.substr(kExpression.size()));
    } catch (const std::regex_error& error) {
        return error.code() == std::regex_constants::error_complexity ? "is longer or repeats more than any rule needs to"
                                                                      : "is no regular expression";
    }
    return {};
}

bool globMatches(std::string_view pattern, std::string_view name) {
    if (pattern.starts_with(kExpression)) return expressionMatches(pattern.substr(kExpression.size()), name);
    std::size_t p = 0, n = 0;
    std::size_t star = std::string_view::npos, resume = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = n;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;  // let the last star swallow one character more
            n = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace lorashear
