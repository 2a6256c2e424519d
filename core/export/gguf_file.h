#pragma once

#include "core/model/causal_lm.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lorashear {

struct GgufOptions {
    std::filesystem::path source;    ///< folder or GGUF file that the tokenizer comes from
    std::string dtype = "source";    ///< "source", "F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K_M"
    std::uint64_t maxPartBytes = 0;  ///< of one file; 0: all in one
};

/// Writes a GGUF file for llama.cpp in the architecture of the model's family (gguf_layout.h): rows in llama.cpp's order, norms and biases in F32,
/// matrices in dtype (gguf_mixture.h), the tokenizer inside. Layers of different size: architecture deci where the maths is Llama's, else zeros fill them
/// up to equal sizes; experts must be equally many. One tensor at a time is in memory (a padded model is held whole); the file is whole or absent. Adapters must be merged.
/// Returns what the reader of the export should know, in words: padding, tensors whose rows do not fit the type. Error(Unsupported) for a family or setting
/// that llama.cpp does not compute, or a tokenizer it cannot represent; Error(Io) if the destination exists.
std::vector<std::string> exportGguf(const CausalLM& model, const std::filesystem::path& destination,
                                    const GgufOptions& options);

/// The model with the rounding that exportGguf applies, as it is when the file is read again.
std::unique_ptr<CausalLM> ggufRounded(const CausalLM& model, const std::string& dtype);

}  // namespace lorashear
