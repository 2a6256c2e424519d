#pragma once

#include "core/text/normalizer.h"

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lorashear {

/// One entry of tokenizer.json's "added_tokens": found in the text before (or, if `normalized`, after) the normalizer runs.
struct AddedToken {
    int id = -1;
    std::string content;
    bool singleWord = false;                     ///< only where no word character touches it
    bool leftStrip = false, rightStrip = false;  ///< takes the white space beside it along
    bool normalized = false;
    bool special = false;  ///< left out when decoding
};

/// A stretch of text: an added token, or text for the model (id -1).
struct AddedSplit {
    std::size_t begin = 0, end = 0;
    int id = -1;
};

/// Finds the added tokens of one kind (normalized or not) in a text: leftmost first, longest of those that begin there.
class AddedTokenFinder {
public:
    /// searched: what to look for, in the same order as tokens (the content, or what the normalizer makes of it).
    AddedTokenFinder(std::vector<AddedToken> tokens, std::vector<std::string> searched);

    /// Covers the text from begin to end.
    std::vector<AddedSplit> split(std::string_view text) const;

private:
    struct Needle {
        std::string text;
        AddedToken token;
    };
    const Needle* longestAt(std::string_view text, std::size_t at) const;

    std::array<std::vector<Needle>, 256> m_byFirst;  ///< longest first
    bool m_empty = true;
};

}  // namespace lorashear
