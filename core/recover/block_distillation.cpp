#include "core/recover/block_distillation.h"

#include "core/base/error.h"
#include "core/kernels/ops.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <functional>

namespace lorashear {

namespace {

/// Runs both models side by side; hears every block's loss and returns what left the last block of the model.
at::Tensor sideBySide(const CausalLM& model, const CausalLM& dense, BlockInputs inputs, const PaddedBatch& part,
                      const ForwardContext& context, const std::function<void(const at::Tensor& loss)>& hear) {
    ForwardContext plain;
    plain.compute = context.compute;
    const auto counts = part.targets.ge(0).unsqueeze(-1);
    at::Tensor x, t;
    {
        at::NoGradGuard guard;
        x = model.embed(part.ids, plain);
        t = dense.embed(part.ids, plain);
    }
    for (int i = 0; i < model.blocks(); ++i) {
        at::Tensor wanted, added;
        {
            at::NoGradGuard guard;
            wanted = dense.block(i, t, plain);
            added = (wanted - t).mul_(counts).square_().sum(at::kDouble);
        }
        const auto y = model.block(i, inputs == BlockInputs::Own ? x : t, context);
        const auto loss = ((y - wanted) * counts).square().sum() / added.clamp_min(1e-12).to(at::kFloat);
        hear(loss);
        x = y.detach();
        t = wanted;
    }
    return x;
}

}  // namespace

double distilBlocks(const CausalLM& model, const CausalLM& dense, BlockInputs inputs, const PaddedBatch& part,
                    std::int64_t countedInBatch, const ForwardContext& context) {
    const double share = static_cast<double>(part.counted) / static_cast<double>(countedInBatch) / model.blocks();
    double sum = 0;
    const auto last = sideBySide(model, dense, inputs, part, context, [&](const at::Tensor& loss) {
        const double value = loss.item<double>();
        if (std::isfinite(value) && loss.requires_grad()) (loss * share).backward();
        sum += value;
    });
    if (!std::isfinite(sum))
        throw Error(ErrorCode::Numeric, "recovery", "the distance to the dense model's blocks is not finite",
                    "Lower the learning rate.");
    at::NoGradGuard guard;
    const auto hidden = model.normalise(last).flatten(0, 1);
    const auto nll = ops::tokenNll(hidden, model.vocabularyHead(context.compute), part.targets.flatten(), context.compute);
    return nll.sum(at::kDouble).item<double>() / static_cast<double>(countedInBatch);
}

double blockDistance(const CausalLM& model, const CausalLM& dense, BlockInputs inputs, const PaddedBatch& part,
                     Compute compute) {
    at::NoGradGuard guard;
    ForwardContext context;
    context.compute = compute;
    double sum = 0;
    sideBySide(model, dense, inputs, part, context, [&](const at::Tensor& loss) { sum += loss.item<double>(); });
    return sum / model.blocks();
}

}  // namespace lorashear
