#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lorashear {

constexpr std::string_view kJinjaWhite = " \t\n\r\v\f";  ///< white space of templates

enum class WordKind { End, Text, OutputTag, StatementTag, TagEnd, Name, String, Integer, Fraction, Operator };

/// A piece of a template: text between tags, the begin or end of a tag, or a word in one.
struct JinjaWord {
    WordKind kind = WordKind::End;
    std::string text;  ///< of a string, what it means
};

/// Cuts a template into its words; the last is an End. Error(BadInput): a tag, a string or a comment without an end, a character that
/// has no place in a tag, more than 20,000 words. Error(Unsupported): an escape in a string that is not known. subject: for messages.
std::vector<JinjaWord> scanJinja(const std::string& source, const std::string& subject);

}  // namespace lorashear
