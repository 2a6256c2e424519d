"""GGUF files of ours in the official gguf package and in a real llama.cpp.

    check_gguf.py FOLDER

Reads FOLDER/gguf/expected.json (tst_interop_gguf). Every field and tensor of every file is read; where expectations say so, llama.cpp's own tokenization of
the prompt, its greedy tokens and the log-probabilities of the best tokens at each step (within 2e-3; measured 3e-4) must be ours.
"""
import json
import math
import pathlib
import sys

import gguf
import xllamacpp

TOLERANCE = 2e-3


def check_fields(entry):
    reader = gguf.GGUFReader(entry["file"])
    fields = {name: field.contents() for name, field in reader.fields.items()}
    architecture = fields["general.architecture"]
    assert architecture == ("llama" if entry["uniform"] else "deci"), architecture
    heads = fields[f"{architecture}.attention.head_count"]
    assert (heads if isinstance(heads, list) else [heads] * len(entry["heads"])) == entry["heads"], heads
    head_dim = fields[f"{architecture}.attention.key_length"]
    assert fields[f"{architecture}.rope.dimension_count"] == fields[f"{architecture}.attention.value_length"] == head_dim
    assert len(fields["tokenizer.ggml.tokens"]) == fields[f"{architecture}.vocab_size"]
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, len(entry["heads"]))
    expected = {names.get_name(name, try_suffixes=(".weight", ".bias")): shape for name, shape in entry["tensors"].items()}
    found = {}
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        assert math.isfinite(float(abs(values).sum())), tensor.name
        found[tensor.name] = list(values.shape)
    assert found == expected, set(found) ^ set(expected)
    return len(fields), len(found)


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
        completion(server, entry["prompt"], 4, 1)
        return 0.0
    _, from_ids = completion(server, entry["ids"], len(steps), len(steps[0]["top"]))
    _, from_text = completion(server, entry["prompt"], len(steps), 1)
    ours = [step["id"] for step in steps]
    assert [token["id"] for token in from_ids] == ours, ("greedy tokens differ", [t["id"] for t in from_ids], ours)
    assert [token["id"] for token in from_text] == ours, ("the prompt's own tokenization differs", entry["prompt"])
    worst = 0.0
    for step, token in zip(steps, from_ids):
        theirs = {top["id"]: top["logprob"] for top in token["top_logprobs"]}
        for number, (identity, logprob) in enumerate(step["top"]):
            if identity not in theirs:  # only the last may change places with the next
                assert number == len(step["top"]) - 1, (identity, theirs)
                continue
            worst = max(worst, abs(theirs[identity] - logprob))
    assert worst <= TOLERANCE, worst
    return worst


def main():
    folder = pathlib.Path(sys.argv[1]) / "gguf"
    entries = json.loads((folder / "expected.json").read_text())
    assert len(entries) >= 6
    for entry in entries:
        fields, tensors = check_fields(entry)
        worst = check_llama_cpp(entry)
        print(f"{pathlib.Path(entry['file']).name}: {fields} fields, {tensors} tensors, {len(entry['steps'])} greedy steps, largest log-probability difference {worst:.2e}")


if __name__ == "__main__":
    main()
