"""Loads every folder that tst_interop_exports wrote with the transformers that is installed, and compares logits.

    check_exports.py FOLDER [exports|pipelines]

FOLDER/exports/NAME (or pipelines/NAME, tst_interop_pipelines) holds a Hugging Face folder and expected.json: "ids" (rows of tokens), "logits" that we computed in fp32 (of all
rows and positions), "code" (needs trust_remote_code), "only5" (transformers 4 must refuse it, or compute something else). Stock classes must refuse what needs our modelling file.
"""
import json
import os
import sys

import torch
import transformers
from transformers import AutoModelForCausalLM

TOLERANCE = 1e-4


def load(folder, **more):
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    # Transformers 5 groups the products of experts, for which rows must be whole 16 bytes; an original of another width asks for this, too.
    if config.get("moe_intermediate_size", 0) % 4 and transformers.__version__ >= "5":
        more["experts_implementation"] = "eager"
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager", **more).eval()


def check(folder):
    with open(os.path.join(folder, "expected.json")) as file:
        expected = json.load(file)
    refused = expected.get("only5") and transformers.__version__ < "5"
    try:
        model = load(folder, trust_remote_code=expected["code"])
    except (RuntimeError, ValueError):
        if refused:
            return None
        raise
    ids = torch.tensor(expected["ids"])
    with torch.no_grad():
        logits = model(ids, use_cache=False).logits
        text = model.generate(ids[:1, :8], max_new_tokens=8, do_sample=False, pad_token_id=0) if expected["code"] else None
    ours = torch.tensor(expected["logits"]).reshape(logits.shape)
    apart = (logits - ours).abs().max().item()
    differs = apart > TOLERANCE * max(1.0, ours.abs().max().item())
    if refused:
        return None if differs else "it opens and computes the same, against the rules"
    if differs:
        return f"logits differ by {apart:.3g} (largest {ours.abs().max().item():.3g})"
    if text is not None and text.shape[1] < 9:
        return "it writes no text"
    if expected["code"] and expected["uneven"]:
        try:
            load(folder, trust_remote_code=False)
            return "the stock class takes weights that are not its"
        except (RuntimeError, ValueError):
            pass
    return None


def main():
    target = os.path.join(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "exports")
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    names = sorted(name for name in os.listdir(target) if os.path.exists(os.path.join(target, name, "expected.json")))
    wrong = []
    for name in names:
        try:
            problem = check(os.path.join(target, name))
        except Exception as error:  # one folder that does not load must not hide the others
            problem = f"{type(error).__name__}: {str(error).strip().splitlines()[-1] if str(error).strip() else ''}"
        if problem:
            wrong.append(f"{name}: {problem}")
    print(f"transformers {transformers.__version__}: {len(names) - len(wrong)} of {len(names)} exports agree to {TOLERANCE}")
    print("\n".join(wrong))
    sys.exit(1 if wrong or len(names) < 20 else 0)


if __name__ == "__main__":
    main()
