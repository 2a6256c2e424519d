#!/usr/bin/env bash
# Writes resources/help/comparison.md and comparison.json: every pruning method under one budget of training on the bundled model.
#
#   bash packaging/comparison.sh [FOLDER] [ARGUMENTS OF lorashear bench]      for example: bash packaging/comparison.sh compared --workers 2
#
# Needs a build (packaging/run.sh or packaging/test.sh) and about an hour of two cores. FOLDER (build/comparison) keeps what is done: the same command
# goes on where it was stopped. The words above the tables are the page's own and stay.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$LORASHEAR_ROOT"

folder="${1:-build/comparison}"
[ $# -eq 0 ] || shift
program="${LORASHEAR:-}"
for preset in release ci; do
    [ -n "$program" ] || [ ! -x "build/$preset/bin/lorashear" ] || program="build/$preset/bin/lorashear"
done
[ -n "$program" ] || fail "there is no lorashear here yet" "Build it first: bash packaging/run.sh, or name one by LORASHEAR."

page=resources/help/comparison.md
mark='<!-- From here on written by packaging/comparison.sh. -->'
grep -qxF "$mark" "$page" || fail "$page has lost the line that rows begin behind" "It is: $mark"
"$program" bench resources/bench/comparison.json --out "$folder" "$@" --json >"$folder.json"
times="$("$program" bench resources/bench/comparison.json --out "$folder" "$@")"
{
    sed "\|^$mark\$|q" "$page"
    printf '\n## With seconds and memory\n\n'
    sed 's/^/    /' <<<"$times"  # as it stands on the screen
    printf '\n## Means, and every row\n\n'
    cat "$folder/table.md"
} >"$folder.md"
mv "$folder.json" resources/help/comparison.json
mv "$folder.md" "$page"
say "Written: $page and comparison.json"
