#pragma once

#include "core/model/factor.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

namespace lorashear {

using InputMoments = std::map<std::string, at::Tensor>;  ///< by linear: mean of x x^T of its inputs, fp64

/// Two thin factors in place of a matrix, and what they lose. Essay in factor_fit.cpp.
struct FactorFit {
    std::vector<at::Tensor> first;   ///< per block [blocks * rank, in / blocks] fp32
    std::vector<at::Tensor> second;  ///< per block [out / blocks, blocks * rank] fp32
    /// Of the mean over calibration inputs of |W x|^2: all of it, and what W minus the factors loses, damping left out.
    /// Without calibration: squared Frobenius norms.
    double energy = 0, lost = 0;
    /// Squared singular values of the damped whitened matrix, falling: the sum of those beyond the rank is what a low rank loses. Empty with blocks.
    std::vector<double> spectrum;
};

/// The factors nearest to W. weight [out, in]; moment [in, in]: mean of x x^T over calibration inputs; undefined: all directions count the same.
/// damping: ridge on the moment, as a share of its mean diagonal.
FactorFit factorise(const at::Tensor& weight, const Factor& factor, const at::Tensor& moment = {}, double damping = 1e-4);

/// The dense matrix that factors stand for. [out, in] fp32.
at::Tensor product(const Factor& factor, const std::vector<at::Tensor>& first, const std::vector<at::Tensor>& second);

}  // namespace lorashear
