#!/usr/bin/env bash
# Sets up the real Python programs that tests labelled `interop` compare with: PyTorch, transformers (5 and 4), peft,
# tokenizers, safetensors, gguf, and a prebuilt llama.cpp (xllamacpp). Needs a network the first time.
#
#   bash packaging/interop.sh                       set up, once; afterwards well under a second
#   bash packaging/interop.sh --print SET           the Python of a set (5 or 4); exit code 1 when it is not set up
#   bash packaging/interop.sh --run SET SCRIPT …    run a script with the Python of a set
#
# Everything is pinned by version and SHA-256 in packaging/interop/*.txt and lies in the cache, in a folder named after these
# pins. The two sets are virtual environments that share one PyTorch. Unpacking goes to a temporary neighbour which is
# renamed when whole. The NVIDIA libraries are left out (packaging/interop/absent_nvidia.py): 2.5 GB nobody would call.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

pins="$LORASHEAR_ROOT/packaging/interop"
sets=(5 4)
name="interop-$(cat "$pins"/*.txt "$pins"/*.py | sha256sum | cut -c1-12)"
home="$LORASHEAR_CACHE/$name"
needed_mb=5000

python_of() { echo "$home/set$1/bin/python"; }

is_set() {
    local set
    for set in "${sets[@]}"; do [ "$1" = "$set" ] && return; done
    fail "'$1' is no set" "The sets are ${sets[*]}: the major version of transformers."
}

# The wheels are for Python 3.11.
find_python() {
    local candidate
    for candidate in /usr/bin/python3.11 python3.11 python3; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "the pinned Python packages are for Python 3.11, which is not here" "Debian 12's python3 is one."
}

# pip of the Python at hand, into a folder. Wheels only, each with its pinned hash, nothing else.
install_pins() {  # folder, pin files…
    local folder="$1" file arguments=()
    shift
    for file in "$@"; do arguments+=(-r "$pins/$file"); done
    if [ -d "$LORASHEAR_CACHE/downloads" ]; then arguments+=(--find-links "$LORASHEAR_CACHE/downloads"); fi
    "$python" -m pip install --disable-pip-version-check --no-cache-dir --quiet --no-warn-script-location --retries 3 \
        --timeout 60 --root-user-action ignore --no-deps --require-hashes --only-binary=:all: --no-compile \
        --target "$folder" "${arguments[@]}"
}

make_set() {  # number
    local folder="$building/set$1" packages
    "$python" -m venv --without-pip "$folder"
    packages="$folder/lib/python3.11/site-packages"
    install_pins "$packages" "set$1.txt" || return 1
    echo "../../../../shared" >"$packages/shared.pth"
}

# PyTorch's largest library is the one LibTorch in the same cache has: one copy on the disk is enough.
share_libtorch() {
    local ours="$LORASHEAR_CACHE/libtorch-2.15.0/torch/lib/libtorch_cpu.so" theirs="$building/shared/torch/lib/libtorch_cpu.so"
    if [ -f "$ours" ] && [ "$(stat -c %s "$ours")" = "$(stat -c %s "$theirs")" ]; then ln -f "$ours" "$theirs" 2>/dev/null || true; fi
}

set_up() {
    building="$home.part.$$"
    rm -rf "$LORASHEAR_CACHE"/interop-*.part.*
    trap 'rm -rf "$building"' EXIT
    mkdir -p "$building/shared" "$building/tmp"
    export TMPDIR="$building/tmp"
    local job jobs=()
    install_pins "$building/shared" torch.txt &
    jobs+=($!)
    install_pins "$building/common" common.txt &
    jobs+=($!)
    install_pins "$building/vocabularies" vocabularies.txt &
    jobs+=($!)
    make_set 5 &
    jobs+=($!)
    make_set 4 &
    jobs+=($!)
    for job in "${jobs[@]}"; do
        wait "$job" || fail "the Python packages could not be installed" \
            "pip's words are above. Check the network and 'pip config list', then call this script again."
    done
    cp -al "$building/common/." "$building/shared/"
    rm -rf "$building/common" "$building/shared/torch/include" "$building/shared/torch/test"
    share_libtorch
    "$python" "$pins/absent_nvidia.py" "$building/shared/torch" | sed 's/^/    /'
    note "Trying every import once"
    local set
    for set in "${sets[@]}"; do
        (cd / && environment "$building/set$set/bin/python" "$pins/try_imports.py") | sed 's/^/    /' || fail "set $set does not work"
    done
    rm -rf "$building/tmp"
    mv -T "$building" "$home"
    (flock 8; rm -rf "$LORASHEAR_CACHE/downloads") 8>"$LORASHEAR_CACHE/fetch.lock"
}

# The processor alone, no network, no settings of the user's.
environment() {
    env -u PYTHONPATH -u PYTHONHOME CUDA_VISIBLE_DEVICES= HF_HUB_OFFLINE=1 TRANSFORMERS_OFFLINE=1 HF_HUB_DISABLE_TELEMETRY=1 \
        HF_HOME="${TMPDIR:-/tmp}/lorashear-no-hub" TOKENIZERS_PARALLELISM=false OMP_WAIT_POLICY=passive PYTHONNOUSERSITE=1 \
        PYTHONUTF8=1 LORASHEAR_VOCABULARIES="$home/vocabularies" "$@"
}

case "${1:-}" in
    --print)
        is_set "${2:-}"
        [ -d "$home" ] || exit 1
        python_of "$2"
        exit 0
        ;;
    --run)
        is_set "${2:-}"
        [ -d "$home" ] || fail "the Python programs to compare with are not set up" \
            "bash packaging/interop.sh fetches them (once, from PyPI; a network is needed). Then run the tests again."
        python="$(python_of "$2")"
        shift 2
        environment "$python" "$@"
        exit
        ;;
    "") ;;
    *) fail "unknown option $1" "Usage: bash packaging/interop.sh [--print SET | --run SET SCRIPT …]" ;;
esac

if [ -d "$home" ]; then
    say "Python programs for the interoperability tests: in $home"
    exit 0
fi
[ "$(uname -m)" = x86_64 ] || fail "the pinned Python packages are for x86_64, this machine is $(uname -m)"
mkdir -p "$LORASHEAR_CACHE"
exec 9>"$LORASHEAR_CACHE/interop.lock"
flock 9    # a second call in parallel waits here, then finds the work done
if [ -d "$home" ]; then
    say "Python programs for the interoperability tests: in $home"
    exit 0
fi
free_mb="$(df --output=avail -m "$LORASHEAR_CACHE" | tail -n 1 | tr -d ' ')"
[ "$free_mb" -ge "$needed_mb" ] || fail "$LORASHEAR_CACHE has $free_mb MB free, the Python programs need $needed_mb MB for a while" \
    "Free some space, or set XDG_CACHE_HOME to a folder on a larger disk."
python="$(find_python)"
say "Python programs for the interoperability tests: PyTorch, transformers 5 and 4, peft, tokenizers, gguf, llama.cpp"
note "About 0.8 GB from PyPI, once; kept in $home"
set_up
say "Python programs for the interoperability tests: ready"
