#include "tests/ui/ui_support/sample_session.h"

#include <cmath>

namespace lorashear::testing {

namespace {

constexpr int kHidden = 64, kHeadDim = 8, kQueriesPerKv = 2, kKvHeads = 4, kMlp = 172, kVocabulary = 512;

struct Builder {
    Structure structure;

    int add(const std::string& op, const std::string& scope, int layer, std::vector<int> inputs,
            std::vector<std::int64_t> shape, std::vector<std::string> parameters = {},
            VertexClass vertexClass = VertexClass::Accessory) {
        TraceNode node;
        node.id = int(structure.graph.nodes.size());
        node.op = op;
        node.scope = scope;
        node.layer = layer;
        node.vertexClass = vertexClass;
        node.inputs = std::move(inputs);
        node.shape = std::move(shape);
        node.parameters = std::move(parameters);
        for (const std::string& tensor : node.parameters)
            if (op == "aten::rms_norm") structure.tensors[tensor] = {kHidden};
        structure.graph.nodes.push_back(node);
        return node.id;
    }
    int linear(const std::string& scope, int layer, int input, std::int64_t out, std::int64_t in = kHidden) {
        structure.tensors[scope + ".weight"] = {out, in};
        return add("aten::linear", scope, layer, {input}, {1, 16, out}, {scope + ".weight"}, VertexClass::Stem);
    }
    NodeGroup& group(const std::string& name, UnitKind unit, int layer, int count) {
        NodeGroup g;
        g.id = int(structure.nodeGroups.size());
        g.name = name;
        g.unit = unit;
        g.layer = layer;
        g.count = count;
        structure.nodeGroups.push_back(g);
        return structure.nodeGroups.back();
    }
};

int addAttention(Builder& b, int layer, int input) {
    const std::string scope = "model.layers." + std::to_string(layer);
    const std::string attention = scope + ".self_attn";
    const std::int64_t rows = kKvHeads * kHeadDim;
    const int norm = b.add("aten::rms_norm", scope + ".input_layernorm", layer, {input}, {1, 16, kHidden},
                           {scope + ".input_layernorm.weight"});
    const int q = b.linear(attention + ".q_proj", layer, norm, rows * kQueriesPerKv);
    const int k = b.linear(attention + ".k_proj", layer, norm, rows);
    const int v = b.linear(attention + ".v_proj", layer, norm, rows);
    const int rotatedQ = b.add("aten::mul", attention, layer, {q}, {1, 8, 16, kHeadDim});
    const int rotatedK = b.add("aten::mul", attention, layer, {k}, {1, 4, 16, kHeadDim});
    const int product = b.add("aten::scaled_dot_product_attention", attention, layer, {rotatedQ, rotatedK, v},
                              {1, 8, 16, kHeadDim}, {}, VertexClass::Joint);
    const int o = b.linear(attention + ".o_proj", layer, product, kHidden, rows * kQueriesPerKv);
    const int sum = b.add("aten::add", scope, layer, {input, o}, {1, 16, kHidden}, {}, VertexClass::Joint);
    NodeGroup& g = b.group("layers." + std::to_string(layer) + ".attention", UnitKind::Attention, layer, kKvHeads);
    g.prunable = true;
    g.primary = {{attention + ".q_proj.weight", 0, 0, kHeadDim * kQueriesPerKv, kHeadDim * kQueriesPerKv},
                 {attention + ".k_proj.weight", 0, 0, kHeadDim, kHeadDim},
                 {attention + ".v_proj.weight", 0, 0, kHeadDim, kHeadDim}};
    g.secondary = {{attention + ".o_proj.weight", 1, 0, kHeadDim * kQueriesPerKv, kHeadDim * kQueriesPerKv}};
    g.parametersPerGroup = kHidden * kHeadDim * (2 * kQueriesPerKv + 2);
    g.nodes = {q, k, v, rotatedQ, rotatedK, product, o};
    return sum;
}

int addMlp(Builder& b, int layer, int input) {
    const std::string scope = "model.layers." + std::to_string(layer), mlp = scope + ".mlp";
    const int norm = b.add("aten::rms_norm", scope + ".post_attention_layernorm", layer, {input}, {1, 16, kHidden},
                           {scope + ".post_attention_layernorm.weight"});
    const int gate = b.linear(mlp + ".gate_proj", layer, norm, kMlp);
    const int up = b.linear(mlp + ".up_proj", layer, norm, kMlp);
    const int silu = b.add("aten::silu", mlp, layer, {gate}, {1, 16, kMlp});
    const int product = b.add("aten::mul", mlp, layer, {silu, up}, {1, 16, kMlp}, {}, VertexClass::Joint);
    const int down = b.linear(mlp + ".down_proj", layer, product, kHidden, kMlp);
    const int sum = b.add("aten::add", scope, layer, {input, down}, {1, 16, kHidden}, {}, VertexClass::Joint);
    NodeGroup& g = b.group("layers." + std::to_string(layer) + ".mlp", UnitKind::Mlp, layer, kMlp);
    g.prunable = true;
    g.primary = {{mlp + ".gate_proj.weight", 0, 0, 1, 1}, {mlp + ".up_proj.weight", 0, 0, 1, 1}};
    g.secondary = {{mlp + ".down_proj.weight", 1, 0, 1, 1}};
    g.parametersPerGroup = 3 * kHidden;
    g.nodes = {gate, up, silu, product, down};
    return sum;
}

void addHidden(Builder& b) {
    NodeGroup& g = b.group("hidden", UnitKind::Hidden, -1, kHidden);
    g.reason = "the residual stream runs through the whole net and a tied head";
    for (const TraceNode& node : b.structure.graph.nodes)
        for (const std::string& tensor : node.parameters) {
            const bool writes = tensor.find("o_proj") != std::string::npos || tensor.find("down_proj") != std::string::npos;
            (writes ? g.primary : g.secondary).push_back({tensor, writes ? 0 : 1, 0, 1, 1});
            g.nodes.push_back(node.id);
        }
}

}  // namespace

std::shared_ptr<const Structure> sampleStructure(int layers) {
    Builder b;
    const int input = b.add("input", "", -1, {}, {1, 16});
    int stream = b.add("aten::embedding", "model.embed_tokens", -1, {input}, {1, 16, kHidden}, {"model.embed_tokens.weight"},
                       VertexClass::Stem);
    for (int layer = 0; layer < layers; ++layer) stream = addMlp(b, layer, addAttention(b, layer, stream));
    const int norm = b.add("aten::rms_norm", "model.norm", -1, {stream}, {1, 16, kHidden}, {"model.norm.weight"});
    const int head =
        b.add("aten::linear", "lm_head", -1, {norm}, {1, 16, kVocabulary}, {"model.embed_tokens.weight"}, VertexClass::Stem);
    b.add("output", "", -1, {head}, {1, 16, kVocabulary});
    b.structure.tensors["model.embed_tokens.weight"] = {kVocabulary, kHidden};
    addHidden(b);
    b.structure.graph.layers = layers;
    b.structure.parameters =
        kVocabulary * kHidden + kHidden +
        std::int64_t(layers) * (kKvHeads * kHidden * kHeadDim * (2 * kQueriesPerKv + 2) + 3 * kHidden * kMlp + 2 * kHidden);
    return std::make_shared<Structure>(std::move(b.structure));
}

event::ModelOpened sampleModel(const std::string& folder) {
    event::ModelOpened opened;
    opened.path = folder;
    opened.tokenizer = "SentencePiece, 512 tokens";
    opened.config.family = "llama";
    opened.config.vocabulary = kVocabulary;
    opened.config.hidden = kHidden;
    opened.config.headDim = kHeadDim;
    opened.config.maxPositions = 512;
    opened.config.layers.assign(5, LayerShape{kKvHeads * kQueriesPerKv, kKvHeads, kMlp});
    opened.config.tiedHead = true;
    opened.parameters = 260032;
    opened.weightBytes = 1040128;
    opened.identity = "sample";
    return opened;
}

std::shared_ptr<const KnowledgeDistribution> sampleKnowledge() {
    auto knowledge = std::make_shared<KnowledgeDistribution>();
    knowledge->baselineNll = 1.5057;
    knowledge->tokens = 4088;
    knowledge->ratios = {0.5};
    knowledge->proxy = "activation";
    knowledge->unprunableShare = 0.19;
    for (int i = 0; i < 10; ++i) {
        NodeGroupKnowledge entry;
        entry.nodeGroup = i;
        entry.deviation = i == 3 ? -0.004 : 0.08 + 0.3 * std::abs(std::sin(i * 1.3)) + (i < 2 ? 0.5 : 0);
        entry.spread = 0.02 + 0.003 * i;
        entry.perRatio = {entry.deviation};
        entry.measured = true;
        entry.protectedByRank = i < 2;
        knowledge->nodeGroups.push_back(entry);
    }
    return knowledge;
}

std::shared_ptr<const GroupSaliency> sampleSaliency() {
    auto saliency = std::make_shared<GroupSaliency>();
    saliency->proxy = "activation";
    const auto structure = sampleStructure();
    for (const NodeGroup& group : structure->nodeGroups) {
        std::vector<double> scores;
        for (int j = 0; group.prunable && j < group.count; ++j)
            scores.push_back(1 + std::sin(j * 12.9898 + group.id * 78.233));
        saliency->scores.push_back(std::move(scores));
    }
    return saliency;
}

std::vector<GroupRef> sampleRemoved(int attention, int mlp) {
    std::vector<GroupRef> groups;
    for (int i = 0; i < mlp; ++i) groups.push_back({2 * (i % 5) + 1, i / 5});
    for (int i = 0; i < attention; ++i) groups.insert(groups.begin() + i * 60, GroupRef{2 * (i % 5), i / 5});
    return groups;
}

}  // namespace lorashear::testing
