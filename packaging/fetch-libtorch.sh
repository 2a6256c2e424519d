#!/usr/bin/env bash
# Brings LibTorch 2.15 from PyPI's `torch` wheel into a cache outside the source tree.
#
#   bash packaging/fetch-libtorch.sh [--cuda] [--print] [--keep]
#     --cuda   keep libtorch_cuda too and fetch the NVIDIA libraries the wheel names (several GB)
#     --print  only say where LibTorch is (exit code 1 when it is not there)
#     --keep   leave the wheels in the cache's downloads (packaging/interop.sh takes them from there and removes them)
#
# The wheels are pinned by version and SHA-256 and checked before anything is unpacked. Unpacking goes to a temporary
# neighbour which is renamed when whole, so an interrupted call leaves nothing that looks like LibTorch. Wheels that
# arrived whole survive a broken call and are not downloaded again.
#
# An existing LibTorch (2.6 or newer, C++11 ABI) is used instead when Torch_DIR, CMAKE_PREFIX_PATH or LORASHEAR_LIBTORCH
# in the environment leads to one. packaging/cmake/FindLibTorch.cmake looks in the same places.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

version=2.15.0
home="$LORASHEAR_CACHE/libtorch-$version"   # torch/{include,lib}; with --cuda also nvidia/…
downloads="$LORASHEAR_CACHE/downloads"
cpu_library_bytes=448373553                 # libtorch_cpu.so of this wheel: tells a whole copy from a torn one

# requirement | SHA-256 of its only wheel for Python 3.11 on x86-64 | size
wheels=(
    "torch==2.15.0|48c2d861134c0b5697c7602cb5ffa68f62a2989fdcd1717e593356f67996ca1e|539 MB"
    "nvidia-cuda-runtime==13.5.37|df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d|2.5 MB"
    "nvidia-cuda-cupti==13.5.25|9dcca41c12a734192b14e7128ae116bc9ce1b9da686e2ebf48ae7a4415f76650|12.6 MB"
)

cuda=no
print_only=no
keep=no
for argument in "$@"; do
    case "$argument" in
        --cuda) cuda=yes ;;
        --print) print_only=yes ;;
        --keep) keep=yes ;;
        *) fail "unknown option $argument" "Usage: bash packaging/fetch-libtorch.sh [--cuda] [--print] [--keep]" ;;
    esac
done

# Prints the folder of a LibTorch the user pointed to, or nothing.
chosen_by_user() {
    local place root
    local places=()
    if [ -n "${Torch_DIR:-}" ]; then places+=("$Torch_DIR/../../.." "$Torch_DIR"); fi
    if [ -n "${LORASHEAR_LIBTORCH:-}" ]; then places+=("$LORASHEAR_LIBTORCH"); fi
    if [ -n "${CMAKE_PREFIX_PATH:-}" ]; then
        while IFS= read -r -d: place; do places+=("$place"); done <<<"${CMAKE_PREFIX_PATH//;/:}:"
    fi
    for root in ${places[@]+"${places[@]}"}; do
        root="$(realpath -m "$root")"
        if [ -e "$root/lib/libtorch_cpu.so" ] && [ -e "$root/include/torch/csrc/api/include/torch/torch.h" ]; then
            echo "$root"
            return
        fi
    done
    if [ -n "${Torch_DIR:-}${LORASHEAR_LIBTORCH:-}" ]; then
        fail "no LibTorch is where Torch_DIR ('${Torch_DIR:-}') or LORASHEAR_LIBTORCH ('${LORASHEAR_LIBTORCH:-}') points" \
            "Torch_DIR is LibTorch's share/cmake/Torch folder, LORASHEAR_LIBTORCH the folder that holds include and lib."
    fi
}

# True when the cached copy has everything that was asked for.
cached_is_whole() {
    local lib="$home/torch/lib" file
    for file in libc10.so libgomp.so.1; do [ -s "$lib/$file" ] || return 1; done
    for file in libcudart.so.13 libcupti.so.13; do
        [ -s "$lib/$file" ] || [ -s "$home/nvidia/cu13/lib/$file" ] || return 1
    done
    [ -s "$home/torch/include/torch/csrc/api/include/torch/torch.h" ] || return 1
    [ "$(stat -c %s "$lib/libtorch_cpu.so" 2>/dev/null || echo 0)" = "$cpu_library_bytes" ] || return 1
    [ "$cuda" = no ] || [ -e "$lib/libtorch_cuda.so" ]
}

# The file of a requirement among the downloads, or nothing. Wheels write '-' of a name as '_'.
downloaded_file() {
    local folder="$1" requirement="$2" name="${2%%==*}"
    find "$folder" -maxdepth 1 -type f -name "${name//-/_}-${requirement##*==}-*.whl" 2>/dev/null | head -n 1
}

matches_hash() { [ "$(sha256sum "$1" | cut -d' ' -f1)" = "$2" ]; }

# Takes wheels for Python 3.11 and glibc up to 2.28 (Debian 10 and later), whichever Python runs this.
pip_download() {  # folder, arguments of pip download
    local folder="$1" progress=off minor platforms=(--platform manylinux2014_x86_64 --platform linux_x86_64)
    shift
    [ -t 1 ] && progress=on
    for minor in $(seq 5 28); do platforms+=(--platform "manylinux_2_${minor}_x86_64"); done
    python3 -m pip download --disable-pip-version-check --no-cache-dir --progress-bar "$progress" --quiet \
        --retries 2 --timeout 60 --dest "$folder" --only-binary=:all: --python-version 3.11 --implementation cp \
        --abi cp311 --abi abi3 --abi none "${platforms[@]}" "$@"
}

# Downloads one pinned wheel unless it is there and right; three tries, then a clear refusal.
fetch_wheel() {
    local requirement="$1" hash="$2" size="$3" file try
    file="$(downloaded_file "$downloads" "$requirement")"
    if [ -n "$file" ]; then
        if matches_hash "$file" "$hash"; then
            note "$requirement: downloaded before, SHA-256 right"
            return
        fi
        note "$requirement: the file downloaded before is damaged; it is removed"
        rm -f "$file"
    fi
    for try in 1 2 3; do
        note "$requirement: downloading $size (try $try of 3)"
        rm -rf "$downloads/part"
        mkdir -p "$downloads/part"
        printf '%s --hash=sha256:%s\n' "$requirement" "$hash" >"$downloads/part/requirements.txt"
        if pip_download "$downloads/part" --no-deps --require-hashes -r "$downloads/part/requirements.txt"; then
            file="$(downloaded_file "$downloads/part" "$requirement")"
            if [ -n "$file" ] && matches_hash "$file" "$hash"; then
                mv "$file" "$downloads/"
                rm -rf "$downloads/part"
                return
            fi
        fi
        sleep "$try"
    done
    rm -rf "$downloads/part"
    fail "$requirement could not be downloaded, or its SHA-256 is not $hash" \
        "Check the network and 'pip config list', then call this script again: what arrived whole is kept." \
        "Or point Torch_DIR to a LibTorch 2.6 or newer that you have (its share/cmake/Torch folder)."
}

# The NVIDIA wheels that this torch wheel itself names, at the versions it names.
fetch_cuda_wheels() {
    local torch_wheel="$1" requirements="$downloads/cuda-requirements.txt"
    python3 - "$torch_wheel" >"$requirements" <<'PY'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
    for line in wheel.read(name).decode().splitlines():
        if line.startswith("Requires-Dist: ") and "extra ==" not in line:
            requirement = line.split(": ", 1)[1].split(";")[0].strip()
            if requirement.startswith(("nvidia-", "cuda-toolkit")):
                print(requirement)
PY
    say "Downloading the CUDA libraries this wheel asks for (several GB):"
    sed 's/^/    /' "$requirements"
    mkdir -p "$downloads/cuda"
    pip_download "$downloads/cuda" -r "$requirements" \
        || fail "the CUDA libraries could not be downloaded" "Call this script again, or without --cuda for the processor alone."
    rm -f "$requirements"
}

# Unpacks what is needed into a temporary neighbour of $home, then swaps it in.
unpack() {
    local building="$home.part.$$"
    rm -rf "$home".part.*
    trap 'rm -rf "$home.part.$$"' EXIT
    mkdir -p "$building"
    CUDA="$cuda" python3 - "$building" "$@" <<'PY'
import os, pathlib, shutil, sys, zipfile
target, wheels, cuda = pathlib.Path(sys.argv[1]), sys.argv[2:], os.environ["CUDA"] == "yes"
processor = {"libtorch_cpu.so", "libc10.so", "libgomp.so.1"}
from_nvidia = {"libcudart.so.13", "libcupti.so.13"}

def destination(member):
    """Where a member of a wheel goes below target; None: not needed."""
    path = pathlib.PurePosixPath(member)
    if ".." in path.parts or path.is_absolute() or member.endswith("/"):
        return None
    if member.startswith("torch/include/") or (path.parent.name == "lib" and member.startswith("torch/lib/")
                                               and (path.name in processor or (cuda and ".so" in path.name
                                                                              and "python" not in path.name))):
        return member
    if ".dist-info/" in member and member.startswith("torch-") and "licen" in member.lower():
        return "torch/licenses/" + path.name
    if cuda and member.startswith("nvidia/") and ".so" in path.name:
        return member
    if not cuda and path.name in from_nvidia:
        return "torch/lib/" + path.name
    return None

for wheel in wheels:
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            where = destination(info.filename)
            if where is None:
                continue
            path = target / where
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(info) as source, open(path, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            if ".so" in path.name:
                path.chmod(0o755)
PY
    sync -f "$building" 2>/dev/null || true
    rm -rf "$home.old"
    if [ -e "$home" ]; then mv "$home" "$home.old"; fi
    mv "$building" "$home"
    rm -rf "$home.old"
}

user_choice="$(chosen_by_user)"
if [ "$print_only" = yes ]; then
    if [ -n "$user_choice" ]; then
        echo "$user_choice"
    elif cached_is_whole; then
        echo "$home/torch"
    else
        exit 1
    fi
    exit 0
fi
if [ -n "$user_choice" ]; then
    say "LibTorch: using the one you pointed to, $user_choice"
    exit 0
fi
if cached_is_whole; then
    say "LibTorch $version: in $home"
    exit 0
fi
[ "$(uname -m)" = x86_64 ] || fail "the pinned LibTorch wheel is for x86_64, this machine is $(uname -m)" \
    "Install a LibTorch 2.6 or newer for it and set Torch_DIR to its share/cmake/Torch folder."
python3 -m pip --version >/dev/null 2>&1 || fail "Python's pip is missing" "Debian: apt-get install python3-pip"

mkdir -p "$LORASHEAR_CACHE" "$downloads"
exec 9>"$LORASHEAR_CACHE/fetch.lock"
flock 9    # a second call in parallel waits here, then finds the work done
if cached_is_whole; then
    say "LibTorch $version: in $home"
    exit 0
fi
needed_mb=1200
[ "$cuda" = no ] || needed_mb=14000
free_mb="$(df --output=avail -m "$LORASHEAR_CACHE" | tail -n 1 | tr -d ' ')"
[ "$free_mb" -ge "$needed_mb" ] || fail "$LORASHEAR_CACHE has $free_mb MB free, LibTorch needs $needed_mb MB" \
    "Free some space, or set XDG_CACHE_HOME to a folder on a larger disk."

say "LibTorch $version from PyPI (the tensor library; kept in $home, so this happens once)"
for wheel in "${wheels[@]}"; do
    IFS='|' read -r requirement hash size <<<"$wheel"
    if [ "$cuda" = yes ] && [[ "$requirement" == nvidia-* ]]; then continue; fi
    fetch_wheel "$requirement" "$hash" "$size"
done
files=()
for wheel in "${wheels[@]}"; do
    file="$(downloaded_file "$downloads" "${wheel%%|*}")"
    if [ -n "$file" ]; then files+=("$file"); fi
done
if [ "$cuda" = yes ]; then
    fetch_cuda_wheels "${files[0]}"
    files=("${files[0]}" "$downloads"/cuda/*.whl)
fi
say "Unpacking headers and libraries"
unpack "${files[@]}"
cached_is_whole || fail "the unpacked LibTorch is incomplete" "Remove $home and $downloads, then call this script again."
if [ "$keep" = no ]; then rm -rf "$downloads"; fi
say "LibTorch $version is ready"
