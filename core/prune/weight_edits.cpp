#include "core/prune/weight_edits.h"

#include "core/base/error.h"

#include <ATen/ATen.h>

namespace lorashear {

at::Tensor& WeightEdits::own(Linear& linear) {
    if (m_names.insert(linear.name).second)
        linear.weight = linear.weight.detach().to(linear.weight.device(), at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    return linear.weight;
}

void WeightEdits::save(const CausalLM& model, Archive& archive, const std::string& prefix) const {
    archive.values[prefix + "edited"] = m_names;
    for (const auto& name : m_names) archive.put(prefix + "weight." + name, model.linear(name)->weight);
}

void WeightEdits::load(const CausalLM& model, const Archive& archive, const std::string& prefix) {
    for (const auto& name : archive.value(prefix + "edited").get<std::set<std::string>>()) {
        auto* linear = model.linear(name);
        if (!linear) throw Error(ErrorCode::BadInput, "checkpoint", "the model has no linear " + name);
        archive.restore(prefix + "weight." + name, own(*linear));
    }
}

}  // namespace lorashear
