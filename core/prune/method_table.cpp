#include "core/prune/option_spec.h"
