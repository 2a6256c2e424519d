#include "core/run/recipe.h"
