#pragma once

namespace lorashear {

class Tokenizer;

/// Whether two tokenizers number the same tokens alike, so that either may stand for the other.
bool sameVocabulary(const Tokenizer& a, const Tokenizer& b);

}  // namespace lorashear
