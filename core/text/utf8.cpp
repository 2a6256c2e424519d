#include "core/text/utf8.h"

namespace lorashear {

namespace {

struct Scan {
    std::size_t bytes = 0;  ///< length of the character, or of the ill-formed part
    bool valid = false;
};

unsigned byteAt(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// Table 3-7 of the Unicode standard: the second byte of some leads has a narrower range.
Scan scan(std::string_view text, std::size_t at) {
    const unsigned lead = byteAt(text, at);
    if (lead < 0x80) return {1, true};
    if (lead < 0xC2 || lead > 0xF4) return {1, false};
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    unsigned low = 0x80, high = 0xBF;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    for (std::size_t i = 1; i < length; ++i) {
        if (at + i >= text.size() || byteAt(text, at + i) < low || byteAt(text, at + i) > high) return {i, false};
        low = 0x80;
        high = 0xBF;
    }
    return {length, true};
}

}  // namespace

CodePoint codePointAt(std::string_view text, std::size_t at) {
    const unsigned lead = byteAt(text, at);
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t value = lead & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) value = value << 6 | (byteAt(text, at + i) & 0x3F);
    return {value, length};
}

CodePoint codePointBefore(std::string_view text, std::size_t at) {
    std::size_t start = at - 1;
    while (start > 0 && (byteAt(text, start) & 0xC0) == 0x80) --start;
    return codePointAt(text, start);
}

void appendUtf8(std::string& text, char32_t value) {
    const auto put = [&text](char32_t byte) { text += static_cast<char>(byte); };
    if (value < 0x80) return put(value);
    if (value < 0x800) {
        put(0xC0 | value >> 6);
    } else {
        if (value < 0x10000) {
            put(0xE0 | value >> 12);
        } else {
            put(0xF0 | value >> 18);
            put(0x80 | (value >> 12 & 0x3F));
        }
        put(0x80 | (value >> 6 & 0x3F));
    }
    put(0x80 | (value & 0x3F));
}

bool isValidUtf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const Scan found = scan(text, at);
        if (!found.valid) return false;
        at += found.bytes;
    }
    return true;
}

std::string repairUtf8(std::string_view text) {
    std::string repaired;
    repaired.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Scan found = scan(text, at);
        if (found.valid)
            repaired.append(text, at, found.bytes);
        else
            repaired += "\xEF\xBF\xBD";
        at += found.bytes;
    }
    return repaired;
}

}  // namespace lorashear
