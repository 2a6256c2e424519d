#include "core/run/worker.h"
