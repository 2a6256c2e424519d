#pragma once

#include "core/base/random.h"
#include "core/model/causal_lm.h"
#include "core/model/lora.h"
#include "core/trace/structure.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

/// Small random models of the shapes that go wrong: shared keys and values, biases, tied heads, blocks of different sizes.
namespace lorashear::testing {

struct Shape {
    std::string name;
    int kvHeads, repeat;  ///< query heads = kvHeads * repeat
    bool bias, tied, uneven;
};

inline const std::vector<Shape>& shapes() {
    static const std::vector<Shape> kShapes = {
        {"n_rep 1", 5, 1, false, false, false},      {"n_rep 1, biases", 4, 1, true, false, true},
        {"n_rep 2, tied", 3, 2, false, true, false}, {"n_rep 2, biases, uneven", 3, 2, true, false, true},
        {"n_rep 4", 2, 4, false, false, true},       {"n_rep 7, tied, biases", 2, 7, true, true, false},
    };
    return kShapes;
}

inline ModelConfig configOf(const Shape& shape) {
    ModelConfig config;
    config.family = "llama";
    config.vocabulary = 61;
    config.headDim = 6;
    config.hidden = 22;  // not heads * headDim: they need not agree
    config.maxPositions = 64;
    config.tiedHead = shape.tied;
    config.attentionBias = config.mlpBias = shape.bias;
    for (int layer = 0; layer < 3; ++layer) {
        const int kv = shape.kvHeads + (shape.uneven ? layer : 0);
        config.layers.push_back({kv * shape.repeat, kv, 19 + (shape.uneven ? 4 * layer : 0)});
    }
    return config;
}

/// Adapters with B that is not zero, and row scales: what training leaves behind.
inline void disturb(CausalLM& model, std::uint64_t seed, const std::vector<std::string>& targets = {}) {
    LoraOptions options;
    options.rank = 3, options.dropout = 0.05;
    options.targets = targets;
    attachLora(model, options, seed);
    at::NoGradGuard guard;
    Random random(seed, "disturb");
    for (auto* linear : model.linears()) {
        if (!linear->hasAdapter()) continue;
        auto* b = linear->b.data_ptr<float>();
        for (std::int64_t i = 0; i < linear->b.numel(); ++i) b[i] = static_cast<float>(0.1 * random.normal());
        linear->rowScale = at::ones({linear->out()});
        auto* scale = linear->rowScale.data_ptr<float>();
        for (std::int64_t i = 0; i < linear->out(); ++i) scale[i] = static_cast<float>(0.5 + random.uniform());
    }
}

/// A random share of the groups of every prunable node group, as many of each left as must be.
inline std::vector<GroupRef> randomGroups(const Structure& structure, std::uint64_t seed, double share) {
    std::vector<GroupRef> removed;
    Random random(seed, "groups");
    for (const auto& group : structure.nodeGroups) {
        if (!group.prunable) continue;
        const auto stays = static_cast<int>(random.below(static_cast<std::uint64_t>(group.count)));
        int left = group.count;
        for (int j = 0; j < group.count; ++j)
            if (j != stays && random.uniform() < share && left > group.minimum) removed.push_back({group.id, j}), --left;
    }
    return removed;
}

inline at::Tensor randomIds(std::int64_t vocabulary, std::int64_t batch, std::int64_t tokens, std::uint64_t seed) {
    Random random(seed, "ids");
    auto ids = at::empty({batch, tokens}, at::kLong);
    for (std::int64_t i = 0; i < ids.numel(); ++i)
        ids.data_ptr<std::int64_t>()[i] = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(vocabulary)));
    return ids;
}

inline at::Tensor logitsOf(const CausalLM& model, const at::Tensor& ids) {
    at::NoGradGuard guard;
    return model.logits(ids, {});
}

/// max |a - b| over max |b|; NaN where either holds one. NaN is neither above nor below a tolerance: ask for d <= tolerance, or its contrary.
inline double relativeDifference(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>() / b.abs().max().item<double>();
}

/// The larger difference; NaN if either is.
inline double worse(double a, double b) {
    return std::isnan(a) || std::isnan(b) ? std::numeric_limits<double>::quiet_NaN() : std::max(a, b);
}

}  // namespace lorashear::testing
