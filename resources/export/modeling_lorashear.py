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
config that carries that layer's sizes. Nothing else is changed: attention kernels, caches, generation and adapters work as usual.
"""
import copy

import torch
import transformers

SIZES = "lorashear_layers"


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


def _pruned(stock):
    """The stock class with layers of their own sizes; None where this version of transformers does not have it."""
    base = getattr(transformers, stock, None)
    if base is None:
        return None

    class Pruned(base):
        def __init__(self, config, *args, **kwargs):
            super().__init__(config, *args, **kwargs)
            _resize(self, config)

    Pruned.__name__ = Pruned.__qualname__ = "Pruned" + stock
    return Pruned


PrunedLlamaForCausalLM = _pruned("LlamaForCausalLM")
PrunedMistralForCausalLM = _pruned("MistralForCausalLM")
PrunedQwen2ForCausalLM = _pruned("Qwen2ForCausalLM")
PrunedQwen3ForCausalLM = _pruned("Qwen3ForCausalLM")
PrunedGemma2ForCausalLM = _pruned("Gemma2ForCausalLM")
PrunedGemma3ForCausalLM = _pruned("Gemma3ForCausalLM")
PrunedPhi3ForCausalLM = _pruned("Phi3ForCausalLM")
