#include "core/model/linear.h"

#include "core/kernels/half_weight.h"
#include "core/kernels/lora_linear.h"
#include "core/kernels/mixed_linears.h"
#include "core/kernels/ops.h"
#include "core/model/scope.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <string_view>

namespace lorashear {

namespace {

std::uint64_t dropoutSeedFor(std::uint64_t stepSeed, std::string_view name) {
    std::uint64_t h = 1469598103934665603ULL ^ stepSeed;
    for (unsigned char c : name) h = (h ^ c) * 1099511628211ULL;
    return h;
}

}  // namespace

at::Tensor Linear::plainForward(const at::Tensor& x, const ForwardContext& context) const {
    // From the stored tensor: that is the one the tracer knows.
    const auto matrix = toStored(storedWeight().to(at::kFloat));
    auto y = at::linear(x, matrix, bias.defined() ? bias.to(at::kFloat) : bias);
    if (rowScale.defined()) y = y * rowScale;
    if (hasAdapter()) {
        auto input = x;
        if (context.training && dropout > 0)
            input = x * ops::dropoutFactors(x.sizes(), dropout, dropoutSeedFor(context.dropoutSeed, name)).to(x.device());
        y = y + at::linear(at::linear(input, a), b) * scale;
    }
    return mask.defined() ? y * mask : y;
}

ops::LinearOperands Linear::operands(const ForwardContext& context) const {
    ops::LinearOperands all;
    all.weight = weight, all.bias = bias, all.rowScale = rowScale, all.mask = mask;
    all.compute = context.compute;
    if (context.compute == Compute::Mixed) all.half = halfWeight();
    if (hasAdapter()) {
        all.a = a, all.b = b, all.scale = scale;
        all.dropout = context.training ? dropout : 0;
        if (all.dropout > 0) all.dropoutSeed = dropoutSeedFor(context.dropoutSeed, name);
    }
    return all;
}

const at::Tensor& Linear::storedWeight() const {
    if (!transposed) return weight;
    if (!m_storedOf.is_same(weight)) m_stored = weight.t(), m_storedOf = weight;
    return m_stored;
}

std::shared_ptr<const ops::HalfWeight> Linear::halfWeight() const {
    if (!m_half || !m_half->isOf(weight)) m_half = std::make_shared<const ops::HalfWeight>(weight);
    return m_half;
}

at::Tensor Linear::forward(const at::Tensor& x, const ForwardContext& context) const {
    return forwardTogether({this}, inputMask.defined() ? x * inputMask : x, context).front();
}

std::vector<at::Tensor> Linear::forwardTogether(const std::vector<const Linear*>& linears, const at::Tensor& x,
                                                const ForwardContext& context) {
    const auto masked = [](const Linear* linear) { return linear->inputMask.defined(); };
    if (linears.size() > 1 && std::any_of(linears.begin(), linears.end(), masked)) {
        std::vector<at::Tensor> apart;
        for (const auto* linear : linears) apart.push_back(linear->forward(x, context));
        return apart;
    }
    const bool plain = ops::plain(x);
    const auto rows = plain ? x : x.reshape({-1, x.size(-1)});
    std::vector<at::Tensor> together;
    if (!plain && context.compute == Compute::Mixed) {
        std::vector<ops::LinearOperands> all;
        for (const auto* linear : linears) all.push_back(linear->operands(context));
        together = ops::mixedLinears(rows, all);
    }
    std::vector<at::Tensor> ys;
    for (const auto* linear : linears) {
        ModuleScope scope(linear->name);
        if (plain) {
            ys.push_back(linear->plainForward(x, context));
        } else {
            auto shape = x.sizes().vec();
            shape.back() = linear->out();
            ys.push_back(
                (together.empty() ? ops::loraLinear(rows, linear->operands(context)) : together[ys.size()]).view(shape));
        }
        if (linear->observer) linear->observer(x, ys.back());
    }
    return ys;
}

at::Tensor Linear::effectiveWeight() const {
    at::NoGradGuard guard;
    auto w = weight.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    if (rowScale.defined()) w.mul_(rowScale.unsqueeze(1));
    if (hasAdapter()) w.addmm_(b, a, 1.0, scale);
    return w;
}

at::Tensor Linear::effectiveBias() const {
    at::NoGradGuard guard;
    if (!bias.defined()) return {};
    auto value = bias.to(at::kFloat, false, true);
    if (rowScale.defined()) value.mul_(rowScale);
    return value;
}

}  // namespace lorashear
