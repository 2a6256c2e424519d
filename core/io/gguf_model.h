#pragma once

#include "core/io/tensor_data.h"

#include <map>
#include <string>

namespace lorashear {

class GgufFile;

/// A GGUF file in the terms of a Hugging Face folder.
struct GgufModel {
    std::string configText;                     ///< a config.json made from the metadata
    std::map<std::string, TensorData> tensors;  ///< by Hugging Face names, rows in Hugging Face's order
};

/// The architectures of gguf_architecture.h. Nothing is dequantised here: F32, F16 and BF16 tensors stay mapped, quantised ones (and those whose
/// rows change places, norms that are stored as 1 + weight, transposed matrices) are deferred and become F32 (their own type) when asked for.
/// A file of architecture llama is a Mixtral where it has experts, a Mistral where it has a window, and a Qwen 2 where it has biases on queries, keys and
/// values alone. Of a stacked tensor every expert is a tensor by itself, over its own bytes.
/// Error(Unsupported) names another architecture and the nearest we know, a tensor type we do not read, a tensor that the architecture has no place for,
/// a metadata key that changes numbers and is not computed here; Error(BadInput) a key that is missing or contradicts a tensor.
GgufModel readGgufModel(const GgufFile& file);

}  // namespace lorashear
