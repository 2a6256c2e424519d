"""PEFT adapters of many kinds on the checkpoints of make_family_checkpoints.py, with what peft computes with them.

    make_adapters.py FOLDER

writes FOLDER/adapters/CASE-KIND: a PEFT folder and reference.json with "base" (folder of the base), "ids" and "logits".
"""
import glob
import json
import os
import shutil
import sys

import torch
import transformers
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

LLAMA_LIKE = ["q_proj", "v_proj"]
KINDS = {
    "plain": dict(r=4, lora_alpha=8, target_modules=LLAMA_LIKE),
    "rslora": dict(r=4, lora_alpha=8, target_modules=["q_proj", "down_proj"], use_rslora=True),
    "patterns": dict(r=3, lora_alpha=6, target_modules=["q_proj", "k_proj", "up_proj"], rank_pattern={"up_proj": 5, "layers.0.self_attn.q_proj": 2},
                     alpha_pattern={"k_proj": 1}),
    "layers": dict(r=2, lora_alpha=4, target_modules=LLAMA_LIKE, layers_to_transform=[1]),
    "regex": dict(r=2, lora_alpha=4, target_modules=r".*layers\.0\.(self_attn\.[qo]_proj|mlp\.gate_proj)"),
    "all": dict(r=2, lora_alpha=3, target_modules="all-linear", exclude_modules=["v_proj"]),
}
BASES = ["llama-gqa2-tied", "llama-gqa4-biases", "mistral-full", "qwen2-tied", "qwen3", "gemma2", "gpt2", "gpt-neox", "opt"]


def write(base, kind, arguments, target, number):
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, attn_implementation="eager").eval()
    stock = model.config.model_type
    if stock in ("gpt2", "gpt_neox", "opt"):
        if kind not in ("plain", "all"):
            return False
        names = {"gpt2": ["c_attn", "c_proj"], "gpt_neox": ["query_key_value", "dense"], "opt": ["q_proj", "fc2"]}[stock]
        arguments = dict(arguments, target_modules=names if kind == "plain" else "all-linear", fan_in_fan_out=stock == "gpt2")
        arguments.pop("exclude_modules", None)
    model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **arguments)).eval()
    generator = torch.Generator().manual_seed(number)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if "lora_B" in name:
                parameter.copy_(0.2 * torch.randn(parameter.shape, generator=generator))
    ids = torch.randint(3, model.config.vocab_size, (1, 24), generator=generator)
    with torch.no_grad():
        logits = model(ids, use_cache=False).logits
    shutil.rmtree(target, ignore_errors=True)
    model.save_pretrained(target)
    with open(os.path.join(target, "reference.json"), "w") as file:
        json.dump({"base": base, "ids": ids.tolist(), "logits": logits.flatten().tolist()}, file)
    return True


def main():
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    count = 0
    for name in BASES:
        for base in glob.glob(os.path.join(sys.argv[1], "families", name + "-tf5")):
            for number, (kind, arguments) in enumerate(KINDS.items()):
                count += write(base, kind, arguments, os.path.join(sys.argv[1], "adapters", f"{name}-{kind}"), number)
    print(count, "adapters")
    sys.exit(0 if count >= 12 else 1)


if __name__ == "__main__":
    main()
