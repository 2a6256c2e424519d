#!/usr/bin/env bash
# One command from a fresh clone to a running program:
#
#   bash packaging/run.sh [MODEL]
#
# Installs what is missing (packaging/setup.sh), builds the programs (preset `release`), then opens the window on MODEL,
# a Hugging Face folder (default: the bundled stories260K). Without a display it runs the bundled quick recipe instead
# and prints its result table. A second call takes seconds.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$LORASHEAR_ROOT"

model="${1:-resources/models/stories260K}"
bash packaging/setup.sh
build_preset release

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "Opening the window on $model"
    exec build/release/bin/lorashear-studio "$model"
fi
runs="${XDG_STATE_HOME:-$HOME/.local/state}/lorashear/runs"
mkdir -p "$runs"
folder="$(mktemp -d "$runs/quick-$(date +%Y%m%d-%H%M%S)-XXXX")/run"
say "No display here (DISPLAY and WAYLAND_DISPLAY are unset), so the quick recipe runs without a window"
note "recipe: resources/recipes/quick.json   run folder: $folder"
exec build/release/bin/lorashear run resources/recipes/quick.json --out "$folder"
