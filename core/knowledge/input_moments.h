#pragma once

#include "core/base/control.h"
#include "core/model/forward_context.h"
#include "core/text/text_source.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;

/// sum += x^T x over all leading dimensions, fp32 [n, n], of which only the lower triangle is right: half the work of the whole square. An undefined
/// sum starts at zero. rows: of x flattened to [N, n], those that count (int64); undefined: all.
void addMoment(at::Tensor& sum, const at::Tensor& x, const at::Tensor& rows = {});

/// The mean over so many rows, fp64, both triangles.
at::Tensor meanMoment(const at::Tensor& sum, std::int64_t count);

/// Mean of x x^T over the inputs x of each of these linears, fp64 [in, in], from one forward pass over the sequences. Four bytes for each entry are held
/// at once. Experts that no token went to are left out. Error(BadInput) for a name that is no linear of the model or if there are no sequences; Error(Numeric) if an input is not finite.
std::map<std::string, at::Tensor> collectInputMoments(const CausalLM& model, const std::vector<std::string>& linears,
                                                      const std::vector<Sequence>& sequences, int batch, Compute compute,
                                                      const Control& control);

}  // namespace lorashear
