#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lorashear {

/// One code point of well-formed UTF-8 and where it lies.
struct CodePoint {
    char32_t value = 0;
    std::size_t bytes = 0;
};

/// The code point at text[at]; the text must be well-formed (see repairUtf8) and at < size.
CodePoint codePointAt(std::string_view text, std::size_t at);
/// The code point that ends just before text[at]; at > 0.
CodePoint codePointBefore(std::string_view text, std::size_t at);

void appendUtf8(std::string& text, char32_t value);

bool isValidUtf8(std::string_view text);
/// Replaces every ill-formed part by U+FFFD, one for each maximal part that could still have become a character (the
/// practice that Unicode recommends, chapter 3.9). Well-formed text comes back unchanged.
std::string repairUtf8(std::string_view text);

}  // namespace lorashear
