#include "core/model/lora.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/model/causal_lm.h"
#include "core/model/factor.h"
#include "core/model/model_fields.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace lorashear {

namespace {

std::string lastComponent(const std::string& path) {
    return path.substr(path.rfind('.') + 1);
}

void attach(Linear& linear, const LoraOptions& options, std::uint64_t seed) {
    const auto float32 = at::TensorOptions().dtype(at::kFloat);
    auto a = at::empty({options.rank, linear.in()}, float32);
    Random random(seed, "lora." + linear.name);
    const double bound = 1.0 / std::sqrt(static_cast<double>(linear.in()));
    auto* values = a.data_ptr<float>();
    for (std::int64_t i = 0; i < a.numel(); ++i) values[i] = static_cast<float>((random.uniform() * 2 - 1) * bound);
    const auto device = linear.weight.device();
    linear.a = a.to(device).set_requires_grad(true);
    linear.b = at::zeros({linear.out(), options.rank}, float32.device(device)).set_requires_grad(true);
    linear.scale = options.alpha / (options.rankStabilised ? std::sqrt(options.rank) : options.rank);
    linear.dropout = options.dropout;
}

}  // namespace

void attachLora(CausalLM& model, const LoraOptions& options, std::uint64_t seed) {
    settings::requireAllowed(loraFields(), options, "/lora");
    std::set<std::string> unmatched(options.targets.begin(), options.targets.end());
    detachLora(model);
    for (auto* linear : model.linears()) {
        const auto last = lastComponent(factoredPath(linear->name));
        const bool wanted = options.targets.empty() ||
                            std::find(options.targets.begin(), options.targets.end(), last) != options.targets.end();
        unmatched.erase(last);
        if (wanted) attach(*linear, options, seed);
    }
    if (!unmatched.empty())
        throw Error(ErrorCode::BadRecipe, "/lora/targets", "no linear is called \"" + *unmatched.begin() + "\"");
}

void detachLora(CausalLM& model) {
    for (auto* linear : model.linears()) linear->a = linear->b = at::Tensor();
}

}  // namespace lorashear
