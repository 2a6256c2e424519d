#include "core/train/trainer.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text_passes.h"
#include "core/kernels/taught_loss.h"
#include "core/train/cosine_fall.h"
#include "core/train/step_fields.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

namespace lorashear {

namespace {

constexpr std::int64_t kIgnored = -100;

Trainables withOthers(const CausalLM& model, const Trainables& also) {
    auto found = trainablesOf(model);
    found.insert(found.end(), also.begin(), also.end());
    if (found.empty())
        throw Error(ErrorCode::BadRecipe, "/lora/targets", "no linear carries an adapter, so nothing can be trained");
    return found;
}

void requireSane(const TrainerOptions& o, const CausalLM* teacher) {
    static const settings::Table<StepSettings> kTable{batchField(), distillationField()};
    settings::requireAllowed(kTable, static_cast<const StepSettings&>(o), "/training");
    if (o.microBatch < 0) throw Error(ErrorCode::Internal, "trainer", "portions of a batch without sequences");
    if (o.distillation > 0 && !teacher) throw Error(ErrorCode::Internal, "trainer", "distillation needs the dense model");
}

std::int64_t countedIn(const std::vector<PaddedBatch>& parts) {
    std::int64_t counted = 0;
    for (const auto& part : parts) counted += part.counted;
    return counted;
}

/// The last norm's output, without gradients or dropout: [positions, hidden].
at::Tensor statesOf(const CausalLM& model, const PaddedBatch& part, Compute compute) {
    at::NoGradGuard guard;
    ForwardContext context;
    context.compute = compute;
    return model.hidden(part.ids, context).flatten(0, 1);
}

[[noreturn]] void notFinite(std::int64_t step, double rate) {
    throw Error(ErrorCode::Numeric, "step " + std::to_string(step), "the training loss is not finite",
                "Lower the learning rate (it was " + std::to_string(rate) + ") and continue from the last checkpoint.");
}

}  // namespace

PaddedBatch paddedBatch(const Sequence* sequences, std::size_t count, at::Device device) {
    std::size_t longest = 1;
    for (std::size_t i = 0; i < count; ++i) longest = std::max(longest, sequences[i].lossMask.size());
    PaddedBatch batch;
    const auto shape = std::vector<std::int64_t>{static_cast<std::int64_t>(count), static_cast<std::int64_t>(longest)};
    batch.ids = at::zeros(shape, at::kLong);
    batch.targets = at::full(shape, kIgnored, at::kLong);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& s = sequences[i];
        auto* ids = batch.ids.data_ptr<std::int64_t>() + i * longest;
        auto* targets = batch.targets.data_ptr<std::int64_t>() + i * longest;
        batch.tokens += static_cast<std::int64_t>(s.ids.size());
        for (std::size_t t = 0; t < s.lossMask.size(); ++t) {
            ids[t] = s.ids[t];
            if (!s.lossMask[t]) continue;
            targets[t] = s.ids[t + 1];
            ++batch.counted;
        }
    }
    batch.ids = batch.ids.to(device);
    batch.targets = batch.targets.to(device);
    return batch;
}

double meanNll(const CausalLM& model, const std::vector<Sequence>& sequences, int batch, Compute compute,
               const Control& control) {
    at::NoGradGuard guard;
    ForwardContext context;
    context.compute = compute;
    double sum = 0;
    std::int64_t counted = 0;
    const auto size = static_cast<std::size_t>(std::max(1, batch));
    for (std::size_t i = 0; i < sequences.size(); i += size) {
        control.poll();
        const auto part = paddedBatch(&sequences[i], std::min(size, sequences.size() - i), model.device());
        const auto hidden = model.hidden(part.ids, context).flatten(0, 1);
        sum += ops::tokenNll(hidden, model.vocabularyHead(compute), part.targets.flatten(), compute)
                   .sum(at::kDouble)
                   .item<double>();
        counted += part.counted;
    }
    if (counted == 0) throw Error(ErrorCode::BadInput, "validation", "no position of the sequences counts in the loss");
    return sum / static_cast<double>(counted);
}

Trainer::Trainer(CausalLM& model, BatchSource& source, const TrainerOptions& options, const CausalLM* teacher,
                 Trainables also)
    : m_model(model),
      m_source(source),
      m_options(options),
      m_teacher(teacher),
      m_also(std::move(also)),
      m_optimizer(trained(), options.optimizer) {
    requireSane(options, teacher);
}

// Asked of the model anew each time: methods cut adapters while they train.
Trainables Trainer::trained() const {
    return withOthers(m_model, m_also);
}

Trainer::Losses Trainer::losses(const PaddedBatch& part, std::int64_t countedInBatch, const ForwardContext& context) const {
    const auto targets = part.targets.flatten();
    const double share = 1.0 / static_cast<double>(countedInBatch);
    const double w = m_options.distillation;
    const Compute compute = m_options.compute;
    const auto taught = w > 0 ? statesOf(*m_teacher, part, compute)
                              : at::Tensor();  // first: what it needs is free again before gradients ask for room
    const auto hidden = m_model.hidden(part.ids, context).flatten(0, 1);
    if (w == 0) {
        const auto nll = ops::tokenNll(hidden, m_model.vocabularyHead(compute), targets, compute).sum() * share;
        return {nll.item<double>(), nll};
    }
    const auto loss = ops::taughtLoss(hidden, m_model.vocabularyHead(compute), targets, taught,
                                      m_teacher->vocabularyHead(compute), w, compute);
    return {loss.nll.sum().item<double>() * share, loss.total.sum() * share};
}

/// The next batch, in portions of a forward pass each.
std::vector<PaddedBatch> Trainer::nextParts() {
    const auto sequences = m_source.next(m_options.batch);
    const auto micro = static_cast<std::size_t>(m_options.microBatch > 0 ? m_options.microBatch : m_options.batch);
    std::vector<PaddedBatch> parts;
    for (std::size_t i = 0; i < sequences.size(); i += micro)
        parts.push_back(paddedBatch(&sequences[i], std::min(micro, sequences.size() - i), m_model.device()));
    if (countedIn(parts) == 0) throw Error(ErrorCode::BadInput, "training", "no position of the batch counts in the loss");
    return parts;
}

StepReport Trainer::look(const std::function<double(const std::vector<PaddedBatch>& parts)>& nllOf) {
    const double begin = monotonicSeconds();
    const auto parts = nextParts();
    StepReport report;
    report.step = m_steps + 1;
    for (const auto& part : parts) report.tokens += part.tokens;
    report.loss = nllOf(parts);
    for (const auto& part : parts) TextPasses::tell(-part.ids.numel());  // one reading of it is the step's
    ++m_steps;
    report.seconds = monotonicSeconds() - begin;
    return report;
}

StepReport Trainer::step(double learningRate, const std::function<void()>& beforeUpdate) {
    const auto backward = [this](const PaddedBatch& part, std::int64_t counted, const ForwardContext& context) {
        const auto loss = losses(part, counted, context);
        if (std::isfinite(loss.nll)) loss.total.backward();
        return loss.nll;
    };
    return stepOn(backward, learningRate, beforeUpdate);
}

StepReport Trainer::stepBeside(const Beside& beside, double learningRate) {
    const auto backward = [&](const PaddedBatch& part, std::int64_t counted, const ForwardContext& context) {
        const auto loss = losses(part, counted, context);
        if (std::isfinite(loss.nll)) (loss.total + beside(part, counted)).backward();
        return loss.nll;
    };
    return stepOn(backward, learningRate);
}

StepReport Trainer::stepOn(const Backward& backward, double givenRate, const std::function<void()>& beforeUpdate) {
    const TextPasses::Pause told;  // by the report
    const double begin = monotonicSeconds();
    const double fall =
        m_options.fallsOver > 0 ? cosineFall(std::min(m_steps, m_options.fallsOver), m_options.fallsOver) : 1;
    const double learningRate = givenRate * fall;
    const auto parts = nextParts();
    StepReport report;
    report.step = m_steps + 1;
    report.learningRate = learningRate;
    const auto counted = countedIn(parts);
    for (const auto& part : parts) report.tokens += part.tokens;

    Random seeds(m_options.seed, "dropout");
    seeds.seek(static_cast<std::uint64_t>(m_steps) * parts.size());
    ForwardContext context;
    context.training = true;
    context.compute = m_options.compute;
    for (const auto& part : parts) {
        context.dropoutSeed = seeds.next();
        report.loss += backward(part, counted, context);
        if (!std::isfinite(report.loss)) {
            for (auto& p : m_optimizer.parameters()) p.value.mutable_grad() = at::Tensor();
            notFinite(report.step, learningRate);
        }
    }
    if (beforeUpdate) beforeUpdate();
    report.gradientNorm = m_optimizer.step(learningRate);
    ++m_steps;
    report.seconds = monotonicSeconds() - begin;
    return report;
}

void Trainer::save(Archive& archive) const {
    for (const auto& [name, tensor] : trained()) archive.put("adapter." + name, tensor);
    m_optimizer.save(archive, "adamw.");
    m_source.save(archive, "source.");
    archive.values["trainer.steps"] = m_steps;
}

void Trainer::load(const Archive& archive) {
    for (const auto& [name, tensor] : trained()) archive.restore("adapter." + name, tensor);
    m_optimizer.load(archive, "adamw.");
    m_source.load(archive, "source.");
    m_steps = archive.value("trainer.steps").get<std::int64_t>();
}

}  // namespace lorashear
