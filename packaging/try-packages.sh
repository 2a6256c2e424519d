#!/usr/bin/env bash
# Tries what this folder makes where nothing of ours has ever been.
#
#   bash packaging/try-packages.sh packages    build/package/*.deb in a bare Debian 12: installed by apt, run, removed without a trace
#   bash packaging/try-packages.sh wheel       build/wheel/*.whl in a fresh virtual environment, beside PyTorch from PyPI
#   bash packaging/try-packages.sh run         the first of README's commands to its end, in a bare Debian 12, from a clone
#   bash packaging/try-packages.sh setup       the second's set-up and configuration, in the same place
#   bash packaging/try-packages.sh tests       the second to its end: an hour of processor time
#
# Several may be named. Each step is timed, the first that fails ends the script. The bare Debian is made once by debootstrap, from
# the archive that this machine's apt uses, and kept as a tar file: every try starts from it anew. What happens there happens in
# mount and process namespaces of its own, which vanish with it; the network is shared. Needs root, and 6 GB in
# LORASHEAR_TRY (default: /var/tmp/lorashear-try); `packages` also xvfb and imagemagick. Pictures go to build/try.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$LORASHEAR_ROOT"

place="${LORASHEAR_TRY:-/var/tmp/lorashear-try}"
bare="$place/bare"
pictures="$LORASHEAR_ROOT/build/try"
person=tester

need() {
    local program="${1%%:*}" package="${1##*:}"
    command -v "$program" >/dev/null || fail "$program is missing" "apt-get install $package"
}

# timed WORDS COMMAND…: says how long it took. A command that is a function ends at its first failure: `set -e` would not hold
# in front of `||`.
timed() {
    local words="$1" start=$SECONDS status
    shift
    say "$words"
    set +e
    (set -e; "$@")
    status=$?
    set -e
    [ "$status" = 0 ] || fail "failed after $((SECONDS - start)) s: $words"
    note "$((SECONDS - start)) s"
}

# Package archives of this release that apt uses here, one line of sources.list each.
archives() {
    apt-get indextargets --format 'deb $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
        grep -E ' bookworm(-security|-updates)? ' | sort -u
}

make_bare() {
    local mirror
    mirror="$(archives | sed -n 's/^deb \([^ ]*\) bookworm main$/\1/p' | head -n 1)"
    [ -n "$mirror" ] || fail "apt of this machine knows no archive of Debian 12" "apt-get update, on Debian 12"
    rm -rf --one-file-system "$place/making"
    quietly "$place/debootstrap.log" debootstrap --variant=minbase bookworm "$place/making" "$mirror"
    archives >"$place/making/etc/apt/sources.list"
    # A network may have certificates of its own: they are in force once the package ca-certificates comes.
    if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null; then
        mkdir -p "$place/making/usr/local/share/ca-certificates"
        cp /usr/local/share/ca-certificates/*.crt "$place/making/usr/local/share/ca-certificates/"
    fi
    tar -C "$place/making" -cf "$place/bare.tar.part" .
    mv "$place/bare.tar.part" "$place/bare.tar"
    rm -rf --one-file-system "$place/making"
}

# A bare Debian in $bare, as debootstrap left it, with one ordinary person.
start_anew() {
    mkdir -p "$place"
    [ -s "$place/bare.tar" ] || timed "A bare Debian 12 (debootstrap), once" make_bare
    rm -rf --one-file-system "$bare"
    mkdir -p "$bare"
    tar -C "$bare" -xf "$place/bare.tar"
    cp /etc/resolv.conf /etc/hosts "$bare/etc/"
    as_in_bare root useradd --create-home --shell /bin/bash "$person"
}

# Enters FOLDER as PERSON and becomes COMMAND: enter… FOLDER PERSON COMMAND…, with nothing of this environment but a display.
# shellcheck disable=SC2016
enter=(unshare --mount --pid --fork --kill-child bash -c 'root="$1" person="$2"
    shift 2
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    home=/root
    [ "$person" = root ] || home="/home/$person"
    exec chroot --userspec="$person" "$root" env -i HOME="$home" USER="$person" LOGNAME="$person" TERM=dumb LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${DISPLAY:+DISPLAY="$DISPLAY"} "$@"' enter)
as_in_bare() { "${enter[@]}" "$bare" "$@"; }
person() { as_in_bare "$person" bash -c "cd && set -e; $1"; }
administrator() { as_in_bare root bash -c "cd && set -e; export DEBIAN_FRONTEND=noninteractive; $1"; }

# Every file but what apt and dpkg keep for themselves, caches they make anew, and what people wrote in their home.
files_of_bare() {
    (cd "$bare" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./sys -o -path ./tmp -o -path ./var/cache -o -path ./var/log \
        -o -path ./var/lib/apt -o -path ./var/lib/dpkg -o -path ./home -o -path ./root -o -path ./etc/ld.so.cache \) -prune -o -print | sort)
}

install_packages() {
    mkdir -p "$bare/tmp/packages"
    cp build/package/*.deb "$bare/tmp/packages/"
    administrator 'apt-get update -qq; apt-get install -y -qq --no-install-recommends /tmp/packages/*.deb >install.log 2>&1 ||
        { tail -n 30 install.log; exit 1; }; dpkg --audit; dpkg -l "lorashear*" | tail -n +6'
}

run_command_line() {
    person 'lorashear --version; lorashear doctor; lorashear doctor --report report.txt >/dev/null
        if grep -nE "tester|/home" report.txt; then exit 1; fi
        lorashear inspect /usr/share/lorashear/models/stories260K | tail -n 3
        lorashear run /usr/share/lorashear/recipes/quick.json --out run 2>run.log || { tail run.log; exit 1; }
        lorashear export run --out small --json; lorashear verify small --against run; ls -R small'
}

# The window on a display of its own: opens the bundled model and begins the run; a picture of it is taken.
show_window() {
    local display server studio status=0
    mkdir -p "$pictures"
    exec 7<>"$place/display"
    : >"$place/display"
    : >"$place/studio.log"
    Xvfb -displayfd 7 -screen 0 1280x800x24 -nolisten tcp -ac >"$place/xvfb.log" 2>&1 &
    server=$!
    for _ in $(seq 100); do [ -s "$place/display" ] && break; sleep 0.1; done
    display=":$(head -n 1 "$place/display")"
    DISPLAY="$display" person 'lorashear-studio --exit-when-shown /usr/share/lorashear/models/stories260K' || status=$?
    if [ "$status" = 0 ]; then
        DISPLAY="$display" "${enter[@]}" "$bare" "$person" lorashear-studio -geometry 1280x800+0+0 --start /usr/share/lorashear/models/stories260K >"$place/studio.log" 2>&1 &
        studio=$!
        sleep "${WAIT:-25}"
        DISPLAY="$display" import -window root -strip "$pictures/window.png" || status=$?
        kill -KILL "$studio" 2>/dev/null || status=1   # unshare heeds no other signal; gone already: something was wrong
        wait "$studio" 2>/dev/null || true
    fi
    kill "$server"
    wait "$server" 2>/dev/null || true
    cat "$place/studio.log"
    return "$status"
}

check_documents() {
    administrator 'apt-get install -y -qq --no-install-recommends man-db bash-completion shared-mime-info libglib2.0-bin desktop-file-utils appstream \
            >tools.log 2>&1 || { tail -n 30 tools.log; exit 1; }'
    person 'for page in /usr/share/man/man1/lorashear*.1.gz; do
            name="$(basename "$page" .1.gz)"
            MANWIDTH=90 LC_ALL=C.UTF-8 man --warnings=w "$name" >page.txt 2>page.err
            [ "$(wc -l <page.txt)" -gt 10 ] && [ ! -s page.err ] || { echo "$name"; cat page.err; exit 1; }
        done
        ls /usr/share/man/man1/lorashear*.1.gz | wc -l
        man lorashear | head -n 20
        . /usr/share/bash-completion/bash_completion
        . /usr/share/bash-completion/completions/lorashear
        COMP_WORDS=(lorashear ins) COMP_CWORD=1; _lorashear; [ "${COMPREPLY[*]}" = inspect ]
        COMP_WORDS=(lorashear run --dry) COMP_CWORD=2; _lorashear; [ "${COMPREPLY[*]}" = --dry-run ]
        desktop-file-validate /usr/share/applications/io.github.lorashear.Studio.desktop
        appstreamcli validate --no-net /usr/share/metainfo/io.github.lorashear.Studio.metainfo.xml
        echo "{}" >my.recipe.json; printf "GGUF\3\0\0\0" >model.gguf
        type_of() { gio info -a standard::content-type "$1" | sed -n "s/.*content-type: //p"; }
        [ "$(type_of my.recipe.json)" = application/vnd.lorashear.recipe+json ]
        [ "$(type_of run/events.jsonl)" = application/vnd.lorashear.run ]
        [ "$(type_of model.gguf)" = application/x-gguf ]
        gio mime application/vnd.lorashear.recipe+json | grep -q io.github.lorashear.Studio.desktop'
}

purge_packages() {
    administrator 'apt-get purge -y -qq "lorashear*" man-db bash-completion shared-mime-info libglib2.0-bin desktop-file-utils appstream >purge.log 2>&1
        apt-get autoremove --purge -y -qq -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false >>purge.log 2>&1; ! grep -E "^dpkg: (warning|error)" purge.log'
    files_of_bare >"$place/after"
    if ! diff "$place/before" "$place/after" >"$place/left"; then
        cat "$place/left"
        return 1
    fi
}

try_packages() {
    compgen -G 'build/package/*.deb' >/dev/null || fail "there are no packages in build/package" "bash packaging/package.sh"
    need Xvfb:xvfb
    need import:imagemagick
    start_anew
    files_of_bare >"$place/before"
    timed "Installing them with apt, dependencies from Debian" install_packages
    timed "Command line: the quick recipe to its end" run_command_line
    timed "Window" show_window
    timed "Manual pages, completion, file types" check_documents
    timed "Removing them" purge_packages
}

try_wheel() {
    local environment="$place/venv" wheel data python
    wheel="$(ls build/wheel/*.whl)" || fail "there is no wheel in build/wheel" "bash packaging/wheel.sh"
    python="$environment/bin/python"
    rm -rf "$environment"
    mkdir -p "$place"
    python3 -m venv "$environment"
    # PyTorch as pinned, with the two NVIDIA libraries its processor part links to; the other 2.5 GB are for GPUs.
    timed "PyTorch from PyPI" "$python" -m pip install --disable-pip-version-check --quiet --no-deps --require-hashes -r packaging/interop/torch.txt
    timed "The wheel" "$python" -m pip install --disable-pip-version-check --quiet --no-deps "$wheel"
    data="$("$python" -m lorashear.data)"
    cd /
    timed "doctor" env -u LD_LIBRARY_PATH "$environment/bin/lorashear" doctor
    timed "inspect" env -u LD_LIBRARY_PATH "$environment/bin/lorashear" inspect "$data/models/stories260K"
    timed "The quick recipe to its end" env -u LD_LIBRARY_PATH "$environment/bin/lorashear" run "$data/recipes/quick.json" --out "$environment/run"
    cd "$LORASHEAR_ROOT"
    timed "Removing it" "$python" -m pip uninstall --quiet --yes lorashear
    [ ! -e "$(dirname "$(dirname "$(dirname "$data")")")/lorashear" ] || fail "pip left something of it"
}

# From a clone of what is committed, as root, in a Debian that has no sudo, no git and no compiler.
clone="$bare/srv/lorashear"
in_clone() { administrator "cd /srv/lorashear && $1"; }
start_clone() {
    start_anew
    git clone --quiet --no-local --depth 1 "file://$LORASHEAR_ROOT" "$clone"
}

try_run() {
    start_clone
    timed "bash packaging/run.sh" in_clone "bash packaging/run.sh"
    timed "bash packaging/run.sh, again" in_clone "bash packaging/run.sh"
}

try_setup() {
    [ -d "$clone" ] || start_clone
    timed "bash packaging/setup.sh --tests" in_clone "bash packaging/setup.sh --tests"
    timed "cmake --preset ci" in_clone "cmake --preset ci >configure.log 2>&1 || { tail configure.log; exit 1; }"
}

try_tests() {
    [ -d "$clone" ] || start_clone
    timed "bash packaging/test.sh" in_clone "bash packaging/test.sh"
}

[ $# -gt 0 ] || fail "nothing to try was named" "Usage: bash packaging/try-packages.sh packages | wheel | run | setup | tests …"
for what in "$@"; do
    case "$what" in
        packages | run | setup | tests)
            [ "$(id -u)" = 0 ] || fail "a bare Debian needs root rights"
            need debootstrap:debootstrap
            ;;
        wheel) ;;
        *) fail "unknown: $what" "Usage: bash packaging/try-packages.sh packages | wheel | run | setup | tests …" ;;
    esac
done
for what in "$@"; do "try_$what"; done
say "All of it worked: $*"
