#include "core/eval/model_stats.h"

#include "core/model/causal_lm.h"

#include <torch/torch.h>

#include <algorithm>
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

}  // namespace

ModelSize sizeOf(const CausalLM& model) {
    ModelSize size;
    for (const auto& [name, tensor] : model.tensors()) {
        size.parameters += tensor.numel();
        size.weightBytes += tensor.numel() * static_cast<std::int64_t>(tensor.element_size());
    }
    for (const auto* linear : model.linears()) size.flopsPerToken += 2 * linear->in() * linear->out();
    size.flopsPerToken += 2 * model.head().in() * model.head().out();
    for (const auto& layer : model.config().layers)
        size.kvBytesPerToken += 2LL * layer.kvHeads * model.config().headDim * static_cast<std::int64_t>(sizeof(float));
    return size;
}

ModelSpeed measureSpeed(const CausalLM& model, const Control& control, int repeats) {
    torch::NoGradGuard guard;
    const int longest = model.config().maxPositions;
    const int prefillTokens = std::min(kPrefillTokens, longest - 1);
    const int decodeTokens = std::min(kDecodeTokens, longest - prefillTokens);
    const auto prompt = someTokens(model, prefillTokens), one = someTokens(model, 1);
    std::vector<double> prefill, decode;
    for (int i = 0; i <= repeats; ++i) {
        control.poll();
        KvCache cache;
        ForwardContext context;
        context.cache = &cache;
        const double start = monotonicSeconds();
        model.logits(prompt, context);
        const double between = monotonicSeconds();
        for (int t = 0; t < decodeTokens; ++t) model.logits(one, context);
        if (i == 0) continue;  // the first round warms caches
        prefill.push_back(prefillTokens / (between - start));
        decode.push_back(decodeTokens / (monotonicSeconds() - between));
    }
    const auto tail = ", " + std::to_string(at::get_num_threads()) + " threads, median of " + std::to_string(repeats) + ", interquartile range";
    return {median(prefill, "batch 1 x " + std::to_string(prefillTokens) + " tokens" + tail),
            median(decode, std::to_string(decodeTokens) + " tokens behind " + std::to_string(prefillTokens) + tail)};
}

}  // namespace lorashear
