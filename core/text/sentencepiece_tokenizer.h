#pragma once

#include "core/text/tokenizer.h"

namespace lorashear {

/// Opens folder/tokenizer.model with the SentencePiece library. Error(BadInput) when it is missing or not a model.
std::unique_ptr<Tokenizer> openSentencePieceTokenizer(const std::filesystem::path& folder);

}  // namespace lorashear
