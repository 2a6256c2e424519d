#include "core/train/adamw.h"
