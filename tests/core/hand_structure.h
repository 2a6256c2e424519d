#pragma once

#include "core/trace/structure.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// Structures written down by hand: what tracing is expected to find, without a model.
namespace handmade {

using lorashear::GroupSlice;
using lorashear::NodeGroup;
using lorashear::NodeGroupKind;
using lorashear::Structure;
using lorashear::UnitKind;

struct Shape {
    int hidden = 64, heads = 8, kvHeads = 4, headDim = 8, intermediate = 172, layers = 5, vocabulary = 512;
    bool tied = true;
};

inline Shape stories260K() {
    return {};
}
inline Shape llama7B() {
    return {4096, 32, 32, 128, 11008, 32, 32000, false};
}
inline Shape llama3of8B() {
    return {4096, 32, 8, 128, 14336, 32, 128256, false};
}

inline std::string prefix(int layer) {
    return "model.layers." + std::to_string(layer) + ".";
}

/// Sizes of all tensors; one-dimensional ones have 0 columns.
inline std::map<std::string, std::pair<std::int64_t, std::int64_t>> tensorSizes(const Shape& s) {
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> sizes;
    sizes["model.embed_tokens.weight"] = {s.vocabulary, s.hidden};
    sizes["model.norm.weight"] = {s.hidden, 0};
    if (!s.tied) sizes["lm_head.weight"] = {s.vocabulary, s.hidden};
    for (int l = 0; l < s.layers; ++l) {
        const auto at = prefix(l);
        const int q = s.heads * s.headDim, kv = s.kvHeads * s.headDim;
        sizes[at + "self_attn.q_proj.weight"] = {q, s.hidden};
        sizes[at + "self_attn.k_proj.weight"] = {kv, s.hidden};
        sizes[at + "self_attn.v_proj.weight"] = {kv, s.hidden};
        sizes[at + "self_attn.o_proj.weight"] = {s.hidden, q};
        sizes[at + "mlp.gate_proj.weight"] = {s.intermediate, s.hidden};
        sizes[at + "mlp.up_proj.weight"] = {s.intermediate, s.hidden};
        sizes[at + "mlp.down_proj.weight"] = {s.hidden, s.intermediate};
        sizes[at + "input_layernorm.weight"] = {s.hidden, 0};
        sizes[at + "post_attention_layernorm.weight"] = {s.hidden, 0};
    }
    return sizes;
}

inline NodeGroup attention(const Shape& s, int layer) {
    const auto at = prefix(layer) + "self_attn.";
    const int width = s.headDim, wide = s.heads / s.kvHeads * s.headDim;
    NodeGroup group;
    group.name = "layers." + std::to_string(layer) + ".attention";
    group.kind = NodeGroupKind::Composed;
    group.unit = UnitKind::Attention;
    group.layer = layer;
    group.prunable = true;
    group.count = s.kvHeads;
    group.primary = {{at + "q_proj.weight", 0, 0, wide, wide},
                     {at + "k_proj.weight", 0, 0, width, width},
                     {at + "v_proj.weight", 0, 0, width, width}};
    group.secondary = {{at + "o_proj.weight", 1, 0, wide, wide}};
    group.parametersPerGroup = static_cast<std::int64_t>(2 * width + 2 * wide) * s.hidden;
    return group;
}

inline NodeGroup mlp(const Shape& s, int layer, int width = 0) {
    const auto at = prefix(layer) + "mlp.";
    NodeGroup group;
    group.name = "layers." + std::to_string(layer) + ".mlp";
    group.unit = UnitKind::Mlp;
    group.layer = layer;
    group.prunable = true;
    group.count = width > 0 ? width : s.intermediate;
    group.primary = {{at + "gate_proj.weight", 0, 0, 1, 1}, {at + "up_proj.weight", 0, 0, 1, 1}};
    group.secondary = {{at + "down_proj.weight", 1, 0, 1, 1}};
    group.parametersPerGroup = 3 * static_cast<std::int64_t>(s.hidden);
    return group;
}

/// The residual stream: cut in every tensor that reads or writes it.
inline NodeGroup hidden(const Shape& s) {
    NodeGroup group;
    group.name = "hidden";
    group.unit = UnitKind::Hidden;
    group.reason = "it runs through the whole network";
    group.count = s.hidden;
    group.primary = {{"model.embed_tokens.weight", 1, 0, 1, 1}, {"model.norm.weight", 0, 0, 1, 1}};
    if (!s.tied) group.secondary.push_back({"lm_head.weight", 1, 0, 1, 1});
    for (int l = 0; l < s.layers; ++l) {
        for (const char* name : {"self_attn.o_proj.weight", "mlp.down_proj.weight", "input_layernorm.weight",
                                 "post_attention_layernorm.weight"})
            group.primary.push_back({prefix(l) + name, 0, 0, 1, 1});
        for (const char* name : {"self_attn.q_proj.weight", "self_attn.k_proj.weight", "self_attn.v_proj.weight",
                                 "mlp.gate_proj.weight", "mlp.up_proj.weight"})
            group.secondary.push_back({prefix(l) + name, 1, 0, 1, 1});
    }
    const auto sizes = tensorSizes(s);
    const auto add = [&](const GroupSlice& slice) {
        const auto [rows, columns] = sizes.at(slice.tensor);
        group.parametersPerGroup += slice.dim == 1 ? rows : std::max<std::int64_t>(columns, 1);
    };
    for (const auto& slice : group.primary) add(slice);
    for (const auto& slice : group.secondary) add(slice);
    return group;
}

inline Structure assemble(const Shape& s, std::vector<NodeGroup> groups) {
    Structure structure;
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i].id = static_cast<int>(i);
    structure.nodeGroups = std::move(groups);
    for (const auto& [name, size] : tensorSizes(s))
        structure.parameters += size.first * std::max<std::int64_t>(size.second, 1);
    return structure;
}

/// hidden, then attention and MLP of every layer.
inline Structure make(const Shape& s) {
    std::vector<NodeGroup> groups = {hidden(s)};
    for (int l = 0; l < s.layers; ++l) {
        groups.push_back(attention(s, l));
        groups.push_back(mlp(s, l));
    }
    return assemble(s, std::move(groups));
}

}  // namespace handmade
