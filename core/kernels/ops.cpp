#include "core/kernels/ops.h"

#include "core/kernels/fused.h"
#include "core/kernels/plain.h"

#include <torch/torch.h>

#include <cmath>

namespace lorashear::ops {

namespace {

int& plainDepth() {
    thread_local int depth = 0;
    return depth;
}

}  // namespace

PlainScope::PlainScope() {
    ++plainDepth();
}

PlainScope::~PlainScope() {
    --plainDepth();
}

bool plain(const at::Tensor& x) {
    return plainDepth() > 0 || !x.device().is_cpu();
}

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    return plain(x) ? plain_form::rmsNorm(x, weight, eps) : fused::rmsNorm(x, weight, eps);
}

at::Tensor layerNorm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps) {
    const auto gain = weight.to(at::kFloat), shift = bias.to(at::kFloat);
    return at::layer_norm(x, {x.size(-1)}, gain, shift, eps);
}

RotaryTable rotaryTable(int headDim, double theta, std::int64_t positions, at::Device device) {
    const auto options = at::TensorOptions().dtype(at::kDouble);
    const auto exponent = at::arange(0, headDim, 2, options) / headDim;
    const auto angles = at::outer(at::arange(positions, options), at::pow(theta, -exponent));
    return {angles.cos().to(at::kFloat).to(device), angles.sin().to(at::kFloat).to(device)};
}

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, int headDim, const RotaryTable& rotary,
                     KvCache* cache, int layer) {
    return plain(q) ? plain_form::attention(q, k, v, headDim, rotary, cache, layer)
                    : fused::attention(q, k, v, headDim, rotary, cache, layer);
}

at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up) {
    return plain(gate) ? plain_form::swiglu(gate, up) : fused::swiglu(gate, up);
}

at::Tensor tokenNll(const at::Tensor& hidden, const at::Tensor& headWeight, const at::Tensor& targets, Compute compute) {
    return plain(hidden) ? plain_form::tokenNll(hidden, headWeight, targets)
                         : fused::tokenNll(hidden, headWeight, targets, compute);
}

at::Tensor distillationKl(const at::Tensor& hidden, const at::Tensor& headWeight, const at::Tensor& teacherHidden,
                          const at::Tensor& teacherHeadWeight, const at::Tensor& ignore) {
    return plain(hidden) ? plain_form::distillationKl(hidden, headWeight, teacherHidden, teacherHeadWeight, ignore)
                         : fused::distillationKl(hidden, headWeight, teacherHidden, teacherHeadWeight, ignore);
}

}  // namespace lorashear::ops
