#include "core/knowledge/knowledge_distribution.h"
