# shellcheck shell=bash disable=SC2034
# Sourced by the scripts beside it: words on the screen, root rights, and where things lie.

LORASHEAR_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
LORASHEAR_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/lorashear"

say() { printf '==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '       %s\n' "$line" >&2; done
    exit 1
}

# Runs a command as root: directly when we are root, through sudo otherwise.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "root rights are needed for: $*" "Neither root nor sudo is at hand. Run that command as root, then call this script again."
    fi
}

# Runs a command quietly into a log; shows the log's end only when the command fails.
quietly() {
    local log="$1" status=0
    shift
    mkdir -p "$(dirname "$log")"
    "$@" >"$log" 2>&1 || status=$?
    if [ "$status" != 0 ]; then
        tail -n 40 "$log" >&2
        fail "this command failed with exit code $status: $*" "The whole log is in $log"
    fi
}

# A folder that has been configured keeps the LibTorch it found then. Prints the one to change to: what fetch-libtorch.sh
# settles on, when that is another one. Nothing is said for a folder whose Torch_DIR was given to cmake by hand, unless
# the environment names one now.
other_libtorch() {
    local cache="$1/CMakeCache.txt" chosen configured
    [ -f "$cache" ] || return 0
    if [ -z "${Torch_DIR:-}${LORASHEAR_LIBTORCH:-}" ] && grep -q '^Torch_DIR:[A-Z]*=.' "$cache"; then return 0; fi
    chosen="$(bash "$LORASHEAR_ROOT/packaging/fetch-libtorch.sh" --print 2>/dev/null)" || return 0
    configured="$(sed -n 's|^LibTorch_CPU_LIBRARY:[A-Z]*=||p' "$cache")"
    if [ "$(realpath -m "$chosen/lib/libtorch_cpu.so")" != "$(realpath -m "$configured")" ]; then echo "$chosen"; fi
}

# Configures and builds one preset of CMakePresets.json. Configuring is skipped when the folder has been configured and
# the LibTorch is still the same: ninja calls cmake again by itself when a CMake file changed.
build_preset() {
    local preset="$1" folder="$LORASHEAR_ROOT/build/$1" libtorch
    libtorch="$(other_libtorch "$folder")"
    if [ ! -f "$folder/build.ninja" ]; then
        say "Configuring (cmake --preset $preset)"
        quietly "$folder/configure.log" cmake --preset "$preset"
    elif [ -n "$libtorch" ]; then
        say "Configuring again (cmake --preset $preset): LibTorch is now the one in $libtorch"
        quietly "$folder/configure.log" cmake --preset "$preset" -U 'LibTorch_*' -U Torch_DIR
    fi
    say "Building in build/$preset (the first time takes minutes)"
    if [ -t 1 ]; then
        cmake --build --preset "$preset" || fail "the build failed; the compiler's words are above"
    else
        quietly "$folder/build.log" cmake --build --preset "$preset"
    fi
}
