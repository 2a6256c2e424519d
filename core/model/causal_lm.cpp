#include "core/model/causal_lm.h"

#include <ATen/ATen.h>

#include <cmath>

namespace lorashear {

bool ModelConfig::uniform() const {
    return alike(layers);
}

void CausalLM::addExpert(Linear& linear, double share) {
    add(linear);
    m_shares[linear.name] = share;
}

double CausalLM::shareOfTokens(const Linear& linear) const {
    const auto found = m_shares.find(linear.name);
    return found == m_shares.end() ? 1 : found->second;
}

void CausalLM::add(Linear& linear) {
    m_linears.push_back(&linear);
    m_byName[linear.name] = &linear;
}

void CausalLM::add(const std::string& name, const at::Tensor& tensor) {
    m_others[name] = tensor;
}

Linear* CausalLM::linear(const std::string& name) const {
    const auto found = m_byName.find(name);
    return found == m_byName.end() ? nullptr : found->second;
}

NamedTensors CausalLM::tensors() const {
    NamedTensors all = m_others;
    for (const auto* linear : m_linears) {
        all[linear->name + ".weight"] = linear->storedWeight();
        if (linear->bias.defined()) all[linear->name + ".bias"] = linear->bias;
    }
    return all;
}

std::int64_t CausalLM::parameterCount() const {
    std::int64_t count = 0;
    for (const auto& [name, tensor] : tensors()) count += tensor.numel();
    return count;
}

std::int64_t CausalLM::activeParameterCount() const {
    double idle = 0;
    for (const auto* linear : m_linears)
        idle += (1 - shareOfTokens(*linear)) * static_cast<double>(linear->in() * linear->out());
    return parameterCount() - std::llround(idle);
}

at::Tensor CausalLM::hidden(const at::Tensor& ids, const ForwardContext& context) const {
    if (auto* cache = context.cache; cache && cache->keys.empty()) {
        cache->keys.resize(static_cast<std::size_t>(blocks()));
        cache->values.resize(static_cast<std::size_t>(blocks()));
    }
    auto x = embed(ids, context);
    for (int i = 0; i < blocks(); ++i) x = block(i, x, context);
    if (context.cache) context.cache->length += ids.size(1);
    return normalise(x);
}

ops::VocabularyHead CausalLM::vocabularyHead(Compute compute) const {
    ops::VocabularyHead all(head().weight, m_config.logitSoftCap, head().bias);
    if (compute == Compute::Mixed) all.half = head().halfWeight();
    return all;
}

at::Tensor CausalLM::project(const at::Tensor& normalised, const ForwardContext& context) const {
    return ops::softCapped(head().forward(normalised, context), m_config.logitSoftCap);
}

at::Tensor CausalLM::logits(const at::Tensor& ids, const ForwardContext& context) const {
    return project(hidden(ids, context), context);
}

at::Device CausalLM::device() const {
    return m_others.begin()->second.device();
}

}  // namespace lorashear
