#include "core/text/shared_paragraphs.h"

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace lorashear {

namespace {

constexpr std::size_t kStretch = 48;
constexpr std::uint64_t kBase = 0x9e3779b97f4a7c15ULL;  // odd: hashes are polynomials in it modulo 2^64

bool countsAsLetter(unsigned char byte) {
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

std::uint64_t asNumber(unsigned char byte) {
    return byte >= 'A' && byte <= 'Z' ? byte + std::uint64_t{'a' - 'A'} : byte;
}

std::uint64_t hashOf(std::string_view letters) {
    std::uint64_t hash = 0;
    for (const char c : letters) hash = hash * kBase + asNumber(static_cast<unsigned char>(c));
    return hash;
}

/// Hashes of the middles of all paragraphs that are long enough, with how many have it.
std::unordered_map<std::uint64_t, int> middlesOf(std::string_view text) {
    std::unordered_map<std::uint64_t, int> middles;
    std::string letters;
    const auto close = [&] {
        if (letters.size() >= kStretch)
            ++middles[hashOf(std::string_view(letters).substr((letters.size() - kStretch) / 2, kStretch))];
        letters.clear();
    };
    for (const char c : text) {
        if (c == '\n')
            close();
        else if (countsAsLetter(static_cast<unsigned char>(c)))
            letters += c;
    }
    close();
    return middles;
}

}  // namespace

int sharedParagraphs(std::string_view text, std::string_view other) {
    auto middles = middlesOf(text);
    std::uint64_t first = 1;  // the power that the letter leaving the stretch has
    for (std::size_t i = 0; i < kStretch; ++i) first *= kBase;
    std::array<std::uint64_t, kStretch> stretch{};
    std::uint64_t hash = 0;
    std::size_t seen = 0;
    int shared = 0;
    for (const char c : other) {
        const auto byte = static_cast<unsigned char>(c);
        if (!countsAsLetter(byte)) continue;
        std::uint64_t& oldest = stretch[seen++ % kStretch];
        hash = hash * kBase + asNumber(byte) - oldest * first;
        oldest = asNumber(byte);
        if (seen < kStretch) continue;
        const auto found = middles.find(hash);
        if (found == middles.end()) continue;
        shared += found->second;
        middles.erase(found);
    }
    return shared;
}

}  // namespace lorashear
