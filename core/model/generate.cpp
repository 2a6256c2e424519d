#include "core/model/generate.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/model/causal_lm.h"
#include "core/model/model_fields.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lorashear {

namespace {

void requireSane(const CausalLM& model, const std::vector<int>& prompt, const GenerateOptions& options) {
    if (prompt.empty()) throw Error(ErrorCode::BadInput, "prompt", "is empty", "Start with the model's BOS token at least.");
    for (const int id : prompt)
        if (id < 0 || id >= model.config().vocabulary)
            throw Error(ErrorCode::BadInput, "prompt",
                        "token id " + std::to_string(id) + " is not in the vocabulary of " +
                            std::to_string(model.config().vocabulary));
    if (static_cast<int>(prompt.size()) > model.config().maxPositions)
        throw Error(ErrorCode::BadInput, "prompt",
                    "has " + std::to_string(prompt.size()) + " tokens; the model's context holds " +
                        std::to_string(model.config().maxPositions));
    try {
        settings::requireAllowed(generationFields(), static_cast<const GenerationSettings&>(options), {});
    } catch (const Error& error) {  // no recipe asks for this
        throw Error(ErrorCode::BadInput, error.subject(), error.message(), error.hint());
    }
}

int largest(const float* logits, std::int64_t count) {
    return static_cast<int>(std::max_element(logits, logits + count) - logits);
}

// Nucleus sampling: the most likely tokens in order until their probabilities reach topP, drawn in proportion.
int sample(const float* logits, std::int64_t count, const GenerateOptions& options, Random& random) {
    std::vector<double> weights(static_cast<std::size_t>(count));
    const double top = *std::max_element(logits, logits + count);
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = std::exp((logits[i] - top) / options.temperature);
    std::vector<int> order(weights.size());
    std::iota(order.begin(), order.end(), 0);
    if (options.topP < 1)
        std::stable_sort(order.begin(), order.end(), [&](int x, int y) {
            return weights[static_cast<std::size_t>(x)] > weights[static_cast<std::size_t>(y)];
        });
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    double kept = 0;
    std::size_t candidates = 0;
    while (candidates < order.size() && (candidates == 0 || kept < options.topP * total))
        kept += weights[static_cast<std::size_t>(order[candidates++])];
    double left = random.uniform() * kept;
    for (std::size_t i = 0; i + 1 < candidates; ++i) {
        left -= weights[static_cast<std::size_t>(order[i])];
        if (left < 0) return order[i];
    }
    return order[candidates - 1];
}

int nextToken(const at::Tensor& lastLogits, const GenerateOptions& options, Random& random) {
    const auto logits = lastLogits.to(at::kCPU, at::kFloat).contiguous();
    const auto* values = logits.data_ptr<float>();
    const int best = largest(values, logits.numel());
    if (!std::isfinite(values[best]))
        throw Error(ErrorCode::Numeric, "logits", "hold NaN or infinity", "The model's weights are damaged.");
    return options.temperature == 0 ? best : sample(values, logits.numel(), options, random);
}

at::Tensor idTensor(const std::vector<int>& ids, at::Device device) {
    const auto row = at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end()), at::kLong);
    return row.unsqueeze(0).to(device);
}

}  // namespace

std::vector<int> generate(const CausalLM& model, const std::vector<int>& prompt, const GenerateOptions& options,
                          const std::function<void(int id)>& onToken, const Control& control) {
    requireSane(model, prompt, options);
    at::NoGradGuard noGradients;
    KvCache cache;
    ForwardContext context;
    context.compute = options.compute;
    context.cache = &cache;
    Random random(options.seed, "generate");
    std::vector<int> fresh;
    std::vector<int> input = prompt;
    while (static_cast<int>(fresh.size()) < options.maxTokens &&
           cache.length + static_cast<std::int64_t>(input.size()) <= model.config().maxPositions) {
        control.poll();
        // Where positions turn otherwise in a longer sequence, what was kept of the shorter one is computed anew.
        if (model.config().attention.turnsAnew(cache.length, cache.length + static_cast<std::int64_t>(input.size()))) {
            input = prompt;
            input.insert(input.end(), fresh.begin(), fresh.end());
            cache = {};
        }
        const auto hidden = model.hidden(idTensor(input, model.device()), context);
        const auto logits = model.project(hidden.select(1, hidden.size(1) - 1), context);
        const int id = nextToken(logits, options, random);
        if (std::find(options.stopIds.begin(), options.stopIds.end(), id) != options.stopIds.end()) break;
        fresh.push_back(id);
        if (onToken) onToken(id);
        input = {id};
    }
    return fresh;
}

}  // namespace lorashear
