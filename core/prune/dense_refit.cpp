#include "core/prune/dense_refit.h"

#include "core/base/error.h"
#include "core/knowledge/evaluation_batches.h"
#include "core/knowledge/input_moments.h"
#include "core/model/causal_lm.h"
#include "core/prune/group_members.h"
#include "core/prune/output_watch.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <utility>

// Curvature's repair is worked out from inputs of one model: columns that stay imitate columns that go. What lies between the dense model and this one
// after training and after cuts in earlier blocks is more than that, so here both models read the same text side by side. With r = y - W x what a
// consumer's output still lacks,
//
//   D = E[r x^T] (E[x x^T] + lambda I)^-1      over the columns that stay,
//
// which is zero where nothing that x knows is left in r.

namespace lorashear {

namespace {

/// A consumer that lost columns.
struct FittedLinear {
    Linear* linear = nullptr;
    Linear* dense = nullptr;
    at::Tensor kept;  ///< [kept columns] int64
};

std::vector<FittedLinear> fittedLinears(const DenseRefit& task, const std::vector<GroupRef>& removed) {
    std::vector<FittedLinear> all;
    for (auto* linear : consumersOf(task.model, task.structure)) {
        if (task.model.shareOfTokens(*linear) < 1) continue;
        auto away = at::zeros({linear->in()}, at::kBool);
        for (const auto& ref : removed)
            for (const auto& slice : task.structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)].secondary)
                if (slice.tensor == linear->name + ".weight" && slice.dim == linear->columnDim())
                    away.narrow(0, slice.begin(ref.index), slice.length).fill_(true);
        if (!away.any().item<bool>() || away.all().item<bool>()) continue;
        all.push_back(
            {linear, task.dense.linear(linear->name), away.logical_not().nonzero().squeeze(1).to(linear->weight.device())});
    }
    return all;
}

at::Tensor rowsOfTokens(const at::Tensor& x) {
    return x.detach().reshape({-1, x.size(-1)}).to(at::kFloat);
}

/// Moments of what one consumer reads and of what its output lacks.
class ResidualFit {
public:
    void add(const at::Tensor& x, const at::Tensor& lacking) {
        addMoment(m_input, x);
        const auto across = lacking.t().mm(x).to(at::kDouble);
        m_across = m_across.defined() ? m_across.add_(across) : across;
        m_tokens += x.size(0);
    }
    /// D of the essay, [out, in] fp32, zero in columns that are away.
    at::Tensor change(const FittedLinear& of, double damping) const {
        const auto& kept = of.kept;
        auto h = meanMoment(m_input, m_tokens).index_select(0, kept).index_select(1, kept);
        h.diagonal().add_(damping * h.diagonal().mean() + 1e-30);
        const auto right = m_across.index_select(1, kept) / static_cast<double>(m_tokens);
        const auto fitted = at::cholesky_solve(right.t(), at::linalg_cholesky(h)).t();
        if (!std::isfinite(fitted.sum().item<double>()))
            throw Error(ErrorCode::Numeric, of.linear->name, "reads or gives out numbers that are not finite",
                        "Lower the learning rate.");
        auto change = at::zeros({of.linear->out(), of.linear->in()}, fitted.options());
        change.index_copy_(1, kept, fitted);
        if (const auto& c = of.linear->rowScale; c.defined()) {  // the weight acts through it
            const auto scale = c.to(at::kDouble).unsqueeze(1);
            change = at::where(scale > 0, change / scale, at::zeros_like(change));
        }
        return change.to(at::kFloat);
    }

private:
    at::Tensor m_input, m_across;
    std::int64_t m_tokens = 0;
};

using States = std::vector<at::Tensor>;  ///< one a batch

}  // namespace

std::unique_ptr<CausalLM> frozenCopy(const CausalLM& model) {
    const at::NoGradGuard guard;
    auto copy = cloneModel(model);
    for (auto* linear : copy->linears()) {
        if (linear->hasAdapter()) linear->b.zero_();
        linear->rowScale = linear->mask = linear->inputMask = at::Tensor();
    }
    return copy;
}

void refitToDense(const DenseRefit& task, const std::vector<GroupRef>& removed, WeightEdits& edits) {
    const at::NoGradGuard guard;
    const auto fitted = fittedLinears(task, removed);
    if (fitted.empty()) return;
    ForwardContext context;
    context.compute = task.compute;
    States present, dense;
    for (const auto& part : batchesOf(task.calibration, task.batch, task.model.device())) {
        present.push_back(task.model.embed(part.ids, context));
        dense.push_back(task.dense.embed(part.ids, context));
    }
    const auto through = [&](const CausalLM& model, int block, States& states, bool goOn) {
        for (auto& state : states) {
            task.control.poll();
            auto next = model.block(block, state, context);
            if (goOn) state = std::move(next);
        }
    };
    for (int b = 0; b < task.model.blocks(); ++b) {
        std::vector<States> wanted(fitted.size());
        {
            std::vector<std::unique_ptr<OutputWatch>> watches;
            for (std::size_t f = 0; f < fitted.size(); ++f)
                watches.push_back(std::make_unique<OutputWatch>(
                    *fitted[f].dense,
                    [&, f](const at::Tensor&, const at::Tensor& y) { wanted[f].push_back(rowsOfTokens(y)); }));
            through(task.dense, b, dense, true);
        }
        for (std::size_t f = 0; f < fitted.size(); ++f) {
            if (wanted[f].empty()) continue;  // of another block
            ResidualFit fit;
            std::size_t batch = 0;
            {
                OutputWatch watch(*fitted[f].linear, [&](const at::Tensor& x, const at::Tensor& y) {
                    fit.add(rowsOfTokens(x), wanted[f].at(batch++) - rowsOfTokens(y));
                });
                through(task.model, b, present, false);
            }
            edits.own(*fitted[f].linear).add_(fit.change(fitted[f], task.damping));
        }
        if (b + 1 < task.model.blocks()) through(task.model, b, present, true);
    }
}

}  // namespace lorashear
