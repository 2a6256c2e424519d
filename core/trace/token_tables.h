#pragma once

#include "core/trace/structure.h"

#include <string>
#include <vector>

namespace lorashear {

/// The node group of the head's rows, one a token; null if the trace found none.
const NodeGroup* vocabularyOf(const Structure& structure);

/// Tensors whose rows are tokens, `rows` of them: what token ids are looked up in and the head with its bias. Each once, in name order.
std::vector<std::string> tokenTables(const Structure& structure, std::int64_t rows);

}  // namespace lorashear
