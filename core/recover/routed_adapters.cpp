#include "core/recover/routed_adapters.h"

#include "core/train/trainer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <utility>

namespace lorashear {

/// One linear with its router.
struct RoutedAdapters::Routed {
    Linear* linear = nullptr;
    std::function<void(const at::Tensor&, const at::Tensor&)> before;  ///< who observed it already
    at::Tensor router;
    int experts = 1;
    bool keeps = false, tallies = false;
    at::Tensor gates;  ///< of the last forward pass
    at::Tensor sum;    ///< of gates over all tokens, fp64
    double tokens = 0;

    /// Adds to y what the gates depart from the even mixture that the adapter itself is.
    void add(const at::Tensor& x, const at::Tensor& y) {
        const auto g = at::softmax(at::linear(x, router), -1);
        if (keeps) gates = g;
        if (tallies) {
            const auto flat = g.detach().reshape({-1, experts});
            sum.add_(flat.sum(0, false, at::kDouble));
            tokens += static_cast<double>(flat.size(0));
        }
        auto shape = x.sizes().vec();
        shape.back() = experts;
        shape.push_back(linear->a.size(0) / experts);
        const auto low = at::linear(x, linear->a).view(shape) * (g - 1.0 / experts).unsqueeze(-1);
        y.add_(at::linear(low.flatten(-2), linear->b), linear->scale * experts);
    }
};

RoutedAdapters::RoutedAdapters(CausalLM& model, const LoraOptions& each, int experts, std::uint64_t seed)
    : m_model(model), m_experts(experts) {
    LoraOptions all = each;
    all.rank = each.rank * experts;
    all.dropout = 0;
    attachLora(model, all, seed);
    const double scale = each.alpha / (each.rankStabilised ? std::sqrt(each.rank) : each.rank);
    for (auto* linear : model.linears()) {
        if (!linear->hasAdapter()) continue;
        linear->scale = scale / experts;
        auto& routed = *m_routed.emplace_back(std::make_unique<Routed>());
        routed.linear = linear;
        routed.experts = experts;
        routed.router = at::zeros({experts, linear->in()}, linear->a.options().requires_grad(false)).set_requires_grad(true);
        routed.before = linear->observer;
        linear->observer = [&routed](const at::Tensor& x, const at::Tensor& y) {
            routed.add(x, y);
            if (routed.before) routed.before(x, y);
        };
    }
}

RoutedAdapters::~RoutedAdapters() {
    unhook();
}

void RoutedAdapters::unhook() {
    for (auto& routed : m_routed) routed->linear->observer = std::move(routed->before);
    m_routed.clear();
}

Trainables RoutedAdapters::routers() const {
    Trainables found;
    for (const auto& routed : m_routed) found.emplace_back(routed->linear->name + ".router", routed->router);
    return found;
}

void RoutedAdapters::keepGates(bool keep) {
    for (auto& routed : m_routed) routed->keeps = keep, routed->gates = at::Tensor();
}

std::vector<at::Tensor> RoutedAdapters::takeGates() {
    std::vector<at::Tensor> gates;
    for (auto& routed : m_routed) gates.push_back(std::exchange(routed->gates, at::Tensor()));
    return gates;
}

std::vector<at::Tensor> RoutedAdapters::meanGates(const std::vector<Sequence>& sequences, Compute compute) const {
    const at::NoGradGuard guard;
    const auto device = m_model.device();
    const auto float64 = at::TensorOptions().dtype(at::kDouble).device(device);
    for (const auto& routed : m_routed)
        routed->tallies = true, routed->sum = at::zeros({m_experts}, float64), routed->tokens = 0;
    ForwardContext context;
    context.compute = compute;
    for (const Sequence& sequence : sequences)  // one at a time: nothing is padded
        m_model.hidden(paddedBatch(&sequence, 1, device).ids, context);
    std::vector<at::Tensor> means;
    for (const auto& routed : m_routed) {
        routed->tallies = false;
        means.push_back(routed->tokens > 0 ? routed->sum / routed->tokens : at::full({m_experts}, 1.0 / m_experts, float64));
    }
    return means;
}

void RoutedAdapters::settle(const std::vector<at::Tensor>& weights) {
    const at::NoGradGuard guard;
    for (std::size_t i = 0; i < m_routed.size(); ++i) {
        Linear& linear = *m_routed[i]->linear;
        const auto factors = (weights[i] * m_experts).to(at::kFloat).repeat_interleave(linear.b.size(1) / m_experts);
        linear.b.mul_(factors.unsqueeze(0));
    }
    unhook();
}

at::Tensor sideFactors(const std::vector<bool>& task, int experts, int worldExperts, double delta) {
    const auto factors = at::empty({static_cast<std::int64_t>(task.size()), experts}, at::kFloat);
    auto* values = factors.data_ptr<float>();
    for (const bool ofTask : task)
        for (int e = 0; e < experts; ++e)
            *values++ = static_cast<float>((e >= worldExperts) == ofTask ? 1 - delta : 1 + delta);
    return factors;
}

at::Tensor balanceLoss(const at::Tensor& gates, const at::Tensor& counts, const at::Tensor& factors) {
    const auto mask = counts.to(gates.scalar_type()).unsqueeze(-1);
    const auto mass = (gates * mask).sum(1) / mask.sum(1).clamp_min(1) * factors;
    const auto z = mass.index_select(0, counts.any(1).nonzero().squeeze(1));
    if (z.numel() == 0) return gates.sum() * 0;
    return z.var(/*unbiased=*/false) / z.mean().square();
}

}  // namespace lorashear
