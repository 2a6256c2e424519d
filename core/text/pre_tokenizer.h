#pragma once

#include <functional>
#include <string>
#include <vector>

namespace lorashear {

class JsonFields;

/// A part of the text on its way to the model.
struct Piece {
    std::string text;
    bool atStart = false;  ///< begins where the whole text begins
};

/// Splits every piece further (and may change its characters); empty pieces vanish.
using PreTokenizer = std::function<void(std::vector<Piece>&)>;

/// From tokenizer.json's "pre_tokenizer" (by type: Sequence, ByteLevel, Split, Metaspace, Digits, Punctuation, Whitespace,
/// WhitespaceSplit, CharDelimiterSplit, BertPreTokenizer). Error(Unsupported) names any other.
PreTokenizer makePreTokenizer(const JsonFields& fields);

}  // namespace lorashear
