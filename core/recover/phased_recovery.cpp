#include "core/recover/phased_recovery.h"

#include "core/base/error.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace lorashear {

namespace {

void requireSane(const std::vector<RecoveryPhasePlan>& phases) {
    const auto refuse = [](const std::string& key, const char* what) {
        throw Error(ErrorCode::BadRecipe, "/recovery/" + key, what);
    };
    for (std::size_t p = 0; p < phases.size(); ++p) {
        const auto place = "phases/" + std::to_string(p) + "/";
        if (phases[p].maxRounds < 1) refuse(place + "max_rounds", "must be at least 1");
        if (phases[p].stepsPerRound < 1) refuse(place + "steps_per_round", "must be at least 1");
        if (phases[p].sources.empty()) refuse(place + "sources", "needs at least one source");
        for (const auto& source : phases[p].sources)
            if (source.training.empty() || source.validation.empty())
                throw Error(ErrorCode::BadInput, source.name, "it has too few sequences to train on and to validate",
                            "Give more text, a smaller window, or a lower shortest_document.");
    }
}

std::vector<std::vector<Sequence>> trainingOf(const RecoveryPhasePlan& phase) {
    std::vector<std::vector<Sequence>> all;
    for (const auto& source : phase.sources) all.push_back(source.training);
    return all;
}

NamedTensors adapterCopies(const CausalLM& model) {
    NamedTensors copies;
    for (const auto* linear : model.linears())
        if (linear->hasAdapter()) {
            copies[linear->name + ".lora_A"] = linear->a.detach().clone();
            copies[linear->name + ".lora_B"] = linear->b.detach().clone();
        }
    return copies;
}

}  // namespace

std::int64_t RecoveryPhasePlan::steps(int batch, bool repeat) const {
    const auto wanted = std::int64_t{maxRounds} * stepsPerRound;
    std::int64_t sequences = 0;
    for (const auto& source : sources) sequences += static_cast<std::int64_t>(source.training.size());
    return repeat ? wanted : std::clamp<std::int64_t>(sequences / batch, 1, wanted);
}

PhasedRecovery::PhasedRecovery(RecoveryTask task) : m_task(std::move(task)) {
    requireSane(m_task.phases);
}

std::int64_t PhasedRecovery::totalSteps() const {
    std::int64_t steps = 0;
    for (const auto& p : m_task.phases) steps += p.steps(m_task.training.training.batch, m_task.training.repeat);
    return steps;
}

void PhasedRecovery::attach() {
    const auto name = "recovery." + std::to_string(m_phase);
    attachLora(m_task.model, m_task.training.lora, m_task.training.seed + m_phase);
    m_source = std::make_unique<WeightedSource>(trainingOf(phase()), m_task.training.seed, name, m_task.training.repeat);
    auto training = m_task.training.training;
    training.seed = m_task.training.seed + m_phase;
    m_trainer = std::make_unique<Trainer>(m_task.model, *m_source, training, m_task.teacher);
}

void PhasedRecovery::startPhase() {
    attach();
    m_round = m_stepInRound = 0;
    m_keptObjective.reset();
    beginPhase();
    measure();
}

// Linear rise, then half a cosine over all rounds of the phase, so that the last round ends with small steps.
double PhasedRecovery::rate() const {
    const double total = static_cast<double>(phaseSteps());
    const double at = static_cast<double>(m_round * roundSteps() + m_stepInRound);
    const double rise = m_task.training.rateWarmup > 0 ? std::min(1.0, (at + 1) / m_task.training.rateWarmup) : 1.0;
    return m_task.training.training.optimizer.learningRate * rise * 0.5 * (1 + std::cos(std::numbers::pi * at / total));
}

StepReport PhasedRecovery::step() {
    m_task.control.poll();
    if (!m_trainer) startPhase();
    auto report = m_trainer->step(rate());
    report.phase = phase().name + " round " + std::to_string(m_round + 1);
    report.step = ++m_stepsDone;
    const bool last = std::int64_t{m_round} * roundSteps() + ++m_stepInRound == phaseSteps();
    if (m_stepInRound < roundSteps() && !last) return report;
    m_stepInRound = 0;
    ++m_round;
    measure();
    if (last || endsEarly()) finishPhase();
    return report;
}

// Per source: the loss now. The objective looks at equal weights: it must not move with the sampling.
void PhasedRecovery::measure() {
    const TrainerOptions& training = m_task.training.training;
    RecoveryRound round;
    round.phase = static_cast<int>(m_phase);
    round.round = m_round;
    for (const auto& source : phase().sources) {
        round.sources.push_back(source.name);
        round.nll.push_back(meanNll(m_task.model, source.validation, training.batch, training.compute, m_task.control));
        round.reference.push_back(source.reference);
    }
    round.objective = std::accumulate(round.nll.begin(), round.nll.end(), 0.0) / static_cast<double>(round.nll.size());
    if (!std::isfinite(round.objective))
        throw Error(ErrorCode::Numeric, "recovery", "the validation loss is not finite", "Lower the learning rate.");
    round.weights = shares(round, m_round == 0 ? std::vector<double>() : m_source->weights());
    m_source->setWeights(round.weights);
    round.best = keeps(round, m_keptObjective);
    if (round.best) {
        m_keptObjective = round.objective;
        m_kept = adapterCopies(m_task.model);
    }
    if (onRound) onRound(round);
}

void PhasedRecovery::finishPhase() {
    at::NoGradGuard guard;
    for (auto* linear : m_task.model.linears()) {
        if (!linear->hasAdapter()) continue;
        linear->a.detach().copy_(m_kept.at(linear->name + ".lora_A"));
        linear->b.detach().copy_(m_kept.at(linear->name + ".lora_B"));
    }
    if (onPhaseEnd) onPhaseEnd(static_cast<int>(m_phase), m_task.model);
    for (auto* linear : m_task.model.linears()) {
        if (!linear->hasAdapter()) continue;
        linear->weight = linear->effectiveWeight();
        if (linear->bias.defined()) linear->bias = linear->effectiveBias();
        linear->rowScale = at::Tensor();
    }
    detachLora(m_task.model);
    m_trainer.reset();
    m_source.reset();
    m_kept.clear();
    m_round = m_stepInRound = 0;
    ++m_phase;
}

void PhasedRecovery::save(Archive& archive) const {
    auto& v = archive.values;
    v["recovery.phase"] = m_phase;
    v["recovery.round"] = m_round;
    v["recovery.stepInRound"] = m_stepInRound;
    v["recovery.stepsDone"] = m_stepsDone;
    v["recovery.started"] = m_trainer != nullptr;
    if (m_phase > 0)  // earlier phases' adapters are in the weights
        for (const auto* linear : m_task.model.linears()) archive.put("recovery.weight." + linear->name, linear->weight);
    saveOwn(archive);
    if (!m_trainer) return;
    v["recovery.bestObjective"] = *m_keptObjective;
    for (const auto& [name, tensor] : m_kept) archive.put("recovery.best." + name, tensor);
    m_trainer->save(archive);
}

void PhasedRecovery::load(const Archive& archive) {
    m_phase = archive.value("recovery.phase").get<std::size_t>();
    m_round = archive.value("recovery.round").get<int>();
    m_stepInRound = archive.value("recovery.stepInRound").get<int>();
    m_stepsDone = archive.value("recovery.stepsDone").get<std::int64_t>();
    if (m_phase > m_task.phases.size())
        throw Error(ErrorCode::BadInput, "checkpoint", "it has more recovery phases than the recipe");
    if (m_phase > 0)
        for (auto* linear : m_task.model.linears())
            linear->weight = archive.tensor("recovery.weight." + linear->name).clone().to(linear->weight.device());
    loadOwn(archive);
    m_trainer.reset();
    if (!archive.value("recovery.started").get<bool>()) return;
    if (done()) throw Error(ErrorCode::BadInput, "checkpoint", "it has more recovery phases than the recipe");
    attach();
    m_trainer->load(archive);
    m_keptObjective = archive.value("recovery.bestObjective").get<double>();
    m_kept.clear();
    for (const auto& [name, tensor] : adapterCopies(m_task.model)) {
        const auto& stored = archive.tensor("recovery.best." + name);
        m_kept[name] = stored.clone().to(tensor.device());
    }
}

}  // namespace lorashear
