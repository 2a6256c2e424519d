#!/usr/bin/env bash
# Installs what building and running LoRAShear Studio needs and this machine lacks: Debian packages, then LibTorch.
#
#   bash packaging/setup.sh [--tests] [--packages] [--cuda]
#     --tests  also what only the tests need, among them Python programs to compare with (packaging/interop.sh)
#     --packages  also what packaging/package.sh needs
#     --cuda   LibTorch with its CUDA libraries (several GB)
#
# What is there already is left alone; a second call changes nothing and takes about a second.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

purposes="build run"
fetch_options=()
for argument in "$@"; do
    case "$argument" in
        --tests)
            purposes="$purposes test"
            bash "$LORASHEAR_ROOT/packaging/interop.sh" --print 5 >/dev/null || fetch_options+=(--keep)
            ;;
        --packages) purposes="$purposes package" ;;
        --cuda) fetch_options+=(--cuda) ;;
        *) fail "unknown option $argument" "Usage: bash packaging/setup.sh [--tests] [--packages] [--cuda]" ;;
    esac
done

# Prints "name|why" for every package of packages.txt whose purpose is wanted.
wanted_packages() {
    local name purpose why
    while IFS='|' read -r name purpose why; do
        name="${name//[[:space:]]/}"
        [[ -z "$name" || "$name" == \#* ]] && continue
        [[ " $purposes " == *" ${purpose//[[:space:]]/} "* ]] && printf '%s|%s\n' "$name" "${why# }"
    done <"$LORASHEAR_ROOT/packaging/packages.txt"
    return 0
}

missing_packages() {
    local wanted installed name why
    wanted="$(wanted_packages)"
    # shellcheck disable=SC2046
    installed="$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' $(cut -d'|' -f1 <<<"$wanted") 2>/dev/null | sed -n 's/^ii *//p' || true)"
    while IFS='|' read -r name why; do
        grep -qxF "$name" <<<"$installed" || printf '%s|%s\n' "$name" "$why"
    done <<<"$wanted"
}

# apt-get ARGUMENTS, as soon as no other package manager holds the locks of packages, lists or downloads: unattended upgrades
# hold them for minutes on every fresh machine. apt's own DPkg::Lock::Timeout knows the first of the three only. apt-get's words
# go to the file $apt_log; on failure its last ones are shown.
apt_log=""
apt_get_when_free() {
    local waited=0 most="${LORASHEAR_APT_WAIT:-1200}" lock
    [ -n "$apt_log" ] || apt_log="$(mktemp -d)/apt-get.log"
    while ! as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get "$@" >"$apt_log" 2>&1; do
        lock="$(sed -n 's/^E: \(Could not get lock .*\)/\1/p' "$apt_log" | head -n 1)"
        if [ -z "$lock" ] || [ "$waited" -ge "$most" ]; then
            tail -n 40 "$apt_log" >&2
            [ -z "$lock" ] || note "Another package manager was still at work after $waited s (LORASHEAR_APT_WAIT sets how long to wait)."
            return 1
        fi
        [ "$waited" -gt 0 ] || note "Another package manager is at work, waiting for it for $most s at most: $lock"
        sleep 5
        waited=$((waited + 5))
    done
    if [ "$waited" -gt 0 ]; then note "It is free after $waited s."; fi
}

install_packages() {
    local missing name why names=()
    missing="$(missing_packages)"
    if [ -z "$missing" ]; then
        say "Debian packages: all there"
        return
    fi
    say "Debian packages to install:"
    while IFS='|' read -r name why; do
        note "$(printf '%-22s %s' "$name" "$why")"
        names+=("$name")
    done <<<"$missing"
    # A fresh machine has no package lists, an old one stale lists: fetch them first. A broken third-party source must
    # not stop us, so only the installation itself decides.
    say "Fetching package lists (apt-get update)"
    apt_get_when_free update -qq || note "apt-get update reported a problem; trying to install all the same"
    say "Installing ${#names[@]} packages (apt-get install)"
    apt_get_when_free install -y --no-install-recommends -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "${names[@]}" ||
        fail "apt-get could not install the packages; its last words are above" "The whole log is in $apt_log"
    rm -rf "$(dirname "$apt_log")"
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    fail "this is not Debian or a relative of it, so packages cannot be installed by this script" \
        "Install the equivalents of these yourself, then call cmake as README.md shows:" \
        "$(wanted_packages | cut -d'|' -f1 | tr '\n' ' ')"
fi
install_packages
bash "$LORASHEAR_ROOT/packaging/fetch-libtorch.sh" ${fetch_options[@]+"${fetch_options[@]}"}
if [[ " $purposes " == *" test "* ]] && ! bash "$LORASHEAR_ROOT/packaging/interop.sh"; then
    note "Without them the tests labelled 'interop' fail and say so; everything else works."
fi
