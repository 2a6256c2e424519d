#pragma once

#include "core/base/control.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace lorashear {

class TokenClosure;
class Tokenizer;

/// How often each token occurs in calibration texts.
struct TokenCounts {
    std::vector<std::int64_t> perToken;  ///< by id
    std::int64_t total = 0;
};

/// Reads every file whole (text), or document by document (JSON lines, Alpaca; prompts count too). Polls control.
TokenCounts countTokens(const Tokenizer& tokenizer, const std::vector<std::filesystem::path>& files, const Control& control);

/// A closed set of exactly `size` tokens, ascending: those that stay always, then the most frequent ones together with what they are made from, skipping
/// those that bring along more than there is room for; of equally frequent ones the lower id. Error(Impossible) names the smallest and largest size.
std::vector<int> chooseBySize(const TokenClosure& closure, const TokenCounts& counts, int size);

/// By row: higher stays longer. The tokens that stay always first, then by count, each behind what it is made from; so those of the highest ranks are
/// a closed set however many they are, as long as what stays always is among them. Rows without a token have rank 0, others are all different.
std::vector<double> rankTokens(const TokenClosure& closure, const TokenCounts& counts);

/// Those that stay always and every token that occurs at least minCount times, with what they are made from; ascending.
std::vector<int> chooseByCount(const TokenClosure& closure, const TokenCounts& counts, std::int64_t minCount);

}  // namespace lorashear
