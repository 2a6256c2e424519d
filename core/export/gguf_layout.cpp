#include "core/export/gguf_layout.h"

#include <algorithm>

namespace lorashear {

namespace {

constexpr int kZeroWidth = 32;

}  // namespace

GgufLayout ggufLayout(const std::vector<LayerShape>& layers) {
    GgufLayout layout;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        GgufLayer layer{layers[i]};
        const bool atEnd = i == 0 || i + 1 == layers.size();
        if (layer.shape.heads == 0 || layer.shape.kvHeads == 0) {
            layer.zeroAttention = atEnd;
            layer.shape.heads = layer.shape.kvHeads = atEnd ? 1 : 0;
        }
        if (layer.shape.intermediate == 0) {
            layer.zeroMlp = true;
            layer.shape.intermediate = kZeroWidth;
        }
        layout.layers.push_back(layer);
    }
    const auto same = [&](const GgufLayer& layer) { return layer.shape == layout.layers.front().shape; };
    layout.architecture = std::all_of(layout.layers.begin(), layout.layers.end(), same) ? "llama" : "deci";
    return layout;
}

}  // namespace lorashear
