#pragma once

#include <functional>
#include <string>

namespace lorashear {

class JsonFields;

/// Changes text before it is split; text is well-formed UTF-8 before and after.
using Normalizer = std::function<void(std::string&)>;

/// From tokenizer.json's "normalizer" (by type: Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip,
/// StripAccents, Nmt, ByteLevel). Error(Unsupported) names any other.
Normalizer makeNormalizer(const JsonFields& fields);

}  // namespace lorashear
