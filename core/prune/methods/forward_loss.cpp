#include "core/prune/methods/forward_loss.h"

#include "core/kernels/ops.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace lorashear {

namespace {

constexpr std::int64_t kPredictedRows = 256;  // logits of so many positions at a time

at::Tensor statesOf(const CausalLM& model, const PaddedBatch& part, Compute compute) {
    ForwardContext context;
    context.compute = compute;
    return model.hidden(part.ids, context).flatten(0, 1);
}

/// [B, T] bool: counted, and not what the model would have said.
at::Tensor wrongPredictions(const CausalLM& model, const at::Tensor& states, const at::Tensor& targets) {
    const auto flat = targets.flatten();
    auto wrong = at::zeros_like(flat, at::kBool);
    for (std::int64_t begin = 0; begin < flat.size(0); begin += kPredictedRows) {
        const auto rows = std::min(kPredictedRows, flat.size(0) - begin);
        const auto said = model.project(states.narrow(0, begin, rows), {}).argmax(1);
        const auto wanted = flat.narrow(0, begin, rows);
        wrong.narrow(0, begin, rows).copy_(wanted.ge(0).logical_and(said.ne(wanted)));
    }
    return wrong.view_as(targets);
}

}  // namespace

std::vector<at::Tensor> referenceStates(const CausalLM& model, const std::vector<PaddedBatch>& parts, ForwardLoss kind,
                                        Compute compute) {
    at::NoGradGuard guard;
    std::vector<at::Tensor> states;
    if (kind != ForwardLoss::Kl) return states;
    for (const PaddedBatch& part : parts) states.push_back(statesOf(model, part, compute));
    return states;
}

ForwardLosses forwardLosses(const CausalLM& model, const std::vector<PaddedBatch>& parts, ForwardLoss kind,
                            const std::vector<at::Tensor>& reference, Compute compute) {
    at::NoGradGuard guard;
    double nll = 0, loss = 0, counted = 0, answers = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const PaddedBatch& part = parts[i];
        const auto states = statesOf(model, part, compute);
        const auto targets = part.targets.flatten();
        nll += ops::tokenNll(states, model.vocabularyHead(compute), targets, compute).sum(at::kDouble).item<double>();
        counted += static_cast<double>(part.counted);
        answers += part.targets.ge(0).any(1).sum().item<double>();
        if (kind == ForwardLoss::Kl)
            loss += ops::distillationKl(states, model.vocabularyHead(), reference[i], model.vocabularyHead(), targets.lt(0))
                        .sum(at::kDouble)
                        .item<double>();
        if (kind == ForwardLoss::WrongTokens || kind == ForwardLoss::WrongAnswers) {
            const auto wrong = wrongPredictions(model, states, part.targets);
            loss += (kind == ForwardLoss::WrongTokens ? wrong : wrong.any(1)).sum().item<double>();
        }
    }
    nll /= counted;
    if (kind == ForwardLoss::Nll) return {nll, nll};
    return {nll, loss / (kind == ForwardLoss::WrongAnswers ? answers : counted)};
}

}  // namespace lorashear
