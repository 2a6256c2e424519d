#include "core/export/placement.h"

#include "core/base/error.h"
#include "core/loadability/rules.h"
#include "core/trace/tracer.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

// Making a pruned model larger again without changing what it computes
// ---------------------------------------------------------------------
// A group that is all zero adds nothing: its value rows and its output columns are zero, so whatever attention weights or gates
// are computed on the way is multiplied by zero (algorithm.md 2.1). So both larger forms are the same operation: put every present slice
// somewhere, leave zeros elsewhere. For the original's shapes the places are the kept indices that the run recorded. For equal counts
// they come from tracing both models, the pruned one and an empty one of the equal shapes: group j of one goes where group j of the other
// lies, whether the parts of a fused projection take turns group by group or lie in sections; the groups behind them stay zero.

namespace lorashear {

namespace {

using nlohmann::json;
using TensorDim = std::pair<std::string, int>;

[[noreturn]] void refuseRecord(const std::string& message) {
    throw Error(ErrorCode::BadInput, "pruning.json", message,
                "Only a model that still lies beside its own pruning.json can be spread out again.");
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
            slices.push_back(
                {slice.at("tensor"), slice.at("dim"), slice.at("offset"), slice.at("stride"), slice.at("length")});
    return slices;
}

/// Indices of one dimension of a tensor that a group owns, in order.
std::vector<std::int64_t> indicesOf(const NodeGroup& nodeGroup, int group, const TensorDim& dim) {
    std::set<std::int64_t> indices;
    for (const auto* list : {&nodeGroup.primary, &nodeGroup.secondary})
        for (const auto& slice : *list)
            if (slice.tensor == dim.first && slice.dim == dim.second)
                for (std::int64_t i = 0; i < slice.length; ++i) indices.insert(slice.begin(group) + i);
    return {indices.begin(), indices.end()};
}

/// Where each present index of some dimensions goes; -1 before anybody has said so.
using Destinations = std::map<TensorDim, std::vector<std::int64_t>>;

/// old: the same node group in the pruned model; null where a trace cannot tell it from sizes of one.
void place(const NodeGroup* old, const NodeGroup& then, const TensorDim& dim, std::vector<std::int64_t>& destinations) {
    if (!old || old->count == 1) {  // a group alone owns the whole dimension, or there is nothing left of it
        const auto to = indicesOf(then, 0, dim);
        if (to.size() == destinations.size()) destinations = to;
        return;
    }
    for (int group = 0; group < old->count; ++group) {
        const auto from = indicesOf(*old, group, dim), to = indicesOf(then, group, dim);
        if (from.size() != to.size())
            throw Error(ErrorCode::Internal, old->name, "has groups of another size when it is padded");
        for (std::size_t i = 0; i < from.size(); ++i) destinations.at(static_cast<std::size_t>(from[i])) = to[i];
    }
}

/// Experts cannot be padded: of a router's row of zeros comes a score like any other.
void requireEqualExperts(const std::vector<LayerShape>& layers) {
    const LayerShape* first = nullptr;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (!layers[i].routed()) continue;
        if (!first) first = &layers[i];
        if (layers[i].experts.size() != first->experts.size())
            throw Error(ErrorCode::Unsupported, "layer " + std::to_string(i),
                        "has " + std::to_string(layers[i].experts.size()) + " experts, another has " +
                            std::to_string(first->experts.size()) + ": an expert of zeros would still be chosen",
                        "Keep equally many experts in every layer, or export with the modelling file.");
    }
}

/// Shapes with the same counts in every layer.
std::vector<LayerShape> commonShapes(const CausalLM& model) {
    const auto& layers = model.config().layers;
    requireEqualExperts(layers);
    LayerShape common;
    int expertWidth = 0;
    const auto attends =
        std::find_if(layers.begin(), layers.end(), [](const LayerShape& layer) { return layer.kvHeads > 0; });
    const int ratio = attends == layers.end() ? 1 : attends->heads / attends->kvHeads;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].heads != ratio * layers[i].kvHeads)
            throw Error(ErrorCode::Unsupported, "layer " + std::to_string(i),
                        "has another number of query heads per key/value head than the layers before it",
                        "Such layers cannot be padded to one size; export with the modelling file instead.");
        common.kvHeads = std::max(common.kvHeads, layers[i].kvHeads);
        common.intermediate = std::max(common.intermediate, layers[i].intermediate);
        for (const int width : layers[i].experts) expertWidth = std::max(expertWidth, width);
    }
    // Widths up to what the strictest program multiplies (resources/loadability.json); a few columns of zeros.
    if (model.config().hidden % 8 == 0) expertWidth = (expertWidth + 7) / 8 * 8;
    const auto all = [&](int kv) {
        std::vector<LayerShape> shapes = layers;
        for (auto& one : shapes) {
            one.heads = kv * ratio, one.kvHeads = kv;
            one.experts.assign(one.experts.size(), expertWidth);
            if (!one.routed()) one.intermediate = common.intermediate;
        }
        return shapes;
    };
    auto shape = shapeOf(model.config());
    for (int kv = common.kvHeads; kv * ratio <= std::max(model.config().hidden, common.kvHeads * ratio); ++kv) {
        shape.layers = all(kv);
        if (LoadabilityRules::builtin().verdict(shape, "transformers5").loads == Loads::Yes) return shape.layers;
    }
    return all(common.kvHeads);
}

std::set<TensorDim> dimsOf(const NodeGroup& group) {
    std::set<TensorDim> dims;
    for (const auto* list : {&group.primary, &group.secondary})
        for (const auto& slice : *list) dims.insert({slice.tensor, slice.dim});
    return dims;
}

bool isCut(const NodeGroup& group) {
    return group.layer >= 0 && (group.unit == UnitKind::Attention || group.unit == UnitKind::Mlp);
}

/// Biases that the original did not have (core/model/added_biases.h), and the record does not name, go where the rows of their weight go.
void addBiasPlaces(const NamedTensors& tensors, Placements& placements) {
    static const std::string kWeight = ".weight";
    const Placements known = placements;
    for (const auto& [dim, placement] : known) {
        if (dim.second != 0 || !dim.first.ends_with(kWeight)) continue;
        const auto bias = dim.first.substr(0, dim.first.size() - kWeight.size()) + ".bias";
        const auto found = tensors.find(bias);
        const auto rows = static_cast<std::int64_t>(placement.positions.size());
        if (found != tensors.end() && found->second.numel() == rows) placements.try_emplace({bias, 0}, placement);
    }
}

/// What goes otherwise than by groups has no zeros to come back as.
void requireGroupsOnly(const json& record) {
    for (const json& edit : record.value("edits", json::array()))
        if (edit.at("op") != "remove")
            throw Error(ErrorCode::Unsupported, "pruning.json",
                        "says that more than groups was removed: " + edit.dump().substr(0, 80),
                        "Export in the smaller model's own shapes.");
}

}  // namespace

Placements originalPlaces(const CausalLM& model, const json& record) {
    if (!record.is_object() || !record.contains("node_groups"))
        throw Error(ErrorCode::Unsupported, "pruning.json", "does not say which groups were kept",
                    "Export from a run's folder.");
    requireGroupsOnly(record);
    const auto tensors = model.tensors();
    std::map<TensorDim, std::vector<std::pair<RecordSlice, const json*>>> byDim;
    for (const json& group : record.at("node_groups")) {
        if (group.at("kind") == "hidden")
            throw Error(ErrorCode::Unsupported, group.at("name").get<std::string>(),
                        "hidden channels were cut and norms rescaled: zeros do not bring them back");
        if (group.at("kind") == "experts" && group.at("kept").size() < group.at("groups").get<std::size_t>())
            throw Error(ErrorCode::Unsupported, group.at("name").get<std::string>(),
                        "experts were removed: the router would choose an expert of zeros",
                        "Export as huggingface where every layer keeps equally many experts, or as huggingface-code.");
        for (const auto& slice : slicesOf(group)) byDim[{slice.tensor, slice.dim}].push_back({slice, &group});
    }
    Placements placements;
    for (const auto& [key, slices] : byDim) {
        const auto found = tensors.find(key.first);
        if (found == tensors.end() || key.second >= found->second.dim())
            refuseRecord("names " + key.first + ", which the model does not have");
        std::set<std::int64_t> gone;  // a KV group and query heads in it may share rows
        for (const auto& [slice, group] : slices) {
            std::set<std::int64_t> kept(group->at("kept").begin(), group->at("kept").end());
            for (std::int64_t j = 0; j < group->at("groups").get<std::int64_t>(); ++j)
                if (!kept.count(j))
                    for (std::int64_t i = 0; i < slice.length; ++i) gone.insert(slice.offset + j * slice.stride + i);
        }
        std::vector<bool> present(static_cast<std::size_t>(found->second.size(key.second)) + gone.size(), true);
        for (const std::int64_t index : gone) {
            if (index < 0 || index >= static_cast<std::int64_t>(present.size()))
                refuseRecord("does not fit " + key.first + " of this model");
            present[static_cast<std::size_t>(index)] = false;
        }
        auto placement = fromMarks(present);
        if (static_cast<std::int64_t>(placement.positions.size()) != found->second.size(key.second))
            refuseRecord("does not fit " + key.first + " of this model");
        placements[key] = std::move(placement);
    }
    addBiasPlaces(tensors, placements);
    return placements;
}

Placements uniformPlaces(const CausalLM& model) {
    return placesFor(model, commonShapes(model));
}

Placements placesFor(const CausalLM& model, const std::vector<LayerShape>& shapes) {
    auto config = model.config();
    config.layers = shapes;
    const auto now = traceStructure(model.config()), then = traceStructure(config);
    const auto present = model.tensors(), padded = metaModel(config)->tensors();
    std::map<TensorDim, std::vector<const NodeGroup*>> owners;  // of the padded model
    Destinations destinations;
    for (const auto& group : then.nodeGroups) {
        if (!isCut(group)) continue;
        const auto* old = now.find(group.name);
        for (const auto& dim : dimsOf(group)) {
            owners[dim].push_back(&group);
            if (!old || old->count != group.count)
                destinations.try_emplace(dim, static_cast<std::size_t>(present.at(dim.first).size(dim.second)), -1);
        }
    }
    for (auto& [dim, places] : destinations)
        for (const auto* group : owners.at(dim)) place(now.find(group->name), *group, dim, places);
    Placements placements;
    for (auto& [dim, places] : destinations) {
        if (std::find(places.begin(), places.end(), -1) != places.end())
            throw Error(ErrorCode::Internal, dim.first, "has rows in no group when it is padded");
        placements[dim] = {padded.at(dim.first).size(dim.second), std::move(places)};
    }
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
        if (const auto found = placements.find({name, static_cast<int>(dim)}); found != placements.end())
            shape[dim] = found->second.size;
    return shape;
}

ModelConfig placedConfig(const CausalLM& model, const Placements& placements) {
    NamedTensors shapes;
    for (const auto& [name, tensor] : model.tensors())
        shapes[name] =
            at::empty(placedShape(tensor, name, placements), at::TensorOptions().dtype(at::kFloat).device(at::kMeta));
    return buildModel(model.config(), shapes)->config();
}

}  // namespace lorashear
