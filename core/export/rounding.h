#pragma once

#include "core/io/tensor_data.h"
#include "core/model/causal_lm.h"

#include <string>

namespace lorashear {

DType dtypeOf(at::ScalarType type);                     ///< Error(Internal) for types no export writes
at::ScalarType scalarTypeOf(const std::string& dtype);  ///< "F32", "F16", "BF16"; Error(BadRecipe) otherwise

/// Whether numbers that are stored as `from` ("F32", "F16", "BF16") have fewer digits as `dtype` (a type of any export): what that costs is worth
/// measuring. Never with "source".
bool losesDigits(const std::string& dtype, const std::string& from);

/// The tensor in another type, rounded to nearest, ties to even. Error(Numeric) naming tensor and value where NaN or infinity would be written:
/// they were there, or the type is too narrow (F16 ends at 65504).
at::Tensor converted(const at::Tensor& tensor, at::ScalarType type, const std::string& name);

/// Error(Internal) if an adapter, row scale or mask is still attached: merge first.
void requireMerged(const CausalLM& model);

/// What an export stores `tensor` as. With "source" that is the checkpoint's type, and F32 for vectors that are F32: gains that carry the correction of
/// removed channels, trained norms, vectors that the file keeps so. They cost nothing, and rounded they would be off by up to one part in 256.
at::ScalarType storedType(const at::Tensor& tensor, const std::string& dtype, const ModelConfig& config);

/// The tensors an export stores: all of tensors(), rounded once (to nearest, ties to even) to their storedType().
/// Error(Internal) if an adapter or row scale is still attached: merge first. Errors of converted().
NamedTensors roundedTensors(const CausalLM& model, const std::string& dtype);

}  // namespace lorashear
