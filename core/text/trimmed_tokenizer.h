#pragma once

#include "core/text/token_renumbering.h"

#include <filesystem>
#include <string>

namespace lorashear {

/// The tokenizer of a smaller vocabulary: all that travels with a model besides its weights, with the tokens that are not kept left out and ids renumbered
/// (tokenizer.json, tokenizer.model, vocab.json, merges.txt, added_tokens.json, tokenizer_config.json, generation_config.json; licences and
/// chat templates as they are). From a GGUF file it is tokenizer.gguf, its tokenizer block alone. The folder, which must be there and empty, then stands
/// for the tokenizer everywhere: Tokenizer::open reads it, exports copy it. Beside these files it holds config.json with the new ids.
///
/// ids: a closed set (TokenClosure::check). Error(Unsupported) names a file that cannot be rewritten. A tokenizer.model that is not SentencePiece's
/// is left out: tokenizer.json says the same.
void writeTrimmedTokenizer(const std::filesystem::path& source, const TokenRenumbering& ids,
                           const std::filesystem::path& folder);

/// A config.json with vocab_size and every token id renumbered; keys in their order.
std::string trimmedConfigText(const std::string& config, const TokenRenumbering& ids);

}  // namespace lorashear
