#!/usr/bin/env python3
"""Makes the tokenizer fixtures beside this file with Hugging Face tokenizers (0.23.3): small vocabularies trained on the bundled text, one
for each kind of pipeline, and expected.json with the ids and decoded text that the library gives. The tests only read the results."""
import json
import os

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers import decoders as D, models, normalizers as N, pre_tokenizers as P, processors as X, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
TEXT = os.path.join(HERE, "..", "..", "..", "resources", "data", "valid.txt")
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
STRINGS = [
    "", " ", "  ", "a", " a", "a ", "  a  b  ", "\n", "\n\n", "\r\n", "\t\ta", " \n \n ", "a\n\n\nb", "Hello, world!",
    "don't I'LL we've they'RE", "1234567890", "a1b22c333", "3.14159e-10", "١٢٣", "½ ² ⅷ", "é e\u0301", "ﬁ ﬀ", "İi ı ſ K", "Σίσυφος ΣΑΣ",
    "日本語テスト。", "你好，世界！", "안녕 하세요", "مرحبا بالعالم", "हिन्दी में", "🙂👨‍👩‍👧‍👦🇩🇪", "\u200b\u200d\ufeff", "\u00a0x\u3000y\u2028z\u0085w\u180ev",
    "<s>a</s> b", "a<s> b", "<unk>", "<0x41>", "▁a▁▁b", "Ġhello", "<|end|>", "x<|end|>y", "a <pad> b", "<pad><pad> c", "quxx qux, qux",
    "MY FRIEND", "\x00\x01\x7f", "'s's 'S 'ſ", "a" * 100, "ab " * 50, " " * 60, "x" + " " * 20 + "y", "foo_bar-baz/qux\\n",
    "    def f(x):\n        return x**2\n", "…—–“”‘’", "A\u030a\u0323", "\U0001d54f\U0010ffff", "\ufffd", "ⓐⒷ", "\n \n\n  x \r\n y",
    "Once upon a time, there was a little girl named Lily. She loved to play outside.", "100,000.50 $5", "don’t", " \u2581 ",
]
BYTES = P.ByteLevel(add_prefix_space=False, use_regex=False)
KINDS = {  # name: (normalizer, pre-tokenizer, ignore_merges)
    "gpt2": (None, P.ByteLevel(add_prefix_space=False), False),
    "llama3": (None, P.Sequence([P.Split(Regex(LLAMA3), "isolated"), BYTES]), True),
    "qwen2": (N.NFC(), P.Sequence([P.Split(Regex(LLAMA3.replace("{1,3}", "")), "isolated"), BYTES]), False),
    "smollm": (None, P.Sequence([P.Digits(True), P.ByteLevel(add_prefix_space=False)]), False),
    "folded": (N.Sequence([N.NFKD(), N.StripAccents(), N.Lowercase(), N.Strip()]),
               P.Sequence([P.Split(" ", "merged_with_next"), P.Punctuation("merged_with_previous"), P.Digits(False), BYTES]), False),
}
FALLBACK = D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse(), D.Strip(" ", 1, 0)])
SENTENCEPIECE_KINDS = {
    "llama2": (N.Sequence([N.Prepend("▁"), N.Replace(" ", "▁")]), None, FALLBACK),
    "gemma": (N.Replace(" ", "▁"), P.Split(" ", "merged_with_previous"), D.Sequence([D.Replace("▁", " "), D.ByteFallback(), D.Fuse()])),
    "metaspace": (None, P.Metaspace("▁", "first"), D.Metaspace("▁", "first")),
}


def add_tokens(t):
    t.add_tokens([AddedToken("qux", single_word=True, normalized=False), AddedToken("FRIEND", normalized=True)])
    t.add_special_tokens([AddedToken("<pad>", lstrip=True, special=True, normalized=False),
                          AddedToken("<pad><pad>", rstrip=True, special=True, normalized=False)])


def byte_level(normalizer, pre, ignore):
    t = Tokenizer(models.BPE(ignore_merges=ignore))
    if normalizer:
        t.normalizer = normalizer
    t.pre_tokenizer, t.decoder = pre, D.ByteLevel()
    t.train([TEXT], trainers.BpeTrainer(vocab_size=480, show_progress=False, initial_alphabet=P.ByteLevel.alphabet(),
                                        special_tokens=["<|end|>", "<|begin|>"]))
    add_tokens(t)
    if ignore:
        t.post_processor = X.Sequence([X.ByteLevel(trim_offsets=False),
                                       X.TemplateProcessing(single="<|begin|> $A", special_tokens=[("<|begin|>", 1)])])
    return t


def sentencepiece(normalizer, pre, decoder):
    t = Tokenizer(models.BPE(unk_token="<unk>"))
    t.pre_tokenizer = P.Metaspace("▁", "always")
    t.train([TEXT], trainers.BpeTrainer(vocab_size=480, limit_alphabet=60, show_progress=False,
                                        special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{i:02X}>" for i in range(256)]))
    plain = json.loads(t.to_str())
    plain["model"].update(fuse_unk=True, byte_fallback=True)
    plain["pre_tokenizer"] = None
    plain["added_tokens"] = [a for a in plain["added_tokens"] if not a["content"].startswith("<0x")]
    t = Tokenizer.from_str(json.dumps(plain))
    if normalizer:
        t.normalizer = normalizer
    if pre:
        t.pre_tokenizer = pre
    t.decoder = decoder
    add_tokens(t)
    return t


def main():
    made = {name: byte_level(*kind) for name, kind in KINDS.items()}
    made |= {name: sentencepiece(*kind) for name, kind in SENTENCEPIECE_KINDS.items()}
    expected = {"strings": STRINGS}
    for name, t in made.items():
        folder = os.path.join(HERE, name)
        os.makedirs(folder, exist_ok=True)
        text = json.loads(t.to_str())
        if name == "gpt2":  # the older spelling of merges
            text["model"]["merges"] = [" ".join(pair) for pair in text["model"]["merges"]]
        with open(os.path.join(folder, "tokenizer.json"), "w", encoding="utf-8") as f:
            json.dump(text, f, ensure_ascii=False, separators=(",", ":"))
            f.write("\n")
        ids = [t.encode(s, add_special_tokens=False).ids for s in STRINGS]
        expected[name] = {"ids": ids, "text": [t.decode(i, skip_special_tokens=True) for i in ids]}
    with open(os.path.join(HERE, "expected.json"), "w", encoding="utf-8") as f:
        json.dump(expected, f, ensure_ascii=True, separators=(",", ":"))
        f.write("\n")


main()
