#!/usr/bin/env bash
# Writes resources/help/comparison.md and comparison.json: every method under one budget on the bundled model.
#
#   bash packaging/comparison.sh [FOLDER] [ARGUMENTS OF lorashear bench]      for example: bash packaging/comparison.sh compared --workers 2
#
# Needs a build (bash packaging/run.sh or test.sh), and hours. FOLDER keeps what is done: the same command goes on where it stopped.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$LORASHEAR_ROOT"

folder="${1:-build/comparison}"
[ $# -eq 0 ] || shift
program="${LORASHEAR:-}"
for preset in release ci; do
    [ -n "$program" ] || [ ! -x "build/$preset/bin/lorashear" ] || program="build/$preset/bin/lorashear"
done
[ -n "$program" ] || fail "There is no lorashear yet: bash packaging/run.sh builds it (or name one in LORASHEAR)."

spec=resources/bench/comparison.json
"$program" bench "$spec" --out "$folder" "$@"

page=resources/help/comparison.md
{
    sed '/^<!-- rows -->$/,$d' "$page"
    echo "<!-- rows -->"
    echo
    sed -n '1{/^# /d};p' "$folder/table.md"
} > "$folder/page.md"
cp "$folder/page.md" "$page"
cp "$folder/table.json" resources/help/comparison.json
say "Written: $page and comparison.json"
