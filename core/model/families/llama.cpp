#include "core/model/families/llama.h"

#include "core/base/error.h"
#include "core/kernels/ops.h"
#include "core/model/config_json.h"
#include "core/model/scope.h"

#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include <deque>

namespace lorashear {

namespace {

std::string layerPrefix(std::size_t index) {
    return "model.layers." + std::to_string(index) + ".";
}

struct Block {
    std::string path;
    at::Tensor inputNorm, postAttentionNorm;
    Linear q, k, v, o, gate, up, down;
};

class Llama : public CausalLM {
public:
    Llama(const ModelConfig& config, const NamedTensors& tensors) : CausalLM(config) {
        m_embedding = tensors.at("model.embed_tokens.weight");
        add("model.embed_tokens.weight", m_embedding);
        for (std::size_t i = 0; i < config.layers.size(); ++i) addBlock(layerPrefix(i), tensors);
        m_norm = tensors.at("model.norm.weight");
        add("model.norm.weight", m_norm);
        m_head.name = "lm_head";
        m_head.weight = config.tiedHead ? m_embedding : tensors.at("lm_head.weight");
        if (!config.tiedHead) add("lm_head.weight", m_head.weight);
        m_rotary = ops::rotaryTable(config.headDim, config.ropeTheta, config.maxPositions, m_embedding.device());
    }

    at::Tensor embed(const at::Tensor& ids, const ForwardContext&) const override {
        ModuleScope scope("model.embed_tokens");
        return at::embedding(m_embedding, ids).to(at::kFloat);
    }

    at::Tensor block(int index, const at::Tensor& x, const ForwardContext& context) const override {
        const auto& b = m_blocks[static_cast<std::size_t>(index)];
        ModuleScope scope(b.path);
        const auto afterAttention = x + attention(index, norm(b.path + ".input_layernorm", x, b.inputNorm), context);
        return afterAttention +
               mlp(b, norm(b.path + ".post_attention_layernorm", afterAttention, b.postAttentionNorm), context);
    }

    at::Tensor normalise(const at::Tensor& x) const override { return norm("model.norm", x, m_norm); }
    const Linear& head() const override { return m_head; }

private:
    void addBlock(const std::string& prefix, const NamedTensors& tensors) {
        auto& b = m_blocks.emplace_back();
        b.path = prefix.substr(0, prefix.size() - 1);
        b.inputNorm = tensors.at(prefix + "input_layernorm.weight");
        add(prefix + "input_layernorm.weight", b.inputNorm);
        for (auto [linear, name] : {std::pair{&b.q, "self_attn.q_proj"}, {&b.k, "self_attn.k_proj"}, {&b.v, "self_attn.v_proj"},
                                    {&b.o, "self_attn.o_proj"}})
            connect(*linear, prefix + name, tensors);
        b.postAttentionNorm = tensors.at(prefix + "post_attention_layernorm.weight");
        add(prefix + "post_attention_layernorm.weight", b.postAttentionNorm);
        for (auto [linear, name] : {std::pair{&b.gate, "mlp.gate_proj"}, {&b.up, "mlp.up_proj"}, {&b.down, "mlp.down_proj"}})
            connect(*linear, prefix + name, tensors);
    }

    void connect(Linear& linear, const std::string& name, const NamedTensors& tensors) {
        linear.name = name;
        linear.weight = tensors.at(name + ".weight");
        if (const auto bias = tensors.find(name + ".bias"); bias != tensors.end()) linear.bias = bias->second;
        add(linear);
    }

    at::Tensor norm(const std::string& path, const at::Tensor& x, const at::Tensor& weight) const {
        ModuleScope scope(path);
        return ops::rmsNorm(x, weight, m_config.normEps);
    }

    at::Tensor attention(int index, const at::Tensor& x, const ForwardContext& context) const {
        const auto& b = m_blocks[static_cast<std::size_t>(index)];
        ModuleScope scope(b.path + ".self_attn");
        // Named one by one: arguments are evaluated in any order, and the trace shows the order of execution.
        const auto q = b.q.forward(x, context), k = b.k.forward(x, context), v = b.v.forward(x, context);
        const auto mixed = ops::attention(q, k, v, m_config.headDim, m_rotary, context.cache, index);
        return b.o.forward(mixed, context);
    }

    at::Tensor mlp(const Block& b, const at::Tensor& x, const ForwardContext& context) const {
        ModuleScope scope(b.path + ".mlp");
        const auto gate = b.gate.forward(x, context), up = b.up.forward(x, context);
        return b.down.forward(ops::swiglu(gate, up), context);
    }

    std::deque<Block> m_blocks;
    at::Tensor m_embedding, m_norm;
    Linear m_head;
    ops::RotaryTable m_rotary;
};

ModelConfig parse(const nlohmann::json& json, const std::string& subject) {
    ConfigReader in(json, subject);
    ModelConfig c;
    c.vocabulary = in.positive("vocab_size");
    c.hidden = in.positive("hidden_size");
    c.maxPositions = in.positive("max_position_embeddings", 2048);
    c.layers = in.layers();
    c.headDim = in.positive("head_dim", c.hidden / c.layers.front().heads);
    c.normEps = in.number("rms_norm_eps", 1e-6);
    c.ropeTheta = in.ropeTheta();
    c.tiedHead = in.flag("tie_word_embeddings", false);
    c.attentionBias = in.flag("attention_bias", false);
    c.mlpBias = in.flag("mlp_bias", false);
    in.requireText("hidden_act", "silu");
    return c;
}

std::map<std::string, std::vector<std::int64_t>> shapes(const ModelConfig& c) {
    std::map<std::string, std::vector<std::int64_t>> all;
    const auto linear = [&](const std::string& name, std::int64_t out, std::int64_t in, bool bias) {
        all[name + ".weight"] = {out, in};
        if (bias) all[name + ".bias"] = {out};
    };
    all["model.embed_tokens.weight"] = {c.vocabulary, c.hidden};
    all["model.norm.weight"] = {c.hidden};
    if (!c.tiedHead) all["lm_head.weight"] = {c.vocabulary, c.hidden};
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        const auto p = layerPrefix(i);
        const std::int64_t q = std::int64_t{c.layers[i].heads} * c.headDim, kv = std::int64_t{c.layers[i].kvHeads} * c.headDim;
        all[p + "input_layernorm.weight"] = all[p + "post_attention_layernorm.weight"] = {c.hidden};
        linear(p + "self_attn.q_proj", q, c.hidden, c.attentionBias);
        linear(p + "self_attn.k_proj", kv, c.hidden, c.attentionBias);
        linear(p + "self_attn.v_proj", kv, c.hidden, c.attentionBias);
        linear(p + "self_attn.o_proj", c.hidden, q, c.attentionBias);
        linear(p + "mlp.gate_proj", c.layers[i].intermediate, c.hidden, c.mlpBias);
        linear(p + "mlp.up_proj", c.layers[i].intermediate, c.hidden, c.mlpBias);
        linear(p + "mlp.down_proj", c.hidden, c.layers[i].intermediate, c.mlpBias);
    }
    return all;
}

std::vector<LayerShape> layersOf(const ModelConfig& c, const NamedTensors& tensors) {
    std::vector<LayerShape> layers;
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        const auto rows = [&](const char* name) {
            return static_cast<int>(tensors.at(layerPrefix(i) + name + ".weight").size(0));
        };
        layers.push_back({rows("self_attn.q_proj") / c.headDim, rows("self_attn.k_proj") / c.headDim, rows("mlp.gate_proj")});
    }
    return layers;
}

}  // namespace

Family llamaFamily() {
    return {"llama", parse, shapes, layersOf,
            [](const ModelConfig& c, const NamedTensors& t) { return std::make_unique<Llama>(c, t); }, describeLayers};
}

}  // namespace lorashear
