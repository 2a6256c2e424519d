#pragma once

#include "core/base/random.h"
#include "core/kernels/ops.h"
#include "core/model/causal_lm.h"
#include "core/text/text_source.h"
#include "tests/core/hand_structure.h"

#include <memory>
#include <vector>

/// Small models with structures written by hand, and text that they predict well because they wrote it.
namespace handmade {

using namespace lorashear;

inline Shape tinyShape() {
    Shape shape;
    shape.hidden = 32;
    shape.heads = 4;
    shape.kvHeads = 2;
    shape.headDim = 8;
    shape.intermediate = 40;
    shape.layers = 3;
    shape.vocabulary = 60;
    return shape;
}

inline ModelConfig configOf(const Shape& shape) {
    ModelConfig config;
    config.family = "llama";
    config.vocabulary = shape.vocabulary;
    config.hidden = shape.hidden;
    config.headDim = shape.headDim;
    config.maxPositions = 128;
    config.tiedHead = shape.tied;
    config.layers.assign(static_cast<std::size_t>(shape.layers), {shape.heads, shape.kvHeads, shape.intermediate});
    return config;
}

/// A random model; tensors may be changed in place.
inline std::unique_ptr<CausalLM> tinyModel(std::uint64_t seed) {
    return randomModel(configOf(tinyShape()), seed);
}

/// The model's own greedy continuation of random beginnings.
inline std::vector<Sequence> ownText(const CausalLM& model, int sequences, int length, std::uint64_t seed) {
    Random random(seed, "beginnings");
    std::vector<Sequence> text;
    for (int s = 0; s < sequences; ++s) {
        Sequence sequence;
        for (int t = 0; t < 4; ++t)
            sequence.ids.push_back(static_cast<int>(random.below(static_cast<std::uint64_t>(model.config().vocabulary))));
        while (static_cast<int>(sequence.ids.size()) < length) {
            const auto ids = at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end())).unsqueeze(0);
            const auto logits = model.logits(ids, {}).select(0, 0).select(0, -1).detach();
            sequence.ids.push_back(static_cast<int>(logits.argmax().item<std::int64_t>()));
        }
        sequence.lossMask.assign(sequence.ids.size() - 1, true);
        text.push_back(std::move(sequence));
    }
    return text;
}

/// Mean nll in nats per token, one sequence at a time, whole model: the slow way.
inline double meanNll(const CausalLM& model, const std::vector<Sequence>& sequences) {
    double sum = 0;
    std::int64_t tokens = 0;
    for (const auto& sequence : sequences) {
        const auto ids = at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end()));
        const auto length = ids.size(0) - 1;
        const auto hidden = model.hidden(ids.narrow(0, 0, length).unsqueeze(0), {}).squeeze(0);
        auto targets = ids.narrow(0, 1, length).clone();
        for (std::int64_t t = 0; t < length; ++t)
            if (!sequence.lossMask[static_cast<std::size_t>(t)]) targets[t] = -100;
        sum += ops::tokenNll(hidden, model.vocabularyHead(), targets).sum(at::kDouble).item<double>();
        tokens += (targets != -100).sum().item<std::int64_t>();
    }
    return sum / static_cast<double>(tokens);
}

}  // namespace handmade
