#pragma once

#include "core/model/config.h"

#include <string>
#include <vector>

namespace lorashear {

struct GgufArchitecture;

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

/// The architecture of llama.cpp that computes a model: its family's own one, or, for families whose maths is Llama's (Mistral, Qwen 2, Phi 3 without
/// partial rotary positions), llama or deci where the own one does not take the sizes. Error(Unsupported) names what no architecture computes: another
/// family, activation, window, bias, cap or scaling of positions.
const GgufArchitecture& ggufArchitectureFor(const ModelConfig& config);

/// Whether zeros must first fill the model up to `ggufCommonShape`, since its architecture takes one size for all layers.
bool ggufNeedsPadding(const ModelConfig& config);

/// The equal sizes to fill up to. Error(Unsupported) where layers differ in query heads per key/value head, or in the number of experts.
LayerShape ggufCommonShape(const ModelConfig& config);

/// The period of a pattern of windows as llama.cpp counts it (block i has one unless (i + 1) % period == 0), `usual` where that fits.
/// Error(Unsupported) when windows differ in length or do not repeat so.
int ggufWindowPeriod(const ModelConfig& config, int usual);

/// What llama.cpp divides the scores by for this model, as a factor of the scores: nearly always 1 / sqrt(headDim).
double ggufAttentionScale(const GgufArchitecture& architecture, const ModelConfig& config);

}  // namespace lorashear
