#include "core/io/safetensors.h"
