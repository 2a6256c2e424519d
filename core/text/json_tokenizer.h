#pragma once

#include "core/text/tokenizer.h"

namespace lorashear {

/// Opens folder/tokenizer.json. Errors as for Tokenizer::open.
std::unique_ptr<Tokenizer> openJsonTokenizer(const std::filesystem::path& folder);

}  // namespace lorashear
