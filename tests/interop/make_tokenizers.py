"""Tokenizers of every kind we read, and what Hugging Face's `tokenizers` makes of texts with them.

    make_tokenizers.py FOLDER [--again]

Writes FOLDER/make_tokenizers/<kind>/tokenizer.json (tokenizer_kinds.py), expected.json (nasty strings, random strings, random ids: ids and decoded text of each kind) and <kind>/<n>.ids, little-endian int32:
the ids of whole text files. Kept from call to call while this program and the texts stay the same.
"""
import array
import hashlib
import json
import os
import pathlib
import random
import shutil
import sys
import unicodedata

os.environ["TOKENIZERS_PARALLELISM"] = "true"
import tokenizers  # noqa: E402  the variable counts when it is first used

import tokenizer_kinds
from texts import SOURCE, text_files

HERE = pathlib.Path(__file__).resolve().parent
NASTY = SOURCE / "tests/data/tokenizers/nasty.json"


def nasty_strings():
    """Hand-written ones, and random ones that stick their pieces together."""
    entries = json.loads(NASTY.read_text())
    strings = [bytes.fromhex(e["bytes"]).decode("utf-8", "replace") if isinstance(e, dict) else e for e in entries]
    random_numbers = random.Random(20260101)
    pieces = [s for s in strings if 0 < len(s) < 40]
    letters = [chr(c) for c in range(0x20, 0x250)] + list("αβγабв日本語你好한글مرحباहिन्दी") + list(" \n\t\r▁Ġ'.,_-\u0301\u200d\u00a0")
    for _ in range(1500):
        kind = random_numbers.random()
        if kind < 0.5:
            strings.append("".join(random_numbers.choice(pieces) for _ in range(random_numbers.randint(1, 8))))
        elif kind < 0.9:
            strings.append("".join(random_numbers.choice(letters) for _ in range(random_numbers.randint(1, 60))))
        else:  # any character; those newer than Unicode 3.2 are classed by the age of a library's tables, not by its rules
            codes = (random_numbers.randrange(0x110000) for _ in range(random_numbers.randint(1, 60)))
            strings.append("".join(chr(c) for c in codes if unicodedata.ucd_3_2_0.category(chr(c)) not in ("Cn", "Cs")))
    return strings


def compare(kind, tokenizer, strings, files, folder, decodes):
    """One kind's part of expected.json."""
    ids = [e.ids for e in tokenizer.encode_batch(strings, add_special_tokens=False)]
    size = tokenizer.get_vocab_size(with_added_tokens=True)
    random_numbers = random.Random(kind)
    random_ids = [[random_numbers.randrange(size) for _ in range(random_numbers.randint(1, 12))] for _ in range(500)]
    wholes = []
    texts = [file.read_bytes().decode("utf-8", "replace") for file in files]
    for number, (file, encoding) in enumerate(zip(files, tokenizer.encode_batch(texts, add_special_tokens=False))):
        encoded = encoding.ids
        (folder / f"{number}.ids").write_bytes(array.array("i", encoded).tobytes())
        decoded = tokenizer.decode(encoded, skip_special_tokens=True)
        wholes.append({"file": str(file), "decodedSha256": hashlib.sha256(decoded.encode()).hexdigest()})
    return {"decodes": decodes, "ids": ids, "text": tokenizer.decode_batch(ids, skip_special_tokens=True), "randomIds": random_ids,
            "randomText": tokenizer.decode_batch(random_ids, skip_special_tokens=True), "files": wholes,
            "template": tokenizer.encode("a").ids}


def main():
    folder = pathlib.Path(sys.argv[1]) / "make_tokenizers"
    files = text_files()
    made_from = hashlib.sha256(tokenizers.__version__.encode())
    for file in [pathlib.Path(__file__), *HERE.glob("*_kinds.py"), *HERE.glob("real_*.py"), NASTY, *files]:
        made_from.update(str(file).encode() + file.read_bytes())
    stamp = folder / "stamp"
    if stamp.exists() and stamp.read_text() == made_from.hexdigest() and "--again" not in sys.argv:
        print("made before, from the same texts")
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    strings = nasty_strings()
    expected = {"strings": strings, "kinds": {}}
    for kind in tokenizer_kinds.make([str(file) for file in files if file.stat().st_size < 600_000]):
        own = folder / kind.name
        own.mkdir()
        kind.tokenizer.save(str(own / "tokenizer.json"))
        (own / "tokenizer_config.json").write_text(json.dumps(kind.beside))
        expected["kinds"][kind.name] = compare(kind.name, kind.tokenizer, strings, files if kind.whole else [], own, kind.decodes)
        print(f"{kind.name}: {kind.tokenizer.get_vocab_size()} tokens", flush=True)
    (folder / "expected.json").write_text(json.dumps(expected))
    stamp.write_text(made_from.hexdigest())


main()
