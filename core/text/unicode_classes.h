#pragma once

#include <string_view>

namespace lorashear {

bool isWhiteSpace(char32_t c);   ///< Unicode White_Space
bool isWordChar(char32_t c);     ///< \w of UTS #18: alphabetic, mark, decimal digit, connector, join control
bool isNumeric(char32_t c);      ///< categories Nd, Nl, No
bool isPunctuation(char32_t c);  ///< ASCII punctuation and the categories P*
bool isMark(char32_t c);         ///< categories M*

/// What has no place in a text to learn from: control characters but tab and line ends, the replacement character, byte
/// order marks, soft hyphens, private, unassigned and surrogate code points.
bool isIrregular(char32_t c);

}  // namespace lorashear
