#include "core/kernels/fused.h"
#include "core/kernels/parallel.h"
#include "core/kernels/simd/vector_kernels.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace lorashear::ops::fused {

namespace {

constexpr std::int64_t kGrain = 8192;  // elements of one task

at::Tensor forwardElements(const at::Tensor& gate, const at::Tensor& up) {
    auto y = at::empty_like(gate);
    const auto *g = gate.const_data_ptr<float>(), *u = up.const_data_ptr<float>();
    auto* to = y.mutable_data_ptr<float>();
    parallelFor(0, y.numel(), kGrain, [&](std::int64_t begin, std::int64_t end) {
        simd::vectorKernels().swiglu(g + begin, u + begin, end - begin, to + begin);
    });
    return y;
}

struct SwigluFunction : torch::autograd::Function<SwigluFunction> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& gate, const at::Tensor& up) {
        context->save_for_backward({gate, up});
        return forwardElements(gate, up);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const auto dy = gradients[0].contiguous();
        auto dgate = at::empty_like(dy), dup = at::empty_like(dy);
        const auto* d = dy.const_data_ptr<float>();
        const auto *g = saved[0].const_data_ptr<float>(), *u = saved[1].const_data_ptr<float>();
        auto *dg = dgate.mutable_data_ptr<float>(), *du = dup.mutable_data_ptr<float>();
        parallelFor(0, dy.numel(), kGrain, [&](std::int64_t begin, std::int64_t end) {
            simd::vectorKernels().swigluBackward(d + begin, g + begin, u + begin, end - begin, dg + begin, du + begin);
        });
        return {dgate, dup};
    }
};

}  // namespace

at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up) {
    const auto g = gate.contiguous(), u = up.contiguous();
    if (at::GradMode::is_enabled() && (g.requires_grad() || u.requires_grad())) return SwigluFunction::apply(g, u);
    return forwardElements(g, u);
}

}  // namespace lorashear::ops::fused
