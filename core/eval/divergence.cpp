#include "core/eval/divergence.h"

#include "core/base/error.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <string>

namespace lorashear {

namespace {

constexpr std::int64_t kPositionsAtOnce = 64;  ///< 64 x 150,000 tokens in fp64: 77 MB

void requireComparable(const CausalLM& model, const CausalLM& reference, const std::vector<int>& ids, std::size_t from) {
    const auto a = model.config().vocabulary, b = reference.config().vocabulary;
    if (a != b)
        throw Error(ErrorCode::BadInput, "vocabulary", "sizes differ: " + std::to_string(a) + " and " + std::to_string(b));
    if (from == 0 || from >= ids.size())
        throw Error(ErrorCode::BadInput, "text", "has no token there that was predicted from others");
}

/// [positions, hidden]
at::Tensor statesOf(const CausalLM& model, const std::vector<int>& ids) {
    const auto read = at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end() - 1), at::kLong);
    return model.hidden(read.unsqueeze(0).to(model.device()), {}).squeeze(0);
}

at::Tensor nextTokenLogs(const CausalLM& model, const at::Tensor& states, std::int64_t from, std::int64_t to) {
    const auto logits = model.project(states.slice(0, from, to), {}).cpu().to(at::kDouble);
    if (!logits.isfinite().all().item<bool>()) throw Error(ErrorCode::Numeric, "logits", "hold NaN or infinity");
    return at::log_softmax(logits, -1);
}

}  // namespace

Divergence divergence(const CausalLM& model, const CausalLM& reference, const std::vector<int>& ids, std::size_t from) {
    at::NoGradGuard guard;
    requireComparable(model, reference, ids, from);
    const auto of = statesOf(model, ids), expected = statesOf(reference, ids);
    Divergence result;
    for (std::int64_t begin = static_cast<std::int64_t>(from) - 1; begin < of.size(0); begin += kPositionsAtOnce) {
        const std::int64_t end = std::min(begin + kPositionsAtOnce, of.size(0));
        const auto p = nextTokenLogs(reference, expected, begin, end), q = nextTokenLogs(model, of, begin, end);
        const auto kl = (p.exp() * (p - q)).sum(-1).clamp_min(0).contiguous();
        const auto same = (p.argmax(-1) == q.argmax(-1)).contiguous();
        for (std::int64_t i = 0; i < end - begin; ++i) {
            result.kl.push_back(kl.data_ptr<double>()[i]);
            result.sameChoice.push_back(same.data_ptr<bool>()[i]);
        }
    }
    return result;
}

}  // namespace lorashear
