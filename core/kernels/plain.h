#pragma once

#include "core/kernels/taught_loss.h"

/// The plain forms: ATen operators only, differentiable by autograd, valid on every device, seen by the tracer one by one.
/// They are also the reference that tests hold the fused forms against.
namespace lorashear::ops::plain_form {

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps);
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options,
                     const RotaryTable& rotary, KvCache* cache, int layer);
at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up);
at::Tensor tokenNll(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets);
at::Tensor distillationKl(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& teacherHidden,
                          const VocabularyHead& teacherHead, const at::Tensor& ignore);
TaughtLoss taughtLoss(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets,
                      const at::Tensor& teacherHidden, const VocabularyHead& teacherHead, double weight);

}  // namespace lorashear::ops::plain_form
