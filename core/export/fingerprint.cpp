#include "core/export/fingerprint.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

namespace lorashear {

namespace {

constexpr int kTokens = 48;

at::Tensor logitsOf(const CausalLM& model, const std::vector<std::int64_t>& tokens) {
    at::NoGradGuard guard;
    const auto ids = at::tensor(tokens, at::kLong).unsqueeze(0).to(model.device());
    return model.logits(ids, {}).squeeze(0).cpu().to(at::kDouble);
}

}  // namespace

Fingerprint fingerprintOf(const CausalLM& model) {
    Random random(1, "fingerprint");
    std::vector<std::int64_t> tokens;
    for (int i = 0; i < std::min(kTokens, model.config().maxPositions); ++i)
        tokens.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(model.config().vocabulary))));
    const auto logits = logitsOf(model, tokens);
    const auto [most, top] = logits.max(-1);
    const auto sums = logits.logsumexp(-1);
    const auto list = [](const at::Tensor& t) {
        return std::vector<double>(t.const_data_ptr<double>(), t.const_data_ptr<double>() + t.numel());
    };
    const auto* likeliest = top.const_data_ptr<std::int64_t>();
    return {tokens, {likeliest, likeliest + top.numel()}, list(most.contiguous()), list(sums.contiguous())};
}

FingerprintComparison compareFingerprint(const CausalLM& model, const Fingerprint& fingerprint) {
    const auto refuse = [](const char* why) {
        throw Error(ErrorCode::BadInput, kRecordFile, why, "Compare with another model instead: --against.");
    };
    const auto& [tokens, top, logit, sums] = fingerprint;
    const bool sizes = !tokens.empty() && tokens.size() <= static_cast<std::size_t>(model.config().maxPositions) &&
                       top.size() == tokens.size() && logit.size() == tokens.size() && sums.size() == tokens.size();
    const auto inside = [&](std::int64_t id) { return id >= 0 && id < model.config().vocabulary; };
    if (!sizes || !std::all_of(tokens.begin(), tokens.end(), inside) || !std::all_of(top.begin(), top.end(), inside))
        refuse("holds the certificate of another model");
    const auto now = logitsOf(model, tokens);
    const auto sumNow = now.logsumexp(-1), topNow = now.argmax(-1);
    FingerprintComparison seen;
    seen.maxLogit = now.abs().max().item<double>();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        const double a = std::abs(now[at][top[i]].item<double>() - logit[i]),
                     b = std::abs(sumNow[at].item<double>() - sums[i]);
        if (!std::isfinite(a + b)) throw Error(ErrorCode::Numeric, "logits", "hold NaN or infinity");
        seen.maxDifference = std::max({seen.maxDifference, a, b});
        seen.sameToken += topNow[at].item<std::int64_t>() == top[i];
        ++seen.positions;
    }
    return seen;
}

}  // namespace lorashear
