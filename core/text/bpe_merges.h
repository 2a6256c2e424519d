#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lorashear {

/// One entry of a list of merges in both spellings: "a b" (a space cannot be part of a token there) and ["a", "b"]. Nothing: neither.
std::optional<std::pair<std::string, std::string>> bpeMergeOf(const nlohmann::json& merge);

/// A token of a vocabulary with scores.
struct ScoredPiece {
    std::string_view text;
    double score = 0;
    bool mergeable = true;  ///< made by merging, not a byte or special
};

/// With scores, any two neighbours whose text together is a token may merge, the best score first; so the merges are all ways to cut a token into
/// two tokens, in the order of the whole token's score. Gives the ids of both parts.
std::vector<std::pair<int, int>> mergesByScore(const std::vector<ScoredPiece>& pieces);

}  // namespace lorashear
