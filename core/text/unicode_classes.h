#pragma once

#include <string_view>

namespace lorashear {

bool isWhiteSpace(char32_t c);   ///< Unicode White_Space
bool isWordChar(char32_t c);     ///< \w of UTS #18: alphabetic, mark, decimal digit, connector, join control
bool isNumeric(char32_t c);      ///< categories Nd, Nl, No
bool isPunctuation(char32_t c);  ///< ASCII punctuation and the categories P*
bool isMark(char32_t c);         ///< categories M*

}  // namespace lorashear
