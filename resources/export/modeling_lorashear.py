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
config that carries that layer's sizes. A layer with 0 heads has no attention and one with 0 neurons no MLP: with the norms around it, it is replaced
by what adds nothing. Linears that config.json names under "lorashear_factors" become two thin ones. Nothing else is changed:
attention kernels, caches, generation and adapters work as usual.

Where experts differ in number or width, "expert_sizes" lists the widths of every layer's experts, and the routed MLP is built here, one linear
for each matrix of an expert under the names of the checkpoint. It computes what the stock one does.
"""
import copy

import torch
import transformers

SIZES = "lorashear_layers"
FACTORS = "lorashear_factors"
EXPERTS = "expert_sizes"

# What a family calls its routed MLP in checkpoints, and the matrices of an expert: gate, up, down.
ROUTED = {
    "mixtral": ("block_sparse_moe", ("w1", "w3", "w2")),
    "qwen3_moe": ("mlp", ("gate_proj", "up_proj", "down_proj")),
    "olmoe": ("mlp", ("gate_proj", "up_proj", "down_proj")),
}

# What layers call the norms around attention and those around the MLP: the first row whose names a layer has. One norm in both places is read by both.
NORMS = (
    (("input_layernorm", "post_attention_layernorm"), ("pre_feedforward_layernorm", "post_feedforward_layernorm")),
    (("input_layernorm", "post_self_attn_layernorm"), ("post_attention_layernorm", "post_mlp_layernorm")),
    (("post_attention_layernorm",), ("post_feedforward_layernorm",)),
    (("input_layernorm",), ("post_attention_layernorm",)),
    (("ln_attn",), ("ln_mlp",)),
    (("input_layernorm",), ("input_layernorm",)),
)


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
        setattr(layer, key, values[index] or 1)  # what is absent is built small and then taken out
    return layer


class _NoAttention(torch.nn.Module):
    def __init__(self, old):
        super().__init__()
        self.layer_idx = old.layer_idx
        self.is_sliding = getattr(old, "is_sliding", False)  # layers of transformers 4 ask for it
        self.attention_type = getattr(old, "attention_type", None)  # and its models for this

    def forward(self, hidden_states, past_key_values=None, past_key_value=None, layer_past=None, **kwargs):
        cache = next((one for one in (past_key_values, past_key_value, layer_past) if one is not None), None)
        if cache is not None:  # how many tokens there were is asked of the cache of the first layer
            nothing = hidden_states.new_zeros(hidden_states.shape[0], 1, hidden_states.shape[1], 1)
            cache.update(nothing, nothing, self.layer_idx, {"cache_position": kwargs.get("cache_position")})
        return torch.zeros_like(hidden_states), None


class _NoMlp(torch.nn.Module):
    def __init__(self, routed):
        super().__init__()
        self.pair = routed and int(transformers.__version__.split(".")[0]) < 5

    def forward(self, hidden_states):
        nothing = torch.zeros_like(hidden_states)
        return (nothing, None) if self.pair else nothing


class _Expert(torch.nn.Module):
    def __init__(self, hidden, width, names, activation):
        super().__init__()
        self.names = names
        self.activation = activation
        for name, (rows, columns) in zip(names, ((width, hidden), (width, hidden), (hidden, width))):
            setattr(self, name, torch.nn.Linear(columns, rows, bias=False))

    def forward(self, x):
        gate, up, down = (getattr(self, name) for name in self.names)
        return down(self.activation(gate(x)) * up(x))


class _RoutedMlp(torch.nn.Module):
    """Softmax over all experts, the largest few of them, their shares divided by their sum where the family does so."""

    def __init__(self, config, widths, names):
        super().__init__()
        self.top_k = config.num_experts_per_tok
        self.normalised = config.model_type == "mixtral" or bool(getattr(config, "norm_topk_prob", False))
        activation = transformers.activations.ACT2FN[config.hidden_act]
        self.gate = torch.nn.Linear(config.hidden_size, len(widths), bias=False)
        self.experts = torch.nn.ModuleList(_Expert(config.hidden_size, width, names, activation) for width in widths)

    def forward(self, hidden_states):
        x = hidden_states.reshape(-1, hidden_states.shape[-1])
        scores = self.gate(x)
        weights, chosen = torch.topk(torch.softmax(scores, dim=-1, dtype=torch.float), self.top_k, dim=-1)
        if self.normalised:
            weights = weights / weights.sum(dim=-1, keepdim=True)
        weights = weights.to(x.dtype)
        y = torch.zeros_like(x)
        for index, expert in enumerate(self.experts):
            tokens, place = torch.where(chosen == index)
            if len(tokens):
                y.index_add_(0, tokens, expert(x[tokens]) * weights[tokens, place, None])
        y = y.view_as(hidden_states)
        return y if int(transformers.__version__.split(".")[0]) >= 5 else (y, scores)


def _put_mlp(layer, config, mlp):
    """Puts this in the place of the stock MLP, under the checkpoint's name."""
    module = ROUTED[config.model_type][0] if config.model_type in ROUTED else "mlp"
    stock = module if module in layer._modules else "mlp"
    if stock == module:
        setattr(layer, module, mlp)
    else:  # transformers 5 calls it otherwise inside: one module, known by both names, saved under the checkpoint's
        del layer._modules[stock]
        layer.add_module(module, mlp)
        layer.__dict__[stock] = mlp
    return module


def _leave_out(layer, config, index, attention, mlp):
    """Takes absent sub-layers out with their norms; returns the patterns of what the checkpoint has in their place: tensors without elements."""
    before, behind = next(row for row in NORMS if all(layer._modules.get(name) is not None for part in row for name in part))
    gone = []
    if attention:
        name = "self_attn" if "self_attn" in layer._modules else "self_attention"
        setattr(layer, name, _NoAttention(layer._modules[name]))
        gone += [name, *(norm for norm in before if mlp or norm not in behind)]
    if mlp:
        gone.append(_put_mlp(layer, config, _NoMlp(config.model_type in ROUTED)))
        gone += [norm for norm in behind if attention or norm not in before]
    for name in gone:
        if any(name in part for part in (before, behind)):
            setattr(layer, name, torch.nn.Identity())
    return [rf"\.(layers|h)\.{index}\.{name}\." for name in gone]


def _fit_head_norms(layer):
    """OLMoE norms all queries and all keys together; its class takes the hidden size for their width, whatever head_dim says."""
    attention = layer._modules.get("self_attn")
    for name, projection in (("q_norm", "q_proj"), ("k_norm", "k_proj")):
        norm, linear = getattr(attention, name, None), getattr(attention, projection, None)
        if norm is None or linear is None or norm.weight.numel() in (linear.out_features, attention.head_dim):
            continue
        norm.weight = torch.nn.Parameter(norm.weight.new_ones(linear.out_features))


def _ignore_unexpected(model, patterns):
    known = model._keys_to_ignore_on_load_unexpected
    known = known | set(patterns) if isinstance(known, set) else list(known or []) + patterns
    model._keys_to_ignore_on_load_unexpected = known


def _resize(model, config):
    sizes = getattr(config, SIZES, None)
    if not sizes:
        return
    layers = _layers_of(model)
    for key, values in sizes.items():
        if len(values) != len(layers):
            raise ValueError(f"{SIZES}.{key} has {len(values)} entries for {len(layers)} layers")
    absent = []
    for index, old in enumerate(layers):
        like = next(old.parameters())
        own = _config_of_layer(model.config, sizes, index)
        new = type(old)(own, index)
        _fit_head_norms(new)
        widths = sizes[EXPERTS][index] if EXPERTS in sizes else []
        if widths:
            _put_mlp(new, own, _RoutedMlp(own, widths, ROUTED[own.model_type][1]))
        no_attention = sizes.get("num_attention_heads", [1] * len(layers))[index] == 0
        plain = sizes.get("intermediate_size", sizes.get("ffn_hidden_size"))
        no_mlp = not widths and (EXPERTS in sizes or plain is not None) and not (plain and plain[index])
        absent += _leave_out(new, own, index, no_attention, no_mlp)
        layers[index] = new.to(device=like.device, dtype=like.dtype)
    if absent:
        _ignore_unexpected(model, absent)


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
            if (getattr(config, SIZES, None) or {}).get(EXPERTS):
                # transformers 5 joins the experts of its own classes into one tensor while it loads; these stay apart.
                inner = type(self.model)
                self.model.__class__ = type("Pruned" + inner.__name__, (inner,), {"__module__": __name__})

    Pruned.__name__ = Pruned.__qualname__ = "Pruned" + stock
    return Pruned


PrunedLlamaForCausalLM = _pruned("LlamaForCausalLM")
PrunedMistralForCausalLM = _pruned("MistralForCausalLM")
PrunedQwen2ForCausalLM = _pruned("Qwen2ForCausalLM")
PrunedQwen3ForCausalLM = _pruned("Qwen3ForCausalLM")
PrunedGemma2ForCausalLM = _pruned("Gemma2ForCausalLM")
PrunedGemma3ForCausalLM = _pruned("Gemma3ForCausalLM")
PrunedPhi3ForCausalLM = _pruned("Phi3ForCausalLM")
PrunedMixtralForCausalLM = _pruned("MixtralForCausalLM")
PrunedQwen3MoeForCausalLM = _pruned("Qwen3MoeForCausalLM")
PrunedOlmoeForCausalLM = _pruned("OlmoeForCausalLM")
PrunedSmolLM3ForCausalLM = _pruned("SmolLM3ForCausalLM")
PrunedGraniteForCausalLM = _pruned("GraniteForCausalLM")
PrunedOlmo2ForCausalLM = _pruned("Olmo2ForCausalLM")
PrunedOlmo3ForCausalLM = _pruned("Olmo3ForCausalLM")
PrunedMinistralForCausalLM = _pruned("MinistralForCausalLM")
PrunedGlmForCausalLM = _pruned("GlmForCausalLM")
PrunedGlm4ForCausalLM = _pruned("Glm4ForCausalLM")
PrunedPhiForCausalLM = _pruned("PhiForCausalLM")
PrunedStableLmForCausalLM = _pruned("StableLmForCausalLM")
PrunedStarcoder2ForCausalLM = _pruned("Starcoder2ForCausalLM")
PrunedNemotronForCausalLM = _pruned("NemotronForCausalLM")
PrunedCohere2ForCausalLM = _pruned("Cohere2ForCausalLM")
PrunedFalconForCausalLM = _pruned("FalconForCausalLM")
