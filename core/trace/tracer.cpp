#include "core/trace/tracer.h"

#include "core/base/text_passes.h"
#include "core/kernels/ops.h"
#include "core/model/causal_lm.h"
#include "core/model/factor.h"
#include "core/model/family.h"
#include "core/trace/partition.h"
#include "core/trace/recorder.h"

#include "core/trace/graph_building.h"
#include "core/trace/module_paths.h"

#include <ATen/ATen.h>

namespace lorashear {

namespace {

// Long enough that no operator takes a shortcut for a single position.
constexpr int kTokens = 8;

std::vector<trace::KnownTensor> knownTensors(const CausalLM& model) {
    std::vector<trace::KnownTensor> known;
    for (const auto& [name, tensor] : model.tensors()) known.push_back({name, tensor, trace::Role::Base});
    const auto add = [&](const std::string& name, const at::Tensor& tensor, trace::Role role) {
        if (tensor.defined()) known.push_back({name, tensor, role});
    };
    for (const auto* linear : model.linears()) {
        add(linear->name + ".lora_A.weight", linear->a, trace::Role::LoraA);
        add(linear->name + ".lora_B.weight", linear->b, trace::Role::LoraB);
        add(linear->name + ".row_scale", linear->rowScale, trace::Role::Companion);
        add(linear->name + ".mask", linear->mask, trace::Role::Companion);
    }
    return known;
}

trace::Recording recordForward(const CausalLM& model, int tokens) {
    const ops::PlainScope plain;
    const TextPasses::Pause noText;
    const auto ids = at::zeros({1, tokens}, at::TensorOptions().dtype(at::kLong).device(model.device()));
    return trace::record(knownTensors(model), ids, [&] { return model.logits(ids, {}); });
}

at::Tensor shapeOnly(const at::Tensor& tensor) {
    return tensor.defined() ? at::empty(tensor.sizes(), tensor.options().device(at::kMeta)) : tensor;
}

// The model without its weights, adapters and row scales included: tracing must not read a mapped checkpoint
// into memory.
std::unique_ptr<CausalLM> shapesOf(const CausalLM& model) {
    auto shapes = metaModel(model.config());
    for (std::size_t i = 0; i < model.linears().size(); ++i) {
        const auto& from = *model.linears()[i];
        auto& to = *shapes->linears()[i];
        to.a = shapeOnly(from.a), to.b = shapeOnly(from.b), to.rowScale = shapeOnly(from.rowScale);
        to.scale = from.scale;
    }
    return shapes;
}

// Which tensors go with a sub-layer is the difference between the family's tensors with and without it.
void addParts(Structure& structure, const ModelConfig& config) {
    const auto& family = familyOf(config.family, "model");
    structure.parts.resize(config.layers.size());
    if (structure.blockPrefix.empty()) return;  // no block computes anything
    const auto without = [&](auto clear, SubLayer BlockParts::*part) {
        ModelConfig bare = config;
        for (auto& layer : bare.layers) clear(layer);
        const auto left = family.shapes(bare);
        for (const auto& [name, shape] : structure.tensors) {
            if (left.contains(name) || !name.starts_with(structure.blockPrefix)) continue;
            auto& sub = structure.parts.at(std::stoul(name.substr(structure.blockPrefix.size()))).*part;
            sub.tensors.push_back(name);
            std::int64_t count = 1;
            for (const auto size : shape) count *= size;
            sub.parameters += count;
        }
    };
    without([](LayerShape& layer) { layer.heads = layer.kvHeads = 0; }, &BlockParts::attention);
    without([](LayerShape& layer) { layer.intermediate = 0, layer.experts.clear(); }, &BlockParts::mlp);
}

void addNotPrunable(Structure& structure, const std::string& tensor, const NodeGroup& of) {
    for (const auto& group : structure.nodeGroups)
        for (const auto* list : {&group.primary, &group.secondary})
            for (const auto& slice : *list)
                if (group.prunable && slice.tensor == tensor) return;
    const auto linear = trace::moduleOf(tensor);
    for (const auto& [known, reason] : structure.notPrunable)
        if (known == linear) return;
    structure.notPrunable.emplace_back(linear, of.name + ": " + of.reason);
}

// Linears that are factored into blocks stay as they are: their blocks must be of one size, which no trace sees.
void keepBlocks(Structure& structure, const Factors& factors) {
    const auto inBlocks = [&](const GroupSlice& slice) {
        const auto found = factors.find(factoredPath(trace::moduleOf(slice.tensor)));
        return found != factors.end() && found->second.blocks > 1 ? found->first : std::string();
    };
    for (auto& group : structure.nodeGroups) {
        std::string path;
        bool inner = !group.primary.empty();
        for (const auto* list : {&group.primary, &group.secondary})
            for (const auto& slice : *list) {
                const auto found = inBlocks(slice);
                inner = inner && !found.empty() && (path.empty() || path == found);
                if (path.empty()) path = found;
            }
        if (path.empty()) continue;
        if (inner && group.unit == UnitKind::Mlp) group.unit = UnitKind::Other;
        if (!group.prunable && !group.cuttable) continue;
        const bool prunable = group.prunable;
        group.prunable = group.cuttable = false;
        group.reason = path + " is factored into blocks, which must stay of one size";
        if (!prunable) continue;
        for (const auto* list : {&group.primary, &group.secondary})
            for (const auto& slice : *list) addNotPrunable(structure, slice.tensor, group);
    }
}

void addLinears(Structure& structure, const CausalLM& shapes) {
    for (const auto* linear : shapes.linears())
        if (factoredPath(linear->name) == linear->name)
            structure.linears[linear->name] = {linear->out(), linear->in(), linear->bias.defined(), linear->transposed};
}

// shapes: a model whose weights are not read.
Structure structureOf(const CausalLM& shapes) {
    auto structure = trace::partition(recordForward(shapes, kTokens));
    addParts(structure, shapes.config());
    addLinears(structure, shapes);
    keepBlocks(structure, shapes.config().factors);
    return structure;
}

}  // namespace

TraceGraph traceForward(const CausalLM& model, int tokens) {
    const auto recording = recordForward(model, tokens);
    return trace::buildGraph(recording, trace::RepeatedBlocks(recording)).graph;
}

Structure traceStructure(const CausalLM& model) {
    return structureOf(*shapesOf(model));
}

Structure traceStructure(const ModelConfig& config) {
    return structureOf(*metaModel(config));
}

}  // namespace lorashear
