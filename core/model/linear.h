#pragma once

#include "core/model/forward_context.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lorashear {

namespace ops {
class HalfWeight;
struct LinearOperands;
}  // namespace ops

/// Sums over tokens of what enters one linear, per input column; what activation-weighted and Taylor saliencies need.
/// Collected by collectStatistics (core/knowledge) through Linear::observer, and left here for saliency proxies.
struct InputStatistics {
    at::Tensor sumAbs;      ///< [in] fp64, sum over tokens of |x|
    at::Tensor sumSquare;   ///< [in] fp64, sum over tokens of x^2
    at::Tensor gate;        ///< [in] fp64, sum over tokens of x * dL/dx: gradient of a gate on the column, at 1
    at::Tensor gateSquare;  ///< [in] fp64, sum over sequences of (that sequence's gate)^2
    std::int64_t tokens = 0;
};

/// One linear of the model with its optional LoRA adapter, row scale and mask.
///
///   y = mask * ( rowScale * (W x + bias) + scale * B (A dropout(x)) ), x times inputMask first        algorithm.md 4.7
///
/// W and bias are frozen, stored as found in the checkpoint (F32, BF16, F16; mapped memory) and never written to by
/// training; A, B, rowScale, mask are fp32. All products accumulate in fp32.
class Linear {
public:
    std::string name;   ///< module path, e.g. "model.layers.0.self_attn.q_proj"; the tensors are name + ".weight", ".bias"
    at::Tensor weight;  ///< [out, in]; with `transposed` a view of the checkpoint's tensor
    bool transposed = false;  ///< the checkpoint stores [in, out] (GPT-2's Conv1D)
    at::Tensor bias;          ///< [out] or undefined
    at::Tensor a, b;          ///< adapter: [rank, in] and [out, rank], fp32 leaves; undefined: none
    double scale = 0;         ///< alpha / rank, or alpha / sqrt(rank) for rsLoRA
    double dropout = 0;       ///< probability, on the adapter branch's input, only when training
    at::Tensor rowScale;      ///< [out] fp32, c of 4.7; undefined: ones
    at::Tensor mask;          ///< [out] fp32, previews and knowledge probes; undefined: ones
    at::Tensor inputMask;     ///< [in] fp32, multiplies x: previews of what the linear no longer reads; undefined: ones
    std::shared_ptr<InputStatistics> statistics;  ///< null: nothing is collected
    /// Shown what goes in and comes out of every forward pass (empty: nobody looks). May put a gradient hook on y; every
    /// implementation of forward, fused ones too, calls it. Clones do not inherit it.
    std::function<void(const at::Tensor& x, const at::Tensor& y)> observer;

    std::int64_t in() const { return weight.size(1); }
    std::int64_t out() const { return weight.size(0); }
    bool hasAdapter() const { return a.defined(); }

    /// The weight as the checkpoint stores it: what CausalLM::tensors() lists. One tensor object as long as weight is the same.
    const at::Tensor& storedWeight() const;
    /// A matrix of weight's orientation, [out, in], in that of the checkpoint, and back; a view.
    at::Tensor toStored(const at::Tensor& matrix) const { return transposed ? matrix.t() : matrix; }
    int rowDim() const { return transposed ? 1 : 0; }     ///< dimension of storedWeight() along which outputs lie
    int columnDim() const { return transposed ? 0 : 1; }  ///< and inputs

    std::shared_ptr<const ops::HalfWeight> halfWeight() const;  ///< for mixed arithmetic, made once

    /// x: [..., in] fp32; returns [..., out] fp32. Differentiable in x, a and b.
    at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const;

    /// Each linear's forward(x, context), in order, for linears that read the same x: mixed arithmetic does once what they share.
    static std::vector<at::Tensor> forwardTogether(const std::vector<const Linear*>& linears, const at::Tensor& x,
                                                   const ForwardContext& context);

    /// rowScale * W + scale * B A, without the mask: what merging writes. [out, in] fp32, fresh and aligned.
    at::Tensor effectiveWeight() const;
    at::Tensor effectiveBias() const;  ///< rowScale * bias; undefined without bias

private:
    ops::LinearOperands operands(const ForwardContext& context) const;
    at::Tensor plainForward(const at::Tensor& x, const ForwardContext& context) const;

    mutable at::Tensor m_stored, m_storedOf;  ///< see storedWeight, and the weight it is a view of
    mutable std::shared_ptr<const ops::HalfWeight> m_half;
};

}  // namespace lorashear
