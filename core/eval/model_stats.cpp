#include "core/eval/model_stats.h"

#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace lorashear {

namespace {

constexpr int kPrefillTokens = 256, kDecodeTokens = 32;

Speed median(std::vector<double> rates, std::string protocol) {
    std::sort(rates.begin(), rates.end());
    const auto n = rates.size();
    return {rates[n / 2], rates[n - 1 - n / 4] - rates[n / 4], std::move(protocol)};
}

at::Tensor someTokens(const CausalLM& model, int count) {
    return at::arange(count, at::kLong).remainder(model.config().vocabulary).unsqueeze(0).to(model.device());
}

// The rounds of one model.
class Rounds {
public:
    explicit Rounds(const CausalLM& model)
        : m_model(model),
          m_prefillTokens(std::min(kPrefillTokens, model.config().maxPositions - 1)),
          m_decodeTokens(std::min(kDecodeTokens, model.config().maxPositions - m_prefillTokens)),
          m_prompt(someTokens(model, m_prefillTokens)),
          m_one(someTokens(model, 1)) {}

    void measure(bool counts) {
        KvCache cache;
        ForwardContext context;
        context.cache = &cache;
        const double start = monotonicSeconds();
        m_model.logits(m_prompt, context);
        const double between = monotonicSeconds();
        for (int t = 0; t < m_decodeTokens; ++t) m_model.logits(m_one, context);
        if (!counts) return;
        m_prefill.push_back(m_prefillTokens / (between - start));
        m_decode.push_back(m_decodeTokens / (monotonicSeconds() - between));
    }

    ModelSpeed result(std::size_t others) const {
        const char* inTurn = others == 0   ? ""
                             : others == 1 ? " in turn with the other model"
                                           : " in turn with the other models";
        const auto tail = ", " + std::to_string(at::get_num_threads()) + " threads, median of " +
                          std::to_string(m_prefill.size()) + inTurn + ", interquartile range";
        return {
            median(m_prefill, "batch 1 x " + std::to_string(m_prefillTokens) + " tokens" + tail),
            median(m_decode, std::to_string(m_decodeTokens) + " tokens behind " + std::to_string(m_prefillTokens) + tail)};
    }

private:
    const CausalLM& m_model;
    int m_prefillTokens, m_decodeTokens;
    at::Tensor m_prompt, m_one;
    std::vector<double> m_prefill, m_decode;
};

}  // namespace

ModelSize sizeOf(const CausalLM& model) {
    ModelSize size;
    for (const auto& [name, tensor] : model.tensors()) {
        size.parameters += tensor.numel();
        size.weightBytes += tensor.numel() * static_cast<std::int64_t>(tensor.element_size());
    }
    size.activeParameters = model.activeParameterCount();
    for (const auto* linear : model.linears())
        size.flopsPerToken +=
            std::llround(2 * model.shareOfTokens(*linear) * static_cast<double>(linear->in() * linear->out()));
    size.flopsPerToken += 2 * model.head().in() * model.head().out();
    for (const auto& layer : model.config().layers)
        size.kvBytesPerToken += 2LL * layer.kvHeads * model.config().headDim * static_cast<std::int64_t>(sizeof(float));
    return size;
}

std::vector<ModelSpeed> measureSpeeds(const std::vector<const CausalLM*>& models, const Control& control, int repeats) {
    at::NoGradGuard guard;
    std::vector<Rounds> all;
    for (const auto* model : models) all.emplace_back(*model);
    for (int i = 0; i <= repeats; ++i)
        for (auto& rounds : all) {
            control.poll();
            rounds.measure(i > 0);  // the first round warms caches
        }
    std::vector<ModelSpeed> speeds;
    for (const auto& rounds : all) speeds.push_back(rounds.result(models.size() - 1));
    return speeds;
}

}  // namespace lorashear
