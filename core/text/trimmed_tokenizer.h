#pragma once

#include "core/text/token_renumbering.h"

#include <filesystem>

namespace lorashear {

/// The tokenizer of a smaller vocabulary: all that travels with a model besides its weights, with the tokens that are not kept left out and ids renumbered
/// (tokenizer.json, tokenizer.model, vocab.json, merges.txt, added_tokens.json, tokenizer_config.json, generation_config.json; licences and
/// chat templates as they are). From a GGUF file it is tokenizer.gguf, its tokenizer block with licence and sampling settings alone. The folder, which must be there and empty, then stands
/// for the tokenizer everywhere: Tokenizer::open reads it, exports copy it. Beside these files it holds config.json with the new ids.
///
/// ids: a closed set (TokenClosure::check). Error(Unsupported) names a file that cannot be rewritten. A tokenizer.model that is not SentencePiece's
/// is left out, since tokenizer.json says the same, and so are files with names like a tokenizer's that no program here reads.
void writeTrimmedTokenizer(const std::filesystem::path& source, const TokenRenumbering& ids,
                           const std::filesystem::path& folder);

/// Whether a model folder or GGUF file has a tokenizer at all that could be trimmed.
bool hasTokenizer(const std::filesystem::path& source);

}  // namespace lorashear
