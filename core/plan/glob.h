#pragma once

#include <string>
#include <string_view>

namespace lorashear {

/// Pattern on a whole name, case-sensitive. Shell-like: '*' is any run of characters (dots too), '?' any single one. Behind "re:": a regular expression as in
/// ECMAScript, without back-references, matched in time that its length and the name's bound. One that cannot be read matches nothing.
bool globMatches(std::string_view pattern, std::string_view name);
/// What is wrong with a pattern; "" when it can be read. Names and longer patterns than anybody writes are refused, too.
std::string patternProblem(std::string_view pattern);

}  // namespace lorashear
