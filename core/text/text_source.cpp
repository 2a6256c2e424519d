#include "core/text/text_source.h"
