#!/usr/bin/env python3
"""The rows of lorashear-bench for transformers + PEFT, to compare in the same minute.

    VENV/bin/python tests/bench/peer.py [--quick] [--threads N] [--autocast] [--shape TEXT]

Needs torch, transformers and peft in the environment that runs it (2.15.0, 5.23.0 and 0.21.2 were measured).
"""
import argparse
import os
import resource
import time

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def random_shape(hidden, layers, heads, kv_heads, width, vocabulary):
    torch.manual_seed(1)
    return LlamaForCausalLM(LlamaConfig(
        hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=kv_heads,
        intermediate_size=width, vocab_size=vocabulary, tie_word_embeddings=True, max_position_embeddings=2048))


SHAPES = [
    ("stories260K", 8, 256, lambda: LlamaForCausalLM.from_pretrained(ROOT + "/resources/models/stories260K", dtype=torch.float32)),
    ("random 15M", 8, 256, lambda: random_shape(288, 6, 6, 6, 768, 32000)),
    ("SmolLM2-135M shape", 8, 128, lambda: random_shape(576, 30, 9, 3, 1536, 49152)),
]


def best(repeats, body):
    body()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return min(times)


def product_rate(dtype, repeats):
    x, w = torch.full((1024, 1024), 0.5, dtype=dtype), torch.full((1024, 1024), 0.5, dtype=dtype)
    return 2 * 1024**3 / best(repeats, lambda: x @ w.t()) / 1e9


def forward_flops(model, tokens):
    config = model.config
    flops = 2 * model.get_output_embeddings().weight.numel()
    flops += sum(2 * m.weight.numel() for n, m in model.named_modules() if isinstance(m, torch.nn.Linear) and ".layers." in n)
    head = config.hidden_size // config.num_attention_heads
    return flops + config.num_hidden_layers * 2 * config.num_attention_heads * head * (tokens + 1)


def measure(row, name, tokens, flops, repeats, body):
    before = product_rate(torch.float32, 5)
    seconds = best(repeats, body)
    sgemm = max(before, product_rate(torch.float32, 5))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = flops / seconds / 1e9
    print(f"{row:26s} {name:20s} {tokens / seconds:9.0f} tokens/s {rate:7.1f} GFLOPS {100 * rate / sgemm:6.0f} % of sgemm "
          f"({sgemm:.0f}) {peak:7.0f} MB peak of the process", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--autocast", action="store_true", help="bf16 autocast instead of fp32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shape", default="", help="shapes whose name contains this")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    print(f"matrix product             {product_rate(torch.float32, 10):7.0f} GFLOPS fp32, {product_rate(torch.bfloat16, 10):.0f} GFLOPS bf16")
    suffix = ", autocast" if options.autocast else ""
    for name, batch, length, make in SHAPES:
        if options.shape not in name:
            continue
        model = make()
        flops = batch * length * forward_flops(model, length)
        ids = ((torch.arange(batch * length) * 7919 + 13) % model.config.vocab_size).view(batch, length)
        repeats = (2 if options.quick else 6) * (5 if name == "stories260K" else 1)

        def loss():
            with torch.autocast("cpu", torch.bfloat16, enabled=options.autocast):
                return model(input_ids=ids, labels=ids, use_cache=False).loss

        def forward():
            with torch.no_grad():
                loss()

        model.eval()
        measure("forward" + suffix, name, batch * length, flops, repeats, forward)
        model = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, lora_dropout=0.0, target_modules=[
            "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]))
        model.train()
        optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4, weight_decay=0)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss().backward()
            torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
            optimizer.step()

        measure("LoRA step" + suffix, name, batch * length, 2 * flops, repeats, step)


if __name__ == "__main__":
    main()
