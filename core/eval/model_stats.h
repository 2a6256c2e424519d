#pragma once

#include "core/base/control.h"
#include "core/model/config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;

/// Numbers counted from tensors and shapes: exact, no measurement.
struct ModelSize {
    std::int64_t parameters = 0;
    std::int64_t activeParameters = 0;  ///< that one token passes through: fewer where it uses some experts of many
    std::int64_t weightBytes = 0;       ///< as held in memory
    std::int64_t flopsPerToken =
        0;  ///< multiply and add counted apart; products of a forward pass at context 0, head included
    std::int64_t kvBytesPerToken = 0;  ///< keys and values of one position over all blocks, fp32 as our cache keeps them
};
ModelSize sizeOf(const CausalLM& model);

/// Measured speed, median of repeats with the interquartile range.
struct Speed {
    double tokensPerSecond = 0, spread = 0;
    std::string protocol;  ///< "prefill, batch 1 x 256, 2 threads, median of 5"
};
struct ModelSpeed {
    Speed prefill, decode;
};
/// Prefill: one forward pass of up to 256 tokens. Decode: steps with the KV cache behind them. Every round measures one model
/// after the other, so that whatever else keeps the machine busy weighs on all of them alike; results in the models' order.
std::vector<ModelSpeed> measureSpeeds(const std::vector<const CausalLM*>& models, const Control& control, int repeats = 5);

}  // namespace lorashear
