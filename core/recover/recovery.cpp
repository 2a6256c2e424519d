#include "core/recover/recovery.h"

#include "core/base/error.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace lorashear {

namespace {

void requireSane(const std::vector<RecoveryPhasePlan>& phases, const RecoveryOptions& options) {
    const auto refuse = [](const std::string& key, const char* what) {
        throw Error(ErrorCode::BadRecipe, "/recovery/" + key, what);
    };
    if (options.patience < 1) refuse("patience", "must be at least 1");
    if (!(options.minGain >= 0 && options.minGain < 1)) refuse("minGain", "must lie in [0, 1)");
    samplingWeights(options.weighting, {1.0}, {0.0}, {}, options.floor, options.temperature);
    for (std::size_t p = 0; p < phases.size(); ++p) {
        const auto place = "phases/" + std::to_string(p) + "/";
        if (phases[p].maxRounds < 1) refuse(place + "maxRounds", "must be at least 1");
        if (phases[p].stepsPerRound < 1) refuse(place + "stepsPerRound", "must be at least 1");
        if (phases[p].sources.empty()) refuse(place + "sources", "needs at least one source");
        for (const auto& source : phases[p].sources)
            if (source.training.empty() || source.validation.empty())
                throw Error(ErrorCode::BadInput, source.name, "it has too few sequences to train on and to validate",
                            "Give more text, a smaller window, or a lower shortestDocument.");
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

RecoverySession::RecoverySession(CausalLM& model, std::vector<RecoveryPhasePlan> phases, const RecoveryOptions& options,
                                 const CausalLM* teacher, const Control& control)
    : m_model(model), m_phases(std::move(phases)), m_options(options), m_teacher(teacher), m_control(control) {
    requireSane(m_phases, m_options);
}

std::int64_t RecoverySession::totalSteps() const {
    std::int64_t steps = 0;
    for (const auto& p : m_phases) steps += p.steps(m_options.training.batch, m_options.repeat);
    return steps;
}

void RecoverySession::attach() {
    const auto name = "recovery." + std::to_string(m_phase);
    attachLora(m_model, m_options.lora, m_options.seed + m_phase);
    m_source = std::make_unique<WeightedSource>(trainingOf(phase()), m_options.seed, name, m_options.repeat);
    auto training = m_options.training;
    training.seed = m_options.seed + m_phase;
    m_trainer = std::make_unique<Trainer>(m_model, *m_source, training, m_teacher);
}

void RecoverySession::startPhase() {
    attach();
    m_round = m_stepInRound = m_stall = 0;
    m_bestObjective.reset();
    measure();
}

// Linear rise, then half a cosine over all rounds of the phase, so that the last round ends with small steps.
double RecoverySession::rate() const {
    const double total = static_cast<double>(phaseSteps());
    const double at = static_cast<double>(m_round) * phase().stepsPerRound + m_stepInRound;
    const double rise = m_options.rateWarmup > 0 ? std::min(1.0, (at + 1) / m_options.rateWarmup) : 1.0;
    return m_options.training.optimizer.learningRate * rise * 0.5 * (1 + std::cos(std::numbers::pi * at / total));
}

StepReport RecoverySession::step() {
    m_control.poll();
    if (!m_trainer) startPhase();
    auto report = m_trainer->step(rate());
    report.phase = phase().name + " round " + std::to_string(m_round + 1);
    report.step = ++m_stepsDone;
    const bool last = std::int64_t{m_round} * phase().stepsPerRound + ++m_stepInRound == phaseSteps();
    if (m_stepInRound < phase().stepsPerRound && !last) return report;
    m_stepInRound = 0;
    ++m_round;
    measure();
    if (last || stalled()) finishPhase();
    return report;
}

// Per source: the loss now, and from its distance to the original's the weights of the next round. The stop rule looks at equal
// weights: it must not move with the sampling.
void RecoverySession::measure() {
    RecoveryRound round;
    round.phase = static_cast<int>(m_phase);
    round.round = m_round;
    for (const auto& source : phase().sources) {
        round.sources.push_back(source.name);
        round.nll.push_back(
            meanNll(m_model, source.validation, m_options.training.batch, m_options.training.compute, m_control));
        round.reference.push_back(source.reference);
    }
    const auto& previous = m_round == 0 ? std::vector<double>() : m_source->weights();
    round.weights =
        samplingWeights(m_options.weighting, round.nll, round.reference, previous, m_options.floor, m_options.temperature);
    m_source->setWeights(round.weights);
    round.objective = std::accumulate(round.nll.begin(), round.nll.end(), 0.0) / static_cast<double>(round.nll.size());
    if (!std::isfinite(round.objective))
        throw Error(ErrorCode::Numeric, "recovery", "the validation loss is not finite", "Lower the learning rate.");
    if (m_bestObjective) m_stall = round.objective > *m_bestObjective * (1 - m_options.minGain) ? m_stall + 1 : 0;
    round.best = !m_bestObjective || round.objective < *m_bestObjective;
    if (round.best) {
        m_bestObjective = round.objective;
        m_best = adapterCopies(m_model);
    }
    if (onRound) onRound(round);
}

void RecoverySession::finishPhase() {
    at::NoGradGuard guard;
    for (auto* linear : m_model.linears()) {
        if (!linear->hasAdapter()) continue;
        linear->a.detach().copy_(m_best.at(linear->name + ".lora_A"));
        linear->b.detach().copy_(m_best.at(linear->name + ".lora_B"));
    }
    if (onPhaseEnd) onPhaseEnd(static_cast<int>(m_phase), m_model);
    for (auto* linear : m_model.linears()) {
        if (!linear->hasAdapter()) continue;
        linear->weight = linear->effectiveWeight();
        if (linear->bias.defined()) linear->bias = linear->effectiveBias();
        linear->rowScale = at::Tensor();
    }
    detachLora(m_model);
    m_trainer.reset();
    m_source.reset();
    m_best.clear();
    m_round = m_stepInRound = 0;
    ++m_phase;
}

void RecoverySession::save(Archive& archive) const {
    auto& v = archive.values;
    v["recovery.phase"] = m_phase;
    v["recovery.round"] = m_round;
    v["recovery.stepInRound"] = m_stepInRound;
    v["recovery.stall"] = m_stall;
    v["recovery.stepsDone"] = m_stepsDone;
    v["recovery.started"] = m_trainer != nullptr;
    if (m_phase > 0)  // earlier phases' adapters are in the weights
        for (const auto* linear : m_model.linears()) archive.put("recovery.weight." + linear->name, linear->weight);
    if (!m_trainer) return;
    v["recovery.bestObjective"] = *m_bestObjective;
    for (const auto& [name, tensor] : m_best) archive.put("recovery.best." + name, tensor);
    m_trainer->save(archive);
}

void RecoverySession::load(const Archive& archive) {
    m_phase = archive.value("recovery.phase").get<std::size_t>();
    m_round = archive.value("recovery.round").get<int>();
    m_stepInRound = archive.value("recovery.stepInRound").get<int>();
    m_stall = archive.value("recovery.stall").get<int>();
    m_stepsDone = archive.value("recovery.stepsDone").get<std::int64_t>();
    if (m_phase > m_phases.size())
        throw Error(ErrorCode::BadInput, "checkpoint", "it has more recovery phases than the recipe");
    if (m_phase > 0)
        for (auto* linear : m_model.linears())
            linear->weight = archive.tensor("recovery.weight." + linear->name).clone().to(linear->weight.device());
    m_trainer.reset();
    if (!archive.value("recovery.started").get<bool>()) return;
    if (done()) throw Error(ErrorCode::BadInput, "checkpoint", "it has more recovery phases than the recipe");
    attach();
    m_trainer->load(archive);
    m_bestObjective = archive.value("recovery.bestObjective").get<double>();
    m_best.clear();
    for (const auto& [name, tensor] : adapterCopies(m_model)) {
        const auto& stored = archive.tensor("recovery.best." + name);
        m_best[name] = stored.clone().to(tensor.device());
    }
}

}  // namespace lorashear
