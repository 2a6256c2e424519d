"""Random tiny checkpoints of every model family, written by the transformers that is installed, with what it computes on them.

    make_family_checkpoints.py FOLDER

writes FOLDER/families/CASE-tf5 (or -tf4): a Hugging Face folder and reference.json with "ids" (two sequences), "logits" of the
first at all positions, "last" of the second at its last position, and "greedy": what follows the first 8 ids. Every parameter
is random, norms and biases too: their usual ones and zeros would hide mistakes. The numbers are fp32, by eager attention.
"""
import json
import os
import shutil
import sys

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText

TOKENS = 40
# Transformers 5 would group the products of experts, which wants rows of whole 16 bytes.
EAGER = dict(attn_implementation="eager")
if int(transformers.__version__.split(".")[0]) >= 5:
    EAGER["experts_implementation"] = "eager"
PROMPT = 8
NEW = 24


def common(**more):
    sizes = dict(vocab_size=61, hidden_size=48, intermediate_size=77, num_hidden_layers=2, max_position_embeddings=128,
                 pad_token_id=0, bos_token_id=1, eos_token_id=2)
    return {**sizes, **more}


def heads(query, shared, size=None):
    sizes = dict(num_attention_heads=query, num_key_value_heads=shared)
    return {**sizes, "head_dim": size} if size else sizes


LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)


def drop(*keys):
    def edit(config):
        for key in keys:
            config.pop(key, None)
    return edit


def older_rope_type(config):
    """The spelling "type" of rope_scaling, and rope_parameters taken apart."""
    rope = config.pop("rope_parameters", None)
    if rope:
        config["rope_theta"] = rope.pop("rope_theta")
        config["rope_scaling"] = rope
    scaling = config["rope_scaling"]
    scaling["type"] = scaling.pop("rope_type", scaling.get("type"))


def older_longrope(config):
    """The three keys of the published Phi-3 files, under a name that its configuration class takes for longrope."""
    rope = config.pop("rope_parameters", None) or config["rope_scaling"]
    config["rope_scaling"] = dict(type="yarn", short_factor=rope["short_factor"], long_factor=rope["long_factor"])
    config["rope_theta"] = rope.get("rope_theta", 10000.0)
    config["partial_rotary_factor"] = rope.get("partial_rotary_factor", config.get("partial_rotary_factor"))


def null_head_dim(config):
    config["head_dim"] = None


# Name, model type, arguments of its configuration, edit of the config.json that was written (or None).
RMS_CASES = [
    ("llama-mha", "llama", common(**heads(4, 4)), None),
    ("llama-mha-spare-keys", "llama", common(**heads(4, 4)), drop("num_key_value_heads", "head_dim")),
    ("llama-null-head-dim", "llama", common(**heads(4, 2), tie_word_embeddings=True), null_head_dim),
    ("llama-gqa2-tied", "llama", common(**heads(6, 3, 10), tie_word_embeddings=True), None),
    ("llama-gqa4-biases", "llama", common(**heads(8, 2), attention_bias=True, mlp_bias=True), None),
    ("llama-gqa7-llama3", "llama", common(**heads(14, 2, 6), hidden_size=70, rope_theta=5e5, rope_scaling=LLAMA3), None),
    ("llama-llama3-older", "llama", common(**heads(4, 2), rope_theta=5e5, rope_scaling=LLAMA3), older_rope_type),
    ("llama-linear", "llama", common(**heads(4, 1), rope_scaling=dict(rope_type="linear", factor=4.0)), None),
    ("llama-linear-older", "llama", common(**heads(4, 2), rope_scaling=dict(rope_type="linear", factor=2.5)), older_rope_type),
    ("llama-yarn", "llama", common(**heads(4, 2), rope_scaling=dict(rope_type="yarn", factor=4.0,
                                                                    original_max_position_embeddings=32)), None),
    ("llama-yarn-older", "llama", common(**heads(4, 2), rope_scaling=dict(
        rope_type="yarn", factor=8.0, beta_fast=16, beta_slow=2, mscale=1.0, mscale_all_dim=0.8, truncate=False,
        original_max_position_embeddings=16)), older_rope_type),
    # Prompts shorter than the context: transformers keeps the frequencies of the longest text until one is.
    ("llama-dynamic", "llama", common(**heads(4, 2), rope_scaling=dict(rope_type="dynamic", factor=5.0))
     | dict(max_position_embeddings=9), None),
    ("qwen2-yarn", "qwen2", common(**heads(4, 2), rope_scaling=dict(rope_type="yarn", factor=2.0,
                                                                    original_max_position_embeddings=64)), None),
    ("smollm2", "llama", common(**heads(9, 3), hidden_size=54, rope_theta=1e5, tie_word_embeddings=True), None),
    ("mistral-window", "mistral", common(**heads(6, 3, 16), sliding_window=7), None),
    ("mistral-full", "mistral", common(**heads(4, 1), sliding_window=None), None),
    ("qwen2-tied", "qwen2", common(**heads(4, 2), tie_word_embeddings=True), None),
    ("qwen2-gqa7", "qwen2", common(**heads(14, 2), hidden_size=84), None),
    ("qwen2-window", "qwen2", common(**heads(4, 4), num_hidden_layers=3, use_sliding_window=True, sliding_window=6,
                                     max_window_layers=1), None),
    ("qwen2-window-older", "qwen2", common(**heads(4, 4), num_hidden_layers=3, use_sliding_window=True, sliding_window=9,
                                           max_window_layers=2), drop("layer_types")),
    ("qwen3", "qwen3", common(**heads(4, 2, 26)), None),
    ("qwen3-biases-tied", "qwen3", common(**heads(8, 2, 6), attention_bias=True, tie_word_embeddings=True), None),
    ("qwen3-window", "qwen3", common(**heads(4, 1, 8), use_sliding_window=True, sliding_window=5, max_window_layers=1), None),
    ("gemma2", "gemma2", common(**heads(4, 2, 10), num_hidden_layers=3, query_pre_attn_scalar=20, sliding_window=6,
                                attn_logit_softcapping=2.0, final_logit_softcapping=3.0), None),
    ("gemma2-older", "gemma2", common(**heads(4, 4, 12), num_hidden_layers=3, query_pre_attn_scalar=12, sliding_window=9),
     drop("layer_types")),
    ("gemma2-uncapped", "gemma2", common(**heads(8, 1, 6), query_pre_attn_scalar=6, sliding_window=7, attention_bias=True,
                                         attn_logit_softcapping=None, final_logit_softcapping=None), None),
    ("gemma3", "gemma3_text", common(**heads(4, 2, 10), num_hidden_layers=4, query_pre_attn_scalar=20, sliding_window=6,
                                     rope_theta=5e4, rope_local_base_freq=300.0,
                                     layer_types=["sliding_attention", "full_attention"] * 2), None),
    ("gemma3-pattern", "gemma3_text", common(**heads(4, 1, 12), num_hidden_layers=7, query_pre_attn_scalar=16, sliding_window=5,
                                             final_logit_softcapping=4.0,
                                             rope_scaling=dict(rope_type="linear", factor=8.0)), drop("layer_types")),
    ("phi3", "phi3", common(**heads(4, 4)), None),
    ("phi3-gqa-window", "phi3", common(**heads(6, 3), sliding_window=7, tie_word_embeddings=True), None),
    ("phi3-longrope", "phi3", common(**heads(4, 4), original_max_position_embeddings=16, rope_scaling=dict(
        type="longrope", short_factor=[1, 1.1, 1.2, 1.4, 1.6, 1.9], long_factor=[1, 1.5, 3, 6, 9, 14.5])), None),
    ("phi3-longrope-older", "phi3", common(**heads(6, 3), original_max_position_embeddings=16, partial_rotary_factor=0.5, rope_scaling=dict(
        type="longrope", short_factor=[1, 1.3], long_factor=[2, 7.5])), older_longrope),
    ("phi3-partial", "phi3", common(**heads(4, 2), hidden_size=64, partial_rotary_factor=0.5), None),
]


def experts(count, used, width=None, **more):
    sizes = dict(num_experts=count, num_experts_per_tok=used)
    return {**sizes, **({"moe_intermediate_size": width} if width else {}), **more}


def older_count(config):
    """What transformers 4 and the published checkpoints call the number of experts."""
    config["num_experts"] = config.pop("num_local_experts", config.get("num_experts"))


# Mixtures of experts. Both versions of transformers write one tensor per matrix of an expert.
ROUTED_CASES = [
    ("mixtral", "mixtral", common(**heads(4, 2), num_local_experts=4, num_experts_per_tok=2), None),
    ("mixtral-window", "mixtral", common(**heads(6, 3, 10), num_local_experts=5, num_experts_per_tok=3, sliding_window=7,
                                         tie_word_embeddings=True), None),
    ("mixtral-one", "mixtral", common(**heads(4, 4), num_local_experts=3, num_experts_per_tok=1, sliding_window=None), None),
    ("qwen3-moe", "qwen3_moe", common(**heads(4, 2, 14), **experts(6, 2, 21), norm_topk_prob=True), None),
    ("qwen3-moe-shares", "qwen3_moe", common(**heads(4, 1, 12), **experts(5, 3, 33), norm_topk_prob=False, attention_bias=True),
     older_count),
    ("qwen3-moe-step", "qwen3_moe", common(**heads(4, 2, 12), **experts(4, 2, 29), num_hidden_layers=4, decoder_sparse_step=2,
                                           use_sliding_window=True, sliding_window=6), None),
    ("qwen3-moe-plain", "qwen3_moe", common(**heads(4, 2, 12), **experts(4, 2, 29), num_hidden_layers=3, mlp_only_layers=[1],
                                            norm_topk_prob=True), older_count),
    ("olmoe", "olmoe", common(**heads(4, 4), **experts(6, 2)), None),
    ("olmoe-clip", "olmoe", common(**heads(4, 2), **experts(5, 2), clip_qkv=0.8, norm_topk_prob=True), None),
    ("olmoe-biases", "olmoe", common(**heads(6, 3), **experts(3, 1), attention_bias=True, clip_qkv=2.5,
                                     tie_word_embeddings=True), drop("norm_topk_prob", "attention_dropout")),
]


def gpt2(**more):
    sizes = dict(vocab_size=61, n_embd=48, n_head=4, n_layer=2, n_positions=64, bos_token_id=1, eos_token_id=2)
    return {**sizes, **more}


def neox(**more):
    return common(**{**dict(num_attention_heads=3, max_position_embeddings=64), **more})


def opt(**more):
    sizes = dict(vocab_size=61, hidden_size=40, num_attention_heads=5, num_hidden_layers=2, ffn_dim=52,
                 max_position_embeddings=64, word_embed_proj_dim=40, pad_token_id=1, bos_token_id=2, eos_token_id=2)
    return {**sizes, **more}


def older_neox_rope(config):
    """The spelling of the Pythia checkpoints: rotary_pct and rotary_emb_base only."""
    rope = config.pop("rope_parameters", {})
    config["rotary_pct"] = rope.get("partial_rotary_factor", config.pop("partial_rotary_factor", config.get("rotary_pct")))
    config["rotary_emb_base"] = rope.get("rope_theta", config.pop("rope_theta", config.get("rotary_emb_base")))


LAYER_NORM_CASES = [
    ("neox", "gpt_neox", neox(), None),
    ("neox-older", "gpt_neox", neox(num_attention_heads=4, rotary_pct=0.5, rotary_emb_base=300), older_neox_rope),
    ("neox-sequential", "gpt_neox", neox(use_parallel_residual=False, rotary_pct=0.5, hidden_act="gelu_new",
                                         layer_norm_eps=1e-3), None),
    ("neox-unbiased-tied", "gpt_neox", neox(attention_bias=False, rotary_pct=1.0, tie_word_embeddings=True,
                                            num_attention_heads=6), None),
    ("neox-linear", "gpt_neox", neox(rope_scaling=dict(rope_type="linear", factor=2.0), hidden_act="relu"), None),
    ("gpt2", "gpt2", gpt2(), None),
    ("gpt2-odd-untied", "gpt2", gpt2(n_embd=30, n_head=3, n_inner=37, activation_function="gelu",
                                     tie_word_embeddings=False), None),
    ("gpt2-unscaled", "gpt2", gpt2(scale_attn_weights=False, activation_function="relu", n_head=2,
                                   layer_norm_epsilon=1e-3), None),
    ("gpt2-upcast", "gpt2", gpt2(reorder_and_upcast_attn=True, n_layer=3, n_inner=50), drop("tie_word_embeddings")),
    ("opt", "opt", opt(), None),
    ("opt-norms-behind", "opt", opt(do_layer_norm_before=False, word_embed_proj_dim=24), None),
    ("opt-unbiased", "opt", opt(enable_bias=False, activation_function="gelu", num_attention_heads=2, ffn_dim=31), None),
    ("opt-untied", "opt", opt(tie_word_embeddings=False, do_layer_norm_before=False, num_attention_heads=4), None),
]

def falcon(**more):
    sizes = dict(vocab_size=61, hidden_size=48, num_attention_heads=6, num_hidden_layers=2, max_position_embeddings=64, pad_token_id=0,
                 bos_token_id=1, eos_token_id=2)
    return {**sizes, **more}


def implied_layers(config):
    """Which blocks turn positions and which have a window is left to the rules of the configuration class."""
    for key in ("layer_types", "no_rope_layers"):
        config.pop(key, None)


def older_rope(config):
    """The spelling of transformers 4, also where 5 wrote the file."""
    rope = config.pop("rope_parameters", None) or {}
    rope = rope.get("full_attention", rope)
    for key in ("rope_theta", "partial_rotary_factor"):
        if key in rope:
            config[key] = rope[key]


# Families that came later; the others' numbers make their weights and stay as they were.
LATER_CASES = [
    ("smollm3", "smollm3", common(**heads(4, 2, 14), num_hidden_layers=5, attention_bias=True), None),
    ("smollm3-implied", "smollm3", common(**heads(6, 3), num_hidden_layers=4, no_rope_layer_interval=2, rope_theta=300.0,
                                          tie_word_embeddings=False, mlp_bias=True), implied_layers),
    ("smollm3-window", "smollm3", common(**heads(4, 1), num_hidden_layers=3, no_rope_layers=[0, 1, 1], use_sliding_window=True,
                                         sliding_window=6), older_rope),
    ("granite", "granite", common(**heads(6, 2), embedding_multiplier=7.0, attention_multiplier=0.11, residual_multiplier=0.3,
                                  logits_scaling=3.0), None),
    ("granite-biases-tied", "granite", common(**heads(4, 4), embedding_multiplier=12, residual_multiplier=0.22, attention_bias=True,
                                              mlp_bias=True, tie_word_embeddings=True, logits_scaling=0.5), older_rope),
    ("olmo2", "olmo2", common(**heads(4, 4)), None),
    ("olmo2-gqa-biases", "olmo2", common(**heads(6, 2), attention_bias=True, rope_theta=400.0, rms_norm_eps=1e-3,
                                         tie_word_embeddings=True), older_rope),
    ("olmo3", "olmo3", common(**heads(4, 2), num_hidden_layers=5, sliding_window=7), None),
    ("olmo3-stretched", "olmo3", common(**heads(4, 4), num_hidden_layers=3, sliding_window=9, rope_theta=5e5,
                                        rope_scaling=dict(rope_type="linear", factor=4.0),
                                        layer_types=["full_attention", "sliding_attention", "full_attention"]), None),
    ("olmo3-yarn", "olmo3", common(**heads(4, 2, 16), num_hidden_layers=4, sliding_window=9, rope_theta=5e5,
                                   rope_scaling=dict(rope_type="yarn", factor=8.0, attention_factor=1.3, beta_fast=8.0, beta_slow=1.0,
                                                     original_max_position_embeddings=16)), None),
    ("qwen3-yarn", "qwen3", common(**heads(4, 2, 16), rope_scaling=dict(rope_type="yarn", factor=4.0,
                                                                        original_max_position_embeddings=32)), None),
    ("ministral", "ministral", common(**heads(4, 2, 10), num_hidden_layers=3, sliding_window=6,
                                      layer_types=["full_attention", "sliding_attention", "sliding_attention"]), None),
    ("ministral-implied", "ministral", common(**heads(6, 3, 8), sliding_window=9, rope_theta=1e3), implied_layers),
    ("glm", "glm", common(**heads(4, 2, 12)), None),
    ("glm-unbiased", "glm", common(**heads(6, 2, 8), attention_bias=False, partial_rotary_factor=1.0, tie_word_embeddings=True), older_rope),
    ("glm4", "glm4", common(**heads(4, 1, 16), rope_theta=500.0), None),
    ("glm4-small-part", "glm4", common(**heads(8, 4, 16), partial_rotary_factor=0.25, attention_bias=False), older_rope),
    ("phi", "phi", common(**heads(4, 4)), None),
    ("phi-gqa-tied", "phi", common(**heads(6, 3), partial_rotary_factor=0.75, hidden_act="gelu", layer_norm_eps=1e-3,
                                   tie_word_embeddings=True), older_rope),
    ("stablelm", "stablelm", common(**heads(6, 2)), drop("head_dim")),
    ("stablelm-parallel", "stablelm", common(**heads(6, 6), use_parallel_residual=True, use_qkv_bias=True, partial_rotary_factor=0.5,
                                             tie_word_embeddings=True), older_rope),
    ("starcoder2", "starcoder2", common(**heads(6, 2), sliding_window=None), None),
    ("starcoder2-window", "starcoder2", common(**heads(4, 4), sliding_window=7, use_bias=False, norm_epsilon=1e-3,
                                               tie_word_embeddings=False), older_rope),
    ("nemotron", "nemotron", common(**heads(4, 2, 16)), None),
    ("nemotron-biases", "nemotron", common(**heads(6, 3), attention_bias=True, mlp_bias=True, partial_rotary_factor=1.0, norm_eps=1e-3,
                                           tie_word_embeddings=True, hidden_act="relu"), older_rope),
    ("cohere2", "cohere2", common(**heads(4, 2), num_hidden_layers=5, sliding_window=7), None),
    ("cohere2-pattern", "cohere2", common(**heads(6, 3), num_hidden_layers=3, sliding_window=6, logit_scale=0.4, attention_bias=True,
                                          layer_types=["full_attention", "sliding_attention", "sliding_attention"],
                                          tie_word_embeddings=False, layer_norm_eps=1e-3), None),
    ("falcon", "falcon", falcon(), None),
    ("falcon-separate", "falcon", falcon(num_attention_heads=4, multi_query=False, bias=True, tie_word_embeddings=False), None),
    ("falcon-grouped", "falcon", falcon(new_decoder_architecture=True, num_kv_heads=3, bias=True, ffn_hidden_size=77,
                                        activation="gelu_pytorch_tanh"), None),
    ("falcon-one-norm", "falcon", falcon(new_decoder_architecture=True, num_kv_heads=2, num_attention_heads=4,
                                         num_ln_in_parallel_attn=1, layer_norm_epsilon=1e-3), None),
]

# What transformers 4 reads otherwise: it has one rope_theta for OLMo 3, and another one where none is said.
FIVE_CASES = [
    ("olmo3-two-bases", "olmo3", common(**heads(4, 2), num_hidden_layers=4, sliding_window=7, rope_parameters=dict(
        full_attention=dict(rope_type="default", rope_theta=3e3), sliding_attention=dict(rope_type="default", rope_theta=50.0))), None),
    ("olmo3-implied", "olmo3", common(**heads(4, 4), num_hidden_layers=4, sliding_window=9),
     drop("rope_parameters", "layer_types")),
]

SIGHT = dict(hidden_size=16, intermediate_size=20, num_hidden_layers=1, num_attention_heads=2, image_size=28, patch_size=14)


def sparse_text_config(config):
    """As some published files are: what has its usual value is not said."""
    for key in ("model_type", "layer_types", "hidden_activation", "rms_norm_eps", "attention_bias"):
        config["text_config"].pop(key, None)


# Models that read images too; what they compute on text alone is their language model's.
PART_CASES = [
    ("gemma3-sight", "gemma3", dict(text_config=common(**heads(4, 2, 10), query_pre_attn_scalar=20, sliding_window=6,
                                                       layer_types=["sliding_attention", "full_attention"]),
                                    vision_config=SIGHT, mm_tokens_per_image=4, image_token_index=2, boi_token_index=0,
                                    eoi_token_index=1), None),
    ("gemma3-sight-sparse", "gemma3", dict(text_config=common(**heads(8, 4, 256), num_hidden_layers=7, sliding_window=5),
                                           vision_config=SIGHT, mm_tokens_per_image=4, image_token_index=2, boi_token_index=0,
                                           eoi_token_index=1), sparse_text_config),
    ("mistral3-sight", "mistral3", dict(text_config=common(model_type="mistral", **heads(4, 2, 10), sliding_window=None),
                                        vision_config=dict(model_type="pixtral", head_dim=8, **SIGHT), image_token_index=2), None),
]

CASES = RMS_CASES + LAYER_NORM_CASES + ROUTED_CASES + LATER_CASES + PART_CASES
if int(transformers.__version__.split(".")[0]) >= 5:
    CASES += FIVE_CASES


def randomise(model, seed):
    generator = torch.Generator().manual_seed(seed)
    done = set()
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if parameter.data_ptr() in done:
                continue
            done.add(parameter.data_ptr())
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 1:
                parameter.add_(0.3 * noise)
            else:
                parameter.copy_(1.2 * noise / parameter.shape[-1] ** 0.5)


def greedy(model, ids):
    for _ in range(NEW):
        logits = model(ids, use_cache=False).logits[:, -1]
        ids = torch.cat([ids, logits.argmax(-1, keepdim=True)], 1)
    return ids[0, -NEW:].tolist()


def short(values):
    return [float(f"{value:.8g}") for value in values.flatten().tolist()]


def write_case(folder, number, name, model_type, arguments, edit):
    config = AutoConfig.for_model(model_type, **arguments)
    kind = AutoModelForImageTextToText if "vision_config" in arguments else AutoModelForCausalLM
    model = kind.from_config(config, **EAGER).float()
    randomise(model, number)
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    if edit:
        path = os.path.join(folder, "config.json")
        with open(path) as file:
            config = json.load(file)
        edit(config)
        with open(path, "w") as file:
            json.dump(config, file, indent=1)
    # Read back, so that the file's spelling is one that transformers understands.
    model = kind.from_pretrained(folder, **EAGER, dtype=torch.float32).eval()
    generator = torch.Generator().manual_seed(1000 + number)
    vocabulary = arguments.get("text_config", arguments)["vocab_size"]
    ids = torch.randint(3, vocabulary, (2, TOKENS), generator=generator)
    with torch.no_grad():
        logits = model(ids, use_cache=False).logits
        reference = {"transformers": transformers.__version__, "model_type": model_type, "ids": ids.tolist(),
                     "logits": short(logits[0]), "last": short(logits[1, -1]), "greedy": greedy(model, ids[:1, :PROMPT])}
    with open(os.path.join(folder, "reference.json"), "w") as file:
        json.dump(reference, file)


def main():
    target = os.path.join(sys.argv[1], "families")
    suffix = "-tf" + transformers.__version__.split(".")[0]
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    for number, (name, *case) in enumerate(CASES):
        write_case(os.path.join(target, name + suffix), number, name, *case)
    print(len(CASES), "checkpoints in", target)


if __name__ == "__main__":
    main()
