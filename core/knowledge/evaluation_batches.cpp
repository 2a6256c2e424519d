#include "core/knowledge/evaluation_batches.h"

#include "core/base/error.h"
#include "core/kernels/ops.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace lorashear {

namespace {

constexpr std::int64_t kIgnored = -100;

EvaluationBatch makeBatch(const std::vector<Sequence>& sequences, std::size_t first, std::size_t many, at::Device device) {
    EvaluationBatch batch;
    batch.first = first;
    const auto rows = static_cast<std::int64_t>(many);
    const auto length = static_cast<std::int64_t>(sequences[first].ids.size()) - 1;
    batch.ids = at::empty({rows, length}, at::kLong);
    batch.targets = at::empty({rows, length}, at::kLong);
    auto* ids = batch.ids.data_ptr<std::int64_t>();
    auto* targets = batch.targets.data_ptr<std::int64_t>();
    for (std::size_t s = first; s < first + many; ++s) {
        std::int64_t counted = 0;
        for (std::size_t t = 0; t < static_cast<std::size_t>(length); ++t) {
            const auto& mask = sequences[s].lossMask;
            const bool counts = t >= mask.size() || mask[t];
            *ids++ = sequences[s].ids[t];
            *targets++ = counts ? sequences[s].ids[t + 1] : kIgnored;
            counted += counts;
        }
        batch.counted.push_back(counted);
    }
    batch.ids = batch.ids.to(device);
    batch.targets = batch.targets.to(device);
    return batch;
}

}  // namespace

std::vector<EvaluationBatch> batchesOf(const std::vector<Sequence>& sequences, int batch, at::Device device) {
    std::vector<EvaluationBatch> batches;
    std::int64_t counted = 0;
    for (std::size_t first = 0; first < sequences.size();) {
        const auto length = sequences[first].ids.size();
        if (length < 2)
            throw Error(ErrorCode::BadInput, "sequence " + std::to_string(first), "it has fewer than two tokens");
        std::size_t many = 1;
        while (many < static_cast<std::size_t>(std::max(batch, 1)) && first + many < sequences.size() &&
               sequences[first + many].ids.size() == length)
            ++many;
        batches.push_back(makeBatch(sequences, first, many, device));
        for (const auto count : batches.back().counted) counted += count;
        first += many;
    }
    if (counted == 0) throw Error(ErrorCode::BadInput, "evaluation text", "there is no token to predict in it");
    return batches;
}

at::Tensor nllFrom(const CausalLM& model, const at::Tensor& x, const EvaluationBatch& batch, Compute compute) {
    const auto hidden = model.normalise(x).flatten(0, 1);
    return ops::tokenNll(hidden, model.vocabularyHead(compute), batch.targets.flatten(), compute)
        .view(batch.targets.sizes());
}

std::vector<double> nllPerSequence(const CausalLM& model, const at::Tensor& x, const EvaluationBatch& batch, Compute compute,
                                   const std::string& subject) {
    const auto sums = nllFrom(model, x, batch, compute).sum(1, false, at::kDouble).cpu();
    const auto* values = sums.data_ptr<double>();
    std::vector<double> result(values, values + sums.numel());
    for (const double value : result)
        if (!std::isfinite(value))
            throw Error(ErrorCode::Numeric, subject, "the loss is not a number", "Look for NaN or infinity in the weights.");
    return result;
}

}  // namespace lorashear
