#pragma once

#include <cstdint>
#include <string>

namespace lorashear {

/// Predicted tokens below which a perplexity is said with a warning. Losses of single tokens scatter by 2 to 3 nats: of fewer, the mean is uncertain by a fifth of a nat
/// (one standard error), which is a fifth of the perplexity.
inline constexpr std::int64_t kFewTokens = 200;

/// "the perplexity of notes.txt is that of 2 tokens …", or "" where there are enough. of: a text's name or file.
std::string fewTokensWarning(const std::string& of, std::int64_t tokens);

}  // namespace lorashear
