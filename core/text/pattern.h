#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lorashear {

class JsonFields;

/// What a tokenizer searches for: a fixed string, or a regular expression in the dialect of Oniguruma, run by PCRE2 with
/// Unicode properties. Classes whose meaning differs between the two (\s \w \h) are spelled out; a construct that PCRE2 would
/// read differently (set intersection, nested sets) is Error(Unsupported). A match limit bounds the time on hostile text.
class Pattern {
public:
    using Range = std::pair<std::size_t, std::size_t>;  ///< byte begin and end

    static Pattern literal(std::string text);
    static Pattern regex(const std::string& expression, const JsonFields& place);
    /// {"String": …} or {"Regex": …} under the key "pattern".
    static Pattern fromJson(const JsonFields& fields);

    /// All matches from left to right in well-formed UTF-8, without overlap; empty ones included.
    std::vector<Range> findAll(std::string_view text) const;

private:
    struct Compiled;
    std::string m_literal;
    std::shared_ptr<const Compiled> m_compiled;
    std::string m_expression;
};

}  // namespace lorashear
