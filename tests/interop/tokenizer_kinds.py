"""Tokenizers built like those of the model families: the same normalizer, pre-tokenizer, decoder, template and added tokens, and a
vocabulary of their size (as far as the texts give one) trained with Hugging Face's library."""
import json

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers import decoders as D, models, normalizers as N, pre_tokenizers as P, processors as X, trainers

LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace("{1,3}", "")
TEKKEN = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|"
          r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"
          r"\s*[\r\n]+|\s+(?!\S)|\s+")
BYTES = P.ByteLevel(add_prefix_space=False, trim_offsets=True, use_regex=False)


def special(*names, **options):
    return [AddedToken(name, special=True, normalized=False, **options) for name in names]


def train(files, pre, size, normalizer=None):
    """Byte-level byte pair encoding."""
    made = Tokenizer(models.BPE())
    made.normalizer, made.pre_tokenizer = normalizer, pre
    made.train(files, trainers.BpeTrainer(vocab_size=size, show_progress=False, initial_alphabet=P.ByteLevel.alphabet()))
    return json.loads(made.to_str())["model"]


def train_sentencepiece(files, size):
    """A vocabulary as a conversion from SentencePiece writes it: unknown, BOS, EOS, the bytes, runs of spaces, then words."""
    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = P.Metaspace("▁", "always")
    made.train(files, trainers.BpeTrainer(vocab_size=size, limit_alphabet=3000, show_progress=False,
                                          special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{i:02X}>" for i in range(256)]))
    model = json.loads(made.to_str())["model"]
    runs = []
    for length in (2, 4, 8, 16):
        if "▁" * length not in model["vocab"]:
            model["vocab"]["▁" * length] = len(model["vocab"])
            runs.append(["▁" * (length // 2), "▁" * (length // 2)])
    model["merges"] = runs + model["merges"]
    model.update(fuse_unk=True, byte_fallback=True)
    return model


def build(model, pre=None, normalizer=None, decoder=None, post=None, added=(), **changes):
    """A tokenizer of a trained vocabulary in another pipeline."""
    plain = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None, "pre_tokenizer": None,
             "post_processor": None, "decoder": None, "model": {**model, **changes}}
    made = Tokenizer.from_str(json.dumps(plain))
    if normalizer:
        made.normalizer = normalizer
    if pre:
        made.pre_tokenizer = pre
    if decoder:
        made.decoder = decoder
    for token in added:  # one by one: ids in this order
        (made.add_special_tokens if token.special else made.add_tokens)([token])
    if post:
        made.post_processor = post(made)
    return made


def bos_first(name):
    return lambda made: X.TemplateProcessing(single=f"{name} $A", special_tokens=[(name, made.token_to_id(name))])


def make(files):
    """Yields (kind, tokenizer, {file beside it: content})."""
    gpt2 = train(files, P.ByteLevel(add_prefix_space=False), 50256)
    yield "gpt2", build(gpt2, P.ByteLevel(add_prefix_space=False), decoder=D.ByteLevel(), post=lambda _: X.ByteLevel(trim_offsets=False),
                        added=special("<|endoftext|>")), {"tokenizer_config.json": {"bos_token": "<|endoftext|>"}}

    llama3 = train(files, P.Sequence([P.Split(Regex(LLAMA3), "isolated"), BYTES]), 100000)
    names = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    names += [f"<|reserved_special_token_{i}|>" for i in range(251)]
    yield "llama3", build(llama3, P.Sequence([P.Split(Regex(LLAMA3), "isolated"), BYTES]), decoder=D.ByteLevel(), added=special(*names),
                          post=lambda made: X.Sequence([X.ByteLevel(trim_offsets=False), bos_first("<|begin_of_text|>")(made)]),
                          ignore_merges=True), {"tokenizer_config.json": {"bos_token": "<|begin_of_text|>"}}

    llama2 = train_sentencepiece(files, 32000)
    to_mark = N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")])
    back = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse(), D.Strip(" ", 1, 0)])
    yield "llama2", build(llama2, normalizer=to_mark, decoder=back, post=bos_first("<s>"), added=special("<unk>", "<s>", "</s>")), {
        "tokenizer_config.json": {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}}
