#pragma once

#include "core/text/tokenizer.h"

#include <nlohmann/json_fwd.hpp>

namespace lorashear {

/// Opens folder/tokenizer.json. Errors as for Tokenizer::open.
std::unique_ptr<Tokenizer> openJsonTokenizer(const std::filesystem::path& folder);

struct SpecialTokens;
/// The same from a tokenizer.json in memory, which came from `file`.
std::unique_ptr<Tokenizer> makeJsonTokenizer(const nlohmann::json& root, const SpecialTokens& special,
                                             const std::filesystem::path& file);

}  // namespace lorashear
