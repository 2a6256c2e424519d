#pragma once

#include "core/model/causal_lm.h"
#include "core/trace/structure.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// What the trace must find in a model of any family. Each check returns what is wrong, or an empty text.
namespace lorashear::testing {

/// Whether a linear makes the features of attention or MLP groups: all but the last one of each branch.
inline bool makesFeatures(const std::string& name) {
    static const std::vector<std::string> kLast = {"o_proj", "down_proj", "dense", "dense_4h_to_h",
                                                   "c_proj", "out_proj",  "fc2",   "w2"};
    return std::find(kLast.begin(), kLast.end(), name.substr(name.rfind('.') + 1)) == kLast.end();
}

/// Routed blocks have their experts as groups, each with all its matrices and its row of the router, and the neurons of each expert.
inline std::string checkExperts(const CausalLM& model, const Structure& structure) {
    if (!model.config().factors.empty()) return {};  // matrices that are factored in some experts only do not move up
    std::size_t routed = 0;
    for (const auto& group : structure.nodeGroups) routed += group.unit == UnitKind::Experts ? 1 : 0;
    for (std::size_t i = 0; i < model.config().layers.size(); ++i) {
        const auto& experts = model.config().layers[i].experts;
        if (experts.size() < 2) continue;  // one expert is nobody's choice
        const auto name = "layers." + std::to_string(i) + ".experts";
        const auto* group = structure.find(name);
        if (!group || group->unit != UnitKind::Experts) return "there is no " + name;
        --routed;
        const int chosen = model.config().routing.expertsPerToken, count = static_cast<int>(experts.size());
        if (group->count != count || group->minimum != chosen) return name + " has other counts: " + group->reason;
        if (group->prunable != (count > chosen)) return name + " is " + (group->prunable ? "prunable" : group->reason);
        if (group->primary.size() != 1 || group->primary[0].length != 1 || !group->secondary.empty())
            return name + " owns more than rows of the router";
        std::int64_t price = model.config().hidden;
        for (int e = 0; e < count; ++e) {
            std::set<std::string> wanted;
            const auto path = group->primary[0].tensor.substr(0, group->primary[0].tensor.rfind("gate.weight")) +
                              "experts." + std::to_string(e) + ".";
            for (const auto& [tensor, values] : model.tensors())
                if (tensor.starts_with(path)) wanted.insert(tensor);
            const auto& own = group->wholes[static_cast<std::size_t>(e)];
            if (wanted.size() != 3 || std::set<std::string>(own.begin(), own.end()) != wanted)
                return name + " misses matrices";
            if (e == 0)
                for (const auto& tensor : own) price += model.tensors().at(tensor).numel();
            const auto* neurons = structure.find(name + "." + std::to_string(e) + ".mlp");
            if (experts[static_cast<std::size_t>(e)] < 2) continue;
            if (!neurons || neurons->unit != UnitKind::Mlp || neurons->count != experts[static_cast<std::size_t>(e)])
                return name + " has no neurons in expert " + std::to_string(e);
            if (!neurons->prunable || neurons->within != group->id || neurons->withinGroup != e)
                return neurons->name + " is no part of its expert: " + neurons->reason;
        }
        const bool equal = std::count(experts.begin(), experts.end(), experts.front()) == count;
        if (equal && group->parametersPerGroup != price) return name + " has another price";
    }
    return routed == 0 ? std::string() : "there are experts that the model does not have";
}

/// Groups are key/value heads and MLP neurons of the branches that are there, and every row of a linear that makes features is in exactly one.
inline std::string checkGroups(const CausalLM& model, const Structure& structure) {
    const auto tensors = model.tensors();
    for (std::size_t i = 0; i < model.config().layers.size(); ++i) {
        const auto& layer = model.config().layers[i];
        for (const auto& [part, count] : {std::pair{"attention", layer.kvHeads}, {"mlp", layer.intermediate}}) {
            const auto name = "layers." + std::to_string(i) + "." + part;
            const auto* group = structure.find(name);
            if (layer.routed() && std::string(part) == "mlp") continue;  // checkExperts
            if (count == 0 && !group) continue;
            if (!group) return "there is no " + name;
            if (group->count != count) return name + " has " + std::to_string(group->count) + " groups: " + group->reason;
            // Norms over all heads of a block make a head depend on those beside it.
            const auto norm = tensors.find("model.layers." + std::to_string(i) + ".self_attn.q_norm.weight");
            const bool apart =
                std::string(part) != "attention" || norm == tensors.end() || norm->second.numel() == model.config().headDim;
            if (group->prunable != (count > 1 && apart))
                return name + " is " + (group->prunable ? "prunable" : group->reason);
            if (!apart) continue;
            for (const auto& slice : group->primary)  // what knowledge probes and masks need
                if (!model.linear(slice.tensor.substr(0, slice.tensor.rfind('.'))))
                    return name + " owns a part of " + slice.tensor;
        }
    }
    if (auto wrong = checkExperts(model, structure); !wrong.empty()) return wrong;
    for (const auto* linear : model.linears()) {
        if (!makesFeatures(linear->name)) continue;
        if (linear->name.ends_with(".gate") && linear->out() == 1) continue;  // the router of one expert chooses nothing
        std::vector<int> uses(static_cast<std::size_t>(linear->out()), 0);
        for (const auto& group : structure.nodeGroups)
            for (const auto& slice : group.primary) {
                if (group.unit == UnitKind::QueryHeads) continue;  // lie inside the KV groups
                if (group.count == 0 || slice.tensor != linear->name + ".weight" || slice.dim != linear->rowDim()) continue;
                for (int j = 0; j < group.count; ++j)
                    for (std::int64_t k = 0; k < slice.length; ++k) ++uses[static_cast<std::size_t>(slice.begin(j) + k)];
            }
        if (std::count(uses.begin(), uses.end(), 1) != linear->out())
            return "rows of " + linear->name + " are not in one group each";
    }
    return {};
}

}  // namespace lorashear::testing
