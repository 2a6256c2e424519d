#include "core/compact/group_masks.h"
