#pragma once

#include <string>
#include <string_view>

namespace lorashear {

/// GPT-2's alphabet: every byte as one printable character, so that a vocabulary of text can hold any byte sequence. '!'–'~',
/// '¡'–'¬' and '®'–'ÿ' stand for themselves, the other 68 bytes for U+0100, U+0101, … in order.
std::string toByteLevel(std::string_view bytes);
/// The inverse, appended to bytes; false (and nothing appended) if the text has a character outside the alphabet.
bool fromByteLevel(std::string_view text, std::string& bytes);

}  // namespace lorashear
