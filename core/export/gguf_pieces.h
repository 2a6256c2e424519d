#pragma once

#include "core/model/causal_lm.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

struct GgufArchitecture;

/// One tensor of a GGUF file and the rows of a model's tensor that it is made from. The file's value is (model's + plus) * factor.
struct GgufPiece {
    std::string name;                  ///< in the file
    std::vector<std::string> tensors;  ///< of the model: one, or of a stacked piece those of all experts in their order
    bool stacked = false;              ///< the file's tensor is [experts, out, in]
    std::vector<std::int64_t> rows;    ///< the model's row for each of the file's; empty: the same rows in the same order
    bool transposed = false;           ///< the model keeps the matrix the other way round
    double plus = 0;
    double factor = 1;
    std::int64_t factorRows = -1;  ///< only the file's first so many rows are multiplied; -1: all

    /// Whether the file's numbers need more digits than the model's: powers of two only move the exponent.
    bool scaled() const;
};

/// All tensors of a model in an architecture, in the model's order: names, rows in llama.cpp's order, norms as 1 + weight, fused projections cut where
/// the architecture wants them apart, experts stacked. Where a scale of scores or an epsilon of head norms has no key in the file, it goes into queries and keys: the
/// numbers that come out are the same.
std::vector<GgufPiece> ggufPieces(const GgufArchitecture& architecture, const CausalLM& model);

/// Sizes of the file's tensor, row-major.
std::vector<std::int64_t> ggufSizes(const GgufPiece& piece, const NamedTensors& tensors);

/// The file's numbers: rows in order, F32 where they are not the model's own numbers, else in its type.
at::Tensor ggufArranged(const GgufPiece& piece, const NamedTensors& tensors);

/// The way back: puts a piece's F32 numbers where they came from in the tensors of `into`, which have the model's shapes.
void ggufRestore(const GgufPiece& piece, const at::Tensor& values, NamedTensors& into);

}  // namespace lorashear
