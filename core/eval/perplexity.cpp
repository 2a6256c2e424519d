#include "core/eval/perplexity.h"

#include "core/base/error.h"
#include "core/kernels/ops.h"
#include "core/model/causal_lm.h"
#include "core/text/named_text.h"
#include "core/text/tokenizer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace lorashear {

namespace {

constexpr std::int64_t kIgnored = -100;

void requireSane(const TextProtocol& protocol) {
    if (protocol.window < 2) throw Error(ErrorCode::Usage, "window", "must be at least 2 tokens");
    const int fresh = protocol.window - (protocol.bos ? 1 : 0);
    if (protocol.stride < 0 || protocol.stride > fresh)
        throw Error(ErrorCode::Usage, "stride", "must lie between 1 and " + std::to_string(fresh) + " (0: no overlap)");
}

// Overlapping windows: each scores only the tokens that no earlier window has scored.
std::vector<Sequence> overlappingWindows(const std::vector<int>& ids, int bosId, const TextProtocol& protocol) {
    const auto fresh = static_cast<std::size_t>(protocol.window - (bosId >= 0 ? 1 : 0));
    const auto stride = static_cast<std::size_t>(protocol.stride);
    std::vector<Sequence> windows;
    std::size_t scored = bosId >= 0 ? 0 : 1;  // the first token has a prediction only behind BOS
    for (std::size_t begin = 0; scored < ids.size(); begin += stride) {
        const auto end = std::min(begin + fresh, ids.size());
        Sequence window;
        if (bosId >= 0) window.ids.push_back(bosId);
        window.ids.insert(window.ids.end(), ids.begin() + static_cast<std::ptrdiff_t>(begin),
                          ids.begin() + static_cast<std::ptrdiff_t>(end));
        for (std::size_t i = bosId >= 0 ? begin : begin + 1; i < end; ++i) window.lossMask.push_back(i >= scored);
        scored = end;
        windows.push_back(std::move(window));
        if (protocol.maxWindows > 0 && windows.size() == static_cast<std::size_t>(protocol.maxWindows)) break;
    }
    return windows;
}

struct Batch {
    at::Tensor ids, targets;  // [B, T - 1]
};

// Shorter rows are padded at the end: a causal model's earlier positions do not see it, and its targets are ignored.
Batch batchOf(const std::vector<const Sequence*>& sequences, at::Device device) {
    std::size_t longest = 0;
    for (const auto* s : sequences) longest = std::max(longest, s->ids.size());
    const auto rows = static_cast<std::int64_t>(sequences.size());
    const auto columns = static_cast<std::int64_t>(longest) - 1;
    auto ids = at::zeros({rows, columns}, at::kLong), targets = at::full({rows, columns}, kIgnored, at::kLong);
    for (std::int64_t r = 0; r < rows; ++r) {
        const auto& s = *sequences[static_cast<std::size_t>(r)];
        for (std::size_t i = 0; i + 1 < s.ids.size(); ++i) {
            const auto at = r * columns + static_cast<std::int64_t>(i);
            ids.data_ptr<std::int64_t>()[at] = s.ids[i];
            if (s.lossMask[i]) targets.data_ptr<std::int64_t>()[at] = s.ids[i + 1];
        }
    }
    return {ids.to(device), targets.to(device)};
}

// Indices in batches of similar length, longest padding a quarter; equal lengths keep their order.
std::vector<std::vector<std::size_t>> batchesByLength(const std::vector<Sequence>& sequences, int batch) {
    std::vector<std::size_t> order(sequences.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t x, std::size_t y) { return sequences[x].ids.size() < sequences[y].ids.size(); });
    std::vector<std::vector<std::size_t>> batches;
    for (const auto i : order) {
        const bool fits = !batches.empty() && batches.back().size() < static_cast<std::size_t>(std::max(batch, 1)) &&
                          sequences[batches.back().front()].ids.size() * 5 >= sequences[i].ids.size() * 4;
        if (!fits) batches.emplace_back();
        batches.back().push_back(i);
    }
    return batches;
}

}  // namespace

double TextScore::bitsPerByte() const {
    return bytes > 0 ? nll * static_cast<double>(tokens) / std::numbers::ln2 / static_cast<double>(bytes) : 0;
}

std::string TextProtocol::describe() const {
    std::string text = bos ? "BOS + " + std::to_string(window - 1) + " tokens" : std::to_string(window) + " tokens";
    if (stride > 0) text += ", stride " + std::to_string(stride);
    const std::string first = std::to_string(skipWindows + 1);
    if (skipWindows > 0)
        return text + (maxWindows > 0 ? ", windows " + first + " to " + std::to_string(skipWindows + maxWindows)
                                      : ", whole text from window " + first);
    return text + (maxWindows > 0 ? ", first " + std::to_string(maxWindows) + " windows" : ", whole text");
}

void refuseSkipping(std::size_t windows, int skipped) {
    throw Error(ErrorCode::BadInput, kUnnamedText,
                "has " + std::to_string(windows) + " windows, of which " + std::to_string(skipped) + " are to be skipped",
                "Skip fewer, or take a longer text.");
}

std::vector<Sequence> protocolWindows(const Tokenizer& tokenizer, const std::string& text, const TextProtocol& protocol) {
    requireSane(protocol);
    if (protocol.skipWindows > 0) {
        TextProtocol whole = protocol;
        whole.skipWindows = 0;
        if (whole.maxWindows > 0) whole.maxWindows += protocol.skipWindows;
        auto windows = protocolWindows(tokenizer, text, whole);
        if (windows.size() <= static_cast<std::size_t>(protocol.skipWindows))
            refuseSkipping(windows.size(), protocol.skipWindows);
        windows.erase(windows.begin(), windows.begin() + protocol.skipWindows);
        return windows;
    }
    if (protocol.stride == 0) return windowsOf(tokenizer, text, protocol.window, protocol.bos, protocol.maxWindows);
    if (protocol.bos && tokenizer.bosId() < 0)
        throw Error(ErrorCode::BadInput, "tokenizer", "has no BOS token", "Evaluate without BOS.");
    const auto ids = tokenizer.encode(text);
    if (ids.size() < 2) throw Error(ErrorCode::BadInput, kUnnamedText, "is shorter than two tokens");
    return overlappingWindows(ids, protocol.bos ? tokenizer.bosId() : -1, protocol);
}

std::vector<SequenceLoss> sequenceLosses(const CausalLM& model, const std::vector<Sequence>& sequences, int batch,
                                         Compute compute, const Control& control, const std::string& stage) {
    at::NoGradGuard guard;
    ForwardContext context;
    context.compute = compute;
    std::vector<SequenceLoss> losses(sequences.size());
    ProgressMeter meter(control, stage, static_cast<double>(sequences.size()));
    std::size_t finished = 0;
    for (const auto& picked : batchesByLength(sequences, batch)) {
        control.poll();
        std::vector<const Sequence*> rows;
        for (auto i : picked) rows.push_back(&sequences[i]);
        const auto input = batchOf(rows, model.device());
        const auto hidden = model.hidden(input.ids, context);
        const auto nll = ops::tokenNll(hidden.reshape({-1, hidden.size(2)}), model.vocabularyHead(compute),
                                       input.targets.reshape({-1}), compute);
        const auto sums = nll.view({static_cast<std::int64_t>(rows.size()), -1}).sum(1, false, at::kDouble).cpu();
        for (std::size_t r = 0; r < picked.size(); ++r) {
            auto& loss = losses[picked[r]];
            loss.sum = sums.data_ptr<double>()[r];
            loss.tokens = std::count(rows[r]->lossMask.begin(), rows[r]->lossMask.end(), true);
            if (!std::isfinite(loss.sum))
                throw Error(ErrorCode::Numeric, "loss",
                            "is NaN or infinite on evaluation window " + std::to_string(picked[r]));
        }
        finished += picked.size();
        meter.update(static_cast<double>(finished));
    }
    return losses;
}

TextScore scoreSequences(const CausalLM& model, const std::vector<Sequence>& sequences, int batch, Compute compute,
                         const Control& control) {
    const auto losses = sequenceLosses(model, sequences, batch, compute, control);
    TextScore score;
    double sum = 0;
    for (const auto& loss : losses) {
        sum += loss.sum, score.tokens += loss.tokens;
        score.windows.nll.push_back(loss.sum), score.windows.tokens.push_back(loss.tokens);
    }
    if (score.tokens == 0) throw Error(ErrorCode::BadInput, kUnnamedText, "holds no token to predict");
    score.nll = sum / static_cast<double>(score.tokens);
    score.perplexity = std::exp(score.nll);
    double squares = 0;
    for (const auto& loss : losses) {
        const double difference = loss.sum - score.nll * static_cast<double>(loss.tokens);
        squares += difference * difference;
    }
    const auto n = static_cast<double>(losses.size());
    if (n > 1) score.spread = std::sqrt(squares * n / (n - 1)) / static_cast<double>(score.tokens);
    return score;
}

TextScore scoreText(const CausalLM& model, const Tokenizer& tokenizer, const std::string& text, const TextProtocol& protocol,
                    const Control& control, int batch, Compute compute) {
    const auto windows = protocolWindows(tokenizer, text, protocol);
    auto score = scoreSequences(model, windows, batch, compute, control);
    std::vector<int> predicted;
    for (const auto& window : windows)
        for (std::size_t i = 0; i < window.lossMask.size(); ++i)
            if (window.lossMask[i]) predicted.push_back(window.ids[i + 1]);
    score.bytes = static_cast<std::int64_t>(tokenizer.decode(predicted).size());
    return score;
}

}  // namespace lorashear
