#pragma once

#include "core/text/added_tokens.h"

#include <filesystem>
#include <map>

namespace lorashear {

/// Ids beyond this are no token's: a file that names one would make tables of that size.
constexpr int kLargestTokenId = 1 << 24;

/// Tokens added to a vocabulary after it was made, by id, as the files beside a tokenizer say that cannot hold them itself: "added_tokens_decoder" of
/// tokenizer_config.json, and added_tokens.json for those that the former does not name (which are special exactly where special_tokens_map.json
/// names them). Missing files are fine. Error(BadInput) for ids that are none.
std::map<int, AddedToken> readAddedTokens(const std::filesystem::path& folder);

}  // namespace lorashear
