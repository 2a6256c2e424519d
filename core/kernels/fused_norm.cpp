#include "core/kernels/fused.h"
#include "core/kernels/parallel.h"
#include "core/kernels/product.h"
#include "core/kernels/simd/vector_kernels.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace lorashear::ops::fused {

namespace {

constexpr std::int64_t kNormElementsPerTask = 16384;

std::int64_t grain(std::int64_t cols) {
    return std::max<std::int64_t>(1, kNormElementsPerTask / cols);
}

at::Tensor forwardRows(const at::Tensor& x, const at::Tensor& weight, double eps, float* rstd) {
    auto y = at::empty_like(x);
    const auto cols = x.size(-1);
    const auto *from = x.const_data_ptr<float>(), *gain = weight.const_data_ptr<float>();
    auto* to = y.mutable_data_ptr<float>();
    parallelFor(0, x.numel() / cols, grain(cols), [&](std::int64_t begin, std::int64_t end) {
        simd::vectorKernels().rmsNorm(from + begin * cols, gain, end - begin, cols, static_cast<float>(eps),
                                      to + begin * cols, rstd ? rstd + begin : nullptr);
    });
    return y;
}

struct RmsNormFunction : torch::autograd::Function<RmsNormFunction> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight,
                              double eps) {
        const auto rstd = at::empty({x.numel() / x.size(-1)}, x.options());
        context->save_for_backward({x, weight, rstd});
        return forwardRows(x, weight, eps, rstd.mutable_data_ptr<float>());
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const auto dy = gradients[0].contiguous();
        auto dx = at::empty_like(saved[0]);
        const auto cols = dx.size(-1);
        const auto *g = dy.const_data_ptr<float>(), *x = saved[0].const_data_ptr<float>();
        const auto *gain = saved[1].const_data_ptr<float>(), *rstd = saved[2].const_data_ptr<float>();
        auto* to = dx.mutable_data_ptr<float>();
        parallelFor(0, dx.numel() / cols, grain(cols), [&](std::int64_t begin, std::int64_t end) {
            simd::vectorKernels().rmsNormBackward(g + begin * cols, x + begin * cols, gain, rstd + begin, end - begin, cols,
                                                  to + begin * cols);
        });
        at::Tensor dGain;  // of a trained norm: sum over rows of dy x / rms
        if (context->needs_input_grad(1)) {
            const auto scaled = saved[0].reshape({-1, cols}) * saved[2].unsqueeze(1);
            dGain = (dy.reshape({-1, cols}) * scaled).sum(0).view(saved[1].sizes());
        }
        return {dx, dGain, at::Tensor()};
    }
};

}  // namespace

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    const auto rows = x.contiguous(), gain = alignedFloat(weight);
    if (at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad()))
        return RmsNormFunction::apply(rows, gain, eps);
    return forwardRows(rows, gain, eps, nullptr);
}

}  // namespace lorashear::ops::fused
