#include "core/compact/group_masks.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace lorashear {

std::unique_ptr<CausalLM> mergeAdapters(const CausalLM& model, bool keepFloat) {
    at::NoGradGuard noGradients;
    auto tensors = model.tensors();
    for (const auto* linear : model.linears()) {
        if (!linear->hasAdapter() && !linear->rowScale.defined()) continue;
        const auto store = [&](const std::string& name, const at::Tensor& value, const at::Tensor& like) {
            tensors[name] = keepFloat ? value : value.to(like.scalar_type());
        };
        store(linear->name + ".weight", linear->toStored(linear->effectiveWeight()), linear->weight);
        if (linear->bias.defined()) store(linear->name + ".bias", linear->effectiveBias(), linear->bias);
    }
    auto merged = buildModel(model.config(), tensors);
    for (std::size_t i = 0; i < model.linears().size(); ++i) {
        const auto& mask = model.linears()[i]->mask;
        if (mask.defined()) merged->linears()[i]->mask = mask.clone();
    }
    return merged;
}

}  // namespace lorashear
