#pragma once

#include "core/text/tokenizer.h"

namespace lorashear {

/// Opens folder/tokenizer.model with the SentencePiece library, and the tokens that were added beside it (core/text/added_token_files.h), which
/// stand for themselves wherever a text holds them. Error(BadInput) when it is missing or not a model.
std::unique_ptr<Tokenizer> openSentencePieceTokenizer(const std::filesystem::path& folder);

/// The same without the added tokens: the vocabulary that the library was trained on.
std::unique_ptr<Tokenizer> openTrainedSentencePiece(const std::filesystem::path& folder);

}  // namespace lorashear
