#pragma once

#include <functional>
#include <string>
#include <vector>

namespace lorashear {

class JsonFields;

/// Turns the tokens' texts back into text, step by step; what remains at the end is joined.
using TokenDecoder = std::function<void(std::vector<std::string>&)>;

/// From tokenizer.json's "decoder" (by type: Sequence, ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace, BPEDecoder).
/// Error(Unsupported) names any other.
TokenDecoder makeTokenDecoder(const JsonFields& fields);

}  // namespace lorashear
