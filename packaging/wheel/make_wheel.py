"""Makes a Python wheel of the installed command line: a zip with the program, the libraries it needs, and its metadata.

    python3 make_wheel.py --prefix FOLDER --libtorch FOLDER --version 0.1.0 --torch 2.15 --out FOLDER

FOLDER of --prefix is what `cmake --install --component cli --strip` filled (bin/lorashear, share/lorashear), --libtorch
the folder lib of the LibTorch it was linked to. Needs patchelf and readelf. Prints the wheel's path.

What goes in: the program, its data, and those of the libraries it is linked to that neither PyTorch brings nor every
distribution has (PEP 600's list). They are copied beside the program, with the licence that Debian ships for each. The
program looks for PyTorch in site-packages/torch/lib, relative to itself. The platform tag says which glibc is needed:
the newest version that any file in the wheel asks for. The same inputs give the same bytes.
"""
import argparse
import base64
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = "lorashear"
MOST_BYTES = 60_000_000
# What PEP 600 lets every wheel expect of a distribution, as far as we meet it.
EVERYWHERE = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libgcc_s.so.1", "libstdc++.so.6",
              "libz.so.1", "ld-linux-x86-64.so.2"}
# The oldest glibc that a distribution with this version of libstdc++ has.
GLIBC_OF_LIBSTDCXX = {"3.4.29": (2, 34), "3.4.30": (2, 35), "3.4.31": (2, 38), "3.4.32": (2, 38)}
TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the oldest a zip can write


def output(*command):
    return subprocess.run([str(word) for word in command], check=True, text=True, stdout=subprocess.PIPE).stdout


def needed(file):
    return re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-dW", file))


def versions(file, name):
    """Versions of the symbols `name` (GLIBC, GLIBCXX) that a file asks of other libraries."""
    wants = output("readelf", "-VW", file).partition("Version needs section")[2]
    return {tuple(int(part) for part in version.split(".")) for version in re.findall(rf"\b{name}_([0-9.]+)\b", wants)}


def glibc_needed(files):
    found = {(2, 28)}  # PyTorch's own wheel
    for file in files:
        found |= versions(file, "GLIBC")
        for version in versions(file, "GLIBCXX"):
            text = ".".join(map(str, version))
            if version > (3, 4, 28) and text not in GLIBC_OF_LIBSTDCXX:
                sys.exit(f"error: {file} asks for GLIBCXX_{text}; add the oldest glibc beside it to GLIBC_OF_LIBSTDCXX")
            found.add(GLIBC_OF_LIBSTDCXX.get(text, (2, 28)))
    return max(version[:2] for version in found)


def resolved(program, libtorch):
    """Name to file of every library the program and its libraries are linked to, as the loader finds them here."""
    environment = dict(os.environ, LD_LIBRARY_PATH=str(libtorch))
    text = subprocess.run(["ldd", str(program)], check=True, text=True, stdout=subprocess.PIPE, env=environment).stdout
    missing = re.findall(r"(\S+) => not found", text)
    if missing:
        sys.exit(f"error: the program is linked to libraries that are not here: {' '.join(missing)}")
    return {name: pathlib.Path(path).resolve() for name, path in re.findall(r"(\S+) => (/\S+)", text)}


def to_bundle(program, libtorch):
    """Name to file of the libraries that go into the wheel: reached from the program without a step through PyTorch."""
    there, result, waiting = resolved(program, libtorch), {}, [program]
    while waiting:
        for name in needed(waiting.pop()):
            if name in EVERYWHERE or name in result or (libtorch / name).exists():
                continue
            result[name] = there[name]
            waiting.append(there[name])
    if any("Qt" in name for name in result):
        sys.exit(f"error: the command line must not need Qt: {' '.join(sorted(result))}")
    return result


def licence_of(file):
    """Debian's copyright file of the package a library belongs to, and the package's name."""
    for path in (file, pathlib.Path("/lib") / file.relative_to("/usr/lib") if file.is_relative_to("/usr/lib") else file):
        found = subprocess.run(["dpkg-query", "-S", str(path)], text=True, capture_output=True)
        if found.returncode == 0:
            name = found.stdout.split(":")[0]
            return name, pathlib.Path("/usr/share/doc") / name / "copyright"
    sys.exit(f"error: {file} belongs to no Debian package, so its licence is not known")


def metadata(version, torch, bundled):
    parts = ", ".join(sorted(bundled)) or "none"
    return f"""Metadata-Version: 2.1
Name: {PACKAGE}
Version: {version}
Summary: Structured pruning of language models after LoRAShear, on the command line
License: GPL-3.0-or-later
Classifier: Environment :: Console
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: C++
Classifier: Topic :: Scientific/Engineering :: Artificial Intelligence
Requires-Python: >=3.9
Requires-Dist: torch=={torch}.*
Description-Content-Type: text/plain

The command `lorashear` of LoRAShear Studio: traces a language model, measures where its knowledge sits, removes the heads,
neurons or layers that matter least, lets the smaller model recover on text of your choice, and exports it. It computes
with the PyTorch {torch} of this Python.

A small model, texts, recipes and help lie in the folder that `python -m lorashear.data` prints.

Libraries of Debian inside: {parts}; their licences lie beside this file.
"""


def fill(stage, arguments):
    """Lays the wheel's tree below stage; returns the ELF files in it and the names of bundled libraries."""
    package, info = stage / PACKAGE, stage / f"{PACKAGE}-{arguments.version}.dist-info"
    shutil.copytree(ROOT / "packaging/wheel" / PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "torch_version").write_text(arguments.torch + "\n")
    shutil.copytree(arguments.prefix / "share/lorashear", package / "share/lorashear")
    for folder in ("bin", "lib"):
        (package / folder).mkdir()
    (info / "licenses").mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", info / "licenses/LICENSE")
    program = package / "bin/lorashear"
    shutil.copy(arguments.prefix / "bin/lorashear", program)
    bundled = to_bundle(program, arguments.libtorch)
    files = [program]
    for name, file in bundled.items():
        files.append(package / "lib" / name)
        shutil.copy(file, files[-1])
        owner, licence = licence_of(file)
        shutil.copy(licence, info / "licenses" / owner)
    for file in files:
        file.chmod(0o755)
        output("patchelf", "--set-rpath", "$ORIGIN/../lib:$ORIGIN/../../torch/lib" if file == program else "$ORIGIN", file)
    (info / "METADATA").write_text(metadata(arguments.version, arguments.torch, bundled))
    (info / "entry_points.txt").write_text(f"[console_scripts]\n{PACKAGE} = {PACKAGE}:main\n")
    return files, info


def pack(stage, info, wheel):
    """Zips the tree, with the list of hashes that wheels end with."""
    record = info / "RECORD"
    rows = []
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(p for p in stage.rglob("*") if p.is_file()) + [record]:
            name = path.relative_to(stage).as_posix()
            if path == record:
                data = "".join(rows + [f"{name},,\n"]).encode()
            else:
                data = path.read_bytes()
                digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
                rows.append(f"{name},sha256={digest},{len(data)}\n")
            entry = zipfile.ZipInfo(name, TIMESTAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if path.parent.name == "bin" else 0o100644) << 16
            archive.writestr(entry, data)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for option, kind in (("prefix", pathlib.Path), ("libtorch", pathlib.Path), ("version", str), ("torch", str), ("out", pathlib.Path)):
        parser.add_argument(f"--{option}", type=kind, required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stage = pathlib.Path(folder)
        files, info = fill(stage, arguments)
        tag = "py3-none-manylinux_{}_{}_x86_64".format(*glibc_needed(files))
        (info / "WHEEL").write_text(f"Wheel-Version: 1.0\nGenerator: lorashear make_wheel.py\nRoot-Is-Purelib: false\nTag: {tag}\n")
        arguments.out.mkdir(parents=True, exist_ok=True)
        wheel = arguments.out / f"{PACKAGE}-{arguments.version}-{tag}.whl"
        pack(stage, info, wheel)
    size = wheel.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"error: {wheel} has {size} bytes, more than {MOST_BYTES}")
    print(wheel)


if __name__ == "__main__":
    main()
