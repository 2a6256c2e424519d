#pragma once

#include "core/model/causal_lm.h"

#include <filesystem>
#include <string>

namespace lorashear {

struct GgufOptions {
    std::filesystem::path source;  ///< folder or GGUF file that the tokenizer comes from
    std::string dtype = "source";  ///< "source", "F32", "F16", "BF16", "Q8_0"
};

/// Writes a GGUF file for llama.cpp: architecture llama when all layers are equal, deci when not (gguf_layout.h); q and k in llama.cpp's row order, norms
/// and biases in F32, matrices in dtype (Q8_0: rows that are no multiple of 32 in F16), the tokenizer inside. One tensor at a time is in
/// memory; the file is whole or absent. Adapters must be merged. Error(Unsupported) for families that are not Llama in llama.cpp's eyes, scalings of RoPE it
/// has no tensor for, or a tokenizer it cannot represent; Error(Io) if the destination exists.
void exportGguf(const CausalLM& model, const std::filesystem::path& destination, const GgufOptions& options);

/// The model's tensors with the rounding that exportGguf applies, as they are when the file is read again.
NamedTensors ggufRounded(const CausalLM& model, const std::string& dtype);

}  // namespace lorashear
