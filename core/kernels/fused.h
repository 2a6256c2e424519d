#pragma once

#include "core/kernels/taught_loss.h"

/// The fused forms for the processor: same contracts as ops.h, fp32 activations, hand-written backward. One file each.
namespace lorashear::ops::fused {

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps);
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options,
                     const RotaryTable& rotary, KvCache* cache, int layer);
at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up);
at::Tensor tokenNll(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets, Compute compute);
at::Tensor distillationKl(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& teacherHidden,
                          const VocabularyHead& teacherHead, const at::Tensor& ignore);
TaughtLoss taughtLoss(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets,
                      const at::Tensor& teacherHidden, const VocabularyHead& teacherHead, double weight, Compute compute);

}  // namespace lorashear::ops::fused
