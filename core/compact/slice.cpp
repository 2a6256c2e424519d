#include "core/base/error.h"
#include "core/compact/removed_indices.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

/*
Cutting a model (lorashear.md 5)
--------------------------------
Both passes, rows of producers and columns of consumers, are one index_select per tensor and dimension: what a
tensor loses along one dimension does not depend on what it loses along the other. Every cut tensor is fresh
memory, so nothing refers to the old one and every product sees an aligned operand.

Hidden channels: a root-mean-square norm over d channels of which d - d' were zero divides by sqrt(sum / d +
eps). Over the d' that stay it divides by sqrt(sum / d' + eps'). With eps' = eps d / d' that is sqrt(d / d')
times as much, which the gain takes back: multiply it by sqrt(d / d'). What else reads a channel sees zeros in
the masked model and nothing in the sliced one (lorashear.md 2.7).
*/

namespace lorashear {

namespace {

class Cutter {
public:
    explicit Cutter(KeptIndices kept) : m_kept(std::move(kept)) {}

    /// tensor along dim, if `name` loses something along that dimension; itself otherwise.
    at::Tensor cut(const at::Tensor& tensor, const std::string& name, int nameDim, int dim) const {
        const auto found = m_kept.find({name, nameDim});
        if (found == m_kept.end() || !tensor.defined()) return tensor;
        const auto index = at::tensor(found->second, at::TensorOptions().dtype(at::kLong).device(tensor.device()));
        return at::index_select(tensor.detach(), dim, index);
    }

    at::Tensor cut(const at::Tensor& tensor, const std::string& name) const {
        auto result = tensor;
        for (int dim = 0; dim < tensor.dim(); ++dim) result = cut(result, name, dim, dim);
        return result;
    }

private:
    KeptIndices m_kept;
};

at::Tensor owned(const at::Tensor& cutTensor, const at::Tensor& original) {
    return cutTensor.defined() && cutTensor.is_same(original) ? original.detach().clone() : cutTensor;
}

// Adapters, row scales: rows of W are rows of B, columns of W are columns of A, whichever way W is stored.
void cutCompanions(const Cutter& cutter, const Linear& from, Linear& to) {
    const auto weight = from.name + ".weight";
    to.rowScale = owned(cutter.cut(from.rowScale, weight, from.rowDim(), 0), from.rowScale);
    to.scale = from.scale;
    to.dropout = from.dropout;
    if (!from.hasAdapter()) return;
    to.a = owned(cutter.cut(from.a, weight, from.columnDim(), 1), from.a).set_requires_grad(from.a.requires_grad());
    to.b = owned(cutter.cut(from.b, weight, from.rowDim(), 0), from.b).set_requires_grad(from.b.requires_grad());
}

// The repair of norms that hidden channels run through.
void repairNorms(const NodeGroup& group, int removed, ModelConfig& config, NamedTensors& tensors) {
    if (removed == 0 || group.unit != UnitKind::Hidden) return;
    const double ratio = static_cast<double>(group.count) / (group.count - removed);
    for (const auto& slice : group.primary) {
        auto& tensor = tensors.at(slice.tensor);
        const bool gain = std::find(group.normGains.begin(), group.normGains.end(), slice.tensor) != group.normGains.end();
        if (gain) tensor = tensor.to(at::kFloat) * std::sqrt(ratio);  // fp32 whatever it was: rounding would not be a repair
    }
    config.normEps *= ratio;
    config.hidden -= removed;
}

void requireRepairable(const NodeGroup& group, int removed) {
    if (removed == 0 || group.unit != UnitKind::Hidden || !group.normGains.empty()) return;
    throw Error(ErrorCode::Unsupported, group.name, "its norms cannot be repaired for fewer channels",
                "Only root-mean-square norms with a plain gain can.");
}

}  // namespace

std::unique_ptr<CausalLM> sliceModel(const CausalLM& model, const Structure& structure,
                                     const std::vector<GroupRef>& removed) {
    at::NoGradGuard noGradients;
    const auto counts = removedPerNodeGroup(structure, removed);
    auto tensors = model.tensors();
    const Cutter cutter(keptIndices(structure, removed, [&](const std::string& name, int dim) {
        const auto found = tensors.find(name);
        if (found == tensors.end()) throw Error(ErrorCode::Internal, name, "the structure is of another model");
        return found->second.size(dim);
    }));
    for (auto& [name, tensor] : tensors) tensor = cutter.cut(tensor, name);
    auto config = model.config();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        requireRepairable(structure.nodeGroups[i], counts[i]);
        repairNorms(structure.nodeGroups[i], counts[i], config, tensors);
    }
    auto compact = buildModel(config, tensors);
    for (std::size_t i = 0; i < model.linears().size(); ++i)
        cutCompanions(cutter, *model.linears()[i], *compact->linears()[i]);
    return compact;
}

}  // namespace lorashear
