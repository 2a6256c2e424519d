#pragma once

#include "core/model/added_biases.h"
#include "tests/tensor/family_checks.h"

#include <memory>
#include <string>

/// Biases that repairs give to a model whose family has a key for them.
namespace lorashear::testing {

/// Gives the last projection of each branch of the second block a bias, as repairs do, where its family's config.json can say so. Null: there is
/// none that could be given.
inline std::unique_ptr<CausalLM> withAddedBiases(const CausalLM& model, std::uint64_t seed) {
    auto changed = cloneModel(model);
    Random random(seed, "biases");
    bool any = false;
    for (auto* linear : changed->linears()) {
        if (makesFeatures(linear->name) || linear->bias.defined() || linear->name.find(".1.") == std::string::npos) continue;
        if (!takesBias(changed->config(), *linear)) continue;
        linear->bias = at::empty({linear->out()});
        for (std::int64_t i = 0; i < linear->out(); ++i)
            linear->bias.data_ptr<float>()[i] = static_cast<float>(random.normal());
        any = true;
    }
    return any ? std::move(changed) : nullptr;
}

/// Biases that were added become part of tensors and config.json: what is read back asks for them and computes the same.
inline std::string checkAddedBiases(const CausalLM& model, const at::Tensor& ids) {
    const auto& keys = familyOf(model.config().family, "test").biasKeys;
    const auto& plain = model.config();
    const bool routed = std::any_of(plain.layers.begin(), plain.layers.end(), [](const auto& one) { return one.routed(); });
    const auto changed = withAddedBiases(model, 3);
    if (!changed)
        return (keys.attention && !plain.attentionBias) || (keys.mlp && !plain.mlpBias && !routed)
                   ? "takes no bias though it has a key for them"
                   : "";
    const auto logits = logitsOf(*changed, ids);
    if (!(relativeDifference(logits, logitsOf(model, ids)) >= 1e-3)) return "added biases change nothing";
    const auto copy = cloneModel(*changed);
    if (copy->config().attentionBias != (plain.attentionBias || keys.attention)) return "attention asks for other biases";
    if (copy->config().mlpBias != (plain.mlpBias || keys.mlp)) return "MLPs ask for other biases";
    if (!(relativeDifference(logitsOf(*copy, ids), logits) <= kLogitTolerance)) return "a copy with biases differs";
    return checkDescription(*copy);
}

}  // namespace lorashear::testing
