#include "core/knowledge/analyse.h"
