#include "core/train/own_weights.h"

#include "core/model/family.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cstdint>
#include <set>

namespace lorashear {

namespace {

enum class Part { Norm, Embedding, Other };

std::string biasBeside(const std::string& weight) {
    const auto dot = weight.rfind('.');
    return dot == std::string::npos ? std::string() : weight.substr(0, dot) + ".bias";
}

Part partOf(const Family& family, const std::string& name, const at::Tensor& tensor) {
    if (name == family.embedding || name == family.head || name == biasBeside(family.head)) return Part::Embedding;
    return tensor.dim() == 1 || name.find("norm") != std::string::npos ? Part::Norm : Part::Other;
}

/// What no linear of the blocks holds, by name.
Trainables besideLinears(const CausalLM& model, const OwnWeights& which) {
    const Family& family = familyOf(model.config().family, "model");
    std::set<std::string> ofLinears;
    for (const auto* linear : model.linears()) ofLinears.insert({linear->name + ".weight", linear->name + ".bias"});
    Trainables found;
    for (const auto& [name, tensor] : model.tensors()) {
        if (ofLinears.count(name) > 0) continue;
        const Part part = partOf(family, name, tensor);
        const bool asked = (part == Part::Norm && which.norms) || (part == Part::Embedding && which.embedding);
        if (which.all || asked) found.emplace_back(name, tensor);
    }
    return found;
}

/// A copy in fp32 that lies in memory as the tensor does.
at::Tensor copied(const at::Tensor& tensor) {
    return tensor.detach().to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
}

void openLinear(Linear& linear) {
    if (linear.weight.requires_grad()) return;
    const at::AutoGradMode mode(true);
    linear.weight = copied(linear.weight).set_requires_grad(true);
    if (linear.bias.defined()) linear.bias = copied(linear.bias).set_requires_grad(true);
    linear.storedWeight();  // a view of the leaf that gradients pass through; made later, it might be made without them
}

}  // namespace

Trainables ownWeights(const CausalLM& model, const OwnWeights& which) {
    Trainables found;
    if (which.all)
        for (const auto* linear : model.linears()) {
            found.emplace_back(linear->name + ".weight", linear->weight);
            if (linear->bias.defined()) found.emplace_back(linear->name + ".bias", linear->bias);
        }
    for (auto& one : besideLinears(model, which)) found.push_back(std::move(one));
    return found;
}

// The families hold the same tensor objects as tensors() lists: what an object stands for is changed, not which object it is.
void openOwnWeights(CausalLM& model, const OwnWeights& which) {
    if (which.all)
        for (auto* linear : model.linears()) openLinear(*linear);
    for (const auto& [name, tensor] : besideLinears(model, which)) {
        if (tensor.requires_grad()) continue;
        tensor.set_data(copied(tensor));
        // Writing to it is no longer writing to what others share.
        tensor.unsafeGetTensorImpl()->set_version_counter(
            c10::VariableVersion(static_cast<std::uint32_t>(tensor._version() + 1)));
        tensor.set_requires_grad(true);
    }
}

void closeOwnWeights(CausalLM& model, const OwnWeights& which) {
    if (which.all)
        for (auto* linear : model.linears()) {
            linear->weight = linear->weight.detach();
            if (linear->bias.defined()) linear->bias = linear->bias.detach();
        }
    for (const auto& [name, tensor] : besideLinears(model, which)) tensor.set_requires_grad(false);
}

NamedTensors adapterTensors(const CausalLM& model) {
    NamedTensors found;
    for (const auto* linear : model.linears())
        if (linear->hasAdapter()) {
            found[linear->name + ".lora_A"] = linear->a;
            found[linear->name + ".lora_B"] = linear->b;
        }
    return found;
}

Trainables trainablesOf(const CausalLM& model) {
    Trainables found;
    for (const auto* linear : model.linears())
        if (linear->hasAdapter()) {
            found.emplace_back(linear->name + ".lora_A", linear->a);
            found.emplace_back(linear->name + ".lora_B", linear->b);
        }
    for (auto& one : ownWeights(model, {.norms = true, .embedding = true, .all = true}))
        if (one.second.requires_grad()) found.push_back(std::move(one));
    return found;
}

}  // namespace lorashear
