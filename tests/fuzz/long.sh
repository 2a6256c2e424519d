#!/bin/bash
# Many inputs through every reader, led by what they cover: libFuzzer over the kept corpus.
#
#   tests/fuzz/long.sh [EXECUTIONS] [TARGET …]      10 million each, every target
#
# Needs clang (Debian: clang). Builds build/fuzz by the preset of that name. What it finds interesting stays in build/fuzz/long/TARGET/corpus, from where a next
# call goes on; what crashes is left in build/fuzz/long/TARGET and ends the script. Prints one row of a table for each target.
set -euo pipefail
cd "$(dirname "$0")/../.."
executions=${1:-10000000}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(ls tests/fuzz/corpus)

cmake --preset fuzz > /dev/null
cmake --build --preset fuzz
# Targets of several files write them out: in memory where the machine has a place for that.
if [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi
export OMP_NUM_THREADS=1 MALLOC_ARENA_MAX=1

echo "| target | executions | corpus, files | branches reached | seconds |"
echo "|---|---|---|---|---|"
for target in "${targets[@]}"; do
    folder=build/fuzz/long/$target
    mkdir -p "$folder/corpus"
    if ! LORASHEAR_FUZZ_TARGET=$target build/fuzz/tests/fuzz/fuzz -runs="$executions" -max_len=8192 -timeout=30 -rss_limit_mb=4096 \
        -print_final_stats=1 -artifact_prefix="$folder/" "$folder/corpus" "tests/fuzz/corpus/$target" > "$folder/log" 2>&1; then
        tail -30 "$folder/log" >&2
        echo "$target: an input that ends it lies in $folder; the log too" >&2
        exit 1
    fi
    # The kept files that reach something, counted; libFuzzer's last line of progress tells the branches.
    branches=$(grep -o 'cov: [0-9]*' "$folder/log" | tail -1 | cut -d' ' -f2)
    files=$(grep -o 'corp: [0-9]*' "$folder/log" | tail -1 | cut -d' ' -f2)
    done=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log")
    seconds=$(sed -n 's/^Done [0-9]* runs in \([0-9]*\) second.*/\1/p' "$folder/log")
    echo "| $target | $done | $files | $branches | $seconds |"
done
