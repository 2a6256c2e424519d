#pragma once

#include <string>
#include <vector>

/// One config.json per way a family can be: small, of odd sizes.
namespace lorashear::testing {

struct FamilyConfig {
    std::string name;
    std::string json;
};

inline const std::vector<FamilyConfig>& familyConfigs() {
    const auto with = [](const std::string& own) {
        const std::string sizes =
            R"("vocab_size": 61, "hidden_size": 22, "num_hidden_layers": 3, "intermediate_size": 19, )";
        return "{" + sizes + R"("max_position_embeddings": 96, )" + own + "}";
    };
    static const std::vector<FamilyConfig> kConfigs = {
        {"llama 3", with(R"("model_type": "llama", "num_attention_heads": 14, "num_key_value_heads": 2, "head_dim": 6,
            "rope_theta": 500000, "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
            "original_max_position_embeddings": 32}, "attention_bias": true)")},
        {"mistral", with(R"("model_type": "mistral", "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8,
            "sliding_window": 5)")},
        {"qwen2", with(R"("model_type": "qwen2", "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 6,
            "tie_word_embeddings": true, "use_sliding_window": true, "max_window_layers": 1, "sliding_window": 4)")},
        {"qwen3", with(R"("model_type": "qwen3", "num_attention_heads": 8, "num_key_value_heads": 2, "head_dim": 10,
            "attention_bias": true)")},
        {"gemma2", with(R"("model_type": "gemma2", "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8,
            "query_pre_attn_scalar": 3, "sliding_window": 6, "attn_logit_softcapping": 2, "final_logit_softcapping": 3)")},
        {"gemma3", with(R"("model_type": "gemma3_text", "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8,
            "query_pre_attn_scalar": 5, "sliding_window": 6, "rope_parameters": {"full_attention": {"rope_theta": 50000.0},
            "sliding_attention": {"rope_theta": 100.0}},
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention"])")},
        {"phi3", with(R"("model_type": "phi3", "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8,
            "partial_rotary_factor": 0.5, "sliding_window": 7)")},
        {"neox", with(R"("model_type": "gpt_neox", "num_attention_heads": 5, "head_dim": 10, "rotary_pct": 0.4)")},
        {"neox, sequential, tied",
         with(R"("model_type": "gpt_neox", "num_attention_heads": 3, "head_dim": 8, "rotary_pct": 1,
            "use_parallel_residual": false, "attention_bias": false, "hidden_act": "gelu_new", "tie_word_embeddings": true)")},
        {"gpt2", with(R"("model_type": "gpt2", "n_embd": 22, "n_head": 4, "head_dim": 6, "n_layer": 3, "n_positions": 96)")},
        {"gpt2, narrow, untied", with(R"("model_type": "gpt2", "n_embd": 24, "n_head": 3, "n_inner": 17, "n_layer": 3,
            "n_positions": 96, "tie_word_embeddings": false, "activation_function": "relu", "scale_attn_weights": false)")},
        {"opt", with(R"("model_type": "opt", "num_attention_heads": 5, "head_dim": 6, "ffn_dim": 23)")},
        {"opt, norms behind, narrow", with(R"("model_type": "opt", "num_attention_heads": 2, "ffn_dim": 23,
            "word_embed_proj_dim": 14, "do_layer_norm_before": false)")},
        {"opt, no biases", with(R"("model_type": "opt", "num_attention_heads": 2, "ffn_dim": 23, "enable_bias": false,
            "activation_function": "gelu", "tie_word_embeddings": false)")},
        {"smollm3", with(R"("model_type": "smollm3", "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8,
            "no_rope_layer_interval": 2, "attention_bias": true)")},
        {"smollm3, windows",
         with(R"("model_type": "smollm3", "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6,
            "no_rope_layers": [0, 1, 1], "use_sliding_window": true, "sliding_window": 5, "mlp_bias": true,
            "tie_word_embeddings": false)")},
        {"granite", with(R"("model_type": "granite", "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8,
            "embedding_multiplier": 3, "attention_multiplier": 0.2, "residual_multiplier": 0.6, "logits_scaling": 4,
            "attention_bias": true)")},
        {"olmo2", with(R"("model_type": "olmo2", "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6)")},
        {"olmo3", with(R"("model_type": "olmo3", "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8,
            "sliding_window": 6, "rope_theta": 900, "rope_scaling": {"type": "linear", "factor": 4},
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention"])")},
        {"ministral", with(R"("model_type": "ministral", "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8,
            "sliding_window": 5, "layer_types": ["full_attention", "sliding_attention", "full_attention"])")},
        {"glm", with(R"("model_type": "glm", "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8)")},
        {"glm4, all turned, no biases",
         with(R"("model_type": "glm4", "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6,
            "partial_rotary_factor": 1, "attention_bias": false, "tie_word_embeddings": true)")},
        {"phi", with(R"("model_type": "phi", "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 10,
            "partial_rotary_factor": 0.4)")},
        {"phi, tied", with(R"("model_type": "phi", "num_attention_heads": 3, "head_dim": 8, "tie_word_embeddings": true)")},
        {"stablelm", with(R"("model_type": "stablelm", "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8)")},
        {"stablelm, parallel",
         with(R"("model_type": "stablelm", "num_attention_heads": 3, "head_dim": 8, "use_qkv_bias": true,
            "use_parallel_residual": true, "tie_word_embeddings": true)")},
        {"starcoder2", with(R"("model_type": "starcoder2", "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6,
            "sliding_window": 5)")},
        {"nemotron", with(R"("model_type": "nemotron", "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8,
            "mlp_bias": true)")},
        {"cohere2", with(R"("model_type": "cohere2", "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8,
            "sliding_window": 6, "sliding_window_pattern": 2, "logit_scale": 0.3)")},
        {"falcon",
         with(R"("model_type": "falcon", "num_attention_heads": 4, "lorashear_head_dim": 6, "ffn_hidden_size": 19)")},
        {"falcon, grouped",
         with(R"("model_type": "falcon", "num_attention_heads": 6, "num_kv_heads": 3, "lorashear_head_dim": 8,
            "ffn_hidden_size": 19, "new_decoder_architecture": true, "bias": true)")},
        {"falcon, grouped, one norm, untied",
         with(
             R"("model_type": "falcon", "num_attention_heads": 4, "num_kv_heads": 4, "lorashear_head_dim": 6, "ffn_hidden_size": 19,
            "new_decoder_architecture": true, "num_ln_in_parallel_attn": 1, "tie_word_embeddings": false)")},
        {"mixtral", with(R"("model_type": "mixtral", "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8,
            "sliding_window": 5, "num_local_experts": 4, "num_experts_per_tok": 2)")},
        {"qwen3 moe", with(R"("model_type": "qwen3_moe", "num_attention_heads": 8, "num_key_value_heads": 2, "head_dim": 10,
            "num_experts": 5, "num_experts_per_tok": 3, "moe_intermediate_size": 13, "norm_topk_prob": true, "mlp_only_layers": [1])")},
        {"qwen3 moe, every other block, shares as they are",
         with(
             R"("model_type": "qwen3_moe", "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6, "num_local_experts": 3,
            "num_experts_per_tok": 1, "moe_intermediate_size": 11, "decoder_sparse_step": 2, "use_sliding_window": true,
            "sliding_window": 6)")},
        {"olmoe",
         with(R"("model_type": "olmoe", "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6, "num_experts": 6,
            "num_experts_per_tok": 2, "clip_qkv": 0.7)")},
        {"olmoe, normalised", with(R"("model_type": "olmoe", "num_attention_heads": 3, "head_dim": 8, "num_experts": 4,
            "num_experts_per_tok": 2, "norm_topk_prob": true, "attention_bias": true, "tie_word_embeddings": true)")},
    };
    return kConfigs;
}

}  // namespace lorashear::testing
