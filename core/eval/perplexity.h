#pragma once

#include "core/base/control.h"
#include "core/base/stage.h"
#include "core/eval/paired.h"
#include "core/model/forward_context.h"
#include "core/text/text_source.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;
class Tokenizer;

/// How a text is cut before it is scored; stored beside every number, since perplexities of different protocols do not compare.
struct TextProtocol {
    int window = 512;              ///< tokens per forward pass, BOS included
    int stride = 0;                ///< fresh tokens per window when windows overlap; 0: no overlap
    int maxWindows = 0;            ///< 0: the whole text
    bool bos = true;               ///< BOS before every window
    int skipWindows = 0;           ///< so many from the beginning are left out: settings were chosen on them
    std::string describe() const;  ///< "BOS + 511 tokens, first 200 windows", "BOS + 511 tokens, windows 401 to 600"
};

struct TextScore {
    double nll = 0;              ///< mean negative log-likelihood, nats per predicted token
    double perplexity = 0;       ///< exp(nll)
    double spread = 0;           ///< standard error of nll over windows
    std::int64_t tokens = 0;     ///< predicted tokens
    std::int64_t bytes = 0;      ///< of the predicted tokens' text; 0 where only sequences of tokens are known
    WindowLosses windows;        ///< what each came to: two models' compare window by window
    double bitsPerByte() const;  ///< all of nll in bits over bytes: of one text, it compares models with any tokenizers
};

/// Windows of a text under a protocol. The window is cut to the model's longest context by the caller.
/// Error(BadInput) for a text of fewer than two tokens or of no window behind those that are skipped, Error(Usage) for a window below 2 or a stride outside [1, window].
std::vector<Sequence> protocolWindows(const Tokenizer& tokenizer, const std::string& text, const TextProtocol& protocol);

/// Error(BadInput) about the text: it has so many windows, and more are to be skipped than leave one.
[[noreturn]] void refuseSkipping(std::size_t windows, int skipped);

/// Sum over counted positions and number of them, per sequence. Sequences of similar length share a forward pass, `batch` at a time.
/// Error(Numeric) if a loss is not finite.
struct SequenceLoss {
    double sum = 0;
    std::int64_t tokens = 0;
};
std::vector<SequenceLoss> sequenceLosses(const CausalLM& model, const std::vector<Sequence>& sequences, int batch,
                                         Compute compute, const Control& control,
                                         const std::string& stage = stageName(Stage::Evaluate));

TextScore scoreSequences(const CausalLM& model, const std::vector<Sequence>& sequences, int batch, Compute compute,
                         const Control& control);

/// protocolWindows and scoreSequences in one.
TextScore scoreText(const CausalLM& model, const Tokenizer& tokenizer, const std::string& text, const TextProtocol& protocol,
                    const Control& control, int batch = 8, Compute compute = Compute::Fp32);

}  // namespace lorashear
