#include "core/base/error.h"
#include "core/knowledge/evaluation_batches.h"
#include "core/knowledge/input_watch.h"
#include "core/knowledge/saliency.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

namespace lorashear {

namespace {

// Linears show their input to an observer; the gradient of a gate on input column c is the sum over tokens of x_c dL/dx_c, so a
// gradient hook on x is all that a backward pass adds. Where several linears read the same x, each sees the whole gradient.

/// Sum over all leading dimensions, in fp64.
at::Tensor overTokens(const at::Tensor& x) {
    return x.flatten(0, -2).sum(0, false, at::kDouble);
}

std::shared_ptr<InputStatistics> emptyStatistics(const Linear& linear, bool gradients) {
    auto statistics = std::make_shared<InputStatistics>();
    const auto zeros = [&] {
        return at::zeros({linear.in()}, at::TensorOptions().dtype(at::kDouble).device(linear.weight.device()));
    };
    statistics->sumAbs = zeros();
    statistics->sumSquare = zeros();
    if (gradients) {
        statistics->gate = zeros();
        statistics->gateSquare = zeros();
    }
    return statistics;
}

void addGate(InputStatistics& statistics, const at::Tensor& x, const at::Tensor& gradient) {
    const auto perSequence = (x * gradient).sum(-2, false, at::kDouble).view({-1, x.size(-1)});
    statistics.gate += perSequence.sum(0);
    statistics.gateSquare += perSequence.square().sum(0);
}

void watch(InputStatistics& statistics, const at::Tensor& x) {
    const auto seen = x.detach();
    statistics.sumAbs += overTokens(seen.abs());
    statistics.sumSquare += overTokens(seen.square());
    statistics.tokens += seen.numel() / seen.size(-1);
    if (statistics.gate.defined() && x.requires_grad())
        x.register_hook([&statistics, seen](const at::Tensor& gradient) { addGate(statistics, seen, gradient); });
}

/// The backward pass stops at the embeddings and leaves .grad of adapters alone.
void backward(const at::Tensor& loss, const at::Tensor& start) {
    torch::autograd::grad({loss}, {start});
}

}  // namespace

InputWatch::InputWatch(CausalLM& model, bool gradients) : m_model(model) {
    for (auto* linear : model.linears()) {
        auto statistics = emptyStatistics(*linear, gradients);
        m_before.push_back(linear->observer);
        m_statistics.push_back(statistics);
        linear->observer = [statistics, before = linear->observer](const at::Tensor& x, const at::Tensor& y) {
            if (before) before(x, y);
            watch(*statistics, x);
        };
    }
}

InputWatch::~InputWatch() {
    for (std::size_t i = 0; i < m_before.size(); ++i) m_model.linears()[i]->observer = std::move(m_before[i]);
}

void InputWatch::handOver() {
    for (std::size_t i = 0; i < m_statistics.size(); ++i) m_model.linears()[i]->statistics = m_statistics[i];
}

void collectStatistics(CausalLM& model, const std::vector<Sequence>& sequences, bool gradients, int batch, Compute compute,
                       const Control& control, const std::function<void()>& onBatch) {
    clearStatistics(model);
    InputWatch watching(model, gradients);
    ForwardContext context;
    context.compute = compute;
    for (const auto& part : batchesOf(sequences, batch, model.device())) {
        control.poll();
        const at::AutoGradMode mode(gradients);
        auto x = model.embed(part.ids, context).detach().requires_grad_(gradients);
        const auto start = x;
        for (int i = 0; i < model.blocks(); ++i) x = model.block(i, x, context);
        if (gradients) {
            const auto nll = nllFrom(model, x, part, compute);
            backward(nll.sum() / (part.targets != -100).sum().clamp_min(1), start);
        }
        if (onBatch) onBatch();
    }
    watching.handOver();
}

void clearStatistics(CausalLM& model) {
    for (auto* linear : model.linears()) linear->statistics.reset();
}

}  // namespace lorashear
