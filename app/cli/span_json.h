#pragma once

#include "core/eval/text_span.h"

#include <nlohmann/json.hpp>

namespace lorashear::app {

/// What scripts read of a score over a stretch of text, the same keys in every command.
inline nlohmann::json toJson(const SpanScore& score) {
    return {{"perplexity_per_original_token", score.perplexityPerOriginalToken()},
            {"bits_per_byte", score.bitsPerByte()},
            {"nll_total", score.nll},
            {"tokens", score.tokens},
            {"original_tokens", score.originalTokens},
            {"bytes", score.bytes}};
}

}  // namespace lorashear::app
