#include "core/base/printable.h"

namespace lorashear {

namespace {

/// Bytes of the well-formed character at text[at]; 0: there is none.
std::size_t characterAt(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool shortForm = first == 0xe0 && byte(1) < 0xa0, surrogate = first == 0xed && byte(1) > 0x9f;
        return follows(1) && follows(2) && !shortForm && !surrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool shortForm = first == 0xf0 && byte(1) < 0x90, beyond = first == 0xf4 && byte(1) > 0x8f;
        return follows(1) && follows(2) && follows(3) && !shortForm && !beyond ? 4 : 0;
    }
    return 0;
}

void appendHex(std::string& text, unsigned char byte) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text.append("\\x").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 0xf]);
}

bool isControl(std::string_view character) {
    const auto first = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) return (first < 0x20 && first != '\n' && first != '\t') || first == 0x7f;
    return first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;  // U+0080 to U+009F
}

}  // namespace

std::string printable(std::string_view text) {
    return printable(text, std::string_view::npos);
}

std::string printable(std::string_view text, std::size_t longest) {
    std::string result;
    result.reserve(text.size() < longest ? text.size() : longest);
    for (std::size_t at = 0; at < text.size();) {
        if (result.size() >= longest) return result + "\xE2\x80\xA6";
        const std::size_t bytes = characterAt(text, at);
        const std::string_view character = text.substr(at, bytes == 0 ? 1 : bytes);
        if (bytes == 0 || isControl(character))
            for (const char c : character) appendHex(result, static_cast<unsigned char>(c));
        else
            result.append(character);
        at += character.size();
    }
    return result;
}

}  // namespace lorashear
