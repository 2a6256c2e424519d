#include "core/prune/curvature.h"

#include "core/base/error.h"
#include "core/kernels/ops.h"
#include "core/knowledge/input_moments.h"
#include "core/train/trainer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

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
// Several groups going one after another never need another factorisation: with P = H_kk^-1, taking the columns d away as well
// leaves (block elimination; the same numbers as solving anew)
//
//   P <- P_kk - P_kd P_dd^-1 P_dk,    W <- W_k - W_d P_dd^-1 P_dk,
//
// which costs |d| n^2 instead of n^3. G W follows W by the same rule, so that it is never multiplied out again.
//
// Cost: one pass over the calibration text and one inverse of [in, in] per consumer; in fp64, because H of real activations is
// ill conditioned. Only every fourth batch goes backward: G, [out, out] and read as a mean over tokens, needs fewer of them
// than H, which must be inverted. No gradient of a base weight is ever formed.

namespace lorashear {

namespace {

std::string linearOf(const std::string& tensor) {
    constexpr std::string_view kWeight = ".weight";
    return tensor.size() > kWeight.size() && tensor.ends_with(kWeight) ? tensor.substr(0, tensor.size() - kWeight.size())
                                                                       : std::string();
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

// Batches between two that go backward.
constexpr std::size_t kGradientEvery = 4;
// LAPACK takes matrices up to this size; larger ones are halved, which turns nearly all work into matrix products.
constexpr std::int64_t kSmall = 128;

// Inverse of a symmetric positive definite matrix, fp64, by Schur complements: with A the upper left block, B beside it and D
// below, S = D - B^T A^-1 B is positive definite too, and the inverse is [A^-1 + Y X^T, -Y; -Y^T, S^-1], X = A^-1 B, Y = X S^-1.
// On two cores at n = 1536 this takes a fifth of the time of Cholesky and its inverse, of which half is not in products.
at::Tensor inverseOf(const at::Tensor& h) {
    const auto n = h.size(0), half = n / 2;
    if (n <= kSmall) return at::cholesky_inverse(at::linalg_cholesky(h));
    const auto b = h.narrow(0, 0, half).narrow(1, half, n - half);
    const auto inner = inverseOf(h.narrow(0, 0, half).narrow(1, 0, half));
    const auto x = inner.mm(b);
    const auto schur = inverseOf(at::addmm(h.narrow(0, half, n - half).narrow(1, half, n - half), b.t(), x, 1, -1));
    const auto y = x.mm(schur);
    auto result = at::empty_like(h, at::MemoryFormat::Contiguous);
    result.narrow(0, 0, half).narrow(1, 0, half).copy_(at::addmm(inner, y, x.t()));
    result.narrow(0, 0, half).narrow(1, half, n - half).copy_(y.neg());
    result.narrow(0, half, n - half).narrow(1, 0, half).copy_(y.t().neg());
    result.narrow(0, half, n - half).narrow(1, half, n - half).copy_(schur);
    return result;
}

at::Tensor indexTensor(const std::vector<std::int64_t>& index, const at::Tensor& like) {
    return at::tensor(index, at::kLong).to(like.device());
}

}  // namespace

Curvature::Curvature(CausalLM& model, const Structure& structure, double damping)
    : m_model(model), m_structure(structure), m_damping(damping) {
    std::map<std::string, std::size_t> known;
    for (const auto& group : structure.nodeGroups) {
        if (!group.prunable) continue;
        for (const auto& slice : group.secondary) {
            auto* linear = model.linear(linearOf(slice.tensor));
            if (!linear || slice.dim != linear->columnDim()) continue;
            const auto [place, fresh] = known.try_emplace(linear->name, m_consumers.size());
            if (fresh) m_consumers.push_back({linear, {}, {}, {}, {}, {}, {}, {}});
            m_consumers[place->second].uses.push_back({group.id, slice});
        }
    }
}

void Curvature::observe(Consumer& consumer, const at::Tensor& x, const at::Tensor& y, bool gradients) {
    addMoment(consumer.input, x, m_real);
    if (!gradients || !y.requires_grad()) return;
    y.register_hook([this, &consumer](const at::Tensor& g) { addMoment(consumer.gradient, g, m_real); });
}

void Curvature::collect(const std::vector<Sequence>& sequences, bool gradients, int batch, Compute compute,
                        const Control& control) {
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
    m_tokens = m_gradientTokens = 0;
    ForwardContext context;
    context.compute = compute;
    // Experts see tokens without their places, so none may be there that fills a batch up.
    const bool routed = m_model.config().routing.expertsPerToken > 0;
    const auto size = static_cast<std::size_t>(routed ? 1 : std::max(1, batch));
    for (std::size_t i = 0; i < sequences.size(); i += size) {
        control.poll();
        const bool backward = gradients && i / size % kGradientEvery == 0;
        at::AutoGradMode mode(backward);
        const auto count = std::min(size, sequences.size() - i);
        const auto part = paddedBatch(&sequences[i], count, m_model.device());
        m_real = realPositions(&sequences[i], count, part.ids.size(1));
        const auto tokens = m_real.defined() ? m_real.numel() : part.ids.numel();
        m_tokens += tokens;
        // Differentiating in the embedded tokens alone reaches every consumer and leaves the adapters' gradients alone.
        const auto start = m_model.embed(part.ids, context).detach().requires_grad_(backward);
        auto x = start;
        for (int b = 0; b < m_model.blocks(); ++b) x = m_model.block(b, x, context);
        if (!backward) continue;
        m_gradientTokens += tokens;
        const auto nll = ops::tokenNll(m_model.normalise(x).flatten(0, 1), m_model.vocabularyHead(compute),
                                       part.targets.flatten(), compute)
                             .sum();
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

void Curvature::begin(const std::vector<GroupRef>& gone) {
    at::NoGradGuard guard;
    for (auto& consumer : m_consumers) {
        consumer.away = columns(consumer, gone);
        // An expert that no token of the text was sent to: nothing is known of it, and nothing lost with it.
        const auto fp32 = at::TensorOptions().dtype(at::kFloat).device(consumer.linear->weight.device());
        const auto in = consumer.linear->in(), out = consumer.linear->out();
        if (!consumer.input.defined()) consumer.input = at::zeros({in, in}, fp32);
        if (m_gradientTokens > 0 && !consumer.gradient.defined()) consumer.gradient = at::zeros({out, out}, fp32);
        const auto kept = indexTensor(indicesWhere(consumer.away, false), consumer.input);
        auto h = meanMoment(consumer.input, m_tokens);
        consumer.input = at::Tensor();
        h.diagonal().add_(m_damping * h.diagonal().mean() + 1e-30);
        consumer.inverse = at::zeros_like(h);
        consumer.inverse.index_put_({kept.unsqueeze(1), kept}, inverseOf(h.index_select(0, kept).index_select(1, kept)));
        auto w = consumer.linear->effectiveWeight().to(at::kDouble);
        w.index_fill_(1, indexTensor(indicesWhere(consumer.away, true), w), 0);
        if (consumer.gradient.defined()) w = at::cat({w, meanMoment(consumer.gradient, m_gradientTokens).mm(w)});
        consumer.weights = w;
        consumer.start = at::Tensor();
    }
}

void Curvature::beginRepaired(const std::vector<GroupRef>& gone) {
    begin({});
    remove(gone);
    for (auto& consumer : m_consumers) consumer.start = consumer.weights.narrow(0, 0, consumer.linear->out()).clone();
}

void Curvature::remove(const std::vector<GroupRef>& groups) {
    at::NoGradGuard guard;
    for (auto& consumer : m_consumers) {
        auto going = columns(consumer, groups);
        for (std::size_t i = 0; i < going.size(); ++i) going[i] = going[i] && !consumer.away[i];
        const auto list = indicesWhere(going, true);
        if (list.empty()) continue;
        const auto d = indexTensor(list, consumer.inverse);
        const auto across = consumer.inverse.index_select(0, d);                          // P_dk
        const auto share = inverseOf(across.index_select(1, d).contiguous()).mm(across);  // P_dd^-1 P_dk
        consumer.weights.addmm_(consumer.weights.index_select(1, d), share, 1, -1);
        consumer.inverse.addmm_(across.t(), share, 1, -1);
        consumer.weights.index_fill_(1, d, 0);
        consumer.inverse.index_fill_(0, d, 0).index_fill_(1, d, 0);
        for (const auto column : list) consumer.away[static_cast<std::size_t>(column)] = true;
    }
}

void Curvature::score(const Consumer& consumer, const Use& use, std::vector<double>& scores) const {
    const int count = m_structure.nodeGroups[static_cast<std::size_t>(use.nodeGroup)].count;
    scores.resize(static_cast<std::size_t>(count), 0.0);
    std::vector<int> live;
    std::vector<std::int64_t> index;
    for (int j = 0; j < count; ++j) {
        if (consumer.away[static_cast<std::size_t>(use.slice.begin(j))]) continue;
        live.push_back(j);
        for (std::int64_t c = 0; c < use.slice.length; ++c) index.push_back(use.slice.begin(j) + c);
    }
    if (live.empty()) return;
    const auto n = static_cast<std::int64_t>(live.size()), length = use.slice.length, out = consumer.linear->out();
    const auto all = indexTensor(index, consumer.weights);
    const auto w = consumer.weights.narrow(0, 0, out).index_select(1, all),
               gw = consumer.weights.narrow(0, out, out).index_select(1, all);
    at::Tensor s;
    if (length == 1) {
        s = (w * gw).sum(0) / consumer.inverse.diagonal().index_select(0, all);
    } else {
        const auto perGroup = [&](const at::Tensor& m) { return m.view({out, n, length}).permute({1, 0, 2}); };
        const auto cost = perGroup(w).transpose(1, 2).bmm(perGroup(gw));  // W_g^T G W_g
        // [(H^-1)_gg]^-1. By Cholesky, not by LU: with two threads LibTorch 2.15's linalg_inv of a batch of two or more matrices of
        // 160 rows and more fails each time (wrong pivots; 128 rows, one matrix or one thread work).
        const auto blocks = consumer.inverse.index({all.view({n, length, 1}), all.view({n, 1, length})});
        s = (cost * at::cholesky_inverse(at::linalg_cholesky(blocks)).transpose(1, 2)).sum(at::IntArrayRef{1, 2});
    }
    s = s.mul(0.5).cpu();
    for (std::int64_t i = 0; i < n; ++i)
        scores[static_cast<std::size_t>(live[static_cast<std::size_t>(i)])] += s.data_ptr<double>()[i];
}

GroupSaliency Curvature::scores() const {
    at::NoGradGuard guard;
    GroupSaliency result;
    result.proxy = "curvature";
    result.scores.resize(m_structure.nodeGroups.size());
    for (const auto& consumer : m_consumers)
        for (const auto& use : consumer.uses) score(consumer, use, result.scores[static_cast<std::size_t>(use.nodeGroup)]);
    for (const auto& group : m_structure.nodeGroups)
        if (group.unit == UnitKind::Experts)  // no method fades them: they go at once, by scores of their own
            result.scores[static_cast<std::size_t>(group.id)].assign(static_cast<std::size_t>(group.count), 0.0);
        else if (group.prunable && result.scores[static_cast<std::size_t>(group.id)].empty())
            throw Error(ErrorCode::Unsupported, group.name,
                        "no linear reads what this node group makes, so curvature cannot rank it",
                        "Choose another saliency.");
    return result;
}

std::map<std::string, at::Tensor> Curvature::repairs(const std::vector<GroupRef>& going) const {
    at::NoGradGuard guard;
    std::map<std::string, at::Tensor> result;
    for (const auto& consumer : m_consumers) {
        const auto goingColumns = columns(consumer, going);
        if (std::find(goingColumns.begin(), goingColumns.end(), true) == goingColumns.end()) continue;
        const auto start = consumer.start.defined() ? consumer.start : consumer.linear->effectiveWeight();
        auto change = consumer.weights.narrow(0, 0, consumer.linear->out()) - start;
        change.index_fill_(1, indexTensor(indicesWhere(consumer.away, true), change), 0);
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
