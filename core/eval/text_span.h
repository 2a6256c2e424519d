#pragma once

#include "core/eval/perplexity.h"

#include <string>

namespace lorashear {

// A model with a trimmed vocabulary cuts a text into more tokens, each easier to predict: perplexities per own token of two vocabularies do not compare. What
// compares is the whole negative log-likelihood of the same text, over something that does not depend on the model: the bytes of the text, or the tokens that
// one tokenizer, the original's, makes of it.

/// A stretch of text that models with different tokenizers are scored on.
struct TextSpan {
    std::string text;
    std::int64_t originalTokens = 0;  ///< that the original's tokenizer makes of it
};

/// What a protocol's windows cover with the original's tokenizer (all behind those skipped with maxWindows 0), cut behind whole characters.
/// Error(BadInput) for a text that ends within those skipped.
TextSpan spanOf(const Tokenizer& original, const std::string& text, const TextProtocol& protocol);

/// How many windows a text comes to with the original's tokenizer, the last of which may be shorter: what may be skipped is one less.
std::size_t spanWindows(const Tokenizer& original, const std::string& text, const TextProtocol& protocol);

/// How well a model predicts a span.
struct SpanScore {
    double nll = 0;                   ///< of the whole span, nats
    std::int64_t tokens = 0;          ///< of the model's own tokenizer, predicted
    std::int64_t originalTokens = 0;  ///< likewise of the original's
    std::int64_t bytes = 0;           ///< of the span
    double perplexityPerOriginalToken()
        const;                   ///< exp(nll / originalTokens); with the original's tokenizer and BOS it is the perplexity
    double bitsPerByte() const;  ///< nll / ln 2 / bytes
};

/// Every token of the span is predicted once, with the last window shorter; only without BOS the first has no prediction (and is not counted among the tokens).
/// Windows have the protocol's size in the model's own tokens; maxWindows and skipWindows are the span's affair.
SpanScore scoreSpan(const CausalLM& model, const Tokenizer& tokenizer, const TextSpan& span, const TextProtocol& protocol,
                    const Control& control, int batch = 8, Compute compute = Compute::Fp32);

}  // namespace lorashear
