#pragma once

#include "core/model/config.h"

#include <string>
#include <vector>

namespace lorashear {

/// What a GGUF file says about one layer, and which of its tensors are zeros that the model does not have.
struct GgufLayer {
    LayerShape shape;
    bool zeroAttention = false, zeroMlp = false;
};

struct GgufLayout {
    std::string architecture;  ///< "llama" when all layers are equal, else "deci"
    std::vector<GgufLayer> layers;
};

/// The layout llama.cpp computes right. Its deci graph has four traps, none of them documented: it reads the head size only when layer 0 has heads; heads
/// without key/value heads mean "linear attention"; an MLP of width 0 leaves out the layer's attention as well (and breaks the last layer); the rotary
/// dimension must be written. So: a first or last layer without attention gets one head of zeros, other layers without attention say 0 and 0, an
/// MLP of width 0 becomes 32 neurons of zeros, and key_length, value_length and dimension_count are always written.
GgufLayout ggufLayout(const std::vector<LayerShape>& layers);

}  // namespace lorashear
