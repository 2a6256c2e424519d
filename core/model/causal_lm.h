#pragma once

#include "core/kernels/ops.h"
#include "core/model/config.h"
#include "core/model/linear.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lorashear {

class Checkpoint;

using NamedTensors = std::map<std::string, at::Tensor>;  ///< checkpoint names to tensors

/// A decoder-only language model. Each family is one subclass in core/model/families, registered in one table.
///
/// A family's code uses core/kernels/ops.h, so that the same forward pass can be traced (plain operators, also on the meta
/// device) and trained (fused). It says nothing about what is prunable: that comes from the trace.
class CausalLM {
public:
    virtual ~CausalLM() = default;

    const ModelConfig& config() const { return m_config; }
    int blocks() const { return static_cast<int>(m_config.layers.size()); }

    /// ids [B, T] int64 -> [B, T, hidden] fp32. Families with learned positions count them from context.cache's length on.
    virtual at::Tensor embed(const at::Tensor& ids, const ForwardContext& context) const = 0;
    /// One decoder block, residuals included. x, result: [B, T, hidden].
    virtual at::Tensor block(int index, const at::Tensor& x, const ForwardContext& context) const = 0;
    /// The last norm.
    virtual at::Tensor normalise(const at::Tensor& x) const = 0;
    /// The vocabulary projection. Tied models share the embedding's tensor; it never carries an adapter.
    virtual const Linear& head() const = 0;
    /// head with what follows it, for ops::tokenNll (in that arithmetic) and ops::distillationKl.
    ops::VocabularyHead vocabularyHead(Compute compute = Compute::Fp32) const;

    /// Every linear inside the blocks, in network order (the head is not among them).
    const std::vector<Linear*>& linears() const { return m_linears; }
    Linear* linear(const std::string& name) const;  ///< null if there is none of that name

    /// The share of tokens that pass through a linear: 1, or of an expert's the experts per token over all experts of its block.
    double shareOfTokens(const Linear& linear) const;

    /// All tensors by checkpoint name, as stored; a tied head is absent. Adapters, row scales and masks are not part of it.
    NamedTensors tensors() const;
    /// Sum of elements of tensors().
    std::int64_t parameterCount() const;
    /// Of those, what one token passes through: all, but of a block's experts as many as a token uses, of their mean size.
    std::int64_t activeParameterCount() const;

    /// embed, all blocks, normalise: [B, T, hidden]. Advances context.cache.
    at::Tensor hidden(const at::Tensor& ids, const ForwardContext& context) const;
    /// Normalised hidden states [..., hidden] to logits [..., vocabulary]: head and soft cap.
    at::Tensor project(const at::Tensor& normalised, const ForwardContext& context) const;
    /// project over hidden: [B, T, vocabulary] fp32. For training and evaluation prefer ops::tokenNll, which never holds all logits.
    at::Tensor logits(const at::Tensor& ids, const ForwardContext& context) const;

    at::Device device() const;

protected:
    explicit CausalLM(ModelConfig config) : m_config(std::move(config)) {}

    /// Families call these while building, in network order. The references must stay valid.
    void add(Linear& linear);
    void addExpert(Linear& linear, double shareOfTokens);
    void add(const std::string& name, const at::Tensor& tensor);

    ModelConfig m_config;

private:
    std::vector<Linear*> m_linears;
    std::map<std::string, Linear*> m_byName;
    std::map<std::string, double> m_shares;  ///< of experts' linears
    NamedTensors m_others;
};

/// Opens a checkpoint's weights as they are stored. device: "cpu", "cuda", "cuda:1" … (core/model/device.h)
/// Error(BadInput) names a missing, extra-shaped or unknown tensor; Error(Numeric) the first tensor with NaN or infinity.
std::unique_ptr<CausalLM> loadModel(const Checkpoint& checkpoint, const std::string& device = "cpu");

/// Builds a model over given tensors; config.layers is taken from the tensors' shapes (pruned models differ per layer), and biases among
/// them that config does not ask for become part of it where its family has a key for them (core/model/added_biases.h).
std::unique_ptr<CausalLM> buildModel(const ModelConfig& config, const NamedTensors& tensors);

/// The model's shapes without memory, for tracing: every tensor on the meta device.
std::unique_ptr<CausalLM> metaModel(const ModelConfig& config);

/// Random weights of the usual initialisation scale, for tests and benchmarks; a pure function of config and seed.
std::unique_ptr<CausalLM> randomModel(const ModelConfig& config, std::uint64_t seed);

/// A copy that shares frozen tensors and owns its adapters, scales and masks.
std::unique_ptr<CausalLM> cloneModel(const CausalLM& model);

}  // namespace lorashear
