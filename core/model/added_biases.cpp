#include "core/model/added_biases.h"

#include "core/model/family.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace lorashear {

namespace {

using Shapes = std::map<std::string, std::vector<std::int64_t>>;

/// A branch whose biases config.json can switch on.
struct Branch {
    const char* key;
    bool ModelConfig::*flag;
};

std::vector<Branch> switchedOff(const Family& family, const ModelConfig& config) {
    std::vector<Branch> branches{{family.biasKeys.attention, &ModelConfig::attentionBias},
                                 {family.biasKeys.mlp, &ModelConfig::mlpBias}};
    std::erase_if(branches, [&](const Branch& branch) { return !branch.key || config.*branch.flag; });
    return branches;
}

}  // namespace

bool takesBias(const ModelConfig& config, const Linear& linear) {
    if (linear.bias.defined()) return true;
    const auto& family = familyOf(config.family, "model");
    auto asking = config;
    for (const auto& branch : switchedOff(family, config)) asking.*branch.flag = true;
    return family.shapes(asking).count(linear.name + ".bias") > 0;
}

ModelConfig askingForBiases(const ModelConfig& config, NamedTensors& tensors) {
    const auto& family = familyOf(config.family, "model");
    const auto branches = switchedOff(family, config);
    if (branches.empty()) return config;
    const auto asked = family.shapes(config);
    auto result = config;
    for (const auto& branch : branches) {
        auto with = config;
        with.*branch.flag = true;
        const auto wanted = family.shapes(with);
        const auto more = [&](const auto& named) { return wanted.count(named.first) && !asked.count(named.first); };
        if (std::none_of(tensors.begin(), tensors.end(), more)) continue;
        result.*branch.flag = true;
        auto source = nlohmann::ordered_json::parse(result.source, nullptr, /*allow_exceptions=*/false);
        if (source.is_object()) {
            source[branch.key] = true;
            result.source = source.dump(2);
        }
        for (const auto& named : wanted)
            if (more(named) && !tensors.count(named.first))
                tensors[named.first] =
                    at::zeros(named.second, tensors.begin()->second.options().dtype(at::kFloat).requires_grad(false));
    }
    return result;
}

}  // namespace lorashear
