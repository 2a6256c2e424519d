#include "core/trace/tracer.h"
