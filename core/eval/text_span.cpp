#include "core/eval/text_span.h"

#include "core/base/error.h"
#include "core/text/named_text.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string_view>

namespace lorashear {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr int kLongestCharacter = 4;  ///< bytes, each of which may be a token

/// Tokens of the original that the first window covers, and how many each one behind it adds.
struct Steps {
    std::size_t first, fresh;
    explicit Steps(const TextProtocol& protocol)
        : first(static_cast<std::size_t>(std::max(protocol.window - (protocol.bos ? 1 : 0), 1))),
          fresh(protocol.stride > 0 ? static_cast<std::size_t>(protocol.stride) : first) {}
    std::size_t windows(std::size_t tokens) const {
        return tokens > first ? 1 + (tokens - first + fresh - 1) / fresh : tokens > 0 ? 1 : 0;
    }
};

}  // namespace

std::size_t spanWindows(const Tokenizer& original, const std::string& text, const TextProtocol& protocol) {
    return Steps(protocol).windows(original.encode(text).size());
}

TextSpan spanOf(const Tokenizer& original, const std::string& text, const TextProtocol& protocol) {
    const auto ids = original.encode(text);
    const Steps steps(protocol);
    const std::size_t first = steps.first, fresh = steps.fresh;
    const auto beginning = [&](std::size_t tokens) {
        return original.decode({ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(tokens)});
    };
    if (protocol.skipWindows > 0) {
        std::size_t skipped = first + fresh * static_cast<std::size_t>(protocol.skipWindows - 1);
        if (skipped >= ids.size()) refuseSkipping(steps.windows(ids.size()), protocol.skipWindows);
        std::string before = beginning(skipped);
        for (int i = 1; i < kLongestCharacter && !text.starts_with(before) && skipped > 1; ++i)
            before = beginning(--skipped);
        if (!text.starts_with(before))
            throw Error(ErrorCode::BadInput, kUnnamedText,
                        "cannot be cut behind the windows that are to be skipped: its tokens do not decode to it",
                        "Skip none, or cut the file.");
        TextProtocol rest = protocol;  // behind the first window each scores `fresh` tokens
        rest.skipWindows = 0, rest.window = static_cast<int>(fresh) + (protocol.bos ? 1 : 0);
        return spanOf(original, text.substr(before.size()), rest);
    }
    std::size_t count = ids.size();
    if (protocol.maxWindows > 0) count = std::min(count, first + fresh * static_cast<std::size_t>(protocol.maxWindows - 1));
    if (count == ids.size()) return {text, static_cast<std::int64_t>(count)};
    std::string covered = beginning(count);
    for (int i = 1; i < kLongestCharacter && covered.ends_with(kReplacement) && count > 1; ++i) covered = beginning(--count);
    const auto again = original.encode(covered).size();
    return {std::move(covered), static_cast<std::int64_t>(again)};
}

double SpanScore::perplexityPerOriginalToken() const {
    return originalTokens > 0 ? std::exp(nll / static_cast<double>(originalTokens)) : 0;
}

double SpanScore::bitsPerByte() const {
    return bytes > 0 ? nll / std::numbers::ln2 / static_cast<double>(bytes) : 0;
}

SpanScore scoreSpan(const CausalLM& model, const Tokenizer& tokenizer, const TextSpan& span, const TextProtocol& protocol,
                    const Control& control, int batch, Compute compute) {
    TextProtocol whole = protocol;
    whole.maxWindows = whole.skipWindows = 0;
    // With BOS a window brings window - 1 fresh tokens. Without, its first token has no prediction, so windows overlap by one.
    const int most = protocol.window - 1;
    whole.stride = protocol.stride > 0 ? std::min(protocol.stride, most) : most;
    const auto score = scoreSequences(model, protocolWindows(tokenizer, span.text, whole), batch, compute, control);
    SpanScore result;
    result.nll = score.nll * static_cast<double>(score.tokens);
    result.tokens = score.tokens;
    result.originalTokens = span.originalTokens - (protocol.bos ? 0 : 1);
    result.bytes = static_cast<std::int64_t>(span.text.size());
    return result;
}

}  // namespace lorashear
