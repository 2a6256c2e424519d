#!/usr/bin/env bash
# Debian packages of the programs, in build/package: lorashear, lorashear-studio and lorashear-libtorch.
#
#   bash packaging/package.sh
#
# Sets up and builds (preset `package`), packs with cpack, and lets lintian look at the result where it is installed.
# To install them: sudo apt install ./build/package/*.deb
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$LORASHEAR_ROOT"

bash packaging/setup.sh --packages
build_preset package
say "Packing (cpack)"
rm -f build/package/*.deb
(cd build/package && umask 022 && quietly cpack.log cpack)
ls -lh build/package/*.deb
if command -v lintian >/dev/null; then
    say "lintian"
    lintian --fail-on error,warning --suppress-tags bad-distribution-in-changes-file build/package/*.deb
fi
