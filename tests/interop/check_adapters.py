"""Puts the adapters that tst_interop_exports wrote on their bases with the real peft, and compares logits.

    check_adapters.py FOLDER

FOLDER/written-adapters/NAME holds adapter/ (PEFT) and expected.json: "base" (folder), "code", "ids", "logits" in fp32.

With transformers 5, peft takes for granted that the experts of a routed model are joined into one tensor. In our modelling file they stay apart, so
adapters of those bases are compared with transformers 4, and all others with 5.
"""
import json
import os
import sys
import tempfile

import torch
import transformers
from peft import PeftModel
from transformers import AutoModelForCausalLM

TOLERANCE = 1e-4
EXPERTS = ("num_experts", "num_local_experts")


def expected_of(folder):
    with open(os.path.join(folder, "expected.json")) as file:
        return json.load(file)


def is_for_this_version(folder):
    expected = expected_of(folder)
    with open(os.path.join(expected["base"], "config.json")) as file:
        config = json.load(file)
    apart = expected["code"] and any(config.get(key) for key in EXPERTS)
    return apart == (int(transformers.__version__.split(".")[0]) < 5)


def check(folder):
    expected = expected_of(folder)
    base = AutoModelForCausalLM.from_pretrained(expected["base"], dtype=torch.float32, attn_implementation="eager",
                                                trust_remote_code=expected["code"])
    model = PeftModel.from_pretrained(base, os.path.join(folder, "adapter")).eval()
    with torch.no_grad():
        logits = model(torch.tensor(expected["ids"]), use_cache=False).logits
    ours = torch.tensor(expected["logits"]).reshape(logits.shape)
    apart = (logits - ours).abs().max().item()
    if apart > TOLERANCE * max(1.0, ours.abs().max().item()):
        return f"logits differ by {apart:.3g}"
    return check_merged(model, logits, expected) if expected["code"] else None


def check_merged(model, logits, expected):
    """Merged and saved by peft, a base with our modelling file is a folder with our modelling file."""
    with tempfile.TemporaryDirectory() as folder:
        model.merge_and_unload().save_pretrained(folder)
        again = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager", trust_remote_code=True).eval()
        with torch.no_grad():
            apart = (again(torch.tensor(expected["ids"]), use_cache=False).logits - logits).abs().max().item()
    return None if apart <= TOLERANCE * max(1.0, logits.abs().max().item()) else f"merged and saved, logits differ by {apart:.3g}"


def main():
    target = os.path.join(sys.argv[1], "written-adapters")
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    names = [name for name in sorted(os.listdir(target)) if is_for_this_version(os.path.join(target, name))]
    wrong = [f"{name}: {problem}" for name in names if (problem := check(os.path.join(target, name)))]
    print(f"transformers {transformers.__version__}: {len(names) - len(wrong)} of {len(names)} adapters agree")
    print("\n".join(wrong))
    sys.exit(1 if wrong or len(names) < 6 else 0)


if __name__ == "__main__":
    main()
