"""The real SmolLM2-135M: what `lorashear eval` measures is what transformers and llama.cpp measure on the same weights.

    check_smollm2.py FOLDER PROGRAM [--windows N] [--window TOKENS] [--items N] [--llama-windows N]

The model is the GGUF file that packaging/get-smollm2.sh brings. transformers reads it by itself; llama.cpp gets a copy that the official gguf package
dequantised to F32, since with four-bit weights it rounds activations, too. The text is WikiText-2's test split where the shared folder is
there, else the bundled one; the tasks are those of the shared folder, else none.

Perplexity: windows of so many tokens without BOS, in their order; llama.cpp is made to write the text token by token, and says what each
was worth. Tasks: the scorer below is written after the documentation of lm-evaluation-harness, not after ours: log-likelihood of each
choice after its context, context and continuation tokenised together, acc by the sum, acc_norm by the sum over the choice's bytes.
"""
import argparse
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import time

import gguf
import numpy
import torch
import transformers
import xllamacpp

from texts import SHARED, SOURCE

NLL_TOLERANCE = 2e-5        # mean, nats a token: measured 1e-6
CHOICE_TOLERANCE = 1e-5     # of the sum over a choice, or of 10 where that is smaller
# Measured 1.4e-4, always in one direction: llama.cpp adds up a softmax's 49152 terms in fp32, the largest first, and loses the smallest (the same
# sum over transformers' logits loses 1.5e-4).
LLAMA_TOLERANCE = 3e-4


def model_file():
    script = SOURCE / "packaging" / "get-smollm2.sh"
    return pathlib.Path(subprocess.run(["bash", script, "--print"], check=True, capture_output=True, text=True).stdout.strip())


def text_file():
    shared = SHARED / "data/wikitext2/wiki.test.raw"
    return shared if shared.exists() else SOURCE / "resources/data/valid.txt"


# Tasks: a reader gives [(context, continuation)] and the right one.

def clean_wikihow(text):
    text = re.sub(r"\[.*?\]", "", text.strip().replace(" [title]", ". "))
    return text.replace("  ", " ")


def boolq(doc):
    context = f"{doc['passage']}\nQuestion: {doc['question']}?\nAnswer:"
    return [(context, " no"), (context, " yes")], int(doc["answer"])


def piqa(doc):
    return [(f"Question: {doc['goal']}\nAnswer:", " " + doc[key]) for key in ("sol1", "sol2")], doc["label"]


def hellaswag(doc):
    context = clean_wikihow(f"{doc['activity_label']}: {doc['ctx_a']} {doc['ctx_b'].capitalize()}")
    return [(context, " " + clean_wikihow(ending)) for ending in doc["endings"]], int(doc["label"])


def winogrande(doc):
    before, after = doc["sentence"].split("_", 1)
    return [(before + doc[key], " " + after.strip()) for key in ("option1", "option2")], int(doc["answer"]) - 1


def school(doc, frame):
    question = doc["question"]
    choices = [(frame.format(question["stem"]), " " + choice["text"]) for choice in question["choices"]]
    return choices, [choice["label"] for choice in question["choices"]].index(doc["answerKey"])


def arc(doc):
    return school(doc, "Question: {}\nAnswer:")


def openbookqa(doc):
    return school(doc, "{}")


TASKS = {"boolq": boolq, "piqa": piqa, "hellaswag": hellaswag, "winogrande": winogrande, "arc_easy": arc, "arc_challenge": arc,
         "openbookqa": openbookqa}


class Reference:
    def __init__(self, path):
        torch.set_num_threads(min(2, os.cpu_count()))
        transformers.utils.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()
        where = dict(gguf_file=path.name)
        self.model = transformers.AutoModelForCausalLM.from_pretrained(path.parent, dtype=torch.float32, **where).eval()
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(path.parent, **where)

    def encode(self, text):
        return self.tokenizer(text)["input_ids"]

    @torch.no_grad()
    def log_likelihoods(self, ids):
        """Of every id but the first, after those before it."""
        logits = self.model(torch.tensor([ids[:-1]]), use_cache=False).logits[0]
        return torch.log_softmax(logits.double(), -1).gather(1, torch.tensor(ids[1:]).unsqueeze(1)).squeeze(1)

    def choice(self, context, continuation):
        spaces = len(context) - len(context.rstrip())
        if spaces:
            context, continuation = context[:-spaces], context[-spaces:] + continuation
        ids = self.encode(context + continuation)
        scored = len(ids) - len(self.encode(context))
        return self.log_likelihoods(ids[-self.model.config.max_position_embeddings - 1:])[-scored:].sum().item()


def dequantised_copy(source, target):
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, reader.fields["general.architecture"].contents())
    for name, field in reader.fields.items():
        if not name.startswith("GGUF.") and name not in ("general.architecture", "general.file_type", "general.quantization_version"):
            array = field.types[0] == gguf.GGUFValueType.ARRAY
            writer.add_key_value(name, field.contents(), field.types[0], sub_type=field.types[-1] if array else None)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


class LlamaCpp:
    def __init__(self, path, tokens):
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = tokens + 8
        params.n_parallel = 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
        params.warmup = False
        # Both would compute in halves.
        params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
        self.server = xllamacpp.Server(params)

    def nll(self, ids):
        """Sum over all ids but the first. Each is forced upon the sampler; what it reports are the probabilities before that."""
        return -sum(self.log_likelihood(ids[:at], ids[at]) for at in range(1, len(ids)))

    def log_likelihood(self, before, token):
        answer = self.server.handle_completions({"prompt": before, "n_predict": 1, "n_probs": 1, "temperature": 0, "cache_prompt": True,
                                                 "ignore_eos": True, "logit_bias": [[token, 1e6]]})
        answer = answer if isinstance(answer, dict) else json.loads(answer)
        written = answer["choices"][0]["logprobs"]["content"][0]
        assert written["id"] == token, "llama.cpp wrote something else than the text"
        return written["logprob"]


def evaluate(program, *arguments):
    done = subprocess.run([program, "eval", *map(str, arguments), "--json"], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def check_perplexity(options, path, reference, report):
    common = [path, "--text", text_file(), "--window", options.window, "--no-bos"]
    started = time.monotonic()
    ours = evaluate(options.program, *common, "--max-windows", options.windows)
    seconds = time.monotonic() - started
    needed = options.window * options.windows
    ids = reference.encode(text_file().read_text(encoding="utf8")[:needed * 16])
    windows = [ids[at:at + options.window] for at in range(0, needed, options.window)]
    assert ours["tokens"] == sum(len(window) - 1 for window in windows), ours
    started = time.monotonic()
    theirs = -sum(reference.log_likelihoods(window).sum().item() for window in windows) / ours["tokens"]
    report("perplexity", f"{options.windows} windows of {options.window} tokens of {text_file().name}: nll ours {ours['nll']:.7f} ({seconds:.0f} s), "
           f"transformers {theirs:.7f} ({time.monotonic() - started:.0f} s); perplexity {math.exp(ours['nll']):.4f} and {math.exp(theirs):.4f}",
           abs(ours["nll"] - theirs) <= NLL_TOLERANCE)
    if not options.llama_windows:
        return
    if options.llama_windows != options.windows:
        ours = evaluate(options.program, *common, "--max-windows", options.llama_windows)
    copy = pathlib.Path(options.folder) / "smollm2-f32.gguf"
    dequantised_copy(path, copy)
    server = LlamaCpp(copy, options.window)
    copy.unlink()
    started = time.monotonic()
    theirs = sum(server.nll(window) for window in windows[:options.llama_windows]) / ours["tokens"]
    report("perplexity", f"first {options.llama_windows} of these windows: nll ours {ours['nll']:.7f}, "
           f"llama.cpp {theirs:.7f} ({time.monotonic() - started:.0f} s)", abs(ours["nll"] - theirs) <= LLAMA_TOLERANCE)


def check_tasks(options, path, reference, report):
    folder = SHARED / "data/tasks"
    if not folder.exists():
        return
    samples = pathlib.Path(options.folder) / "smollm2-samples.jsonl"
    started = time.monotonic()
    ours = evaluate(options.program, path, "--tasks", folder, "--limit", options.items, "--samples", samples,
                    "--force")["tasks"]
    print(f"seven tasks, first {options.items} questions of each: ours {time.monotonic() - started:.0f} s")
    each = [json.loads(line) for line in samples.read_text().splitlines()]
    started = time.monotonic()
    for name, read in TASKS.items():
        mine = [sample for sample in each if sample["task"] == name]
        docs = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf8").splitlines()[:options.items]]
        assert len(mine) == len(docs) == ours[name]["n"], name
        right = normalised = 0
        worst = 0.0
        for doc, sample in zip(docs, mine):
            choices, answer = read(doc)
            sums = [reference.choice(*choice) for choice in choices]
            assert len(sums) == len(sample["log_likelihoods"]) and answer == sample["answer"], (name, sample)
            worst = max([worst] + [abs(a - b) / max(10, abs(a)) for a, b in zip(sums, sample["log_likelihoods"])])
            lengths = [len(continuation.encode()) - 1 for _, continuation in choices]
            right += max(range(len(sums)), key=lambda i: sums[i]) == answer
            normalised += max(range(len(sums)), key=lambda i: sums[i] / max(lengths[i], 1)) == answer
        theirs = right / len(docs), normalised / len(docs)
        report(name, f"acc ours {ours[name]['acc']:.3f}, transformers {theirs[0]:.3f}; acc_norm ours {ours[name]['acc_norm']:.3f}, "
               f"transformers {theirs[1]:.3f}; log-likelihoods differ by {worst:.1e} at most",
               worst <= CHOICE_TOLERANCE and (ours[name]["acc"], ours[name]["acc_norm"]) == theirs)
    print(f"transformers {time.monotonic() - started:.0f} s")


def check_chat(options, path, reference, report):
    question = "What is the capital of France?"
    words = [options.program, "generate", path, "--chat", "--prompt", question, "--max-tokens", "1", "--json"]
    ours = json.loads(subprocess.run(list(map(str, words)), check=True, stdout=subprocess.PIPE, text=True).stdout)["prompt_tokens"]
    text = reference.tokenizer.apply_chat_template([{"role": "user", "content": question}], add_generation_prompt=True, tokenize=False)
    report("chat", f"a question of {len(ours)} tokens", ours == reference.encode(text))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("program")
    for name, default in (("windows", 2), ("window", 64), ("items", 1), ("llama-windows", 1)):
        parser.add_argument("--" + name, type=int, default=default)
    options = parser.parse_args()
    wrong = []

    def report(subject, words, equal):
        print(("" if equal else "DIFFERENT  ") + subject + ": " + words, flush=True)
        if not equal:
            wrong.append(subject)

    path = model_file()
    reference = Reference(path)
    check_perplexity(options, path, reference, report)
    check_tasks(options, path, reference, report)
    check_chat(options, path, reference, report)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
