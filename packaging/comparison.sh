#!/usr/bin/env bash
# Writes resources/help/comparison.md and comparison.json: every pruning method under one budget of training on the bundled model.
#
#   bash packaging/comparison.sh [FOLDER] [ARGUMENTS OF lorashear bench]      for example: bash packaging/comparison.sh compared --workers 2
#
# Needs a build (packaging/run.sh or packaging/test.sh) and about an hour of two cores. FOLDER (build/comparison) keeps what is done: the same command
# goes on where it was stopped.
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
"$program" bench resources/bench/comparison.json --out "$folder" "$@" --json >"$folder.json"
times="$("$program" bench resources/bench/comparison.json --out "$folder" "$@")"
{
    cat <<'WORDS'
# Methods compared

Every pruning method of the table ([methods.md](methods.md)) on the bundled story model (stories260K, 260,032 parameters), under one budget: 300 steps of 8 x 256 tokens in all, whatever of
them pruning takes and recovery gets, the same adapters, learning rate, distillation and data ([bench.md](bench.md), *What is fair*), three seeds. The headline is the perplexity on windows 401 to 600 of TinyStories' validation
text, which nothing was chosen on; settings were chosen on its first 200 windows, and those stand beside it (the warnings under the table go by whole files). *Adapted dense* is the whole model with the same training: what a pruned one is fairly held against.
`before recovery` is what the method itself leaves. Seconds and memory are of one process with one thread beside another, on a machine that other work shared: they compare roughly. A process works through many jobs
and keeps what LibTorch compiled for the shapes of earlier ones, up to half a gigabyte, so that memory grows along the table.

Where LHSPG stands: with the same scores, repairs and steps, one shot is ahead at 20 % by a little more than the seeds differ, and at 50 % the two tie; at 50 % both lead the table, at 20 % LHSPG is second.
Its fade leaves a far better model before recovery, which recovery at this length does not turn into a lead.

One command writes the tables and [comparison.json](comparison.json): `bash packaging/comparison.sh`.
WORDS
    printf '\n## With seconds and memory\n\n'
    grep -v "^tables and pareto.svg in " <<<"$times" | sed "s/^/    /"  # as it stands on the screen, without the folder
    printf '\n## Means, and every row\n\n'
    cat "$folder/table.md"
} >"$folder.md"
mv "$folder.json" resources/help/comparison.json
mv "$folder.md" "$page"
say "Written: $page and comparison.json"
