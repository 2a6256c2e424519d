#include "core/prune/weight_edits.h"

#include "core/base/error.h"

#include <ATen/ATen.h>

namespace lorashear {

at::Tensor& WeightEdits::own(Linear& linear) {
    if (m_names.insert(linear.name).second)
        linear.weight = linear.weight.detach().to(linear.weight.device(), at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    return linear.weight;
}

at::Tensor& WeightEdits::ownBias(Linear& linear) {
    const auto fp32 = at::TensorOptions().dtype(at::kFloat).device(linear.weight.device());
    if (m_biased.insert(linear.name).second)
        linear.bias = linear.bias.defined() ? linear.bias.detach().to(fp32, /*non_blocking=*/false, /*copy=*/true)
                                            : at::zeros({linear.out()}, fp32);
    return linear.bias;
}

void WeightEdits::save(const CausalLM& model, Archive& archive, const std::string& prefix) const {
    archive.values[prefix + "edited"] = m_names;
    for (const auto& name : m_names) archive.put(prefix + "weight." + name, model.linear(name)->weight);
    archive.values[prefix + "biased"] = m_biased;
    for (const auto& name : m_biased) archive.put(prefix + "bias." + name, model.linear(name)->bias);
}

void WeightEdits::load(const CausalLM& model, const Archive& archive, const std::string& prefix) {
    const auto names = [&](const char* key) { return archive.value(prefix + key).get<std::set<std::string>>(); };
    const auto linear = [&](const std::string& name) -> Linear& {
        if (auto* found = model.linear(name)) return *found;
        throw Error(ErrorCode::BadInput, "checkpoint", "the model has no linear " + name);
    };
    for (const auto& name : names("edited")) archive.restore(prefix + "weight." + name, own(linear(name)));
    if (!archive.values.contains(prefix + "biased")) return;  // of an older program
    for (const auto& name : names("biased")) archive.restore(prefix + "bias." + name, ownBias(linear(name)));
}

}  // namespace lorashear
