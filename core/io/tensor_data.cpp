#include "core/io/tensor_data.h"
