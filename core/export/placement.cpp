#include "core/export/placement.h"

#include "core/base/error.h"
#include "core/loadability/rules.h"
#include "core/trace/tracer.h"

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include <algorithm>
#include <set>

// Making a pruned model larger again without changing what it computes
// ---------------------------------------------------------------------
// A group that is all zero adds nothing: its value rows and its output columns are zero, so whatever attention weights or gates
// are computed on the way is multiplied by zero (lorashear.md 2.1). So both larger forms are the same operation: put every present slice
// somewhere, leave zeros elsewhere. For the original's shapes the places are the kept indices that the run recorded. For equal counts
// they come from tracing the pruned model: its groups lie at offset + j * stride, and the missing ones are inserted behind the last.

namespace lorashear {

namespace {

using nlohmann::json;
using TensorDim = std::pair<std::string, int>;

[[noreturn]] void refuseRecord(const std::string& message) {
    throw Error(ErrorCode::BadInput, "pruning.json", message, "Only a model that still lies beside its own pruning.json can be spread out again.");
}

Placement fromMarks(const std::vector<bool>& present) {
    Placement placement;
    placement.size = static_cast<std::int64_t>(present.size());
    for (std::size_t i = 0; i < present.size(); ++i)
        if (present[i]) placement.positions.push_back(static_cast<std::int64_t>(i));
    return placement;
}

struct RecordSlice {
    std::string tensor;
    int dim = 0;
    std::int64_t offset = 0, stride = 1, length = 1;
};

std::vector<RecordSlice> slicesOf(const json& nodeGroup) {
    std::vector<RecordSlice> slices;
    for (const char* key : {"rows", "columns"})
        for (const json& slice : nodeGroup.at(key))
            slices.push_back({slice.at("tensor"), slice.at("dim"), slice.at("offset"), slice.at("stride"), slice.at("length")});
    return slices;
}

/// One dimension of one tensor that gets `added` groups more.
struct Insertion {
    GroupSlice slice;
    std::int64_t count = 0, added = 0;
};

/// Slices that interleave (several with one stride inside each other's gaps) end where the last of their stride does.
std::int64_t endOf(const Insertion& insertion, const std::vector<Insertion>& all) {
    std::int64_t base = insertion.slice.offset;
    for (const auto& other : all)
        if (other.slice.stride == insertion.slice.stride && other.slice.offset < insertion.slice.offset &&
            insertion.slice.offset - other.slice.offset < insertion.slice.stride)
            base = std::min(base, other.slice.offset);
    return base + insertion.slice.stride * insertion.count;
}

Placement inserted(std::int64_t size, const std::vector<Insertion>& insertions) {
    std::vector<std::int64_t> before(static_cast<std::size_t>(size) + 1, 0);  // zeros put in before each present index
    for (const auto& insertion : insertions) {
        const auto at = std::min(endOf(insertion, insertions), size);
        before[static_cast<std::size_t>(at)] += insertion.slice.length * insertion.added;
    }
    Placement placement;
    std::int64_t shift = 0;
    for (std::int64_t i = 0; i < size; ++i) {
        shift += before[static_cast<std::size_t>(i)];
        placement.positions.push_back(i + shift);
    }
    placement.size = size + shift + before.back();
    return placement;
}

/// Counts that every layer shall have.
LayerShape commonShape(const CausalLM& model) {
    const auto& layers = model.config().layers;
    LayerShape common;
    const int ratio = layers.front().heads / layers.front().kvHeads;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].heads != ratio * layers[i].kvHeads)
            throw Error(ErrorCode::Unsupported, "layer " + std::to_string(i), "has another number of query heads per key/value head than layer 0",
                        "Such layers cannot be padded to one size; export with the modelling file instead.");
        common.kvHeads = std::max(common.kvHeads, layers[i].kvHeads);
        common.intermediate = std::max(common.intermediate, layers[i].intermediate);
    }
    auto shape = shapeOf(model.config());
    for (int kv = common.kvHeads; kv * ratio <= std::max(model.config().hidden, common.kvHeads * ratio); ++kv) {
        shape.layers.assign(layers.size(), {kv * ratio, kv, common.intermediate});
        if (LoadabilityRules::builtin().verdict(shape, "transformers5").loads != Loads::Yes) continue;
        return shape.layers.front();
    }
    return {common.kvHeads * ratio, common.kvHeads, common.intermediate};
}

int groupsOf(const NodeGroup& group, const LayerShape& now, const LayerShape& then) {
    const int whole = group.unit == UnitKind::Attention ? now.kvHeads : now.intermediate;
    const int wanted = group.unit == UnitKind::Attention ? then.kvHeads : then.intermediate;
    if (whole % group.count != 0 || wanted % (whole / group.count) != 0)
        throw Error(ErrorCode::Internal, group.name, "does not divide its layer evenly");
    return wanted / (whole / group.count);
}

/// One group alone does not tell whether the parts of a fused projection take turns group by group or lie in sections.
void requireSeparate(const NodeGroup& group, std::int64_t longest) {
    for (const auto* list : {&group.primary, &group.secondary}) {
        std::map<TensorDim, std::int64_t> lengths;
        for (const auto& slice : *list)
            if ((lengths[{slice.tensor, slice.dim}] += slice.length) > longest)
                throw Error(ErrorCode::Unsupported, group.name, "has one group left in a fused projection (" + slice.tensor + "), which cannot be padded",
                            "Keep two groups in every layer, or export in the original's shapes (zeroed).");
    }
}

}  // namespace

Placements originalPlaces(const CausalLM& model, const json& record) {
    if (!record.is_object() || !record.contains("node_groups"))
        throw Error(ErrorCode::Unsupported, "pruning.json", "does not say which groups were kept", "Export from a run's folder.");
    const auto tensors = model.tensors();
    std::map<TensorDim, std::vector<std::pair<RecordSlice, const json*>>> byDim;
    for (const json& group : record.at("node_groups")) {
        if (group.at("kind") == "hidden")
            throw Error(ErrorCode::Unsupported, group.at("name").get<std::string>(), "hidden channels were cut and norms rescaled: zeros do not bring them back");
        for (const auto& slice : slicesOf(group)) byDim[{slice.tensor, slice.dim}].push_back({slice, &group});
    }
    Placements placements;
    for (const auto& [key, slices] : byDim) {
        const auto found = tensors.find(key.first);
        if (found == tensors.end() || key.second >= found->second.dim()) refuseRecord("names " + key.first + ", which the model does not have");
        std::int64_t size = found->second.size(key.second);
        for (const auto& [slice, group] : slices)
            size += slice.length * (group->at("groups").get<std::int64_t>() - static_cast<std::int64_t>(group->at("kept").size()));
        std::vector<bool> present(static_cast<std::size_t>(size), true);
        for (const auto& [slice, group] : slices) {
            std::set<std::int64_t> kept(group->at("kept").begin(), group->at("kept").end());
            for (std::int64_t j = 0; j < group->at("groups").get<std::int64_t>(); ++j)
                if (!kept.count(j))
                    for (std::int64_t i = 0; i < slice.length; ++i) present.at(static_cast<std::size_t>(slice.offset + j * slice.stride + i)) = false;
        }
        auto placement = fromMarks(present);
        if (static_cast<std::int64_t>(placement.positions.size()) != found->second.size(key.second))
            refuseRecord("does not fit " + key.first + " of this model");
        placements[key] = std::move(placement);
    }
    return placements;
}

Placements uniformPlaces(const CausalLM& model) {
    const auto common = commonShape(model);
    const auto structure = traceStructure(model.config());
    const auto tensors = model.tensors();
    std::map<TensorDim, std::vector<Insertion>> byDim;
    for (const auto& group : structure.nodeGroups) {
        if (group.layer < 0 || (group.unit != UnitKind::Attention && group.unit != UnitKind::Mlp)) continue;
        const int added = groupsOf(group, model.config().layers.at(static_cast<std::size_t>(group.layer)), common) - group.count;
        if (added == 0) continue;
        const auto& shape = model.config().layers.at(static_cast<std::size_t>(group.layer));
        if (group.count == 1) requireSeparate(group, group.unit == UnitKind::Attention ? model.config().headDim * shape.heads / shape.kvHeads : 1);
        for (const auto* list : {&group.primary, &group.secondary})
            for (const auto& slice : *list) byDim[{slice.tensor, slice.dim}].push_back({slice, group.count, added});
    }
    Placements placements;
    for (const auto& [key, insertions] : byDim) placements[key] = inserted(tensors.at(key.first).size(key.second), insertions);
    return placements;
}

at::Tensor placed(const at::Tensor& tensor, const std::string& name, const Placements& placements) {
    at::Tensor result = tensor.detach();
    for (int dim = 0; dim < tensor.dim(); ++dim) {
        const auto found = placements.find({name, dim});
        if (found == placements.end()) continue;
        auto shape = result.sizes().vec();
        shape[static_cast<std::size_t>(dim)] = found->second.size;
        const auto index = at::tensor(found->second.positions, at::TensorOptions().dtype(at::kLong).device(result.device()));
        result = at::zeros(shape, result.options()).index_copy(dim, index, result);
    }
    return result;
}

std::vector<std::int64_t> placedShape(const at::Tensor& tensor, const std::string& name, const Placements& placements) {
    auto shape = tensor.sizes().vec();
    for (std::size_t dim = 0; dim < shape.size(); ++dim)
        if (const auto found = placements.find({name, static_cast<int>(dim)}); found != placements.end()) shape[dim] = found->second.size;
    return shape;
}

ModelConfig placedConfig(const CausalLM& model, const Placements& placements) {
    NamedTensors shapes;
    for (const auto& [name, tensor] : model.tensors())
        shapes[name] = at::empty(placedShape(tensor, name, placements), at::TensorOptions().dtype(at::kFloat).device(at::kMeta));
    return buildModel(model.config(), shapes)->config();
}

}  // namespace lorashear
