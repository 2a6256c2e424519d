#pragma once

#include <string>
#include <vector>

namespace lorashear {

/// LoRA on any set of linears. Bounds and words: core/model/model_fields.cpp.
struct LoraOptions {
    int rank = 8;
    double alpha = 16;
    double dropout = 0;
    bool rankStabilised = false;  ///< scale alpha / sqrt(rank) instead of alpha / rank
    std::vector<std::string>
        targets;  ///< last path components ("q_proj"); of a factored linear both parts; empty: every linear of the blocks
};

}  // namespace lorashear
