"""GGUF files of ours in the official gguf package and in a real llama.cpp.

    check_gguf.py FOLDER

Reads FOLDER/gguf/expected.json (tst_interop_gguf). Every field and tensor of every file is read; where expectations say so, llama.cpp's own tokenization of
the prompt, its greedy tokens and the log-probabilities of the best tokens at each step (within 2e-3; measured 3e-4) must be ours.
"""
import json
import math
import pathlib
import re
import sys

import gguf
import xllamacpp

TOLERANCE = 2e-3


ARCHITECTURES = {"llama": gguf.MODEL_ARCH.LLAMA, "deci": gguf.MODEL_ARCH.DECI, "qwen2": gguf.MODEL_ARCH.QWEN2, "qwen3": gguf.MODEL_ARCH.QWEN3,
                 "gemma2": gguf.MODEL_ARCH.GEMMA2, "gemma3": gguf.MODEL_ARCH.GEMMA3, "phi3": gguf.MODEL_ARCH.PHI3, "gpt2": gguf.MODEL_ARCH.GPT2,
                 "gptneox": gguf.MODEL_ARCH.GPTNEOX, "qwen3moe": gguf.MODEL_ARCH.QWEN3MOE, "olmoe": gguf.MODEL_ARCH.OLMOE}
EXPERT = re.compile(r"\.experts\.\d+\.")
# Their feed-forward activation is a table of halves in llama.cpp, and Pythia's erf is taken for tanh.
ROUGH = {"gemma2": 1e-2, "gemma3": 1e-2, "gpt2": 1e-2, "gptneox": 3e-2}


def check_fields(entry):
    """Every field and block of every part, names as the official map has them."""
    readers = [gguf.GGUFReader(path) for path in parts_of(entry)]
    fields = {name: field.contents() for name, field in readers[0].fields.items()}
    architecture = fields["general.architecture"]
    assert architecture == entry["architecture"], architecture
    heads = fields[f"{architecture}.attention.head_count"]
    assert (heads if isinstance(heads, list) else [heads] * len(entry["heads"])) == entry["heads"], heads
    head_dim = fields[f"{architecture}.attention.key_length"]
    assert fields[f"{architecture}.attention.value_length"] == head_dim
    assert fields.get(f"{architecture}.rope.dimension_count", head_dim) <= head_dim
    assert len(fields["tokenizer.ggml.tokens"]) == fields[f"{architecture}.vocab_size"]
    names = gguf.get_tensor_name_map(ARCHITECTURES[architecture], len(entry["heads"]))
    expected = {}
    experts = max((len([name for name in entry["tensors"] if EXPERT.sub(".experts.", name) == EXPERT.sub(".experts.", one)])
                   for one in entry["tensors"] if EXPERT.search(one)), default=0)
    assert fields.get(f"{architecture}.expert_count", 0) == experts, experts
    for name, shape in entry["tensors"].items():
        if EXPERT.search(name):  # one tensor of all of them
            name, shape = EXPERT.sub(".experts.", name), [experts, *shape]
        transposed = architecture == "gpt2" and ".c_" in name and len(shape) == 2
        expected[names.get_name(name, try_suffixes=(".weight", ".bias"))] = shape[::-1] if transposed else shape
    found = {}
    for tensor in (tensor for reader in readers for tensor in reader.tensors):
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        assert math.isfinite(float(abs(values).sum())), tensor.name
        found[tensor.name] = list(values.shape)
    found.pop("rope_freqs.weight", None)
    assert found == expected, set(found) ^ set(expected) or (found, expected)
    return len(fields), len(found)


def parts_of(entry):
    first = entry["file"]
    return [first.replace("-00001-of", f"-{number:05d}-of") for number in range(1, entry["parts"] + 1)]


def check_blocks(folder, model, expected):
    """What we quantise to simple blocks is what the official package makes of the same numbers; K blocks come near them."""
    original = {tensor.name: tensor.data for tensor in gguf.GGUFReader(folder / f"{model}-F32.gguf").tensors}
    seen = {}
    for dtype in ("Q8_0", "Q4_0", "Q4_K_M"):
        for tensor in gguf.GGUFReader(folder / f"{model}-{dtype}.gguf").tensors:
            kind, numbers = tensor.tensor_type, original[tensor.name]
            if kind in (gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.F16):
                continue
            off = gguf.quants.dequantize(tensor.data, kind) - numbers
            error = float((off ** 2).mean() ** 0.5 / (numbers ** 2).mean() ** 0.5)
            seen[kind.name] = max(seen.get(kind.name, 0), error)
            if kind.name in ("Q8_0", "Q4_0", "Q5_0", "Q5_1"):
                assert (gguf.quants.quantize(numbers, kind) == tensor.data).all(), (dtype, tensor.name, kind)
    assert set(seen) == expected, seen
    assert seen["Q4_K"] < seen["Q4_0"] and seen["Q6_K"] < seen.get("Q5_0", seen["Q4_K"]) / 2, seen
    print(f"relative errors of {model}:", {name: round(error, 4) for name, error in sorted(seen.items())})


def serve(path):
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx = 256
    params.n_parallel = 1
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.warmup = False
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED  # on, it computes in halves: 2e-2
    params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32  # its default rounds keys and values to halves
    return xllamacpp.Server(params)


def completion(server, prompt, steps, best):
    answer = server.handle_completions({"prompt": prompt, "n_predict": steps, "n_probs": best, "temperature": 0, "cache_prompt": False, "ignore_eos": True})
    answer = answer if isinstance(answer, dict) else json.loads(answer)
    assert "choices" in answer, answer
    return answer["choices"][0]["text"], answer["choices"][0]["logprobs"]["content"]


def check_llama_cpp(entry):
    server = serve(entry["file"])
    steps = entry["steps"]
    if not steps:
        completion(server, entry["prompt"] or entry["ids"], 4, 1)
        return 0.0
    _, from_ids = completion(server, entry["ids"], len(steps), 5)
    _, from_text = completion(server, entry["prompt"], len(steps), 1) if entry["prompt"] else (None, from_ids)
    ours = [step["id"] for step in steps]
    assert [token["id"] for token in from_ids] == ours, ("greedy tokens differ", [t["id"] for t in from_ids], ours)
    assert [token["id"] for token in from_text] == ours, ("the prompt's own tokenization differs", entry["prompt"])
    worst, tolerance = 0.0, ROUGH.get(entry["architecture"], TOLERANCE)
    for step, token in zip(steps, from_ids):
        theirs = {top["id"]: top["logprob"] for top in token["top_logprobs"]}
        for number, (identity, logprob) in enumerate(step["top"]):
            if identity not in theirs:  # only the last may change places with the next
                assert number == len(step["top"]) - 1, (identity, theirs)
                continue
            worst = max(worst, abs(theirs[identity] - logprob))
    assert worst <= tolerance, worst
    return worst


def main():
    folder = pathlib.Path(sys.argv[1]) / "gguf"
    entries = json.loads((folder / "expected.json").read_text())
    assert len(entries) >= 50
    check_blocks(folder, "blocks", {"Q8_0", "Q4_0", "Q5_0", "Q4_K", "Q6_K"})
    check_blocks(folder, "experts", {"Q8_0", "Q4_0", "Q4_K", "Q5_K", "Q6_K"})
    for entry in entries:
        fields, tensors = check_fields(entry)
        worst = check_llama_cpp(entry)
        print(f"{pathlib.Path(entry['file']).name}: {fields} fields, {tensors} tensors, {len(entry['steps'])} greedy steps, largest log-probability difference {worst:.2e}")


if __name__ == "__main__":
    main()
