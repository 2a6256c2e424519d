#pragma once

#include "tests/core/hand_structure.h"

#include "core/model/config.h"

/// hand_structure.h with everything that edits and plans of whole models speak of, and the same with routed MLPs.
namespace handmade {

inline lorashear::ModelConfig configOf(const Shape& s, int experts = 0) {
    lorashear::ModelConfig config;
    config.family = experts > 0 ? "mixtral" : "llama";
    config.hidden = s.hidden, config.headDim = s.headDim, config.vocabulary = s.vocabulary;
    config.tiedHead = s.tied;
    config.layers.assign(static_cast<std::size_t>(s.layers), {s.heads, s.kvHeads, experts > 0 ? 0 : s.intermediate});
    for (auto& layer : config.layers) layer.experts.assign(static_cast<std::size_t>(experts), s.intermediate);
    if (experts > 0) config.routing.expertsPerToken = 2;
    return config;
}

inline NodeGroup queryHeads(const Shape& s, int layer) {
    const auto at = prefix(layer) + "self_attn.";
    NodeGroup group;
    group.name = "layers." + std::to_string(layer) + ".query_heads";
    group.unit = UnitKind::QueryHeads;
    group.layer = layer;
    group.cuttable = true;
    group.reason = "cut at once";
    group.count = s.heads / s.kvHeads;
    for (int j = 0; j < s.kvHeads; ++j) {
        const std::int64_t begin = j * group.count * s.headDim;
        group.primary.push_back({at + "q_proj.weight", 0, begin, s.headDim, s.headDim});
        group.secondary.push_back({at + "o_proj.weight", 1, begin, s.headDim, s.headDim});
    }
    group.parametersPerGroup = 2LL * s.kvHeads * s.headDim * s.hidden;
    return group;
}

inline std::string expertName(int layer, int expert) {
    return prefix(layer) + "block_sparse_moe.experts." + std::to_string(expert) + ".";
}

/// The experts of a layer, and the neurons inside each.
inline void addExperts(const Shape& s, int layer, int experts, std::vector<NodeGroup>& groups) {
    NodeGroup all;
    all.name = "layers." + std::to_string(layer) + ".experts";
    all.unit = UnitKind::Experts;
    all.layer = layer;
    all.prunable = all.cuttable = true;
    all.count = experts, all.minimum = 2;
    all.primary = {{prefix(layer) + "block_sparse_moe.gate.weight", 0, 0, 1, 1}};
    all.parametersPerGroup = 3LL * s.intermediate * s.hidden + s.hidden;
    for (int e = 0; e < experts; ++e)
        all.wholes.push_back(
            {expertName(layer, e) + "w1.weight", expertName(layer, e) + "w2.weight", expertName(layer, e) + "w3.weight"});
    const auto owner = static_cast<int>(groups.size());
    groups.push_back(all);
    for (int e = 0; e < experts; ++e) {
        NodeGroup neurons;
        neurons.name = all.name + "." + std::to_string(e) + ".mlp";
        neurons.unit = UnitKind::Mlp;
        neurons.layer = layer;
        neurons.prunable = neurons.cuttable = true;
        neurons.count = s.intermediate;
        neurons.within = owner, neurons.withinGroup = e;
        neurons.primary = {{all.wholes[static_cast<std::size_t>(e)][0], 0, 0, 1, 1},
                           {all.wholes[static_cast<std::size_t>(e)][2], 0, 0, 1, 1}};
        neurons.secondary = {{all.wholes[static_cast<std::size_t>(e)][1], 1, 0, 1, 1}};
        neurons.parametersPerGroup = 3LL * s.hidden;
        groups.push_back(neurons);
    }
}

/// Sizes of all tensors; a routed model has experts and a router where another has an MLP.
inline std::map<std::string, std::pair<std::int64_t, std::int64_t>> wholeSizes(const Shape& s, int experts) {
    auto sizes = tensorSizes(s);
    for (int l = 0; l < s.layers && experts > 0; ++l) {
        for (const char* name : {"mlp.gate_proj.weight", "mlp.up_proj.weight", "mlp.down_proj.weight"})
            sizes.erase(prefix(l) + name);
        sizes[prefix(l) + "block_sparse_moe.gate.weight"] = {experts, s.hidden};
        for (int e = 0; e < experts; ++e) {
            sizes[expertName(l, e) + "w1.weight"] = sizes[expertName(l, e) + "w3.weight"] = {s.intermediate, s.hidden};
            sizes[expertName(l, e) + "w2.weight"] = {s.hidden, s.intermediate};
        }
    }
    return sizes;
}

/// The residual stream of such a model.
inline NodeGroup wholeHidden(const Shape& s, int experts) {
    NodeGroup group = hidden(s);
    group.cuttable = true;
    if (experts > 0) {
        const auto ofMlp = [](const GroupSlice& slice) { return slice.tensor.find(".mlp.") != std::string::npos; };
        std::erase_if(group.primary, ofMlp), std::erase_if(group.secondary, ofMlp);
        for (int l = 0; l < s.layers; ++l) {
            group.secondary.push_back({prefix(l) + "block_sparse_moe.gate.weight", 1, 0, 1, 1});
            for (int e = 0; e < experts; ++e) {
                group.primary.push_back({expertName(l, e) + "w2.weight", 0, 0, 1, 1});
                for (const char* name : {"w1.weight", "w3.weight"})
                    group.secondary.push_back({expertName(l, e) + name, 1, 0, 1, 1});
            }
        }
    }
    group.parametersPerGroup = 0;
    const auto sizes = wholeSizes(s, experts);
    for (const auto* slices : {&group.primary, &group.secondary})
        for (const GroupSlice& slice : *slices) {
            const auto [rows, columns] = sizes.at(slice.tensor);
            group.parametersPerGroup += slice.dim == 1 ? rows : std::max<std::int64_t>(columns, 1);
            if (slice.tensor.find("norm") != std::string::npos) group.normGains.push_back(slice.tensor);
        }
    return group;
}

/// What tracing finds, with all that edits speak of.
inline Structure whole(const Shape& s, int experts = 0) {
    std::vector<NodeGroup> groups = {wholeHidden(s, experts)};
    for (int l = 0; l < s.layers; ++l) {
        groups.push_back(attention(s, l)), groups.back().cuttable = true;
        if (experts > 0)
            addExperts(s, l, experts, groups);
        else
            groups.push_back(mlp(s, l)), groups.back().cuttable = true;
    }
    for (int l = 0; l < s.layers && s.heads > s.kvHeads; ++l) groups.push_back(queryHeads(s, l));
    Structure structure;
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i].id = static_cast<int>(i);
    structure.nodeGroups = std::move(groups);
    structure.blockPrefix = "model.layers.";
    structure.parts.resize(static_cast<std::size_t>(s.layers));
    for (const auto& [name, size] : wholeSizes(s, experts)) {
        const std::int64_t elements = size.first * std::max<std::int64_t>(size.second, 1);
        structure.parameters += elements;
        auto& shape = structure.tensors[name];
        shape = {size.first};
        if (size.second > 0) shape.push_back(size.second);
        if (!name.starts_with(structure.blockPrefix)) continue;
        auto& parts = structure.parts.at(static_cast<std::size_t>(std::stoi(name.substr(structure.blockPrefix.size()))));
        const bool ofAttention =
            name.find("self_attn") != std::string::npos || name.find("input_layernorm") != std::string::npos;
        lorashear::SubLayer& part = ofAttention ? parts.attention : parts.mlp;
        part.tensors.push_back(name);
        part.parameters += elements;
    }
    return structure;
}

/// With rows of the vocabulary, as the trace finds them: those of the head, and an embedding that ids are looked up in.
inline Structure wholeWithTokens(const Shape& shape) {
    Structure structure = whole(shape);
    NodeGroup group;
    group.id = static_cast<int>(structure.nodeGroups.size());
    group.name = "vocabulary", group.unit = UnitKind::Vocabulary, group.reason = "it is what the model says";
    group.count = shape.vocabulary;
    group.primary = {{shape.tied ? "model.embed_tokens.weight" : "lm_head.weight", 0, 0, 1, 1}};
    group.parametersPerGroup = shape.hidden;
    structure.nodeGroups.push_back(group);
    lorashear::TraceNode input, table;
    input.op = "input";
    table.id = 1, table.op = "aten::embedding", table.inputs = {0}, table.parameters = {"model.embed_tokens.weight"};
    structure.graph.nodes = {input, table};
    return structure;
}

}  // namespace handmade
