#pragma once

#include "core/text/tokenizer.h"

namespace lorashear {

/// A tokenizer that knows more tokens than a model has rows ([PAD] added behind the vocabulary and never trained) is no fault as long as no text
/// holds one of them: the same tokenizer, whose encode() refuses such a text with Error(BadInput), naming token, id and place. Ids of BOS and
/// end beyond the rows are left out. A tokenizer that fits is returned as it is.
std::unique_ptr<Tokenizer> limitedTo(int rows, std::unique_ptr<Tokenizer> tokenizer);

}  // namespace lorashear
