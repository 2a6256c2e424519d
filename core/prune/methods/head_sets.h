#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace lorashear {

/// How much a linear's output resembles itself when some of what it reads goes: the mean over outputs of the absolute correlation between the two
/// (SlimLLM, arXiv 2505.22689, section 3.1). From second moments alone, exactly.
class OutputSimilarity {
public:
    /// weight: [out, in]. covariance: of the inputs, [in, in] fp64. parts: begin and length of the columns of each group, which may have several
    /// stretches.
    OutputSimilarity(const at::Tensor& weight, const at::Tensor& covariance,
                     const std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>>& parts);

    /// kept: by group. 1: nothing changes. Outputs that never vary do not count; 0 if all that stays never varies.
    double of(const std::vector<bool>& kept) const;

private:
    at::Tensor m_parts;  ///< [out, groups, groups] fp64: covariance of what two groups add to an output
    at::Tensor m_whole;  ///< [out] variance
};

/// The groups whose absence changes least, `many` of those that may go, with at most `swaps` exchanges that raise the likeness. kept: which stay
/// before. Sorted.
std::vector<int> leastMissedSet(const OutputSimilarity& similarity, std::vector<bool> kept, int many, int swaps);

}  // namespace lorashear
