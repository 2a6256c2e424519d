#include "core/prune/pruning_method.h"
