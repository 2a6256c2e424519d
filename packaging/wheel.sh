#!/usr/bin/env bash
# A Python wheel of the command line, in build/wheel: for people who have PyTorch.
#
#   bash packaging/wheel.sh
#
# Sets up and builds (preset `package`, like packaging/package.sh), then packs what `cmake --install` installs as component cli.
# To install it: pip install build/wheel/*.whl, where torch of the same version as our LibTorch is, or will be brought along.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$LORASHEAR_ROOT"

bash packaging/setup.sh --packages
build_preset package
say "Packing the wheel"
cache=build/package/CMakeCache.txt
library="$(sed -n 's|^LibTorch_CPU_LIBRARY:[A-Z]*=||p' "$cache")"
header="$(sed -n 's|^LibTorch_INCLUDE_DIR:[A-Z]*=||p' "$cache")/torch/headeronly/version.h"
torch="$(sed -n 's/^#define TORCH_VERSION_\(MAJOR\|MINOR\) \([0-9]*\)$/\2/p' "$header" | paste -sd .)"
rm -rf build/wheel
mkdir -p build/wheel
quietly build/package/install.log cmake --install build/package --component cli --strip --prefix build/wheel/prefix
python3 packaging/wheel/make_wheel.py --prefix build/wheel/prefix --libtorch "$(dirname "$library")" --torch "$torch" \
    --version "$(sed -n 's/^CMAKE_PROJECT_VERSION:[A-Z]*=//p' "$cache")" --out build/wheel
rm -rf build/wheel/prefix
ls -lh build/wheel
