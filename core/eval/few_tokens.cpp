#include "core/eval/few_tokens.h"

namespace lorashear {

std::string fewTokensWarning(const std::string& of, std::int64_t tokens) {
    if (tokens >= kFewTokens) return {};
    return "the perplexity of " + of + " is that of " + std::to_string(tokens) + (tokens == 1 ? " token" : " tokens") +
           ": fewer than " + std::to_string(kFewTokens) + " say little of a model";
}

}  // namespace lorashear
