"""What people do with a folder that carries our modelling file, in the transformers that is installed: as with the stock class.

    check_code_folders.py FOLDER

Takes the folders in FOLDER/exports (tst_interop_exports) that need the file. Attention is set to another implementation after loading, and back; router logits and
the loss that balances experts are held against the same by hand; what save_pretrained writes is loaded again, and refused by stock classes like the folder itself.
"""
import copy
import json
import os
import sys
import tempfile

import torch
import transformers
from transformers import AutoModelForCausalLM

from check_exports import TOLERANCE, load

NEW = transformers.__version__ >= "5"
IDS = torch.randint(3, 20, (2, 24), generator=torch.Generator().manual_seed(9))


def logits(model):
    with torch.no_grad():
        return model(IDS, use_cache=False).logits


def apart(a, b):
    return (a - b).abs().max().item() / max(1.0, b.abs().max().item())


def opened(folder, implementation):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation=implementation, trust_remote_code=True).eval()


def attentions_of(model):
    """Those that have heads."""
    return [module for name, module in model.named_modules() if name.endswith((".self_attn", ".self_attention")) and any(True for _ in module.parameters())]


def check_attention(folder, model):
    eager = logits(model)
    stock = type(model).__mro__[1]
    try:
        wanted = logits(opened(folder, "sdpa"))
    except ValueError as refused:  # whatever loading says, setting says
        try:
            model.set_attn_implementation("sdpa")
        except ValueError:
            return None
        return f"sdpa can be set, and not loaded: {refused}"
    twin = copy.deepcopy(model)
    model.set_attn_implementation("sdpa")
    can = stock._can_set_attn_implementation()
    if (model.config._attn_implementation == "sdpa") != can:
        return f"sdpa is {'not ' if can else ''}set, otherwise than with the stock class"
    if (far := apart(logits(model), wanted if can else eager)) > TOLERANCE:
        return f"after sdpa was set, logits differ by {far:.3g}"
    if apart(logits(twin), eager) > TOLERANCE or twin.config._attn_implementation != "eager":
        return "a copy has changed with the model that it was made of"
    model.set_attn_implementation("eager")
    if apart(logits(model), eager) > TOLERANCE:
        return "after eager was set again, logits differ"
    with torch.no_grad():
        maps = [one for one in model(IDS, use_cache=False, output_attentions=True).attentions or [] if one is not None]
    if len(maps) != len(attentions_of(model)):
        return f"{len(maps)} attention maps of {len(attentions_of(model))}"
    for module in attentions_of(model)[:1]:
        told = json.loads(module.config.to_json_string())
        if "of_model" in module.config.to_dict() or "of_model" in told or "of_model" in repr(module.config):
            return "the config of a layer tells of the model's"
    if can:
        model.config._attn_implementation_internal = "flex_attention"
        names = {module.config._attn_implementation for module in attentions_of(model)}
        if names - {"flex_attention"}:
            return f"layers go by {names} when the model is set to flex_attention"
    return None


def balance(scores, used, mask):
    """The loss of Switch Transformer's equations 4 to 6 on all layers together, as transformers has it."""
    most = max(one.shape[-1] for one in scores)
    shares, picked, weights = [], [], []
    for one in scores:
        share = torch.softmax(one.double(), dim=-1)
        wide = torch.nn.functional.pad(share, (0, most - one.shape[-1]))
        shares.append(wide)
        picked.append(torch.zeros_like(wide).scatter_(1, share.topk(used, dim=-1).indices, 1.0))
        weights.append(mask.reshape(-1, 1).double())
    shares, picked, weights = map(torch.cat, (shares, picked, weights))
    return most * ((picked * weights).sum(0) / weights.sum() * (shares * weights).sum(0) / weights.sum()).sum().item()


def check_router(model):
    gates = [module for name, module in model.named_modules() if name.endswith(".gate")]
    if not gates:
        return None
    scores = []
    for gate in gates:
        gate.register_forward_hook(lambda module, args, output: scores.append(output.reshape(-1, output.shape[-1])))
    mask = torch.ones_like(IDS)
    for rows in (None, mask, mask.index_fill(1, torch.arange(3), 0)):
        scores.clear()
        with torch.no_grad():
            out = model(IDS, attention_mask=rows, labels=IDS, use_cache=False, output_router_logits=True, output_hidden_states=True, output_attentions=True)
        if len(out.router_logits) != len(gates):
            return f"router logits of {len(out.router_logits)} layers of {len(gates)}"
        for recorded, own in zip(out.router_logits, scores):
            if not torch.equal(recorded[:, :own.shape[-1]], own) or recorded[:, own.shape[-1]:].gt(float("-inf")).any():
                return "router logits are not those of the router"
        by_hand = balance(scores, model.config.num_experts_per_tok, mask if rows is None else rows)
        if abs(out.aux_loss.item() - by_hand) > TOLERANCE * by_hand:
            return f"the loss that balances experts is {out.aux_loss.item():.6g}, by hand {by_hand:.6g}"
        maps = [one for one in out.attentions if one is not None]
        if len(out.hidden_states) != model.config.num_hidden_layers + 1 or len(maps) != len(attentions_of(model)):
            return f"{len(out.hidden_states)} hidden states and {len(maps)} attention maps"
    return None


def check_saved(model, uneven):
    with tempfile.TemporaryDirectory() as again:
        model.save_pretrained(again)
        if (far := apart(logits(load(again, trust_remote_code=True)), logits(model))) > TOLERANCE:
            return f"saved and loaded again, logits differ by {far:.3g}"
        if not uneven:
            return None
        try:
            load(again, trust_remote_code=False)
        except (RuntimeError, ValueError):
            return None
    return "the stock class takes what was saved, whose weights are not its"


def expected_of(folder):
    with open(os.path.join(folder, "expected.json")) as file:
        return json.load(file)


def main():
    target = os.path.join(sys.argv[1], "exports")
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    count, wrong = 0, []
    for name in sorted(os.listdir(target)):
        folder = os.path.join(target, name)
        if not os.path.exists(os.path.join(folder, "expected.json")):
            continue
        expected = expected_of(folder)
        if not expected["code"] or (expected.get("only5") and not NEW):
            continue
        count += 1
        model = None  # loaded once: loading is most of the time
        for what, check in (("router", lambda: check_router(model)), ("saved", lambda: check_saved(model, expected["uneven"])),
                            ("attention", lambda: check_attention(folder, model))):
            try:
                model = model or load(folder, trust_remote_code=True)
                problem = check()
            except Exception as error:  # one that fails must not hide the others
                problem = f"{type(error).__name__}: {str(error).strip().splitlines()[-1] if str(error).strip() else ''}"
            if problem:
                wrong.append(f"{name}, {what}: {problem}")
    print(f"transformers {transformers.__version__}: {count} folders with our file, {len(wrong)} faults")
    print("\n".join(wrong))
    sys.exit(1 if wrong or count < 20 else 0)


if __name__ == "__main__":
    main()
