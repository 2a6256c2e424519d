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
by what adds nothing, and has no attention maps to record. Linears that config.json names under "lorashear_factors" become two thin ones. Nothing else is changed:
attention kernels, caches, generation, adapters and saving work as usual.

Where experts differ in number or width, "expert_sizes" lists the widths of every layer's experts, and the routed MLP is built here, one linear
for each matrix of an expert under the names of the checkpoint. It computes what the stock one does. Router logits of a layer with fewer experts than
another end with -inf, a share of nothing, so that the loss that balances experts is that of the largest number.
"""
import copy
import functools

import torch
import transformers

SIZES = "lorashear_layers"
FACTORS = "lorashear_factors"
EXPERTS = "expert_sizes"
VERSION = int(transformers.__version__.split(".")[0])

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
    """The decoder layers, and the path to them."""
    for path in ("model.layers", "model.decoder.layers", "gpt_neox.layers", "transformer.h"):
        found = model
        for name in path.split("."):
            found = getattr(found, name, None)
        if isinstance(found, torch.nn.ModuleList):
            return found, path
    raise ValueError("this model keeps its decoder layers in a place that is not known here")


def _blank_config(base):
    return _config_class(base).__new__(_config_class(base))


@functools.lru_cache(None)
def _config_class(base):
    """The class of a layer's own config. Which kernels compute is asked of the model's config at all times: it changes after the model was built."""

    def shared(key):
        def read(self):
            return getattr(self.of_model, key) if "of_model" in self.__dict__ else self.__dict__.get(key)

        def write(self, value):  # one that transformers makes anew, to compare with, belongs to no model
            setattr(self.of_model, key, value) if "of_model" in self.__dict__ else self.__dict__.update({key: value})

        return property(read, write)

    def to_dict(self):
        return {key: value for key, value in base.to_dict(self).items() if key != "of_model"}

    def reduce(self, protocol):
        return _blank_config, (base,), dict(self.__dict__)

    body = {key: shared(key) for key in ("_attn_implementation_internal", "_experts_implementation_internal")}
    return type(base.__name__, (base,), {"__module__": __name__, "__reduce_ex__": reduce, "to_dict": to_dict, **body})


def _config_of_layer(config, sizes, index):
    layer = copy.deepcopy(config)
    layer.__class__ = _config_class(type(config))
    layer.__dict__["of_model"] = config
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
        self.pair = routed and VERSION < 5

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


class _Scores(torch.nn.Module):
    """Hands on what the router computed, for those who record it."""

    weight = torch.empty(0)  # stock routers have one, which is filled at first

    def forward(self, scores):
        return scores


def _also_as(module, stock):
    """Makes a module of ours count as one of a stock class: by that transformers finds what it records."""
    module.__class__ = type(type(module).__name__, (type(module), stock), {"__module__": __name__})


class _RoutedMlp(torch.nn.Module):
    """Softmax over all experts, the largest few of them, their shares divided by their sum where the family does so.

    Its logits are recorded with as many columns as the layer with the most experts has.
    """

    def __init__(self, config, widths, names, stock, most):
        super().__init__()
        self.missing = most - len(widths)
        self.top_k = config.num_experts_per_tok
        self.normalised = config.model_type == "mixtral" or bool(getattr(config, "norm_topk_prob", False))
        activation = transformers.activations.ACT2FN[config.hidden_act]
        self.gate = torch.nn.Linear(config.hidden_size, len(widths), bias=False)
        self.experts = torch.nn.ModuleList(_Expert(config.hidden_size, width, names, activation) for width in widths)
        self.scores = _Scores()
        if VERSION < 5:
            _also_as(self, type(stock))
        else:
            _also_as(self.scores, type(stock.gate))

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
        recorded = self.scores(torch.nn.functional.pad(scores, (0, self.missing), value=float("-inf")))
        return y if VERSION >= 5 else (y, recorded)


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


def _tensor_names(layer, config, name):
    """What a part of a layer is made of, in the words of the checkpoint."""
    module = layer._modules[name]
    if not hasattr(module, "experts"):
        return [f"{name}.{key}" for key in module.state_dict()]
    name, parts = ROUTED[config.model_type]
    return [f"{name}.gate.weight", *(f"{name}.experts.0.{part}.weight" for part in parts)]


def _leave_out(layer, config, attention, mlp):
    """Takes absent sub-layers out with their norms; returns the names in the layer of what it does not have any more."""
    before, behind = next(row for row in NORMS if all(layer._modules.get(name) is not None for part in row for name in part))
    name = "self_attn" if "self_attn" in layer._modules else "self_attention"
    norms = []
    tensors = []
    if attention:
        norms += [norm for norm in before if mlp or norm not in behind]
        tensors += _tensor_names(layer, config, name)
        setattr(layer, name, _NoAttention(layer._modules[name]))
    if mlp:
        norms += [norm for norm in behind if attention or norm not in before]
        tensors += _tensor_names(layer, config, "block_sparse_moe" if "block_sparse_moe" in layer._modules else "mlp")
        _put_mlp(layer, config, _NoMlp(config.model_type in ROUTED))
    for norm in dict.fromkeys(norms):
        tensors += _tensor_names(layer, config, norm)
        setattr(layer, norm, torch.nn.Identity())
    return tensors


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
    """Gives the layers their sizes; returns the names of the tensors that a stock model has and this one has not."""
    sizes = getattr(config, SIZES, None)
    if not sizes:
        return []
    layers, path = _layers_of(model)
    for key, values in sizes.items():
        if len(values) != len(layers):
            raise ValueError(f"{SIZES}.{key} has {len(values)} entries for {len(layers)} layers")
    absent = []
    most = max(map(len, sizes.get(EXPERTS, [[]])))
    if most:
        model.num_experts = most
    for index, old in enumerate(layers):
        like = next(old.parameters())
        own = _config_of_layer(model.config, sizes, index)
        new = type(old)(own, index)
        _fit_head_norms(new)
        widths = sizes[EXPERTS][index] if EXPERTS in sizes else []
        if widths:
            name, parts = ROUTED[own.model_type]
            stock = new._modules[name if name in new._modules else "mlp"]
            _put_mlp(new, own, _RoutedMlp(own, widths, parts, stock, most))
        no_attention = sizes.get("num_attention_heads", [1] * len(layers))[index] == 0
        plain = sizes.get("intermediate_size", sizes.get("ffn_hidden_size"))
        no_mlp = not widths and (EXPERTS in sizes or plain is not None) and not (plain and plain[index])
        gone = _leave_out(new, own, no_attention, no_mlp)
        absent += [f"{path}.{index}.{name}" for name in gone]
        layers[index] = new.to(device=like.device, dtype=like.dtype)
        # The checkpoint has tensors without elements there.
        _ignore_unexpected(model, sorted({rf"\.(layers|h)\.{index}\.{name.split('.')[0]}\." for name in gone}))
    return absent


def _factor(model, config):
    for path, factor in (getattr(config, FACTORS, None) or {}).items():
        parent, _, name = path.rpartition(".")
        owner = model.get_submodule(parent)
        setattr(owner, name, Factored(getattr(owner, name), factor["rank"], factor.get("blocks", 1)))


def _apart(inner):
    """Transformers 5 joins the experts of its own classes into one tensor while it loads; those of custom code stay apart.

    By the name of its class it knows what a model records.
    """
    names = {"__module__": inner.__module__, "__qualname__": inner.__qualname__}
    return type(inner.__name__, (inner,), {**names, "is_custom_code": classmethod(lambda cls: True)})


def _pruned(stock):
    """The stock class with layers of their own sizes and factored linears; None where this version of transformers does not have it."""
    base = getattr(transformers, stock, None)
    if base is None:
        return None

    class Pruned(base):
        _auto_class = "AutoModelForCausalLM"  # saved with this file

        def __init__(self, config, *args, **kwargs):
            super().__init__(config, *args, **kwargs)
            self._absent = _resize(self, config)
            _factor(self, config)
            if VERSION >= 5 and (getattr(config, SIZES, None) or {}).get(EXPERTS):
                self.model.__class__ = _apart(type(self.model))

        @classmethod
        def _can_set_attn_implementation(cls):
            return base._can_set_attn_implementation()  # it looks into the file of the class

        def save_pretrained(self, save_directory, is_main_process=True, state_dict=None, *args, **kwargs):
            """As the stock class, with a tensor without elements for each one that is absent, by which stock classes refuse the folder."""
            elsewhere = VERSION < 5 and {"cpu", "disk"} & set(getattr(self, "hf_device_map", {}).values())  # fetched only for a state of the model's own
            if self._absent and not self._hf_peft_config_loaded and not elsewhere:
                state_dict = dict(self.state_dict() if state_dict is None else state_dict)
                state_dict.update((name, torch.empty(1)[:0]) for name in self._absent)  # each in memory of its own
            return super().save_pretrained(save_directory, is_main_process, state_dict, *args, **kwargs)

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
