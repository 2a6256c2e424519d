#pragma once

#include "core/base/control.h"
#include "core/text/text_source.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;

/// How far two models' predictions are apart on the same tokens.
struct LogitComparison {
    double maxDifference = 0;    ///< max |a - b| over all positions and vocabulary entries
    double maxLogit = 0;         ///< max |b|, the scale of the tolerance
    double kl = 0;               ///< mean KL(b || a) in nats per position
    double greedyAgreement = 0;  ///< share of positions with the same argmax
    std::int64_t positions = 0;
    double perplexityBefore = 0,
           perplexityAfter = 0;  ///< of the model and of an export of fewer digits on the sequences; 0: not measured
    std::string roundedTo;  ///< the type, where it has fewer digits than the model's numbers; empty: nothing was rounded
    std::vector<std::string> notes;  ///< what the export's reader should know, in words
    std::string problem;             ///< why nothing could be compared, in words; empty: it was
    bool within(double relative = 1e-4) const { return problem.empty() && maxDifference <= relative * maxLogit; }
};

/// a and b must share the vocabulary (Error(BadInput) otherwise).
LogitComparison compareLogits(const CausalLM& a, const CausalLM& b, const std::vector<Sequence>& sequences,
                              const Control& control);

/// Windows of a text for comparisons: at most `windows` of at most `window` tokens that fit both models' context.
std::vector<Sequence> comparisonSequences(const CausalLM& model, const std::filesystem::path& tokenizerFolder,
                                          const std::string& text, int window = 128, int windows = 8);

/// How sequences were cut, beside a number that was measured on them: "BOS + 127 tokens, 8 windows". bosId: -1 where there is no BOS.
std::string describeSequences(const std::vector<Sequence>& sequences, int bosId);

/// What was stored against the model rounded to the type it was stored in, so that what is compared is the writing, not the rounding.
LogitComparison compareRounded(const CausalLM& stored, const CausalLM& model, const std::string& dtype,
                               const std::vector<Sequence>& sequences, const Control& control);

/// Opens an exported folder from disk as a stranger would and compares it (compareRounded) with the model it was written from.
LogitComparison certifyExport(const std::filesystem::path& folder, const CausalLM& model, const std::string& dtype,
                              const std::vector<Sequence>& sequences, const Control& control);

}  // namespace lorashear
