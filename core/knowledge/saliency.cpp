#include "core/knowledge/saliency.h"
