#include "core/run/engine.h"
