#include "core/prune/curvature.h"

#include "core/base/error.h"
#include "core/kernels/ops.h"
#include "core/train/trainer.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

// What a group is worth, and who can take over.
//
// Removing a group means that some columns of a consumer W (o_proj for an attention group, down_proj for a neuron) never see
// an input again. Write x for the consumer's input on calibration tokens, H = E[x x^T] for its second moment, d for the
// columns that go and k for those that stay. The other columns can imitate what is lost as far as the inputs are correlated:
//
//   min over D of E ||(W_k + D) x_k - W x||^2   gives   D = W_d H_dk H_kk^-1,
//
// a least-squares problem with the same solution for every output row. This is the weight update of Optimal Brain Surgeon
// (Hassibi and Stork, 1993), carried to whole structures; a ridge lambda * mean(diag H) keeps it tame where calibration says
// nothing. What cannot be imitated is the error W_d [(H^-1)_dd]^-1 W_d^T per output.
//
// An error at the output matters as much as the loss cares about that direction: G = E[g g^T], with g the gradient of a
// token's nll in the consumer's output. Under the Kronecker-factored approximation of the Fisher matrix (Martens and Grosse,
// 2015; LLM Surgeon, arXiv 2312.17244) the expected rise of the loss is
//
//   S_g = 1/2 tr( G W_g [(H^-1)_gg]^-1 W_g^T ).
//
// Both factors are in nats, so that the first layer's heads, the last layer's heads and neurons everywhere are ranked on one
// scale, which a norm of weights or activations does not give. When several groups go together, the second is scored as if the
// first were repaired already (H_kk without it, W_k + D): two neurons that say the same are not both free.
//
// Cost: one pass over the calibration text and one inverse of [in, in] per consumer and ranking round; in fp64, because H
// of real activations is ill conditioned. No gradient of a base weight is ever formed.

namespace lorashear {

namespace {

std::string linearOf(const std::string& tensor) {
    constexpr std::string_view kWeight = ".weight";
    return tensor.size() > kWeight.size() && tensor.ends_with(kWeight) ? tensor.substr(0, tensor.size() - kWeight.size()) : std::string();
}

std::vector<std::int64_t> indicesWhere(const std::vector<bool>& mask, bool value) {
    std::vector<std::int64_t> found;
    for (std::size_t i = 0; i < mask.size(); ++i)
        if (mask[i] == value) found.push_back(static_cast<std::int64_t>(i));
    return found;
}

// Positions of [B, T] that hold tokens; undefined when all do.
at::Tensor realPositions(const Sequence* sequences, std::size_t count, std::int64_t length) {
    std::vector<std::int64_t> real;
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t t = 0; t < sequences[i].lossMask.size(); ++t)
            real.push_back(static_cast<std::int64_t>(i) * length + static_cast<std::int64_t>(t));
    if (static_cast<std::int64_t>(real.size()) == static_cast<std::int64_t>(count) * length) return {};
    return at::tensor(real, at::kLong);
}

at::Tensor moment(const at::Tensor& values, const at::Tensor& real) {
    auto flat = values.detach().reshape({-1, values.size(-1)}).to(at::kFloat);
    if (real.defined()) flat = flat.index_select(0, real.to(flat.device()));
    return at::mm(flat.t(), flat);
}

void accumulate(at::Tensor& sum, const at::Tensor& part) {
    sum = sum.defined() ? sum.add_(part) : part;
}

}  // namespace

/// One consumer with some columns away.
struct Curvature::Solved {
    std::vector<std::int64_t> kept;
    at::Tensor inverse;   ///< [kept, kept] fp64, of the damped H
    at::Tensor repair;    ///< [out, kept] fp64: D
    at::Tensor repaired;  ///< [out, kept] fp64: W_k + D
};

Curvature::Curvature(CausalLM& model, const Structure& structure, double damping)
    : m_model(model), m_structure(structure), m_damping(damping) {
    std::map<std::string, std::size_t> known;
    for (const auto& group : structure.nodeGroups) {
        if (!group.prunable) continue;
        for (const auto& slice : group.secondary) {
            auto* linear = model.linear(linearOf(slice.tensor));
            if (!linear || slice.dim != linear->columnDim()) continue;
            const auto [place, fresh] = known.try_emplace(linear->name, m_consumers.size());
            if (fresh) m_consumers.push_back({linear, {}, {}, {}});
            m_consumers[place->second].uses.push_back({group.id, slice});
        }
    }
}

void Curvature::observe(Consumer& consumer, const at::Tensor& x, const at::Tensor& y, bool gradients) {
    accumulate(consumer.input, moment(x, m_real));
    if (!gradients) return;
    y.register_hook([this, &consumer](const at::Tensor& g) { accumulate(consumer.gradient, moment(g, m_real)); });
}

void Curvature::collect(const std::vector<Sequence>& sequences, bool gradients, int batch, Compute compute, const Control& control) {
    at::AutoGradMode mode(gradients);
    for (auto& consumer : m_consumers) {
        consumer.input = consumer.gradient = at::Tensor();
        consumer.linear->observer = [this, &consumer, gradients](const at::Tensor& x, const at::Tensor& y) {
            observe(consumer, x, y, gradients);
        };
    }
    struct Unobserve {
        std::vector<Consumer>& consumers;
        ~Unobserve() {
            for (auto& consumer : consumers) consumer.linear->observer = nullptr;
        }
    } unobserve{m_consumers};
    m_tokens = 0;
    ForwardContext context;
    context.compute = compute;
    const auto size = static_cast<std::size_t>(std::max(1, batch));
    for (std::size_t i = 0; i < sequences.size(); i += size) {
        control.poll();
        const auto count = std::min(size, sequences.size() - i);
        const auto part = paddedBatch(&sequences[i], count, m_model.device());
        m_real = realPositions(&sequences[i], count, part.ids.size(1));
        m_tokens += m_real.defined() ? m_real.numel() : part.ids.numel();
        // Differentiating in the embedded tokens alone reaches every consumer and leaves the adapters' gradients alone.
        const auto start = m_model.embed(part.ids, context).detach().requires_grad_(gradients);
        auto x = start;
        for (int b = 0; b < m_model.blocks(); ++b) x = m_model.block(b, x, context);
        if (!gradients) continue;
        const auto nll = ops::tokenNll(m_model.normalise(x).flatten(0, 1), m_model.vocabularyHead(), part.targets.flatten(), compute).sum();
        if (!std::isfinite(nll.item<double>()))
            throw Error(ErrorCode::Numeric, "calibration", "the loss is not finite", "Lower the learning rate.");
        torch::autograd::grad({nll}, {start});
    }
    if (m_tokens == 0) throw Error(ErrorCode::BadInput, "calibration", "there are no calibration sequences");
}

std::vector<bool> Curvature::columns(const Consumer& consumer, const std::vector<GroupRef>& groups) const {
    std::vector<bool> mask(static_cast<std::size_t>(consumer.linear->in()), false);
    for (const auto& use : consumer.uses)
        for (const auto& ref : groups) {
            if (ref.nodeGroup != use.nodeGroup) continue;
            const auto begin = mask.begin() + static_cast<std::ptrdiff_t>(use.slice.begin(ref.index));
            std::fill(begin, begin + static_cast<std::ptrdiff_t>(use.slice.length), true);
        }
    return mask;
}

Curvature::Solved Curvature::solve(const Consumer& consumer, const std::vector<bool>& goneColumns,
                                   const std::vector<bool>& goingColumns) const {
    std::vector<bool> away(goneColumns.size());
    for (std::size_t i = 0; i < away.size(); ++i) away[i] = goneColumns[i] || goingColumns[i];
    Solved s;
    s.kept = indicesWhere(away, false);
    const auto device = consumer.linear->weight.device();
    const auto kept = at::tensor(s.kept, at::kLong).to(device);
    const auto going = at::tensor(indicesWhere(goingColumns, true), at::kLong).to(device);
    const auto h = consumer.input.to(at::kDouble) / static_cast<double>(m_tokens);
    const auto w = consumer.linear->effectiveWeight().to(at::kDouble);
    auto damped = h.index_select(0, kept).index_select(1, kept);
    const double ridge = m_damping * h.diagonal().mean().item<double>() + 1e-30;
    damped.diagonal().add_(ridge);
    s.inverse = at::cholesky_inverse(at::linalg_cholesky(damped));
    const auto cross = h.index_select(0, going).index_select(1, kept);
    s.repair = w.index_select(1, going).mm(cross).mm(s.inverse);
    s.repaired = w.index_select(1, kept) + s.repair;
    return s;
}

GroupSaliency Curvature::scores(const std::vector<GroupRef>& gone, const std::vector<GroupRef>& going) const {
    torch::NoGradGuard guard;
    GroupSaliency result;
    result.proxy = "curvature";
    result.scores.resize(m_structure.nodeGroups.size());
    for (const auto& consumer : m_consumers) {
        const auto goneColumns = columns(consumer, gone), goingColumns = columns(consumer, going);
        const auto solved = solve(consumer, goneColumns, goingColumns);
        std::vector<std::int64_t> place(goneColumns.size(), -1);  // column -> its index among the kept ones
        for (std::size_t i = 0; i < solved.kept.size(); ++i) place[static_cast<std::size_t>(solved.kept[i])] = static_cast<std::int64_t>(i);
        const auto weighted = (consumer.gradient.to(at::kDouble) / static_cast<double>(m_tokens)).mm(solved.repaired);
        for (const auto& use : consumer.uses) {
            auto& scores = result.scores[static_cast<std::size_t>(use.nodeGroup)];
            const int count = m_structure.nodeGroups[static_cast<std::size_t>(use.nodeGroup)].count;
            scores.resize(static_cast<std::size_t>(count), 0.0);
            std::vector<int> live;
            std::vector<std::int64_t> index;
            for (int j = 0; j < count; ++j) {
                const auto begin = static_cast<std::size_t>(use.slice.begin(j));
                if (place[begin] < 0) continue;
                live.push_back(j);
                for (std::int64_t c = 0; c < use.slice.length; ++c) index.push_back(place[begin + static_cast<std::size_t>(c)]);
            }
            if (live.empty()) continue;
            const auto n = static_cast<std::int64_t>(live.size()), length = use.slice.length;
            const auto columnsOfGroups = at::tensor(index, at::kLong).to(solved.inverse.device());
            const auto perGroup = [&](const at::Tensor& m) {  // [out, kept] -> [n, out, length]
                return m.index_select(1, columnsOfGroups).view({m.size(0), n, length}).permute({1, 0, 2});
            };
            const auto cost = perGroup(solved.repaired).transpose(1, 2).bmm(perGroup(weighted));  // W_g^T G W_g
            const auto rows = columnsOfGroups.view({n, length, 1}), cols = columnsOfGroups.view({n, 1, length});
            // [(H^-1)_gg]^-1. By Cholesky, not LU: it is positive definite, and MKL's LU fails on some processors from about 192 columns on.
            const auto blocks = at::cholesky_inverse(at::linalg_cholesky(solved.inverse.index({rows, cols})));
            const auto s = (cost * blocks.transpose(1, 2)).sum(at::IntArrayRef{1, 2}).mul(0.5).cpu();
            for (std::int64_t i = 0; i < n; ++i)
                scores[static_cast<std::size_t>(live[static_cast<std::size_t>(i)])] += s.data_ptr<double>()[i];
        }
    }
    for (const auto& group : m_structure.nodeGroups)
        if (group.prunable && result.scores[static_cast<std::size_t>(group.id)].empty())
            throw Error(ErrorCode::Unsupported, group.name, "no linear reads what this node group makes, so curvature cannot rank it",
                        "Choose another saliency.");
    return result;
}

std::map<std::string, at::Tensor> Curvature::repairs(const std::vector<GroupRef>& gone, const std::vector<GroupRef>& going) const {
    torch::NoGradGuard guard;
    std::map<std::string, at::Tensor> result;
    for (const auto& consumer : m_consumers) {
        const auto goneColumns = columns(consumer, gone), goingColumns = columns(consumer, going);
        if (std::find(goingColumns.begin(), goingColumns.end(), true) == goingColumns.end()) continue;
        const auto solved = solve(consumer, goneColumns, goingColumns);
        auto change = at::zeros({consumer.linear->out(), consumer.linear->in()}, solved.repair.options());
        change.index_copy_(1, at::tensor(solved.kept, at::kLong).to(change.device()), solved.repair);
        // The weight acts through its row scale.
        if (const auto& c = consumer.linear->rowScale; c.defined()) {
            const auto scale = c.to(at::kDouble).unsqueeze(1);
            change = at::where(scale > 0, change / scale, at::zeros_like(change));
        }
        result[consumer.linear->name] = change.to(at::kFloat);
    }
    return result;
}

}  // namespace lorashear
