#include "core/export/certificate.h"

#include "core/base/error.h"
#include "core/export/rounding.h"
#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/text/vocabulary_limit.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <limits>

namespace lorashear {

namespace {

at::Tensor logitsOf(const CausalLM& model, const Sequence& sequence) {
    const auto ids = at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end()), at::kLong);
    return model.logits(ids.unsqueeze(0).to(model.device()), {}).squeeze(0).cpu();
}

}  // namespace

LogitComparison compareLogits(const CausalLM& a, const CausalLM& b, const std::vector<Sequence>& sequences,
                              const Control& control) {
    at::NoGradGuard guard;
    if (a.config().vocabulary != b.config().vocabulary)
        throw Error(
            ErrorCode::BadInput, "vocabulary",
            "sizes differ: " + std::to_string(a.config().vocabulary) + " and " + std::to_string(b.config().vocabulary));
    LogitComparison result;
    double kl = 0;
    std::int64_t agreed = 0;
    ProgressMeter meter(control, "verify", static_cast<double>(sequences.size()));
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        control.poll();
        const auto x = logitsOf(a, sequences[i]), y = logitsOf(b, sequences[i]);
        const double difference = (x - y).abs().max().item<double>();
        if (!std::isfinite(difference)) throw Error(ErrorCode::Numeric, "logits", "hold NaN or infinity");
        result.maxDifference = std::max(result.maxDifference, difference);
        result.maxLogit = std::max(result.maxLogit, y.abs().max().item<double>());
        const auto p = at::log_softmax(x.to(at::kDouble), -1), q = at::log_softmax(y.to(at::kDouble), -1);
        kl += (q.exp() * (q - p)).sum().item<double>();
        agreed += (x.argmax(-1) == y.argmax(-1)).sum().item<std::int64_t>();
        result.positions += x.size(0);
        meter.update(static_cast<double>(i + 1));
    }
    const auto positions = static_cast<double>(std::max<std::int64_t>(result.positions, 1));
    result.kl = std::max(0.0, kl / positions);
    result.greedyAgreement = static_cast<double>(agreed) / positions;
    return result;
}

std::string describeSequences(const std::vector<Sequence>& sequences, int bosId) {
    std::size_t longest = 0, shortest = std::numeric_limits<std::size_t>::max();
    bool bos = bosId >= 0 && !sequences.empty();
    for (const Sequence& one : sequences) {
        longest = std::max(longest, one.ids.size());
        shortest = std::min(shortest, one.ids.size());
        bos = bos && !one.ids.empty() && one.ids.front() == bosId;
    }
    const std::size_t own = bos ? 1 : 0;
    const std::string count = std::to_string(sequences.size());
    return (bos ? "BOS + " : "") + (shortest < longest ? "up to " : std::string()) + std::to_string(longest - own) +
           " tokens, " + count + (count == "1" ? " window" : " windows");
}

std::vector<Sequence> comparisonSequences(const CausalLM& model, const std::filesystem::path& tokenizerFolder,
                                          const std::string& text, int window, int windows) {
    const auto tokenizer = limitedTo(model.config().vocabulary, Tokenizer::open(tokenizerFolder));
    return windowsOf(*tokenizer, text, std::min(window, model.config().maxPositions), tokenizer->bosId() >= 0, windows);
}

LogitComparison compareRounded(const CausalLM& stored, const CausalLM& model, const std::string& dtype,
                               const std::vector<Sequence>& sequences, const Control& control) {
    at::NoGradGuard guard;
    return compareLogits(stored, *buildModel(model.config(), roundedTensors(model, dtype)), sequences, control);
}

LogitComparison certifyExport(const std::filesystem::path& folder, const CausalLM& model, const std::string& dtype,
                              const std::vector<Sequence>& sequences, const Control& control) {
    at::NoGradGuard guard;
    return compareRounded(*loadModel(Checkpoint::open(folder)), model, dtype, sequences, control);
}

}  // namespace lorashear
