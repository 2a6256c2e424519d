#include "core/model/linear.h"

#include "core/kernels/ops.h"
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

at::Tensor dropped(const at::Tensor& x, double p, std::uint64_t seed) {
    auto generator = at::detail::createCPUGenerator(seed);
    const auto keep = at::empty(x.sizes(), at::TensorOptions().dtype(at::kFloat)).bernoulli_(1.0 - p, generator);
    return x * keep.to(x.device()).div_(1.0 - p);
}

}  // namespace

at::Tensor Linear::forward(const at::Tensor& x, const ForwardContext& context) const {
    ModuleScope scope(name);
    auto y = at::linear(x, weight.to(at::kFloat), bias.defined() ? bias.to(at::kFloat) : bias);
    if (rowScale.defined()) y = y * rowScale;
    if (hasAdapter()) {
        const bool drop = context.training && dropout > 0;
        const auto input = drop ? dropped(x, dropout, dropoutSeedFor(context.dropoutSeed, name)) : x;
        y = y + at::linear(at::linear(input, a), b) * scale;
    }
    if (mask.defined()) y = y * mask;
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
