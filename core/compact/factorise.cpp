#include "core/compact/factorise.h"

#include "core/base/error.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace lorashear {

namespace {

std::string partPath(const std::string& path, const std::string& part) {
    return path + "." + part;
}

// Of linears that both have: adapters, row scales, masks.
void carryCompanions(const CausalLM& from, const CausalLM& to) {
    const auto own = [](const at::Tensor& t) { return t.defined() ? t.detach().clone() : t; };
    for (auto* linear : to.linears()) {
        const auto* old = from.linear(linear->name);
        if (!old) continue;
        linear->a = own(old->a), linear->b = own(old->b), linear->rowScale = own(old->rowScale),
        linear->mask = own(old->mask);
        linear->scale = old->scale, linear->dropout = old->dropout;
        if (!linear->hasAdapter()) continue;
        linear->a.set_requires_grad(old->a.requires_grad());
        linear->b.set_requires_grad(old->b.requires_grad());
    }
}

}  // namespace

std::unique_ptr<CausalLM> factorModel(const CausalLM& model, const Factors& factors, const InputMoments& moments,
                                      FactorFits* fits) {
    Blueprint blueprint{model.config(), {}, {}};
    for (const auto& [name, tensor] : model.tensors()) blueprint.tensors[name] = {name, {}, 1, 0, tensor.sizes().vec()};
    for (const auto& [path, factor] : factors) {
        const auto* linear = model.linear(path);
        if (model.config().factors.count(path))
            throw Error(ErrorCode::BadInput, path, "is factored already", "Factor it once, at the lower rank.");
        if (!linear || factoredPath(path) != path)
            throw Error(ErrorCode::BadInput, path, "is no linear of the model's blocks",
                        "lorashear inspect --json lists them.");
        requireFactorable(path, factor, linear->out(), linear->in());
        addFactor(blueprint, path, factor, {linear->out(), linear->in(), linear->bias.defined(), linear->transposed});
    }
    auto factored = applyEdits(model, blueprint, moments, fits);
    carryCompanions(model, *factored);
    return factored;
}

std::unique_ptr<CausalLM> mergeFactors(const CausalLM& model) {
    at::NoGradGuard guard;
    auto tensors = model.tensors();
    auto config = model.config();
    config.factors.clear();
    const auto dense = metaModel(config);
    for (const auto& [path, factor] : model.config().factors) {
        std::vector<at::Tensor> first, second, bias;
        at::ScalarType biasType = at::kFloat;
        for (int i = 0; i < factor.blocks; ++i) {
            for (const auto& part : {firstName(factor, i), secondName(factor, i)}) {
                tensors.erase(partPath(path, part) + ".weight");
                tensors.erase(partPath(path, part) + ".bias");
            }
            const auto *one = model.linear(partPath(path, firstName(factor, i))),
                       *two = model.linear(partPath(path, secondName(factor, i)));
            first.push_back(one->effectiveWeight());
            second.push_back(two->effectiveWeight());
            if (two->bias.defined()) bias.push_back(two->effectiveBias()), biasType = two->bias.scalar_type();
        }
        tensors[path + ".weight"] = dense->linear(path)->toStored(product(factor, first, second).to(at::kFloat));
        if (!bias.empty()) tensors[path + ".bias"] = at::cat(bias).to(biasType);
    }
    auto merged = buildModel(config, tensors);
    carryCompanions(model, *merged);
    return merged;
}

}  // namespace lorashear
