"""GGUF files written by the official gguf package, for tst_interop_gguf_in.

    make_gguf.py FOLDER

FOLDER/gguf-in/quants.gguf: tensors of every type that we dequantise, some quantised by gguf from numbers (names N…), some random valid
blocks (names R…); beside it NAME.f32, what gguf.quants.dequantize makes of each. llama3.gguf: a tiny Llama whose positions are scaled as
Llama 3's, which GGUF says by a tensor of factors; llama3.json: "ids", "logits" of transformers on the same weights (the last eight positions), "factors". The
factors are taken from transformers' own frequencies.
"""
import json
import pathlib
import sys

import gguf
import numpy
import torch
from gguf import GGMLQuantizationType as Type
from transformers import LlamaConfig, LlamaForCausalLM

QUANTISED = [Type.Q8_0, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.MXFP4]
# Where a block's halves lie: random bits there would be infinite or not a number now and then.
HALVES = {Type.Q8_0: [0], Type.Q4_0: [0], Type.Q4_1: [0, 2], Type.Q5_0: [0], Type.Q5_1: [0, 2], Type.Q4_K: [0, 2], Type.Q5_K: [0, 2],
          Type.Q6_K: [208], Type.Q2_K: [80, 82], Type.Q3_K: [108], Type.IQ4_NL: [0], Type.IQ4_XS: [0], Type.MXFP4: []}
ROWS, COLUMNS = 24, 512


def random_blocks(random, kind):
    numbers, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (ROWS * COLUMNS // numbers, size), dtype=numpy.uint8)
    if kind == Type.MXFP4:  # exponents; the largest would be infinite
        blocks[:, 0] = random.integers(0, 200, len(blocks))
    for at in HALVES[kind]:
        scales = (random.standard_normal(len(blocks)) * 10.0 ** random.integers(-7, 3, len(blocks))).astype(numpy.float16)  # subnormal ones too
        blocks[:, at:at + 2] = scales.view(numpy.uint8).reshape(-1, 2)
    return blocks.reshape(ROWS, -1)


def write_quants(folder):
    random = numpy.random.default_rng(5)
    writer = gguf.GGUFWriter(folder / "quants.gguf", "llama")

    def add(name, kind, data):
        writer.add_tensor(name, data, raw_dtype=kind)
        gguf.quants.dequantize(data, kind).astype(numpy.float32).tofile(folder / f"{name}.f32")

    for kind in QUANTISED:
        add(f"N{kind.name}", kind, gguf.quants.quantize(random.standard_normal((ROWS, COLUMNS)).astype(numpy.float32), kind))
    for kind in HALVES:
        add(f"R{kind.name}", kind, random_blocks(random, kind))
    finish(writer)


def finish(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def interleaved(weight, heads):
    """Rows of q and k in llama.cpp's order: neighbouring pairs are turned, not halves."""
    return weight.reshape(heads, 2, -1, weight.shape[1]).swapaxes(1, 2).reshape(weight.shape)


def tokens():
    texts = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)] + ["\u2581", *"etaoinshrdlu", "th", "he", "in", "er", "an"]
    types = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL] + [gguf.TokenType.BYTE] * 256
    return texts, types + [gguf.TokenType.NORMAL] * (len(texts) - len(types)), [-float(i) for i in range(len(texts))]


def write_llama3(folder):
    texts, types, scores = tokens()
    config = LlamaConfig(vocab_size=len(texts), hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
                         num_key_value_heads=2, head_dim=32, max_position_embeddings=16384, rms_norm_eps=1e-5, rope_theta=500000.0,
                         tie_word_embeddings=False, bos_token_id=1, eos_token_id=2,
                         rope_scaling=dict(rope_type="llama3", factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                           original_max_position_embeddings=8192))
    torch.manual_seed(3)
    model = LlamaForCausalLM._from_config(config, attn_implementation="eager").float().eval()
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape)
            parameter.copy_(1 + 0.3 * noise if parameter.dim() == 1 else 1.2 * noise / parameter.shape[-1] ** 0.5)
    plain = 500000.0 ** -(torch.arange(0, 32, 2).double() / 32)
    factors = (plain / model.model.rotary_emb.inv_freq.double()).float()
    writer = gguf.GGUFWriter(folder / "llama3.gguf", "llama")
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(32)
    writer.add_value_length(32)
    writer.add_rope_dimension_count(32)
    writer.add_rope_freq_base(500000.0)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(texts)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template("{% for m in messages %}[{{ m.role }}] {{ m.content }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}")
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    writer.add_tensor("rope_freqs.weight", factors.numpy())
    for name, weight in model.state_dict().items():
        weight = weight.numpy()
        if "q_proj" in name or "k_proj" in name:
            weight = interleaved(weight, config.num_attention_heads if "q_proj" in name else config.num_key_value_heads)
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight", ".bias")), numpy.ascontiguousarray(weight))
    finish(writer)
    # Scaled and plain frequencies part with the distance.
    ids = torch.randint(3, len(texts), (1, 400))
    with torch.no_grad():
        logits = model(ids, use_cache=False).logits[0, -8:]
    (folder / "llama3.json").write_text(json.dumps({"ids": ids[0].tolist(), "factors": factors.tolist(), "logits": logits.flatten().tolist()}))


def main():
    folder = pathlib.Path(sys.argv[1]) / "gguf-in"
    folder.mkdir(parents=True, exist_ok=True)
    write_quants(folder)
    write_llama3(folder)
    print(len(list(folder.glob("*.f32"))), "quantised tensors, one scaled model in", folder)


if __name__ == "__main__":
    main()
