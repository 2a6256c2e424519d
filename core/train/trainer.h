#pragma once

#include "core/base/control.h"
#include "core/text/text_source.h"
#include "core/train/adamw.h"
#include "core/train/own_weights.h"
#include "core/train/step_settings.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lorashear {

/// Endless supply of training batches; deterministic in (seed, number of batches drawn).
class BatchSource {
public:
    virtual ~BatchSource() = default;
    virtual std::vector<Sequence> next(int sequences) = 0;
    virtual void save(Archive& archive, const std::string& prefix) const = 0;
    virtual void load(const Archive& archive, const std::string& prefix) = 0;
};

/// Random windows of a list of token sequences, every sequence once per shuffled epoch. Error(BadInput, name) for an empty list.
std::unique_ptr<BatchSource> shuffledSource(std::vector<Sequence> sequences, std::uint64_t seed, const std::string& name);

struct TrainerOptions : StepSettings {
    AdamWOptions optimizer;
    int microBatch = 0;  ///< sequences per forward pass, gradients accumulate; 0: the whole batch
    Compute compute = Compute::Fp32;
    std::uint64_t seed = 0;  ///< dropout masks
    std::int64_t fallsOver =
        0;  ///< the learning rates of steps fall along half a cosine that ends after so many; 0: as they are given
};

/// What one optimizer step did.
struct StepReport {
    std::int64_t step = 0;  ///< 1 after the first
    std::string phase;      ///< "warmup", "period 3/10", "recover round 2", …
    double loss = 0;        ///< mean token nll in nats of this batch (without the distillation part)
    double learningRate = 0;
    double gradientNorm = 0;
    int zeroGroups = 0, targetGroups = 0;
    double redundantNorm = 0, importantNorm = 0;  ///< sums of ||x_g|| over groups being pruned / kept
    std::int64_t tokens = 0;                      ///< that went in, padding not counted
    double seconds = 0;
};

/// Sequences of one forward pass side by side, padded on the right (causal attention never looks there).
struct PaddedBatch {
    at::Tensor ids;            ///< [B, T] int64, inputs (each sequence without its last token)
    at::Tensor targets;        ///< [B, T] int64, -100 where the prediction does not count
    std::int64_t counted = 0;  ///< targets that count
    std::int64_t tokens = 0;   ///< tokens of the sequences
};
PaddedBatch paddedBatch(const Sequence* sequences, std::size_t count, at::Device device);

/// Mean token nll in nats over the counted positions of all sequences, without gradients or dropout.
double meanNll(const CausalLM& model, const std::vector<Sequence>& sequences, int batch, Compute compute,
               const Control& control);

/// One training step after another: batch, forward, backward, clip, AdamW. Moves the adapters, and the model's own tensors where gradients are let in
/// (own_weights.h). Knows nothing of pruning.
/// teacher: the dense model for distillation (shares frozen weights), or null.
class Trainer {
public:
    /// also: leaves that are no part of the model. Error(BadRecipe) for options out of range or if there is nothing to train.
    Trainer(CausalLM& model, BatchSource& source, const TrainerOptions& options, const CausalLM* teacher = nullptr,
            Trainables also = {});

    /// beforeUpdate runs between backward and the optimizer's step (methods zero dead rows' gradients there).
    /// Error(Numeric) if loss or gradients stop being finite; adapters are as before the step then.
    StepReport step(double learningRate, const std::function<void()>& beforeUpdate = {});
    /// The same with a loss of somebody else's: for every portion of the batch it leaves its share of the gradients (by countedInBatch) and
    /// returns its share of the mean token nll.
    using Backward =
        std::function<double(const PaddedBatch& part, std::int64_t countedInBatch, const ForwardContext& context)>;
    StepReport stepOn(const Backward& backward, double learningRate, const std::function<void()>& beforeUpdate = {});
    /// step() with another loss added: for every portion, after its forward pass, a differentiable share of the batch's.
    using Beside = std::function<at::Tensor(const PaddedBatch& part, std::int64_t countedInBatch)>;
    StepReport stepBeside(const Beside& beside, double learningRate);
    /// A step that trains nothing: hands the batch that step() would have drawn, in the same portions, to somebody who returns its mean token
    /// nll. Counts as a step; adapters and optimizer stay as they are.
    StepReport look(const std::function<double(const std::vector<PaddedBatch>& parts)>& nllOf);
    AdamW& optimizer() { return m_optimizer; }
    CausalLM& model() { return m_model; }
    const TrainerOptions& options() const { return m_options; }
    std::int64_t steps() const { return m_steps; }

    void save(Archive& archive) const;  ///< what it trains, moments, source position, step count
    void load(const Archive& archive);

private:
    struct Losses {
        double nll = 0;  ///< share of the batch's mean
        at::Tensor total;
    };
    std::vector<PaddedBatch> nextParts();
    Trainables trained() const;
    Losses losses(const PaddedBatch& part, std::int64_t countedInBatch, const ForwardContext& context) const;

    CausalLM& m_model;
    BatchSource& m_source;
    TrainerOptions m_options;
    const CausalLM* m_teacher;
    Trainables m_also;
    AdamW m_optimizer;
    std::int64_t m_steps = 0;
};

}  // namespace lorashear
