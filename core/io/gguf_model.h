#pragma once

#include "core/io/tensor_data.h"

#include <map>
#include <string>

namespace lorashear {

class GgufFile;

/// A GGUF file in the terms of a Hugging Face folder.
struct GgufModel {
    std::string configText;                     ///< a config.json made from the metadata
    std::map<std::string, TensorData> tensors;  ///< by Hugging Face names, q and k in half-split order
};

/// Architectures `llama` and `deci` (whose layers may differ in size). Nothing is dequantised here: F32, F16 and BF16 tensors stay mapped, quantised
/// ones (and q and k, whose rows change places) are deferred and become F32 (their own type) when asked for.
/// Error(Unsupported) names another architecture and the nearest we know, a tensor type we do not read, experts, layers without
/// attention or MLP, RoPE scaling we cannot express; Error(BadInput) a key that is missing or contradicts a tensor.
GgufModel readGgufModel(const GgufFile& file);

/// Row of llama.cpp's order (rotary pairs adjacent) in which a head keeps row `row` of Hugging Face's (pairs half a head apart).
constexpr std::int64_t ggufRowOf(std::int64_t row, std::int64_t headDim) {
    const std::int64_t head = row / headDim, inside = row % headDim, half = headDim / 2;
    return head * headDim + inside % half * 2 + inside / half;
}

/// The Hugging Face name of a tensor of architectures llama and deci; empty: not one of theirs. Also the other way.
std::string huggingFaceNameOf(const std::string& ggufName);
std::string ggufNameOf(const std::string& huggingFaceName);

}  // namespace lorashear
