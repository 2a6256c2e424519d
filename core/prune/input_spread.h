#pragma once

#include "core/base/control.h"
#include "core/prune/group_members.h"
#include "core/text/text_source.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// Mean and spread of what enters one linear, per input, over the tokens that reached it: two passes within a batch, batches brought together
/// by the formula of Chan, Golub and LeVeque, all in fp64. Without tokens all is 0.
class InputSpread {
public:
    explicit InputSpread(std::int64_t inputs = 0);
    void add(const at::Tensor& x);  ///< [.., in], any number of tokens

    std::int64_t tokens() const { return m_tokens; }
    const at::Tensor& mean() const { return m_mean; }  ///< [in] fp64
    at::Tensor variance() const;                       ///< [in] fp64, over the number of tokens
    at::Tensor meanSquare() const;                     ///< [in] fp64, of x itself

private:
    std::int64_t m_tokens = 0;
    at::Tensor m_mean, m_squares;  ///< of the deviations from the mean
};
/// Covariance of what entered a linear, [in, in] fp64. moment: collectInputMoments() of the same text, a mean over all its tokens, of which not all reach
/// an expert.
at::Tensor covariance(const at::Tensor& moment, const InputSpread& spread, std::int64_t textTokens);
std::int64_t inputTokens(const std::vector<Sequence>& sequences);  ///< that a model reads of them: all but the last of each

using SpreadByLinear = std::map<std::string, InputSpread>;  ///< by Linear::name

/// Called after each block with what its consumers read; returning true: the block's linears have been masked meanwhile, and it is computed anew.
using AfterBlock = std::function<bool(int block, const SpreadByLinear& seen)>;

/// Of every consumer (consumersOf), from one forward pass over the sequences, block by block, so that what one block does to the next can be
/// changed on the way. Holds fp32 [tokens, hidden] of all sequences once. Error(BadInput) without sequences.
SpreadByLinear collectSpreads(CausalLM& model, const Structure& structure, const std::vector<Sequence>& sequences, int batch,
                              Compute compute, const Control& control, const AfterBlock& afterBlock = {});

}  // namespace lorashear
