#!/usr/bin/env bash
# Makes the picture of the window that README shows: the bundled model in the middle of a run, under a virtual display.
#
#   bash packaging/screenshot.sh [OUTPUT.png] [light|dark] [PAGE] [SCALE]
#
# OUTPUT defaults to resources/help/window.png, PAGE to run (any other page), SCALE to 1.
# Needs a built window (packaging/run.sh), xvfb and ImageMagick. STEPS=60 says after how many steps the picture is taken,
# SIZE=1920x1080 how large the window is (1280x800), WAIT=6 how many seconds other pages get.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$LORASHEAR_ROOT"

output="${1:-resources/help/window.png}"
appearance="${2:-light}"
page="${3:-run}"
scale="${4:-1}"
steps="${STEPS:-60}"
program="${LORASHEAR_STUDIO:-build/release/bin/lorashear-studio}"
[ -x "$program" ] || fail "no window program at $program" "Build it first: bash packaging/run.sh, or name another by LORASHEAR_STUDIO."
for tool in Xvfb import; do
    command -v "$tool" >/dev/null || fail "$tool is missing" "apt install xvfb imagemagick"
done

work="$(mktemp -d)"
studio="" server=""
clean_up() {
    [ -z "$studio" ] || kill "$studio" 2>/dev/null || true
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

# A display of its own; Xvfb chooses a free number and tells it.
size="${SIZE:-1280x800}"
width="$((${size%x*} * scale))" height="$((${size#*x} * scale))"
exec 7<>"$work/display"
Xvfb -displayfd 7 -screen 0 "${width}x${height}x24" -nolisten tcp >"$work/xvfb.log" 2>&1 &
server=$!
for _ in $(seq 100); do
    [ -s "$work/display" ] && break
    sleep 0.1
done
[ -s "$work/display" ] || fail "Xvfb did not start" "$(cat "$work/xvfb.log")"
export DISPLAY=":$(head -n 1 "$work/display")"
export HOME="$work" XDG_STATE_HOME="$work/state" XDG_CONFIG_HOME="$work/config" QT_QPA_PLATFORM=xcb QT_SCALE_FACTOR="$scale"

start=()
[ "$page" != run ] || start=(--start)
"$program" -geometry "${size}+0+0" "${LORASHEAR_DATA:-resources}/models/stories260K" --page "$page" --appearance "$appearance" --language en "${start[@]}" >"$work/studio.log" 2>&1 &
studio=$!

log_lines() { cat "$work"/state/lorashear/runs/*/events.jsonl 2>/dev/null | grep -c '"learning_rate"' || true; }
if [ "$page" = run ]; then
    say "Waiting for step $steps of the run"
    for _ in $(seq 1200); do
        kill -0 "$studio" 2>/dev/null || fail "the window ended early" "$(cat "$work/studio.log")"
        [ "$(log_lines)" -lt "$steps" ] || break
        sleep 0.25
    done
    [ "$(log_lines)" -ge "$steps" ] || fail "the run did not reach step $steps in five minutes" "$(cat "$work/studio.log")"
    sleep 0.3
else
    sleep "${WAIT:-6}"
fi
mkdir -p "$(dirname "$output")"
import -window root -strip "$output"
say "Wrote $output"
