#include "core/model/linear.h"

#include "core/kernels/lora_linear.h"
#include "core/kernels/ops.h"
#include "core/kernels/product.h"
#include "core/model/scope.h"

#include <torch/torch.h>

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

at::Tensor Linear::fused(const at::Tensor& x, const ForwardContext& context) const {
    ops::LinearOperands operands;
    operands.weight = weight, operands.bias = bias, operands.rowScale = rowScale, operands.mask = mask;
    operands.compute = context.compute;
    if (context.compute == Compute::Mixed) operands.halfWeight = halfWeight();
    if (hasAdapter()) {
        operands.a = a, operands.b = b, operands.scale = scale;
        operands.dropout = context.training ? dropout : 0;
        if (operands.dropout > 0) operands.dropoutSeed = dropoutSeedFor(context.dropoutSeed, name);
    }
    auto shape = x.sizes().vec();
    shape.back() = out();
    return ops::loraLinear(x.reshape({-1, in()}), operands).view(shape);
}

const at::Tensor& Linear::storedWeight() const {
    if (!transposed) return weight;
    if (!m_storedOf.is_same(weight)) m_stored = weight.t(), m_storedOf = weight;
    return m_stored;
}

const at::Tensor& Linear::halfWeight() const {
    if (weight.scalar_type() == at::kBFloat16) return weight;
    if (!m_halfOf.is_same(weight) || m_halfVersion != weight._version()) {
        m_half = ops::alignedBfloat16(weight);
        m_halfOf = weight, m_halfVersion = static_cast<std::uint32_t>(weight._version());
    }
    return m_half;
}

at::Tensor Linear::forward(const at::Tensor& x, const ForwardContext& context) const {
    ModuleScope scope(name);
    const auto y = ops::plain(x) ? plainForward(x, context) : fused(x, context);
    if (observer) observer(x, y);
    return y;
}

at::Tensor Linear::effectiveWeight() const {
    torch::NoGradGuard guard;
    auto w = weight.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    if (rowScale.defined()) w.mul_(rowScale.unsqueeze(1));
    if (hasAdapter()) w.addmm_(b, a, 1.0, scale);
    return w;
}

at::Tensor Linear::effectiveBias() const {
    torch::NoGradGuard guard;
    if (!bias.defined()) return {};
    auto value = bias.to(at::kFloat, false, true);
    if (rowScale.defined()) value.mul_(rowScale);
    return value;
}

}  // namespace lorashear
