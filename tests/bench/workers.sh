#!/usr/bin/env bash
# How many jobs of a bench two one-core workers do in the time in which one process on one core does one.
#
#   bash tests/bench/workers.sh [JOBS] [ROUNDS]      16 jobs, 3 rounds
#
# The two take turns, so that both see the same neighbours; says the ratio of jobs per minute, round by round, and the median. Needs two cores that
# nobody else uses, and a build.
set -euo pipefail
cd "$(dirname "$0")/../.."
jobs="${1:-16}" rounds="${2:-3}"
for preset in release ci; do
    [ ! -x "build/$preset/bin/lorashear" ] || program="$PWD/build/$preset/bin/lorashear"
done
[ -n "${program:-}" ] || { echo "there is no lorashear here yet: bash packaging/run.sh" >&2; exit 1; }
place="$(mktemp -d)"
trap 'rm -rf "$place"' EXIT

seeds="$(seq -s, 1 "$jobs")"
cat >"$place/spec.json" <<SPEC
{"version": 1, "recipe": "$PWD/resources/recipes/quick.json", "methods": [{"id": "random"}], "seeds": [$seeds], "training_tokens": 65536, "adapted_dense": false,
 "changes": {"analysis": {"enabled": false}, "evaluation": {"texts": [{"name": "stories", "path": "$PWD/resources/data/valid.txt", "window": 256, "max_windows": 8}], "sample_tokens": 0}}}
SPEC

# seconds OUT COMMAND…
seconds() {
    local begin
    begin="$(date +%s.%N)"
    "${@:2}" bench "$place/spec.json" --threads 1 --out "$place/$1" >/dev/null 2>&1
    awk -v a="$begin" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }'
    rm -rf "${place:?}/$1"
}

# shellcheck disable=SC2317
two() { taskset -c 0,1 "$program" "$@" --workers 2; }
for round in $(seq "$rounds"); do
    one="$(seconds one taskset -c 0 "$program")"
    both="$(seconds two two)"
    awk -v n="$round" -v jobs="$jobs" -v a="$one" -v b="$both" \
        'BEGIN { printf "round %d: one process %.1f s (%.1f jobs a minute), two workers %.1f s (%.1f): %.2f times\n", n, a, 60 * jobs / a, b, 60 * jobs / b, a / b }'
done | tee "$place/rounds"
echo "median: $(sed 's/.*: \([0-9.]*\) times/\1/' "$place/rounds" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }') times (at least 1.85 is what is asked)"
