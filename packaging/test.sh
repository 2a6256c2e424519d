#!/usr/bin/env bash
# One command from a fresh clone to tested programs:
#
#   bash packaging/test.sh [ARGUMENTS OF CTEST]      for example: bash packaging/test.sh -L core
#
# Installs what is missing (packaging/setup.sh --tests), builds everything with warnings as errors (preset `ci`), and
# runs every test. Ends with ctest's own summary and a line "N passed, N failed"; the exit code is ctest's.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$LORASHEAR_ROOT"

bash packaging/setup.sh --tests
build_preset ci

# Most tests wait for one thread, few compute on two: side by side they take half the time.
jobs=$(($(nproc) / 2))
[ "$jobs" -ge 2 ] || jobs=2
say "Running the tests (ctest --preset ci, $jobs at a time)"
log="build/ci/tests.log"
status=0
ctest --preset ci --no-tests=error --output-on-failure --parallel "$jobs" "$@" 2>&1 | tee "$log" || status=$?
total="$(sed -n 's/^[0-9]*% tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\2 \1/p' "$log" | tail -n 1)"
if [ -n "$total" ]; then
    read -r all failed <<<"$total"
    echo "$((all - failed)) passed, $failed failed"
fi
exit "$status"
