#include "core/prune/input_spread.h"

#include "core/base/error.h"
#include "core/knowledge/evaluation_batches.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <utility>

namespace lorashear {

InputSpread::InputSpread(std::int64_t inputs)
    : m_mean(at::zeros({inputs}, at::kDouble)), m_squares(at::zeros({inputs}, at::kDouble)) {}

void InputSpread::add(const at::Tensor& x) {
    const auto rows = x.detach().reshape({-1, x.size(-1)}).to(at::kDouble);
    if (rows.size(0) == 0) return;
    const auto n = static_cast<double>(rows.size(0)), before = static_cast<double>(m_tokens), all = n + before;
    const auto mean = rows.mean(0);
    const auto squares = (rows - mean).square_().sum(0).cpu();
    const auto apart = mean.cpu() - m_mean;
    m_squares += squares + apart.square() * (before * n / all);
    m_mean += apart * (n / all);
    m_tokens += rows.size(0);
}

at::Tensor InputSpread::variance() const {
    return m_tokens > 0 ? m_squares / static_cast<double>(m_tokens) : m_squares;
}

at::Tensor InputSpread::meanSquare() const {
    return variance() + m_mean.square();
}

at::Tensor covariance(const at::Tensor& moment, const InputSpread& spread, std::int64_t textTokens) {
    const double share = static_cast<double>(spread.tokens()) / static_cast<double>(textTokens);
    return moment / share - spread.mean().outer(spread.mean());
}

std::int64_t inputTokens(const std::vector<Sequence>& sequences) {
    std::int64_t tokens = 0;
    for (const Sequence& sequence : sequences) tokens += static_cast<std::int64_t>(sequence.ids.size()) - 1;
    return tokens;
}

namespace {

/// Watches consumers while it lives, beside whoever watches already.
class SpreadWatch {
public:
    SpreadWatch(const std::vector<Linear*>& linears, SpreadByLinear& spreads) : m_linears(linears) {
        for (auto* linear : linears) {
            auto& spread = spreads[linear->name] = InputSpread(linear->in());
            m_before.push_back(linear->observer);
            linear->observer = [this, &spread, before = linear->observer](const at::Tensor& x, const at::Tensor& y) {
                if (before) before(x, y);
                if (m_looks) spread.add(x);
            };
        }
    }
    ~SpreadWatch() {
        for (std::size_t i = 0; i < m_linears.size(); ++i) m_linears[i]->observer = std::move(m_before[i]);
    }
    SpreadWatch(const SpreadWatch&) = delete;
    SpreadWatch& operator=(const SpreadWatch&) = delete;

    void look(bool looks) { m_looks = looks; }

private:
    const std::vector<Linear*> m_linears;
    std::vector<std::function<void(const at::Tensor&, const at::Tensor&)>> m_before;
    bool m_looks = true;
};

}  // namespace

SpreadByLinear collectSpreads(CausalLM& model, const Structure& structure, const std::vector<Sequence>& sequences, int batch,
                              Compute compute, const Control& control, const AfterBlock& afterBlock) {
    const at::NoGradGuard guard;
    SpreadByLinear spreads;
    SpreadWatch watch(consumersOf(model, structure), spreads);
    ForwardContext context;
    context.compute = compute;
    std::vector<at::Tensor> states;
    for (const auto& part : batchesOf(sequences, batch, model.device())) states.push_back(model.embed(part.ids, context));
    for (int b = 0; b < model.blocks(); ++b) {
        watch.look(true);
        auto next = states;
        for (std::size_t i = 0; i < states.size(); ++i) {
            control.poll();
            next[i] = model.block(b, states[i], context);
        }
        if (afterBlock && afterBlock(b, spreads)) {
            watch.look(false);
            for (std::size_t i = 0; i < states.size(); ++i) {
                control.poll();
                next[i] = model.block(b, states[i], context);
            }
        }
        states = std::move(next);
    }
    return spreads;
}

}  // namespace lorashear
