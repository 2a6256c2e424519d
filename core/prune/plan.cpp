#include "core/prune/plan.h"
