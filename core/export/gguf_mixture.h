#pragma once

#include "core/io/gguf_types.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

/// A tensor of a GGUF file before its type is known.
struct GgufShape {
    std::string name;
    std::vector<std::int64_t> sizes;  ///< row-major
    bool scaled = false;  ///< by a factor that takes digits beyond those of the model's numbers (GgufPiece::scaled)
};

struct GgufMixture {
    std::uint32_t fileType = 0;          ///< general.file_type, llama.cpp's number for "mostly this"
    std::vector<const GgmlType*> types;  ///< of the tensors, in their order
    std::vector<std::string>
        fallbacks;  ///< in words: which tensors have another type since their rows do not fit, and which
};

/// The types that an export of `dtype` stores: F32, F16, BF16, Q8_0, Q4_0 or Q4_K_M. Vectors, norms, routers and learned positions are F32, and where others are halves scaled
/// matrices too: rounded again they would lose what the model's own numbers do not. The head, or the
/// embedding that serves as one, is Q6_K in both four-bit kinds. Q4_K_M stores matrices as Q4_K, and as Q6_K those that lose most: attn_v (or
/// attn_qkv) and ffn_down of the first and the last eighth of the blocks and of every third between. Beside eight experts attn_k and attn_v are Q8_0, attn_output Q5_K in Q4_K_M. Rows that are no whole number of blocks fall back: Q4_K
/// to Q5_0, Q6_K to Q8_0, and whatever is no multiple of 32 to F16. So does llama.cpp's own quantiser (src/llama-quant.cpp); where it gives up (Q4_0 rows that are
/// no multiple of 32) we go on in F16. Error(Usage) for another dtype.
GgufMixture ggufMixture(const std::string& dtype, const std::vector<GgufShape>& tensors);

/// All that ggufMixture takes.
std::vector<std::string> ggufDtypes();

/// Whether a dtype rounds to blocks of few bits, so that what it costs is worth measuring.
bool isQuantised(const std::string& dtype);

}  // namespace lorashear
