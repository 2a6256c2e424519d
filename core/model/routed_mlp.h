#pragma once

#include "core/model/projection.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// What a family calls the parts of its routed MLPs, within a block.
struct RoutedMlpNames {
    std::string module = "mlp";  ///< the router is MODULE.gate, expert K MODULE.experts.K
    std::string gate = "gate_proj", up = "up_proj", down = "down_proj";  ///< of each expert
};

/// A mixture of experts: a router gives every token to a few of many gated MLPs and sums what they say by its weights.
///
/// The weights are the largest `expertsPerToken` of softmax(router(x)), divided by their sum if the settings say so. A mask on the router's
/// rows leaves experts out exactly as a model without them computes it: their scores are -inf before the softmax.
class RoutedMlp {
public:
    /// Takes its tensors. prefix: of the block's modules, "model.layers.0."
    void connect(const std::string& prefix, const RoutedMlpNames& names, const LayerShape& layer, const ModelConfig& config,
                 const NamedTensors& tensors);
    /// Names and shapes of the tensors that connect() takes, put into all.
    static void addShapes(const std::string& prefix, const RoutedMlpNames& names, const LayerShape& layer,
                          const ModelConfig& config, std::map<std::string, std::vector<std::int64_t>>& all);
    /// Widths of the experts among these tensors: as many as the router has rows. Of one that is not there the width asked for, so that it is
    /// missed by name; empty: there is neither a router nor an expert.
    static std::vector<int> widths(const std::string& prefix, const RoutedMlpNames& names, const std::vector<int>& asked,
                                   const Factors& factors, const NamedTensors& tensors);

    std::vector<Linear*> routerLinears() { return m_router.linears(); }
    std::vector<Linear*> expertLinears();  ///< expert by expert: gate, up, down

    /// x: [B, T, hidden] fp32; returns the same shape. Every token runs through its own experts only, except while operators are plain
    /// (traces, references): then through all of them, with weight 0 where not chosen, so that no shape depends on numbers.
    at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const;

private:
    struct Expert {
        std::string path;
        Projection gate, up, down;
    };

    at::Tensor expertForward(const Expert& expert, const at::Tensor& x, const ForwardContext& context) const;
    at::Tensor routerMask() const;
    at::Tensor throughAll(const at::Tensor& x, const at::Tensor& weights, const ForwardContext& context) const;
    at::Tensor throughChosen(const at::Tensor& x, const at::Tensor& weights, const at::Tensor& chosen,
                             const ForwardContext& context) const;

    std::string m_path;
    RoutingSettings m_routing;
    Activation m_activation = Activation::Silu;
    Projection m_router;
    std::deque<Expert> m_experts;
};

}  // namespace lorashear
