#pragma once

#include "core/export/gguf_layout.h"
#include "core/model/config.h"

namespace lorashear {

class GgufWriter;

/// The metadata of a model in an architecture: sizes (one number, or a list where the architecture takes one), epsilon, positions, windows, caps. All that
/// changes numbers in llama.cpp is written even where it is the default.
void writeGgufKeys(GgufWriter& writer, const GgufArchitecture& architecture, const ModelConfig& config,
                   const std::vector<GgufLayer>& layers);

/// What the scaling of positions in an architecture with frequency factors is told by (rope_freqs.weight); empty: nothing.
std::vector<float> ggufFrequencyFactors(const ModelConfig& config);

}  // namespace lorashear
