#pragma once

#include "core/model/causal_lm.h"
#include "core/model/lora.h"
#include "core/text/text_source.h"
#include "core/train/own_weights.h"

#include <memory>
#include <vector>

namespace lorashear {

/// Several LoRA experts and a router on every adapted linear (LoRAMoE, arXiv 2312.09979 section 3.2), all experts at work on every token:
///
///   y = W x + s sum_e g_e B_e A_e x,   g = softmax(R x),   R [experts, in], zero at first
///
/// The linear's adapter holds all experts, A_e below each other and B_e side by side, with scale s / experts: on its own it is the mixture with every
/// g_e = 1 / experts. While an object of this class lives, an observer on the linear adds to y what its router departs from that. Dropout has no place in
/// it. Gradients reach A, B, R and x.
class RoutedAdapters {
public:
    /// each: of one expert; its dropout is not used. A pure function of the seed and the linears' names. Errors as attachLora.
    RoutedAdapters(CausalLM& model, const LoraOptions& each, int experts, std::uint64_t seed);
    /// Takes the observers off again; the adapters stay behind as the even mixture.
    ~RoutedAdapters();
    RoutedAdapters(const RoutedAdapters&) = delete;
    RoutedAdapters& operator=(const RoutedAdapters&) = delete;

    Trainables routers() const;  ///< leaves, "LINEAR.router"

    /// Whether the gates g [.., experts] of coming forward passes are kept, by linear in network order; forgets those kept so far.
    void keepGates(bool keep);
    /// Those of the forward passes since then, and forgets them; differentiable.
    std::vector<at::Tensor> takeGates();

    /// Mean gates over all tokens of these sequences, by linear [experts] fp64; even where no token came (experts of a mixture of experts).
    std::vector<at::Tensor> meanGates(const std::vector<Sequence>& sequences, Compute compute) const;
    /// From now on the mixture of these weights, which plain adapters of rank experts * rank hold: B_e times experts * weight_e. Routing ends.
    void settle(const std::vector<at::Tensor>& weights);

private:
    struct Routed;
    void unhook();

    CausalLM& m_model;
    int m_experts;
    std::vector<std::unique_ptr<Routed>> m_routed;
};

/// What the mass of every expert is multiplied with before masses are compared, [sequences, experts] fp32: 1 - delta where expert and sequence are of
/// the same side, 1 + delta where not. When all products are equal, an expert has (1 + delta) / (1 - delta) times the mass on its own side.
/// task: by sequence; the first worldExperts experts are of the other side, world knowledge.
at::Tensor sideFactors(const std::vector<bool>& task, int experts, int worldExperts, double delta);

/// Localized balancing: variance over squared mean of Z = factors * Q, Q [B, experts] the mean gate of a sequence over the positions that count.
/// gates [B, T, experts], counts [B, T] bool, factors [B, experts]. Sequences without a position that counts are left out. A scalar, at least 0.
at::Tensor balanceLoss(const at::Tensor& gates, const at::Tensor& counts, const at::Tensor& factors);

}  // namespace lorashear
