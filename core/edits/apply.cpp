#include "core/edits/apply.h"

#include "core/base/error.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <set>

namespace lorashear {

namespace {

constexpr char kWeight[] = ".weight";

at::Tensor selected(const at::Tensor& tensor, const TensorMaking& making, int makingDim, int dim) {
    const auto found = making.kept.find(makingDim);
    if (found == making.kept.end() || !tensor.defined()) return tensor;
    const auto index = at::tensor(found->second, at::TensorOptions().dtype(at::kLong).device(tensor.device()));
    return at::index_select(tensor.detach(), dim, index);
}

at::Tensor owned(const at::Tensor& cut, const at::Tensor& original) {
    return cut.defined() && cut.is_same(original) ? original.detach().clone() : cut;
}

void cutCompanions(const TensorMaking& making, const Linear& from, Linear& to) {
    to.rowScale = owned(selected(from.rowScale, making, from.rowDim(), 0), from.rowScale);
    to.scale = from.scale;
    to.dropout = from.dropout;
    if (!from.hasAdapter()) return;
    to.a = owned(selected(from.a, making, from.columnDim(), 1), from.a).set_requires_grad(from.a.requires_grad());
    to.b = owned(selected(from.b, making, from.rowDim(), 0), from.b);
    if (making.rescaled()) to.b = to.b.detach() * making.gain;
    to.b.set_requires_grad(from.b.requires_grad());
}

const Linear* linearOfWeight(const CausalLM& model, const std::string& tensor) {
    return tensor.ends_with(kWeight) ? model.linear(tensor.substr(0, tensor.size() - (sizeof kWeight - 1))) : nullptr;
}

/// Biases that methods gave to linears since the structure was found (core/model/added_biases.h); the blueprint does not know them.
void addBiases(const CausalLM& model, const Blueprint& blueprint, NamedTensors& tensors) {
    for (const auto& [name, making] : blueprint.tensors) {
        const auto* source = linearOfWeight(model, making.source);
        if (making.part || !source || !source->bias.defined()) continue;
        const auto bias = name.substr(0, name.size() - (sizeof kWeight - 1)) + ".bias";
        if (!blueprint.tensors.count(bias))
            tensors[bias] = selected(source->bias, making, source->rowDim(), 0) * making.gain;
    }
}

}  // namespace

at::Tensor made(const TensorMaking& making, const at::Tensor& source) {
    at::NoGradGuard noGradients;
    auto tensor = source;
    for (int dim = 0; dim < source.dim(); ++dim) tensor = selected(tensor, making, dim, dim);
    if (!making.rescaled()) return tensor;
    return (tensor.to(at::kFloat) + making.offset) * making.gain - making.offset;
}

at::Tensor FactorFitter::make(const TensorMaking& making, const std::function<at::Tensor()>& weight) {
    at::NoGradGuard noGradients;
    const FactorPart& part = making.part.value();
    if (m_source != making.source) {
        const auto moment = m_moments.find(moduleOfTensor(making.source));
        m_fit = factorise(weight(), part.factor, moment == m_moments.end() ? at::Tensor() : moment->second);
        m_source = making.source;
    }
    return (part.second ? m_fit.second : m_fit.first).at(static_cast<std::size_t>(part.block));
}

std::unique_ptr<CausalLM> applyEdits(const CausalLM& model, const Blueprint& blueprint, const InputMoments& moments,
                                     FactorFits* fits) {
    at::NoGradGuard noGradients;
    const auto before = model.tensors();
    NamedTensors tensors;
    FactorFitter fitter(moments);
    std::set<std::string> factored;  // linears before
    for (const auto& [name, making] : blueprint.tensors)
        if (making.part) factored.insert(moduleOfTensor(making.source));
    for (const auto& [name, making] : blueprint.tensors) {
        const auto found = before.find(making.source);
        if (found == before.end()) throw Error(ErrorCode::Internal, making.source, "the structure is of another model");
        const auto module = moduleOfTensor(making.source);
        const auto* linear = model.linear(module);
        const auto type = found->second.scalar_type();
        if (making.part) {
            tensors[name] = fitter.make(making, [&] { return linear->effectiveWeight(); }).to(type);
            if (fits) (*fits)[linear->name] = fitter.last();
        } else if (factored.contains(module)) {
            tensors[name] = made(making, linear->effectiveBias().to(type));
        } else {
            tensors[name] = made(making, found->second);
        }
    }
    addBiases(model, blueprint, tensors);
    auto compact = buildModel(blueprint.config, tensors);
    for (auto* linear : compact->linears()) {
        const TensorMaking& making = blueprint.tensors.at(linear->name + kWeight);
        const auto* source = making.part ? nullptr : linearOfWeight(model, making.source);
        if (source) cutCompanions(making, *source, *linear);
    }
    return compact;
}

std::unique_ptr<CausalLM> applyEdits(const CausalLM& model, const Structure& structure, const Edits& edits,
                                     const InputMoments& moments) {
    return applyEdits(model, blueprintOf(model.config(), structure, edits), moments);
}

}  // namespace lorashear
