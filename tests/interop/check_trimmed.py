"""Trimmed tokenizers of ours in Hugging Face's `tokenizers` and transformers, in SentencePiece and in a real llama.cpp.

    check_trimmed.py FOLDER

Reads FOLDER/trimmed (tst_interop_trimmed). Every program must make our ids of every nasty string and every whole text, and what it decodes them to must be what it makes of the
original tokenizer's own ids. Where llama.cpp cuts a string differently from Hugging Face's library with the original tokenizer already, it may with the trimmed one.
"""
import array
import json
import os
import pathlib
import sys
import urllib.request

os.environ["TOKENIZERS_PARALLELISM"] = "true"
from sentencepiece import SentencePieceProcessor  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402  the variable counts when it is first used
from transformers import AutoTokenizer  # noqa: E402

from check_gguf import serve  # noqa: E402


def ids_in(path):
    return array.array("i", path.read_bytes()).tolist()


def texts_of(entry):
    folder = pathlib.Path(entry["tokenizer"]).parent
    for number, file in enumerate(entry["files"]):
        yield file["file"], pathlib.Path(file["file"]).read_bytes().decode("utf-8", "replace"), ids_in(folder / f"{number}.ids")


def check_json(entry, strings):
    """Hugging Face's library on the trimmed file and on the original one."""
    trimmed = Tokenizer.from_file(str(pathlib.Path(entry["tokenizer"]) / "tokenizer.json"))
    assert trimmed.get_vocab_size(with_added_tokens=True) == len(entry["keep"]), trimmed.get_vocab_size()
    original = Tokenizer.from_file(str(pathlib.Path(entry["source"]) / "tokenizer.json"))
    for new, old in enumerate(entry["keep"]):
        assert trimmed.id_to_token(new) == original.id_to_token(old), (new, old)
    names = [f"string {i}" for i in range(len(strings))]
    texts, wanted = list(strings), list(entry["ids"])
    for name, text, ids in texts_of(entry):
        names.append(name), texts.append(text), wanted.append(ids)
    encoded = [e.ids for e in trimmed.encode_batch(texts, add_special_tokens=False)]
    for name, text, ours, theirs in zip(names, texts, wanted, encoded):
        assert ours == theirs, (entry["name"], name, text[:100], ours[:40], theirs[:40])
    before = [e.ids for e in original.encode_batch(texts, add_special_tokens=False)]
    for name, now, then in zip(names, trimmed.decode_batch(encoded, skip_special_tokens=True), original.decode_batch(before, skip_special_tokens=True)):
        assert now == then, (entry["name"], name, now[:200], then[:200])
    return sum(map(len, encoded)), sum(map(len, before))


def check_transformers(entry):
    theirs, original = (AutoTokenizer.from_pretrained(entry[key]) for key in ("tokenizer", "source"))
    for role in ("bos_token", "eos_token", "unk_token", "pad_token"):
        then, now = getattr(original, role + "_id"), getattr(theirs, role + "_id")
        assert getattr(theirs, role) == getattr(original, role), role
        assert now == (None if then is None else entry["keep"].index(then)), (role, then, now)
    text = "Once upon a time, there was a little dog."
    assert [entry["keep"][i] for i in theirs(text)["input_ids"]][:1] == original(text)["input_ids"][:1] or not original.bos_token
    assert theirs.decode(theirs(text)["input_ids"], skip_special_tokens=True) == original.decode(original(text)["input_ids"], skip_special_tokens=True)


def check_pieces(entry):
    """The SentencePiece library and our ids, which for this folder are the library's too."""
    pieces = SentencePieceProcessor(model_file=str(pathlib.Path(entry["tokenizer"]) / "tokenizer.model"))
    original = SentencePieceProcessor(model_file=str(pathlib.Path(entry["source"]) / "tokenizer.model"))
    assert pieces.get_piece_size() == len(entry["keep"])
    assert (pieces.bos_id(), pieces.eos_id(), pieces.unk_id()) == tuple(entry["keep"].index(i) for i in (original.bos_id(), original.eos_id(), original.unk_id()))
    for name, text, ours in texts_of(entry):
        theirs = pieces.encode(text)
        assert ours == theirs, name
        assert pieces.decode(theirs) == original.decode(original.encode(text)), name


def tokenize(server, text):
    body = json.dumps({"content": text, "add_special": False, "parse_special": True}).encode()
    request = urllib.request.Request(server.listening_address + "/tokenize", data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())["tokens"]


def check_llama_cpp(entry, strings):
    """Whole texts as we cut them; strings too, but where llama.cpp cuts one differently with the original tokenizer already."""
    expected = entry["gguf"]
    trimmed, original = serve(expected["trimmed"]), serve(expected["original"])
    for file in expected["files"]:
        text = pathlib.Path(file["file"]).read_bytes().decode("utf-8", "replace")
        theirs = tokenize(trimmed, text)
        if theirs != file["ids"]:
            at = next(i for i, (a, b) in enumerate(zip(theirs, file["ids"])) if a != b)
            raise AssertionError((entry["name"], file["file"], at, file["ids"][at - 3:at + 8], theirs[at - 3:at + 8]))
    apart = 0
    cases = [case for case in zip(strings, expected["ids"], expected["original_ids"]) if case[0] and "\0" not in case[0]]
    for text, ours, before in cases:
        theirs = tokenize(trimmed, text)
        if theirs != ours:
            assert tokenize(original, text) != before, (entry["name"], text[:100], ours[:40], theirs[:40])
            apart += 1
    return len(cases), apart


def main():
    folder = pathlib.Path(sys.argv[1]) / "trimmed"
    expected = json.loads((folder / "expected.json").read_text())
    assert len(expected["kinds"]) >= 20
    llama = 0
    for entry in expected["kinds"]:
        words = [f"{entry['name']}: {len(entry['keep'])} tokens"]
        if (pathlib.Path(entry["tokenizer"]) / "tokenizer.model").exists():
            check_pieces(entry)
            words.append("SentencePiece agrees")
        elif (pathlib.Path(entry["tokenizer"]) / "tokenizer.json").exists():
            now, then = check_json(entry, expected["strings"])
            check_transformers(entry)
            words.append(f"Hugging Face agrees on {now} tokens where there were {then}")
        if "gguf" in entry:
            cases, apart = check_llama_cpp(entry, expected["strings"])
            words.append(f"llama.cpp agrees on all files and {cases - apart} of {cases} strings, on the others it never did")
            llama += 1
        print(", ".join(words), flush=True)
    assert llama >= 6


if __name__ == "__main__":
    main()
