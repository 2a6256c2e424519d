#include "core/prune/taylor.h"

#include "core/base/error.h"
#include "core/knowledge/evaluation_batches.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <functional>
#include <memory>
#include <set>
#include <utility>

// A weight's gradient is g^T x, with x what entered its linear and g the gradient of what came out, both of which an observer and a hook
// see. |w g| needs the gradient over all of the text before it can be taken (the sum of absolute values over parts is another number),
// and so does Mixed the Fisher diagonal; so these are accumulated, one block's at a time. Of 7B that is 0.8 GB (Mixed: 1.6) where all
// gradients are 27. Second is a sum over sequences of squares and Vector is linear in g: both need sums over rows and columns only.
//
//   Vector, row i:    sum over tokens of g_i (W x)_i        column j:  sum over tokens of x_j (W^T g)_j

namespace lorashear {

namespace {

/// One linear's sums in the making.
class LinearScore {
public:
    LinearScore(const Linear& linear, TaylorOrder order) : m_weight(linear.effectiveWeight()), m_order(order) {}

    /// x [.., in], g [.., out]: of one part of the text, whose share of all counted tokens is `share`; sequences: 1 / their number.
    void add(const at::Tensor& x, const at::Tensor& gradient, double share, double sequences) {
        const at::NoGradGuard guard;
        const auto in = x.reshape({-1, x.size(-1)}), g = gradient.reshape({-1, gradient.size(-1)});
        if (m_order == TaylorOrder::Vector) {
            addTo(m_sums.rows, (g * in.mm(m_weight.t())).sum(0, false, at::kDouble), share);
            addTo(m_sums.columns, (in * g.mm(m_weight)).sum(0, false, at::kDouble), share);
            return;
        }
        const auto whole = g.t().mm(in);
        if (m_order == TaylorOrder::Second) {
            const auto saliency = (m_weight * whole).square_();
            addTo(m_sums.rows, saliency.sum(1, false, at::kDouble), sequences);
            addTo(m_sums.columns, saliency.sum(0, false, at::kDouble), sequences);
            return;
        }
        addTo(m_gradient, whole, share);
        if (m_order == TaylorOrder::Mixed) addTo(m_fisher, whole.square(), sequences);
    }

    LinearSums finish() {
        const at::NoGradGuard guard;
        if (m_order == TaylorOrder::First || m_order == TaylorOrder::Mixed) {
            if (!m_gradient.defined()) m_gradient = at::zeros_like(m_weight);  // an expert that no token went to
            auto saliency = m_weight * m_gradient;
            if (m_fisher.defined()) saliency.sub_(m_weight.square().mul_(m_fisher), 0.5);
            return sumsOf(saliency.abs_());
        }
        const auto zeros = [&](std::int64_t n) { return at::zeros({n}, at::kDouble); };
        return {m_sums.rows.defined() ? m_sums.rows.abs().cpu() : zeros(m_weight.size(0)),
                m_sums.columns.defined() ? m_sums.columns.abs().cpu() : zeros(m_weight.size(1))};
    }

private:
    static void addTo(at::Tensor& sum, const at::Tensor& part, double factor) {
        if (!sum.defined()) sum = at::zeros_like(part);
        sum.add_(part, factor);
    }

    at::Tensor m_weight, m_gradient, m_fisher;  ///< [out, in] fp32
    LinearSums m_sums;
    TaylorOrder m_order;
};

/// Watches the linears of one block while it lives, beside whoever watches already.
class BlockWatch {
public:
    BlockWatch(const std::vector<Linear*>& linears, TaylorOrder order) {
        for (auto* linear : linears) {
            auto& one = m_watched.emplace_back(
                std::make_unique<Watched>(Watched{linear, linear->observer, LinearScore(*linear, order)}));
            linear->observer = [this, seen = one.get()](const at::Tensor& x, const at::Tensor& y) {
                if (seen->before) seen->before(x, y);
                if (!y.requires_grad()) return;
                y.register_hook(
                    [this, seen, x = x.detach()](const at::Tensor& g) { seen->score.add(x, g, m_share, m_sequences); });
            };
        }
    }
    ~BlockWatch() {
        for (auto& one : m_watched) one->linear->observer = std::move(one->before);
    }
    BlockWatch(const BlockWatch&) = delete;
    BlockWatch& operator=(const BlockWatch&) = delete;

    void weigh(double share, double sequences) { m_share = share, m_sequences = sequences; }
    void finish(SumsByLinear& sums) {
        for (auto& one : m_watched) sums[one->linear->name] = one->score.finish();
    }

private:
    struct Watched {
        Linear* linear;
        std::function<void(const at::Tensor&, const at::Tensor&)> before;
        LinearScore score;
    };
    std::vector<std::unique_ptr<Watched>> m_watched;
    double m_share = 0, m_sequences = 0;
};

/// The linears that groups own a part of, by block.
LinearsByBlock scoredByBlock(CausalLM& model, const Structure& structure) {
    LinearsByBlock blocks(static_cast<std::size_t>(model.blocks()));
    std::set<const Linear*> known;
    for (const auto& nodeGroup : structure.nodeGroups) {
        if (!nodeGroup.prunable) continue;
        if (nodeGroup.layer < 0 || nodeGroup.layer >= model.blocks())
            throw Error(ErrorCode::Unsupported, nodeGroup.name,
                        "belongs to no block, so Taylor scores cannot rank its groups", "Protect it in the plan.");
        for (const auto& member : weightMembers(model, nodeGroup))
            if (known.insert(member.linear).second)
                blocks[static_cast<std::size_t>(nodeGroup.layer)].push_back(member.linear);
    }
    return blocks;
}

struct Part {
    EvaluationBatch batch;
    std::vector<at::Tensor> entering;  ///< by block: its input [B, T, hidden]
    at::Tensor gradient;               ///< of the part's loss in what leaves the block at hand
    double share = 0;                  ///< of all counted tokens
};

std::int64_t countedOf(const EvaluationBatch& batch) {
    std::int64_t counted = 0;
    for (const auto count : batch.counted) counted += count;
    return counted;
}

/// Forward through all blocks, then the mean nll of the part's tokens and its gradient in what the last block says.
void begin(const CausalLM& model, Part& part, const ForwardContext& context) {
    at::Tensor x;
    {
        const at::NoGradGuard guard;
        x = model.embed(part.batch.ids, context);
        for (int b = 0; b < model.blocks(); ++b) {
            part.entering.push_back(x);
            x = model.block(b, x, context);
        }
    }
    const at::AutoGradMode mode(true);
    const auto last = x.detach().requires_grad_(true);
    const auto nll = nllFrom(model, last, part.batch, context.compute).sum() / static_cast<double>(countedOf(part.batch));
    if (!std::isfinite(nll.item<double>()))
        throw Error(ErrorCode::Numeric, "calibration", "the loss is not finite", "Lower the learning rate.");
    part.gradient = torch::autograd::grad({nll}, {last}).front();
}

void backThrough(const CausalLM& model, int block, Part& part, const ForwardContext& context) {
    const at::AutoGradMode mode(true);
    auto& entering = part.entering[static_cast<std::size_t>(block)];
    const auto x = entering.detach().requires_grad_(true);
    const auto y = model.block(block, x, context);
    part.gradient = torch::autograd::grad({y}, {x}, {part.gradient}).front();
    entering = at::Tensor();
}

}  // namespace

SumsByLinear taylorSums(CausalLM& model, const Structure& structure, const std::vector<Sequence>& sequences,
                        TaylorOrder order, int batch, Compute compute, const Control& control) {
    return taylorSums(model, scoredByBlock(model, structure), sequences, order, batch, compute, control);
}

SumsByLinear taylorSums(CausalLM& model, const LinearsByBlock& linears, const std::vector<Sequence>& sequences,
                        TaylorOrder order, int batch, Compute compute, const Control& control) {
    const bool perSequence = order == TaylorOrder::Second || order == TaylorOrder::Mixed;
    ForwardContext context;
    context.compute = compute;
    std::vector<Part> parts;
    std::int64_t counted = 0;
    for (auto& one : batchesOf(sequences, perSequence ? 1 : batch, model.device())) {
        const auto tokens = countedOf(one);
        if (tokens == 0) continue;
        counted += tokens;
        parts.push_back({std::move(one), {}, {}, static_cast<double>(tokens)});
    }
    for (auto& part : parts) {
        control.poll();
        part.share /= static_cast<double>(counted);
        begin(model, part, context);
    }
    SumsByLinear sums;
    for (int b = model.blocks() - 1; b >= 0; --b) {
        BlockWatch watch(linears[static_cast<std::size_t>(b)], order);
        for (auto& part : parts) {
            control.poll();
            watch.weigh(part.share, 1.0 / static_cast<double>(parts.size()));
            backThrough(model, b, part, context);
        }
        watch.finish(sums);
    }
    return sums;
}

}  // namespace lorashear
