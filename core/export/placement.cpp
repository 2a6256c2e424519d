#include "core/export/placement.h"

#include "core/base/error.h"
#include "core/edits/blueprint.h"
#include "core/edits/edit_kind.h"
#include "core/loadability/rules.h"
#include "core/model/family.h"
#include "core/trace/tracer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <set>

// Making a pruned model larger again without changing what it computes
// ---------------------------------------------------------------------
// A group that is all zero adds nothing: its value rows and its output columns are zero, so whatever attention weights or gates
// are computed on the way is multiplied by zero (algorithm.md 2.1). So both larger forms are the same operation: put every present slice
// somewhere, leave zeros elsewhere. For the original's shapes the places are the kept indices that the run recorded. For equal counts
// they come from tracing both models, the pruned one and an empty one of the equal shapes: group j of one goes where group j of the other
// lies, whether the parts of a fused projection take turns group by group or lie in sections; the groups behind them stay zero. A sub-layer that is
// not there is all zero, its norms included.

namespace lorashear {

namespace {

using TensorDim = std::pair<std::string, int>;

[[noreturn]] void refuseRecord(const std::string& message) {
    throw Error(ErrorCode::BadInput, kRecordFile, message,
                "Only a model that still lies beside its own pruning.json can be spread out again.");
}

[[noreturn]] void refuseExperts(const std::string& nodeGroup) {
    throw Error(ErrorCode::Unsupported, nodeGroup, "experts were removed: the router would choose an expert of zeros");
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
    std::size_t experts = 0;
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
        experts = std::max(experts, layers[i].experts.size());
    }
    // Widths up to what the strictest program multiplies (resources/loadability.json); a few columns of zeros.
    if (model.config().hidden % 8 == 0) expertWidth = (expertWidth + 7) / 8 * 8;
    const auto all = [&](int kv) {
        std::vector<LayerShape> shapes = layers;
        for (auto& one : shapes) {
            one.heads = kv * ratio, one.kvHeads = kv;
            one.experts.assign(one.hasMlp() || common.intermediate > 0 ? one.experts.size() : experts, expertWidth);
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

constexpr char kWeightEnd[] = ".weight", kBiasEnd[] = ".bias";

std::string biasOf(const std::string& weight) {
    return weight.substr(0, weight.size() - (sizeof kWeightEnd - 1)) + kBiasEnd;
}

/// Biases that the original did not have (core/model/added_biases.h), and the edits do not name, go where the rows of their weight go.
void addBiasPlaces(const CausalLM& model, const Blueprint& blueprint, Placements& placements) {
    const auto present = model.tensors();
    for (const auto& [name, making] : blueprint.tensors) {
        if (!name.ends_with(kWeightEnd) || making.part) continue;
        const auto bias = biasOf(name);
        if (blueprint.tensors.contains(bias) || !present.contains(bias)) continue;
        PlacedTensor place{bias, {placements.tensors.at(making.source).shape.at(0)}, {}};
        if (const auto kept = making.kept.find(0); kept != making.kept.end()) place.positions[0] = kept->second;
        placements.tensors[biasOf(making.source)] = std::move(place);
    }
    placements.config.attentionBias |= model.config().attentionBias;
    placements.config.mlpBias |= model.config().mlpBias;
    for (const auto& [name, shape] : familyOf(placements.config.family, kRecordFile).shapes(placements.config))
        placements.tensors.try_emplace(name, PlacedTensor{{}, shape, {}});  // of what left whole
}

/// Every tensor where it is.
Placements asItIs(const CausalLM& model) {
    Placements placements{model.config(), {}};
    for (const auto& [name, tensor] : model.tensors()) placements.tensors[name] = {name, tensor.sizes().vec(), {}};
    return placements;
}

void requireUndoable(const Edits& edits, const Structure& structure) {
    for (std::size_t i = 0; i < edits.size(); ++i) {
        const std::string place = std::string(kRecordFile) + " /edits/" + std::to_string(i);
        const EditKind& kind = editKindOf(edits[i]);
        if (!kind.noUndo.empty()) throw Error(ErrorCode::Unsupported, place, "cannot be undone: " + kind.noUndo);
        const auto* remove = std::get_if<RemoveGroups>(&edits[i]);
        const auto* group = remove ? structure.find(remove->nodeGroup) : nullptr;
        if (group && group->unit == UnitKind::Experts) refuseExperts(group->name);
    }
}

/// By the edits, settled once more for the original: each of its tensors is what one of this model's was made from, or has gone and is zero. What was
/// rescaled when channels left is scaled back, since with the original's number of channels, those of zeros among them, norms average as before.
Placements placesOfEdits(const CausalLM& model, const std::string& original, const Edits& edits) {
    auto config = parseConfig(original, kRecordFile);
    config.dtype = model.config().dtype;
    const auto structure = traceStructure(config);
    requireUndoable(edits, structure);
    const auto blueprint = blueprintOf(config, structure, edits, kRecordFile);
    const auto present = model.tensors();
    Placements placements{config, {}};
    for (const auto& [name, shape] : structure.tensors) placements.tensors[name] = {{}, shape, {}};
    for (const auto& [name, making] : blueprint.tensors) {
        const auto found = present.find(name);
        if (found == present.end() || found->second.sizes().vec() != making.shape)
            refuseRecord("does not fit " + name + " of this model");
        placements.tensors.at(making.source) = {name, structure.tensors.at(making.source), making.kept, making.gain,
                                                making.offset};
    }
    addBiasPlaces(model, blueprint, placements);
    for (const auto& [name, tensor] : present)
        if (!blueprint.tensors.contains(name) && !name.ends_with(kBiasEnd))
            refuseRecord("tells of fewer tensors than this model has");
    return placements;
}

/// By the groups that were kept and where they lie: what records without the original's config tell.
Placements placesOfGroups(const CausalLM& model, const std::vector<KeptGroups>& nodeGroups) {
    const auto tensors = model.tensors();
    std::map<TensorDim, std::vector<std::pair<GroupSlice, const KeptGroups*>>> byDim;
    for (const KeptGroups& group : nodeGroups) {
        if (group.unit == UnitKind::Hidden)
            throw Error(ErrorCode::Unsupported, group.name,
                        "hidden channels were cut and norms rescaled: zeros do not bring them back");
        if (group.unit == UnitKind::Experts && static_cast<int>(group.kept.size()) < group.count) refuseExperts(group.name);
        for (const auto* list : {&group.rows, &group.columns})
            for (const GroupSlice& slice : *list) byDim[{slice.tensor, slice.dim}].push_back({slice, &group});
    }
    auto placements = asItIs(model);
    for (const auto& [key, slices] : byDim) {
        const auto found = tensors.find(key.first);
        if (found == tensors.end() || key.second >= found->second.dim())
            refuseRecord("names " + key.first + ", which the model does not have");
        std::set<std::int64_t> gone;  // a KV group and query heads in it may share rows
        for (const auto& [slice, group] : slices) {
            const std::set<int> kept(group->kept.begin(), group->kept.end());
            for (int j = 0; j < group->count; ++j)
                if (!kept.contains(j))
                    for (std::int64_t i = 0; i < slice.length; ++i) gone.insert(slice.begin(j) + i);
        }
        std::vector<bool> present(static_cast<std::size_t>(found->second.size(key.second)) + gone.size(), true);
        for (const std::int64_t index : gone) {
            if (index < 0 || index >= static_cast<std::int64_t>(present.size()))
                refuseRecord("does not fit " + key.first + " of this model");
            present[static_cast<std::size_t>(index)] = false;
        }
        auto& place = placements.tensors.at(key.first);
        auto& positions = place.positions[key.second];
        for (std::size_t i = 0; i < present.size(); ++i)
            if (present[i]) positions.push_back(static_cast<std::int64_t>(i));
        if (static_cast<std::int64_t>(positions.size()) != found->second.size(key.second))
            refuseRecord("does not fit " + key.first + " of this model");
        place.shape[static_cast<std::size_t>(key.second)] = static_cast<std::int64_t>(present.size());
    }
    const BiasKeys& keys = familyOf(model.config().family, kRecordFile).biasKeys;
    const bool added = keys.attention || keys.mlp;
    for (auto& [name, place] : placements.tensors) {  // biases that a method added go with the rows of their weight
        if (!added || !name.ends_with(kBiasEnd) || !place.positions.empty()) continue;
        const auto weight = placements.tensors.find(name.substr(0, name.size() - (sizeof kBiasEnd - 1)) + kWeightEnd);
        if (weight == placements.tensors.end() || !weight->second.positions.contains(0)) continue;
        if (place.shape.at(0) != static_cast<std::int64_t>(weight->second.positions.at(0).size())) continue;
        place.positions[0] = weight->second.positions.at(0);
        place.shape[0] = weight->second.shape.at(0);
    }
    NamedTensors shapes;
    for (const auto& [name, place] : placements.tensors)
        shapes[name] = at::empty(place.shape, at::TensorOptions().dtype(at::kFloat).device(at::kMeta));
    placements.config = buildModel(model.config(), shapes)->config();
    return placements;
}

}  // namespace

Placements originalPlaces(const CausalLM& model, const PruningRecord& record) {
    if (!record.nodeGroups)
        throw Error(ErrorCode::Unsupported, kRecordFile, "does not say which groups were kept",
                    "Export from a run's folder.");
    return !record.original.empty() && record.edits ? placesOfEdits(model, record.original, *record.edits)
                                                    : placesOfGroups(model, *record.nodeGroups);
}

Placements uniformPlaces(const CausalLM& model) {
    return placesFor(model, commonShapes(model));
}

Placements placesFor(const CausalLM& model, const std::vector<LayerShape>& shapes) {
    auto config = model.config();
    config.layers = shapes;
    const auto now = traceStructure(model.config()), then = traceStructure(config);
    const auto present = model.tensors();
    std::map<TensorDim, std::vector<const NodeGroup*>> owners;  // of the padded model
    Destinations destinations;
    for (const auto& group : then.nodeGroups) {
        if (!isCut(group)) continue;
        const auto* old = now.find(group.name);
        for (const auto& dim : dimsOf(group)) {
            const auto found = present.find(dim.first);
            if (found == present.end()) continue;  // all zero
            owners[dim].push_back(&group);
            if (!old || old->count != group.count)
                destinations.try_emplace(dim, static_cast<std::size_t>(found->second.size(dim.second)), -1);
        }
    }
    for (auto& [dim, places] : destinations)
        for (const auto* group : owners.at(dim)) place(now.find(group->name), *group, dim, places);
    if (destinations.empty() && shapes == model.config().layers) return {config, {}};
    Placements placements{config, {}};
    for (const auto& [name, shape] : then.tensors)
        placements.tensors[name] = {present.contains(name) ? name : std::string(), shape, {}};
    for (auto& [dim, places] : destinations) {
        if (std::find(places.begin(), places.end(), -1) != places.end())
            throw Error(ErrorCode::Internal, dim.first, "has rows in no group when it is padded");
        placements.tensors.at(dim.first).positions[dim.second] = std::move(places);
    }
    return placements;
}

at::Tensor placed(const PlacedTensor& place, const NamedTensors& present) {
    at::NoGradGuard guard;
    if (place.source.empty()) return at::zeros(place.shape, at::kFloat);
    auto result = present.at(place.source).detach();
    if (place.rescaled()) result = (result.to(at::kFloat) + place.offset) / place.gain - place.offset;
    for (const auto& [dim, positions] : place.positions) {
        auto shape = result.sizes().vec();
        shape[static_cast<std::size_t>(dim)] = place.shape[static_cast<std::size_t>(dim)];
        const auto index = at::tensor(positions, at::TensorOptions().dtype(at::kLong).device(result.device()));
        result = at::zeros(shape, result.options()).index_copy(dim, index, result);
    }
    return result;
}

std::unique_ptr<CausalLM> placedModel(const CausalLM& model, const Placements& placements) {
    const auto present = model.tensors();
    NamedTensors tensors;
    for (const auto& [name, place] : placements.tensors) tensors[name] = placed(place, present).to(model.device());
    return buildModel(placements.config, tensors);
}

}  // namespace lorashear
