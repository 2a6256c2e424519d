#pragma once

#include "core/settings/setting.h"

#include <cstdint>

namespace lorashear {

/// How a model goes on from a prompt. Bounds and words: core/model/model_fields.cpp.
struct GenerationSettings {
    int maxTokens = 128;     ///< new tokens at most; the model's context ends generation too
    double temperature = 0;  ///< 0: greedy (the most likely token, the lowest id among equals)
    double topP = 1;         ///< sample from the smallest set of tokens whose probabilities sum to this
    std::uint64_t seed = 0;
};

const Setting& generationSetting(const std::string& key);  ///< "max_tokens", "temperature", "top_p"

}  // namespace lorashear
