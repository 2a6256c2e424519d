#!/usr/bin/env python3
"""Our tokenizer against Hugging Face's, one thread each, in the same minute.

    bash packaging/interop.sh --run 5 tests/bench/tokens.py PROGRAM FOLDER TEXT…

PROGRAM: lorashear-bench-tokens of a build folder. FOLDER: its subfolders hold tokenizer.json (the interoperability tests leave such a
one in the build folder's tests/interop/files/make_tokenizers). Prints megabytes per second and the ratio ours / theirs.
"""
import pathlib
import subprocess
import sys
import time

from tokenizers import Tokenizer


def best(body):
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        result = body()
        times.append(time.perf_counter() - begin)
    return min(times), result


def main():
    program, folder, *texts = sys.argv[1:]
    print(f"{'kind':26} {'text':24} {'encode ours':>12} {'theirs':>8} {'ratio':>6} {'decode ours':>12} {'theirs':>8} {'ratio':>6}")
    for file in sorted(pathlib.Path(folder).glob("*/tokenizer.json")):
        done = subprocess.run([program, str(file.parent), *texts], check=True, text=True, capture_output=True)
        theirs = Tokenizer.from_file(str(file))
        for path, line in zip(texts, done.stdout.splitlines()):
            _, encode, decode, count = (float(word) for word in line.split())
            text = pathlib.Path(path).read_bytes().decode("utf-8", "replace")  # line ends as they are
            size = len(text.encode()) / 1e6
            seconds, encoded = best(lambda: theirs.encode(text, add_special_tokens=False).ids)
            back, _ = best(lambda: theirs.decode(encoded))
            same = "" if len(encoded) == count else "  (other tokens!)"
            print(f"{file.parent.name:26} {pathlib.Path(path).name:24} {encode:12.2f} {size / seconds:8.2f} {encode * seconds / size:6.2f} "
                  f"{decode:12.2f} {size / back:8.2f} {decode * back / size:6.2f}{same}", flush=True)


main()
