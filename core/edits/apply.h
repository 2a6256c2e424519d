#pragma once

#include "core/edits/blueprint.h"
#include "core/model/factor_fit.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace lorashear {

class CausalLM;

using FactorFits = std::map<std::string, FactorFit>;  ///< by module path of the linear

/// One tensor as its making says, from the tensor before: selected, and rescaled in fp32 (whatever it was: rounding would not be a
/// repair). Fresh memory unless the making changes nothing. Not for makings with a part.
at::Tensor made(const TensorMaking& making, const at::Tensor& source);

/// Makes tensors whose making has a part. The parts of one linear lie side by side in a blueprint, so each is fitted once and one fit is held
/// at a time.
class FactorFitter {
public:
    /// moments: of linears by their paths before; where one is missing, all directions of the input count the same.
    explicit FactorFitter(const InputMoments& moments) : m_moments(moments) {}

    /// weight: the linear's, [out, in], asked for when it is needed. Shape as the making says, fp32.
    at::Tensor make(const TensorMaking& making, const std::function<at::Tensor()>& weight);
    const FactorFit& last() const { return m_fit; }  ///< of the linear that make() was asked for last

private:
    const InputMoments& m_moments;
    std::string m_source;
    FactorFit m_fit;
};

/// The smaller model in memory. Weights, adapters (rows of W are rows of B, columns of W columns of A), row scales and biases are cut
/// alike, into fresh memory; those of a linear that is factored are merged into it first, its parts are stored in its type. Masks are not taken
/// along. The blueprint must be of this model. moments: see FactorFitter; fits: gets what factoring loses.
std::unique_ptr<CausalLM> applyEdits(const CausalLM& model, const Blueprint& blueprint, const InputMoments& moments = {},
                                     FactorFits* fits = nullptr);
std::unique_ptr<CausalLM> applyEdits(const CausalLM& model, const Structure& structure, const Edits& edits,
                                     const InputMoments& moments = {});

}  // namespace lorashear
