#include "core/io/gguf_architecture.h"

#include "core/io/gguf_metadata.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

// llama.cpp rotates neighbouring pairs (2i, 2i+1) of a head in its architectures llama and deci, Hugging Face pairs (i, i + d/2). A converter therefore
// moves the rows of q and k within every head, and so do we on the way back: row i of the first half comes from row 2i, row i of the second from row
// 2i+1. Forgetting it leaves a model that loads and talks nonsense (perplexity 3.7 becomes 145 on stories260K). Its other architectures rotate
// as Hugging Face does.

namespace lorashear {

using nlohmann::ordered_json;

namespace {

// Tensors outside the blocks.
constexpr std::array kGlobals{
    GgufName{"token_embd", "model.embed_tokens"},
    GgufName{"output_norm", "model.norm"},
    GgufName{"output", "lm_head"},
};
constexpr std::array kGemmaGlobals{
    GgufName{"token_embd", "model.embed_tokens"},
    GgufName{"output_norm", "model.norm", GgufRows::Same, true},
    GgufName{"output", "lm_head"},
};
constexpr std::array kGpt2Globals{
    GgufName{"token_embd", "transformer.wte"},
    GgufName{"position_embd", "transformer.wpe"},
    GgufName{"output_norm", "transformer.ln_f"},
    GgufName{"output", "lm_head"},
};
constexpr std::array kNeoxGlobals{
    GgufName{"token_embd", "gpt_neox.embed_in"},
    GgufName{"output_norm", "gpt_neox.final_layer_norm"},
    GgufName{"output", "embed_out"},
};

// Tensors of a block.
constexpr std::array kLlamaBlock{
    GgufName{"attn_norm", "input_layernorm"},
    GgufName{"attn_q", "self_attn.q_proj", GgufRows::RotaryPairs},
    GgufName{"attn_k", "self_attn.k_proj", GgufRows::RotaryPairs},
    GgufName{"attn_v", "self_attn.v_proj"},
    GgufName{"attn_output", "self_attn.o_proj"},
    GgufName{"ffn_norm", "post_attention_layernorm"},
    GgufName{"ffn_gate", "mlp.gate_proj"},
    GgufName{"ffn_up", "mlp.up_proj"},
    GgufName{"ffn_down", "mlp.down_proj"},
};
constexpr std::array kQwenBlock{
    GgufName{"attn_norm", "input_layernorm"},    GgufName{"attn_q", "self_attn.q_proj"},
    GgufName{"attn_k", "self_attn.k_proj"},      GgufName{"attn_v", "self_attn.v_proj"},
    GgufName{"attn_output", "self_attn.o_proj"}, GgufName{"ffn_norm", "post_attention_layernorm"},
    GgufName{"ffn_gate", "mlp.gate_proj"},       GgufName{"ffn_up", "mlp.up_proj"},
    GgufName{"ffn_down", "mlp.down_proj"},       GgufName{"attn_q_norm", "self_attn.q_norm"},  // Qwen 3
    GgufName{"attn_k_norm", "self_attn.k_norm"},
};
// Files of before April 2024 hold every expert of a Mixtral by itself.
constexpr std::array kMixtralBlock{
    GgufName{"attn_norm", "input_layernorm"},
    GgufName{"attn_q", "self_attn.q_proj", GgufRows::RotaryPairs},
    GgufName{"attn_k", "self_attn.k_proj", GgufRows::RotaryPairs},
    GgufName{"attn_v", "self_attn.v_proj"},
    GgufName{"attn_output", "self_attn.o_proj"},
    GgufName{"ffn_norm", "post_attention_layernorm"},
    GgufName{"ffn_gate_inp", "block_sparse_moe.gate"},
    GgufName{"ffn_gate_exps", "block_sparse_moe.experts.*.w1"},
    GgufName{"ffn_up_exps", "block_sparse_moe.experts.*.w3"},
    GgufName{"ffn_down_exps", "block_sparse_moe.experts.*.w2"},
    GgufName{"ffn_gate.*", "block_sparse_moe.experts.*.w1"},
    GgufName{"ffn_up.*", "block_sparse_moe.experts.*.w3"},
    GgufName{"ffn_down.*", "block_sparse_moe.experts.*.w2"},
};
constexpr std::array kRoutedBlock{
    // norms over heads (Qwen 3) and over all of them together (OLMoE) have the same names
    GgufName{"attn_norm", "input_layernorm"},
    GgufName{"attn_q", "self_attn.q_proj"},
    GgufName{"attn_k", "self_attn.k_proj"},
    GgufName{"attn_v", "self_attn.v_proj"},
    GgufName{"attn_output", "self_attn.o_proj"},
    GgufName{"attn_q_norm", "self_attn.q_norm"},
    GgufName{"attn_k_norm", "self_attn.k_norm"},
    GgufName{"ffn_norm", "post_attention_layernorm"},
    GgufName{"ffn_gate_inp", "mlp.gate"},
    GgufName{"ffn_gate_exps", "mlp.experts.*.gate_proj"},
    GgufName{"ffn_up_exps", "mlp.experts.*.up_proj"},
    GgufName{"ffn_down_exps", "mlp.experts.*.down_proj"},
};
constexpr std::array kGemmaBlock{
    GgufName{"attn_norm", "input_layernorm", GgufRows::Same, true},
    GgufName{"attn_q", "self_attn.q_proj"},
    GgufName{"attn_k", "self_attn.k_proj"},
    GgufName{"attn_v", "self_attn.v_proj"},
    GgufName{"attn_output", "self_attn.o_proj"},
    GgufName{"post_attention_norm", "post_attention_layernorm", GgufRows::Same, true},
    GgufName{"ffn_norm", "pre_feedforward_layernorm", GgufRows::Same, true},
    GgufName{"ffn_gate", "mlp.gate_proj"},
    GgufName{"ffn_up", "mlp.up_proj"},
    GgufName{"ffn_down", "mlp.down_proj"},
    GgufName{"post_ffw_norm", "post_feedforward_layernorm", GgufRows::Same, true},
    GgufName{"attn_q_norm", "self_attn.q_norm", GgufRows::Same, true},  // Gemma 3
    GgufName{"attn_k_norm", "self_attn.k_norm", GgufRows::Same, true},
};
constexpr std::array kPhi3Block{
    GgufName{"attn_norm", "input_layernorm"},    GgufName{"attn_qkv", "self_attn.qkv_proj"},
    GgufName{"attn_output", "self_attn.o_proj"}, GgufName{"ffn_norm", "post_attention_layernorm"},
    GgufName{"ffn_up", "mlp.gate_up_proj"},      GgufName{"ffn_down", "mlp.down_proj"},
};
constexpr std::array kGpt2Block{
    GgufName{"attn_norm", "ln_1"},
    GgufName{"attn_qkv", "attn.c_attn", GgufRows::Same, false, true},
    GgufName{"attn_output", "attn.c_proj", GgufRows::Same, false, true},
    GgufName{"ffn_norm", "ln_2"},
    GgufName{"ffn_up", "mlp.c_fc", GgufRows::Same, false, true},
    GgufName{"ffn_down", "mlp.c_proj", GgufRows::Same, false, true},
};
constexpr std::array kNeoxBlock{
    GgufName{"attn_norm", "input_layernorm"},   GgufName{"attn_qkv", "attention.query_key_value", GgufRows::PartByPart},
    GgufName{"attn_output", "attention.dense"}, GgufName{"ffn_norm", "post_attention_layernorm"},
    GgufName{"ffn_up", "mlp.dense_h_to_4h"},    GgufName{"ffn_down", "mlp.dense_4h_to_h"},
};

void describeDecoder(const GgufMetadata& in, ordered_json& json) {
    json["hidden_size"] = in.hidden;
    json["num_hidden_layers"] = in.layers.size();
    json["num_attention_heads"] = in.perLayer(&GgufLayerSizes::heads);
    json["num_key_value_heads"] = in.perLayer(&GgufLayerSizes::kvHeads);
    json["intermediate_size"] = in.perLayer(&GgufLayerSizes::width);
    json["head_dim"] = in.headDim;
    json["hidden_act"] = "silu";
    json["max_position_embeddings"] = in.positive("context_length");
    json["rms_norm_eps"] = in.aboveZero("attention.layer_norm_rms_epsilon", 1e-5);
    json["rope_theta"] = in.aboveZero("rope.freq_base", 10000);
    in.addRopeScaling(json);
}

/// A window that all layers have; none when it is as long as the context. True: there is one.
bool addWindow(const GgufMetadata& in, ordered_json& json) {
    const std::int64_t window = in.whole("attention.sliding_window", 0);
    if (window > 0 && window < in.positive("context_length")) json["sliding_window"] = window;
    return json.contains("sliding_window");
}

void describeLlama(const GgufMetadata& in, ordered_json& json) {
    describeDecoder(in, json);
    if (!addWindow(in, json)) return;
    json["model_type"] = "mistral";
    json["architectures"] = {"MistralForCausalLM"};
}

/// What these models' config classes call the number of experts and their width.
struct ExpertNames {
    const char *count, *width;
};

void describeExperts(const GgufMetadata& in, ordered_json& json, const ExpertNames& names) {
    describeDecoder(in, json);
    json[names.count] = in.experts;
    json["num_experts_per_tok"] = in.expertsPerToken;
    json[names.width] = in.expertWidth;
    const bool normalises = in.architecture().normalisesChosen;
    if (in.flag("expert_weights_norm", normalises) != normalises)
        in.unsupported(normalises ? "weights of experts that are not divided by their sum"
                                  : "weights of experts that are divided by their sum");
}

void describeMixtral(const GgufMetadata& in, ordered_json& json) {
    describeExperts(in, json, {"num_local_experts", "intermediate_size"});
    if (!addWindow(in, json)) json["sliding_window"] = nullptr;
}

void describeQwen3Moe(const GgufMetadata& in, ordered_json& json) {
    describeExperts(in, json, {"num_experts", "moe_intermediate_size"});
    json["norm_topk_prob"] = true;
    json["decoder_sparse_step"] = 1;
    json["mlp_only_layers"] = ordered_json::array();
}

void describeOlmoe(const GgufMetadata& in, ordered_json& json) {
    describeExperts(in, json, {"num_experts", "intermediate_size"});
    json["norm_topk_prob"] = false;
}

void describePhi3(const GgufMetadata& in, ordered_json& json) {
    describeDecoder(in, json);
    addWindow(in, json);
    if (in.rotary != in.headDim)
        json["partial_rotary_factor"] = static_cast<double>(in.rotary) / static_cast<double>(in.headDim);
    json["original_max_position_embeddings"] = in.positive("context_length");
    // Of its configuration class, whose own values are ids of a vocabulary of 32064.
    json["pad_token_id"] = nullptr;
}

/// Windows in all blocks but every period-th; period: where the file does not say.
void addPattern(const GgufMetadata& in, ordered_json& json, std::int64_t window, std::int64_t otherwise) {
    const auto slides = in.slidingLayers(otherwise);
    ordered_json kinds = ordered_json::array();
    for (const bool sliding : slides) kinds.push_back(sliding && window > 0 ? "sliding_attention" : "full_attention");
    json["sliding_window"] = window > 0 ? window : in.positive("context_length");
    json["layer_types"] = kinds;
}

void describeGemma(const GgufMetadata& in, ordered_json& json, std::size_t layersOfOtherScale) {
    describeDecoder(in, json);
    json.erase("hidden_act");
    json["hidden_activation"] = "gelu_pytorch_tanh";
    const bool other = in.layers.size() == layersOfOtherScale;  // llama.cpp knows the largest model by its layers
    json["query_pre_attn_scalar"] = other ? in.hidden / in.layers.front().heads : in.headDim;
}

void describeGemma2(const GgufMetadata& in, ordered_json& json) {
    describeGemma(in, json, 46);
    json["attn_logit_softcapping"] = in.aboveZero("attn_logit_softcapping", 50);
    json["final_logit_softcapping"] = in.aboveZero("final_logit_softcapping", 30);
    if (in.aboveZero("rope.freq_base_swa", json["rope_theta"].get<double>()) != json["rope_theta"].get<double>())
        in.unsupported("rotary positions of their own for blocks with a window");
    addPattern(in, json, in.whole("attention.sliding_window", 4096), 2);
}

void describeGemma3(const GgufMetadata& in, ordered_json& json) {
    describeGemma(in, json, 62);
    if (const double cap = in.zeroOrMore("final_logit_softcapping", 0); cap > 0) json["final_logit_softcapping"] = cap;
    json["rope_local_base_freq"] = in.aboveZero("rope.freq_base_swa", 10000);
    addPattern(in, json, in.whole("attention.sliding_window", 0), 6);
}

void describeGpt2(const GgufMetadata& in, ordered_json& json) {
    json["n_embd"] = in.hidden;
    json["n_layer"] = in.layers.size();
    json["n_head"] = in.perLayer(&GgufLayerSizes::heads);
    json["n_inner"] = in.perLayer(&GgufLayerSizes::width);
    json["head_dim"] = in.headDim;
    json["n_positions"] = in.positive("context_length");
    json["layer_norm_epsilon"] = in.aboveZero("attention.layer_norm_epsilon", 1e-5);
    json["activation_function"] = "gelu_new";
}

void describeNeox(const GgufMetadata& in, ordered_json& json) {
    json["hidden_size"] = in.hidden;
    json["num_hidden_layers"] = in.layers.size();
    json["num_attention_heads"] = in.perLayer(&GgufLayerSizes::heads);
    json["intermediate_size"] = in.perLayer(&GgufLayerSizes::width);
    json["head_dim"] = in.headDim;
    json["max_position_embeddings"] = in.positive("context_length");
    json["layer_norm_eps"] = in.aboveZero("attention.layer_norm_epsilon", 1e-5);
    json["hidden_act"] = "gelu";
    json["rotary_pct"] = static_cast<double>(in.rotary) / static_cast<double>(in.headDim);
    json["rotary_emb_base"] = json["rope_theta"] = in.aboveZero("rope.freq_base", 10000);
    json["use_parallel_residual"] = in.flag("use_parallel_residual", true);
    json["attention_bias"] = true;
    in.addRopeScaling(json);
}

using A = GgufArchitecture;
constexpr std::string_view kDecoderBlocks = "model.layers.";

constexpr A decoder(std::string_view id, std::string_view family, std::string_view className,
                    std::span<const GgufName> inBlocks, decltype(A::describe) describe) {
    A a{id, family, className, kDecoderBlocks, kGlobals, inBlocks};
    a.describe = describe;
    return a;
}

constexpr A llama(std::string_view id) {
    A a = decoder(id, "llama", "LlamaForCausalLM", kLlamaBlock, describeLlama);
    a.frequencyFactors = true;
    a.layersMayDiffer = id == "deci";
    return a;
}

constexpr A qwen2() {
    A a = decoder("qwen2", "qwen2", "Qwen2ForCausalLM", std::span(kQwenBlock).first(9), describeDecoder);
    a.headsFillHidden = a.qkvBiasesOnly = true;
    return a;
}

constexpr A phi3() {
    A a = decoder("phi3", "phi3", "Phi3ForCausalLM", kPhi3Block, describePhi3);
    a.headsFillHidden = a.partialRotary = true;
    a.separateQueries = false;
    return a;
}

constexpr A routed(std::string_view id, std::string_view family, std::string_view className,
                   std::span<const GgufName> inBlocks, std::string_view widthKey, decltype(A::describe) describe) {
    A a = decoder(id, family, className, inBlocks, describe);
    a.expertWidthKey = widthKey;
    a.normalisesChosen = family != "olmoe";
    a.headsFillHidden = family == "olmoe";
    return a;
}

constexpr A gemma(std::string_view id, std::string_view family, std::string_view className, std::size_t names,
                  int layersOfOtherScale, decltype(A::describe) describe) {
    A a = decoder(id, family, className, std::span(kGemmaBlock).first(names), describe);
    a.globals = kGemmaGlobals;
    a.layersOfOtherScale = layersOfOtherScale;
    return a;
}

constexpr A layerNorms(std::string_view id, std::string_view family, std::string_view className, std::string_view blocks,
                       std::span<const GgufName> globals, std::span<const GgufName> inBlocks,
                       decltype(A::describe) describe) {
    A a{id, family, className, blocks, globals, inBlocks};
    a.headsFillHidden = true;
    a.separateQueries = false;
    a.partialRotary = id == "gptneox";
    a.describe = describe;
    return a;
}

constexpr std::array kTable{
    llama("llama"),
    llama("deci"),
    qwen2(),
    decoder("qwen3", "qwen3", "Qwen3ForCausalLM", kQwenBlock, describeDecoder),
    gemma("gemma2", "gemma2", "Gemma2ForCausalLM", 11, 46, describeGemma2),
    gemma("gemma3", "gemma3_text", "Gemma3ForCausalLM", 13, 62, describeGemma3),
    phi3(),
    routed("llama", "mixtral", "MixtralForCausalLM", kMixtralBlock, "feed_forward_length", describeMixtral),
    routed("qwen3moe", "qwen3_moe", "Qwen3MoeForCausalLM", kRoutedBlock, "expert_feed_forward_length", describeQwen3Moe),
    routed("olmoe", "olmoe", "OlmoeForCausalLM", kRoutedBlock, "feed_forward_length", describeOlmoe),
    layerNorms("gpt2", "gpt2", "GPT2LMHeadModel", "transformer.h.", kGpt2Globals, kGpt2Block, describeGpt2),
    layerNorms("gptneox", "gpt_neox", "GPTNeoXForCausalLM", "gpt_neox.layers.", kNeoxGlobals, kNeoxBlock, describeNeox),
};

using NamePart = std::string_view GgufName::*;

/// A number as it is written in names, up to a million; -1: it is none.
int placeNumberOf(std::string_view digits) {
    int number = -1;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = problem == std::errc() && end == digits.data() + digits.size() && std::to_string(number) == digits;
    return whole && number >= 0 && number <= 1 << 20 ? number : -1;
}

struct Match {
    bool matches = false;
    int expert = -1;
};

Match matchOf(std::string_view pattern, std::string_view stem) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return {pattern == stem, -1};
    const std::string_view head = pattern.substr(0, star), tail = pattern.substr(star + 1);
    if (stem.size() <= head.size() + tail.size() || !stem.starts_with(head) || !stem.ends_with(tail)) return {};
    const int expert = placeNumberOf(stem.substr(head.size(), stem.size() - head.size() - tail.size()));
    return {expert >= 0, expert};
}

/// name = blocks + number + "." + stem + ending, or stem + ending.
GgufTranslation translated(const A& architecture, const std::string& name, NamePart from, NamePart to,
                           std::string_view fromBlocks, std::string_view toBlocks) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos) return {};
    const std::string ending = name.substr(dot);
    if (ending != ".weight" && ending != ".bias") return {};
    std::string_view stem = std::string_view(name).substr(0, dot);
    if (!stem.starts_with(fromBlocks)) {
        for (const GgufName& kind : architecture.globals)
            if (kind.*from == stem) return {std::string(kind.*to) + ending, &kind};
        return {};
    }
    stem.remove_prefix(fromBlocks.size());
    const std::size_t digits = stem.find('.');
    if (digits == std::string_view::npos) return {};
    const int layer = placeNumberOf(stem.substr(0, digits));
    if (layer < 0) return {};
    stem.remove_prefix(digits + 1);
    const std::string before = std::string(toBlocks) + std::to_string(layer) + ".";
    for (const GgufName& kind : architecture.inBlocks) {
        const auto [matches, expert] = matchOf(kind.*from, stem);
        if (!matches || (ending == ".bias" && architecture.routed() && kind.gguf.starts_with("ffn_"))) continue;
        const std::string other = expert < 0 ? std::string(kind.*to) : ggufOfExpert(kind.*to, expert);
        return {before + other + ending, &kind, layer, expert};
    }
    return {};
}

}  // namespace

std::span<const GgufArchitecture> ggufArchitectures() {
    return kTable;
}

const GgufArchitecture* ggufArchitecture(std::string_view id, bool routed) {
    const GgufArchitecture* found = nullptr;
    for (const A& one : kTable)
        if (one.id == id && (!found || one.routed() == routed)) found = &one;
    return found;
}

std::string ggufOfExpert(std::string_view name, std::int64_t expert) {
    std::string result(name);
    if (const std::size_t star = result.find('*'); star != std::string::npos)
        result.replace(star, 1, std::to_string(expert));
    return result;
}

GgufTranslation huggingFaceNameOf(const GgufArchitecture& architecture, const std::string& name) {
    return translated(architecture, name, &GgufName::gguf, &GgufName::huggingFace, "blk.", architecture.blocks);
}

GgufTranslation ggufNameOf(const GgufArchitecture& architecture, const std::string& name) {
    return translated(architecture, name, &GgufName::huggingFace, &GgufName::gguf, architecture.blocks, "blk.");
}

}  // namespace lorashear
