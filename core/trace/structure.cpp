#include "core/trace/structure.h"
