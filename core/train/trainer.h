#pragma once

#include "core/base/control.h"
#include "core/text/text_source.h"
#include "core/train/adamw.h"

#include <functional>
#include <memory>

namespace lorashear {

/// Endless supply of training batches; deterministic in (seed, number of batches drawn).
class BatchSource {
public:
    virtual ~BatchSource() = default;
    virtual std::vector<Sequence> next(int sequences) = 0;
    virtual void save(Archive& archive, const std::string& prefix) const = 0;
    virtual void load(const Archive& archive, const std::string& prefix) = 0;
};

/// Random windows of a list of token sequences, every sequence once per shuffled epoch.
std::unique_ptr<BatchSource> shuffledSource(std::vector<Sequence> sequences, std::uint64_t seed, const std::string& name);

struct TrainerOptions {
    AdamWOptions optimizer;
    int batch = 8;                ///< sequences per step
    int microBatch = 0;           ///< sequences per forward pass, gradients accumulate; 0: the whole batch
    double distillation = 0;      ///< weight of KL(dense || pruned) against (1 - weight) * nll; 0 needs no teacher
    Compute compute = Compute::Fp32;
    std::uint64_t seed = 0;       ///< dropout masks
};

/// What one optimizer step did.
struct StepReport {
    std::int64_t step = 0;        ///< 1 after the first
    std::string phase;            ///< "warmup", "period 3/10", "recover round 2", …
    double loss = 0;              ///< mean token nll in nats of this batch (without the distillation part)
    double learningRate = 0;
    double gradientNorm = 0;
    int zeroGroups = 0, targetGroups = 0;
    double redundantNorm = 0, importantNorm = 0;  ///< sums of ||x_g|| over groups being pruned / kept
    std::int64_t tokens = 0;
    double seconds = 0;
};

/// One LoRA training step after another: batch, forward, backward, clip, AdamW. Knows nothing of pruning.
/// teacher: the dense model for distillation (shares frozen weights), or null.
class Trainer {
public:
    Trainer(CausalLM& model, BatchSource& source, const TrainerOptions& options, const CausalLM* teacher = nullptr);

    /// beforeUpdate runs between backward and the optimizer's step (methods zero dead rows' gradients there).
    StepReport step(double learningRate, const std::function<void()>& beforeUpdate = {});
    AdamW& optimizer() { return m_optimizer; }
    CausalLM& model() { return m_model; }
    const TrainerOptions& options() const { return m_options; }

    void save(Archive& archive) const;  ///< adapters, moments, source position, step count
    void load(const Archive& archive);

private:
    CausalLM& m_model;
    BatchSource& m_source;
    TrainerOptions m_options;
    const CausalLM* m_teacher;
    AdamW m_optimizer;
    std::int64_t m_steps = 0;
};

}  // namespace lorashear
