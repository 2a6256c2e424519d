#pragma once

#include <filesystem>

namespace lorashear {

class GgufWriter;
class TokenRenumbering;

/// Writes the tokenizer block of a GGUF file: from a GGUF source byte for byte, from a Hugging Face folder made from tokenizer.json and
/// tokenizer.model, so that llama.cpp cuts texts as the folder's tokenizer does. vocabulary: rows of the embedding; what the tokenizer lacks is filled up
/// with unused tokens. Error(Unsupported) when llama.cpp has no name for the folder's way to split texts: a wrong one would silently give bad text.
void writeTokenizerBlock(GgufWriter& writer, const std::filesystem::path& source, int vocabulary);

/// The block of a GGUF file with the kept tokens alone, renumbered: their texts, types and scores, the merges between them, ids of special tokens. Everything
/// else is copied byte for byte, but a tokenizer.json inside the block, which would say something else.
void writeTrimmedTokenizerBlock(GgufWriter& writer, const std::filesystem::path& gguf, const TokenRenumbering& ids);

}  // namespace lorashear
