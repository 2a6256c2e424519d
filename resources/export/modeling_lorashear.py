# SPDX-License-Identifier: MIT
#
# Copyright (c) LoRAShear Studio contributors
#
# Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
# "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
# distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
# the following conditions: The above copyright notice and this permission notice shall be included in all copies or substantial portions of
# the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
# WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
# LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
# CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""Language models whose layers differ in size, as structured pruning leaves them.

The model is the stock one of transformers. Its config.json holds the sizes of the unpruned model and, under "lorashear_layers", one list per
size with the value of every layer. After the stock constructor has run, each decoder layer is built again by its own class from a copy of the
config that carries that layer's sizes. Linears that config.json names under "lorashear_factors" become two thin ones. Nothing else is changed:
attention kernels, caches, generation and adapters work as usual.
"""
import copy

import torch
import transformers

SIZES = "lorashear_layers"
FACTORS = "lorashear_factors"


class Factored(torch.nn.Module):
    """y = second(shuffle(first x)) + bias in place of y = W x + bias.

    One block: first is [rank, in], second [out, rank], and nothing is shuffled. b blocks: first0, first1, ... each read their part of x and make
    b * rank values; of these, second0 reads the first rank of every one, second1 the next, and each makes its part of y.
    """

    def __init__(self, old, rank, blocks):
        super().__init__()
        self.rank, self.blocks = rank, blocks
        self.in_features, self.out_features = old.in_features, old.out_features
        self.register_buffer("weight", torch.empty(0))  # stock classes want another shape here, so they refuse the file
        inner = rank * blocks
        like = {"device": old.weight.device, "dtype": old.weight.dtype}
        for i in range(blocks):
            number = "" if blocks == 1 else str(i)
            first = torch.nn.Linear(old.in_features // blocks, inner, bias=False, **like)
            second = torch.nn.Linear(inner, old.out_features // blocks, bias=old.bias is not None, **like)
            setattr(self, "first" + number, first)
            setattr(self, "second" + number, second)

    def forward(self, x):
        if self.blocks == 1:
            return self.second(self.first(x))
        parts = x.chunk(self.blocks, dim=-1)
        inner = torch.stack([getattr(self, f"first{i}")(part) for i, part in enumerate(parts)], dim=-1)
        rows = inner.split(self.rank, dim=-2)
        return torch.cat([getattr(self, f"second{j}")(own.flatten(-2)) for j, own in enumerate(rows)], dim=-1)


def _layers_of(model):
    for path in ("model.layers", "model.decoder.layers", "gpt_neox.layers", "transformer.h"):
        found = model
        for name in path.split("."):
            found = getattr(found, name, None)
        if isinstance(found, torch.nn.ModuleList):
            return found
    raise ValueError("this model keeps its decoder layers in a place that is not known here")


def _config_of_layer(config, sizes, index):
    layer = copy.deepcopy(config)
    for key, values in sizes.items():
        setattr(layer, key, values[index])
    return layer


def _resize(model, config):
    sizes = getattr(config, SIZES, None)
    if not sizes:
        return
    layers = _layers_of(model)
    for key, values in sizes.items():
        if len(values) != len(layers):
            raise ValueError(f"{SIZES}.{key} has {len(values)} entries for {len(layers)} layers")
    for index, old in enumerate(layers):
        like = next(old.parameters())
        new = type(old)(_config_of_layer(model.config, sizes, index), index)
        layers[index] = new.to(device=like.device, dtype=like.dtype)


def _factor(model, config):
    for path, factor in (getattr(config, FACTORS, None) or {}).items():
        parent, _, name = path.rpartition(".")
        owner = model.get_submodule(parent)
        setattr(owner, name, Factored(getattr(owner, name), factor["rank"], factor.get("blocks", 1)))


def _pruned(stock):
    """The stock class with layers of their own sizes and factored linears; None where this version of transformers does not have it."""
    base = getattr(transformers, stock, None)
    if base is None:
        return None

    class Pruned(base):
        def __init__(self, config, *args, **kwargs):
            super().__init__(config, *args, **kwargs)
            _resize(self, config)
            _factor(self, config)

    Pruned.__name__ = Pruned.__qualname__ = "Pruned" + stock
    return Pruned


PrunedLlamaForCausalLM = _pruned("LlamaForCausalLM")
PrunedMistralForCausalLM = _pruned("MistralForCausalLM")
PrunedQwen2ForCausalLM = _pruned("Qwen2ForCausalLM")
PrunedQwen3ForCausalLM = _pruned("Qwen3ForCausalLM")
PrunedGemma2ForCausalLM = _pruned("Gemma2ForCausalLM")
PrunedGemma3ForCausalLM = _pruned("Gemma3ForCausalLM")
PrunedPhi3ForCausalLM = _pruned("Phi3ForCausalLM")
