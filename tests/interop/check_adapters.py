"""Puts the adapters that tst_interop_exports wrote on their bases with the real peft, and compares logits.

    check_adapters.py FOLDER

FOLDER/written-adapters/NAME holds adapter/ (PEFT) and expected.json: "base" (folder), "code", "ids", "logits" in fp32.
"""
import json
import os
import sys

import torch
import transformers
from peft import PeftModel
from transformers import AutoModelForCausalLM

TOLERANCE = 1e-4


def check(folder):
    with open(os.path.join(folder, "expected.json")) as file:
        expected = json.load(file)
    base = AutoModelForCausalLM.from_pretrained(expected["base"], dtype=torch.float32, attn_implementation="eager",
                                                trust_remote_code=expected["code"])
    model = PeftModel.from_pretrained(base, os.path.join(folder, "adapter")).eval()
    with torch.no_grad():
        logits = model(torch.tensor(expected["ids"]), use_cache=False).logits
    ours = torch.tensor(expected["logits"]).reshape(logits.shape)
    apart = (logits - ours).abs().max().item()
    return None if apart <= TOLERANCE * max(1.0, ours.abs().max().item()) else f"logits differ by {apart:.3g}"


def main():
    target = os.path.join(sys.argv[1], "written-adapters")
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    names = sorted(os.listdir(target))
    wrong = [f"{name}: {problem}" for name in names if (problem := check(os.path.join(target, name)))]
    print(f"{len(names) - len(wrong)} of {len(names)} adapters agree")
    print("\n".join(wrong))
    sys.exit(1 if wrong or len(names) < 6 else 0)


if __name__ == "__main__":
    main()
