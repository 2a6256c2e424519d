#pragma once
// The one list of precompiled LibTorch headers. Units still include what they use.
#include <ATen/ATen.h>
