"""Lets PyTorch's wheel be imported on a machine without NVIDIA's libraries.

    python3 absent_nvidia.py TORCH_FOLDER      (the folder `torch` of an unpacked wheel; needs binutils and a C compiler)

`import torch` maps libtorch_cuda.so even where nothing ever runs on a GPU, and that library links to cuBLAS, cuDNN, NCCL and
others: 2.5 GB of downloads that the tests never call. This program looks into the wheel's own libraries for the functions they
want and no library at hand has, and makes one small library with exactly these names. Each of them ends the process with a
sentence. The missing libraries' file names become links to it. Nothing is guessed: a wheel that wants other names gets other
names. A copy of these libraries elsewhere on the machine is not used, so that every machine gets the same.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

SOURCE = """#include <stdio.h>
#include <stdlib.h>
__attribute__((noreturn)) static void absent(void) {
    fputs("This PyTorch was set up without NVIDIA's libraries (packaging/interop.sh): it computes on the processor only.\\n", stderr);
    abort();
}
"""

NVIDIA_LIBRARY = re.compile(r"lib(cu|nccl|nv)")
NVIDIA_NAME = re.compile(r"(cublas|cuda|cudnn|cufft|cuFile|cusparse|cusolver|nccl|nvrtc|nvshmem|nvJitLink)")


def dynamic(path):
    """(libraries wanted, functions and objects wanted, names defined) of one shared library."""
    text = subprocess.run(["readelf", "--wide", "--dynamic", "--dyn-syms", str(path)], check=True, text=True,
                          capture_output=True).stdout
    needed = set(re.findall(r"\(NEEDED\).*\[(.+)\]", text))
    wanted, defined = {}, set()
    for line in text.splitlines():
        fields = line.split()
        if len(fields) < 8 or not re.fullmatch(r"\d+:", fields[0]):
            continue
        name = fields[7].split("@")[0]
        if fields[6] != "UND":
            defined.add(name)
        elif fields[4] != "WEAK":
            wanted[name] = fields[3]
    return needed, wanted, defined


def main(torch):
    library_folder = torch / "lib"
    mapped = ["libtorch_python.so", "libtorch_cuda.so", "libtorch_nvshmem.so", "libc10_cuda.so", "libtorch_cpu.so", "libc10.so",
              "libshm.so", "libtorch.so", "libtorch_global_deps.so"]
    needed, wanted, defined = set(), {}, set()
    for name in mapped:
        more_needed, more_wanted, more_defined = dynamic(library_folder / name)
        needed |= more_needed
        wanted.update(more_wanted)
        defined |= more_defined
    there = {path.name: path for path in torch.parent.glob("nvidia/*/lib/*.so*")}
    there.update({path.name: path for path in library_folder.glob("*.so*")})
    missing = []
    for name in sorted(needed):
        if name in there:
            defined |= dynamic(there[name])[2]
        elif NVIDIA_LIBRARY.match(name):
            missing.append(name)
    # What libc, libstdc++ and the interpreter define is theirs.
    lacking = {name: kind for name, kind in wanted.items() if name not in defined and NVIDIA_NAME.match(name)}
    if not missing:
        return
    lines = [SOURCE]
    for name, kind in sorted(lacking.items()):
        lines.append(f"void {name}(void) {{ absent(); }}" if kind in ("FUNC", "NOTYPE") else f"char {name}[4096];")
    stand_in = "libabsent_nvidia.so"
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "absent.c"
        source.write_text("\n".join(lines) + "\n")
        subprocess.run(["g++", "-x", "c", "-shared", "-fPIC", "-O1", f"-Wl,-soname,{stand_in}", "-o",
                        str(library_folder / stand_in), str(source)], check=True)
    for name in missing:
        (library_folder / name).symlink_to(stand_in)
    print(f"{len(lacking)} names of {len(missing)} libraries that stay away: {' '.join(missing)}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
