#pragma once

#include "core/compact/factorise.h"
#include "core/compact/group_masks.h"
#include "core/edits/apply.h"
#include "core/model/family.h"
#include "core/trace/tracer.h"
#include "tests/tensor/family_checks.h"
#include "tests/tensor/random_models.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

/// What holds for edits of a model of every family. Each check returns what is wrong, or an empty text.
namespace lorashear::testing {

/// Zeroes the columns with which the groups of a node group are read.
inline std::unique_ptr<CausalLM> unread(const CausalLM& model, const NodeGroup& group, const std::vector<int>& indices) {
    auto tensors = model.tensors();
    for (const auto& slice : group.secondary) {
        auto& tensor = tensors.at(slice.tensor);
        tensor = tensor.clone();
        for (const int j : indices) tensor.narrow(slice.dim, slice.begin(j), slice.length).zero_();
    }
    return buildModel(model.config(), tensors);
}

/// Query heads inside KV groups: masked, cut and left unread give the same logits, the shares stay equal. Nothing to check where every
/// query head has a key of its own.
inline std::string checkQueryHeads(const CausalLM& model, const at::Tensor& ids) {
    const auto structure = traceStructure(model);
    Edits edits;
    for (const auto& layer : model.config().layers) {
        const auto index = &layer - model.config().layers.data();
        const auto name = "layers." + std::to_string(index) + ".query_heads";
        const auto* group = structure.find(name);
        const int share = layer.heads / layer.kvHeads;
        const auto* kv = structure.find("layers." + std::to_string(index) + ".attention");
        // Under a norm over all heads none can go alone; where a group's rows lie in one run, none is seen by itself.
        const bool oneRun = kv && std::all_of(kv->primary.begin(), kv->primary.end(), [&](const GroupSlice& slice) {
                                return slice.length > model.config().headDim;
                            });
        if (share < 2 || (kv && !kv->normGains.empty()) || oneRun) {
            if (group) return name + " is offered though no query head can go";
            continue;
        }
        if (!group || group->count != share || !group->cuttable || group->prunable)
            return name + " is not one unit per share";
        const auto before = logitsOf(model, ids);
        const std::vector<int> goes{share - 1};
        const auto expected = logitsOf(*unread(model, *group, goes), ids);
        const Edits one{RemoveGroups{name, goes}};
        previewEdits(model, structure, one);
        const double masked = relativeDifference(logitsOf(model, ids), expected);
        previewEdits(model, structure, {});
        const auto cut = applyEdits(model, structure, one);
        const double sliced = relativeDifference(logitsOf(*cut, ids), expected);
        if (!(relativeDifference(before, expected) >= 1e-3)) return "query heads that are not read change nothing";
        if (!(masked <= kLogitTolerance)) return about("masked query heads differ by", masked);
        if (!(sliced <= kLogitTolerance)) return about("cut query heads differ by", sliced);
        const auto& after = cut->config().layers[static_cast<std::size_t>(index)];
        if (after.heads != layer.heads - layer.kvHeads || after.kvHeads != layer.kvHeads) return "other heads went";
        edits.push_back(one.front());
    }
    if (edits.empty()) return {};
    const auto blueprint = blueprintOf(model.config(), structure, edits);
    const auto cut = applyEdits(model, blueprint);
    if (blueprint.parameters() != cut->parameterCount()) return "the blueprint counts other parameters than the model has";
    if (!(cut->config().layers == blueprint.config.layers)) return "the blueprint's layers are not the model's";
    return {};
}

/// Every linear that can be made smaller by factors, as edits: what factorModel makes of it, tensor by tensor.
inline std::string checkFactorEdits(const CausalLM& model, int blocks) {
    const auto structure = traceStructure(model);
    if (structure.linears.size() != model.linears().size()) return "the structure lists other linears than the model has";
    Edits edits;
    Factors factors;
    for (const auto& [name, size] : structure.linears) {
        const int rank = std::min(2, largestSavingRank(size.out, size.in, blocks));
        if (rank < 1) continue;
        edits.push_back(FactorLinear{name, {rank, blocks}});
        factors[name] = {rank, blocks};
    }
    if (edits.empty()) return blocks == 1 ? "no linear can be factored" : "";
    const auto blueprint = blueprintOf(model.config(), structure, edits);
    const auto cut = applyEdits(model, blueprint), expected = factorModel(model, factors);
    if (blueprint.parameters() != cut->parameterCount()) return "the blueprint counts other parameters than the model has";
    if (cut->parameterCount() >= model.parameterCount()) return "factors save nothing";
    if (!(cut->config().factors == factors)) return "the config has other factors";
    const auto tensors = cut->tensors(), others = expected->tensors();
    if (tensors.size() != others.size()) return "there are other tensors";
    for (const auto& [name, tensor] : others)
        if (!tensors.contains(name) || !at::equal(tensor, tensors.at(name))) return name + " differs";
    return {};
}

/// A vocabulary of every second token: logits of those that stay are the original's.
inline std::string checkVocabulary(const CausalLM& model, std::uint64_t seed) {
    auto small = model.config();
    const auto structure = traceStructure(model);
    std::vector<int> keep;
    for (int id = 0; id < small.vocabulary; ++id)
        if (id % 2 == 0 || id == small.bosId || std::count(small.eosIds.begin(), small.eosIds.end(), id)) keep.push_back(id);
    const auto fresh = randomIds(static_cast<std::int64_t>(keep.size()), 2, 11, seed);
    const auto map = at::tensor(std::vector<std::int64_t>(keep.begin(), keep.end()), at::kLong);
    const auto expected = logitsOf(model, map.index_select(0, fresh.flatten()).view(fresh.sizes())).index_select(-1, map);
    const auto cut = applyEdits(model, structure, {TrimVocabulary{keep}});
    if (cut->config().vocabulary != static_cast<int>(keep.size())) return "the config still has another vocabulary";
    const double d = relativeDifference(logitsOf(*cut, fresh), expected);
    return d <= 1e-5 ? std::string() : about("with the trimmed vocabulary logits differ by", d);
}

/// Attention, MLP or block left out: as if what it adds to the residual stream were zero; masks say the same.
inline std::string checkSubLayers(const CausalLM& model, const at::Tensor& ids) {
    const auto structure = traceStructure(model);
    const int last = model.blocks() - 1;
    for (const BlockPart part : {BlockPart::Attention, BlockPart::Mlp, BlockPart::Block}) {
        const Edits edits{DropPart{1, part}};
        if (part == BlockPart::Block && !model.config().normsFirst) {
            try {
                blueprintOf(model.config(), structure, edits);
                return "a block with norms behind its sub-layers was left out";
            } catch (const Error& error) {
                if (error.code() != ErrorCode::Unsupported) return error.message();
            }
            continue;
        }
        previewEdits(model, structure, edits);
        const auto masked = logitsOf(model, ids);
        previewEdits(model, structure, {});
        const auto blueprint = blueprintOf(model.config(), structure, edits);
        const auto cut = applyEdits(model, blueprint);
        const std::string name = blockPartName(part);
        if (!(relativeDifference(masked, logitsOf(model, ids)) >= 1e-3)) return name + " left out changes nothing";
        if (const double d = relativeDifference(logitsOf(*cut, ids), masked); !(d <= kLogitTolerance))
            return about(("without " + name + " and with it masked differ by").c_str(), d);
        if (cut->blocks() != (part == BlockPart::Block ? last : last + 1)) return name + " left another number of blocks";
        if (blueprint.parameters() != cut->parameterCount())
            return "the blueprint counts other parameters than the model has";
        auto again = nlohmann::json::parse(cut->config().source);
        familyOf(cut->config().family, "test").describe(cut->config(), again);
        if (!(parseConfig(again.dump(), "config.json").attention == cut->config().attention))
            return name + " left out: attention is described in other terms";
    }
    return {};
}

}  // namespace lorashear::testing
