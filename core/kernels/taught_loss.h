#pragma once

#include "core/kernels/ops.h"

namespace lorashear::ops {

/// What a student with a teacher minimises, in nats for each position.
struct TaughtLoss {
    at::Tensor
        total;  ///< [N] fp32, (1 - weight) nll + weight KL(teacher || student) at temperature 1; 0 where the target is -100
    at::Tensor nll;  ///< [N] fp32, by itself; carries no gradient
};

/// Every logit of either is made once, a stretch of rows at a time, and turned into both losses and, where one will be wanted, the gradient of their
/// mixture: a distillation step costs one forward pass and one product with the teacher's head more than a plain one. hidden [N, d], teacherHidden [N, d'],
/// targets [N] int64; both heads have one vocabulary. Differentiable in hidden only. In mixed arithmetic both heads' products are bf16 with fp32
/// sums, as tokenNll's. Error(BadInput) for a target outside the vocabulary.
TaughtLoss taughtLoss(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets,
                      const at::Tensor& teacherHidden, const VocabularyHead& teacherHead, double weight,
                      Compute compute = Compute::Fp32);

}  // namespace lorashear::ops
