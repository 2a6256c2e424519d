#include "core/text/byte_level.h"

#include "core/text/utf8.h"

#include <array>

namespace lorashear {

namespace {

constexpr std::size_t kLetters = 256 + 68;  ///< code points of the alphabet lie below this

struct Alphabet {
    std::array<std::string, 256> letters;
    std::array<int, kLetters> bytes{};  ///< -1: not in the alphabet

    Alphabet() {
        bytes.fill(-1);
        char32_t next = 256;
        for (unsigned byte = 0; byte < 256; ++byte) {
            const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
            const char32_t letter = printable ? byte : next++;
            appendUtf8(letters[byte], letter);
            bytes[letter] = static_cast<int>(byte);
        }
    }
};

const Alphabet& alphabet() {
    static const Alphabet kAlphabet;
    return kAlphabet;
}

}  // namespace

std::string toByteLevel(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 4);
    for (const char byte : bytes) text += alphabet().letters[static_cast<unsigned char>(byte)];
    return text;
}

bool fromByteLevel(std::string_view text, std::string& bytes) {
    const std::size_t before = bytes.size();
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint letter = codePointAt(text, at);
        const int byte = letter.value < kLetters ? alphabet().bytes[letter.value] : -1;
        if (byte < 0) {
            bytes.resize(before);
            return false;
        }
        bytes += static_cast<char>(byte);
        at += letter.bytes;
    }
    return true;
}

}  // namespace lorashear
