#include "core/recover/phased_recovery.h"

#include "core/base/error.h"
#include "core/base/text_passes.h"
#include "core/train/cosine_fall.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lorashear {

namespace {

void requireSane(const std::vector<RecoveryPhasePlan>& phases) {
    for (std::size_t p = 0; p < phases.size(); ++p) {
        const auto place = "/recovery/phases/" + std::to_string(p);
        if (phases[p].maxRounds <= 0 || phases[p].stepsPerRound <= 0)
            throw Error(ErrorCode::Internal, place, "a phase without steps, which no recipe can ask for");
        if (phases[p].sources.empty()) throw Error(ErrorCode::BadRecipe, place + "/sources", "needs at least one source");
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

constexpr std::uint64_t kSeedsOfALink = 1 << 16;  ///< more than a recipe has phases

at::Tensor withKnot(const at::Tensor& weight, const at::Tensor& a, const at::Tensor& b) {
    return weight.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true).addmm_(b, a);
}

std::string knotName(std::size_t knot, const std::string& linear, const char* part) {
    return "recovery.knot." + std::to_string(knot) + "." + linear + "." + part;
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

std::int64_t PhasedRecovery::stepsOfPhases(std::size_t count) const {
    std::int64_t steps = 0;
    for (std::size_t p = 0; p < count; ++p)
        steps += m_task.phases[p].steps(m_task.training.training.batch, m_task.training.repeat);
    return steps;
}

std::int64_t PhasedRecovery::totalSteps() const {
    return stepsOfPhases(m_task.phases.size());
}

void PhasedRecovery::openSource() {
    m_source = std::make_unique<WeightedSource>(trainingOf(phase()), m_task.training.seed,
                                                "recovery." + std::to_string(m_phase), m_task.training.repeat);
}

void PhasedRecovery::openLink() {
    const auto seed = m_task.training.seed + m_phase + kSeedsOfALink * static_cast<std::uint64_t>(m_link);
    attach(seed);
    if (continues() && m_link == 0) takeUpAdapters();
    openOwnWeights(m_task.model, openedWeights());
    auto training = m_task.training.training;
    training.seed = seed;
    m_trainer = std::make_unique<Trainer>(m_task.model, *m_source, training, m_task.teacher, alsoTrained());
}

void PhasedRecovery::takeUpAdapters() {
    at::NoGradGuard guard;
    std::map<std::string, Knot> knot;
    for (auto* linear : m_task.model.linears()) {
        const auto a = m_task.adapters.find(linear->name + ".lora_A"), b = m_task.adapters.find(linear->name + ".lora_B");
        if (!linear->hasAdapter() || a == m_task.adapters.end() || b == m_task.adapters.end()) continue;
        if (a->second.sizes() != linear->a.sizes() || b->second.sizes() != linear->b.sizes())
            throw Error(ErrorCode::Internal, linear->name, "the adapter of pruning is not one of this model");
        linear->a.copy_(a->second), linear->b.copy_(b->second);
        if (!m_knots.empty()) continue;  // they are out of the weights already
        knot[linear->name] = {linear->a.detach().clone(), linear->b.detach() * -linear->scale};
        m_weights.try_emplace(linear->name, linear->weight);
        linear->weight = withKnot(linear->weight, knot[linear->name].a, knot[linear->name].b);
    }
    if (!knot.empty()) m_knots.push_back(std::move(knot));
}

NamedTensors PhasedRecovery::trainedCopies() const {
    NamedTensors copies;
    for (const auto& one : m_trainer->optimizer().parameters()) copies[one.name] = one.value.detach().clone();
    return copies;
}

void PhasedRecovery::startPhase() {
    m_round = m_link = 0;
    m_stepInRound = m_stepInLink = m_stepInPhase = 0;
    openSource();
    openLink();
    m_keptObjective.reset();
    beginPhase();
    measure();
}

// Linear rise, then half a cosine over all rounds of the link, so that the last one ends with small steps. A link of a chain is short: at most a
// quarter of it rises. Where pruning and recovery share one cosine, a phase or a link with fresh adapters only rises; what a phase that ended early did not
// take of it is left out, so that the last steps of all are small.
double PhasedRecovery::rate() const {
    const auto length = std::min(linkSteps(), phaseSteps() - (m_stepInPhase - m_stepInLink));
    const double total = static_cast<double>(length), at = static_cast<double>(m_stepInLink);
    const double warmup = continues() && m_link == 0 ? 0
                          : length < phaseSteps()    ? std::min<double>(m_task.training.rateWarmup, total / 4)
                                                     : m_task.training.rateWarmup;
    const double rise = warmup > 0 ? std::min(1.0, (at + 1) / warmup) : 1.0;
    const auto before = m_task.training.stepsBefore;
    const double fall = before >= 0 ? cosineFall(before + stepsOfPhases(m_phase) + m_stepInPhase, before + totalSteps())
                                    : cosineFall(m_stepInLink, length);
    return m_task.training.training.optimizer.learningRate * rise * fall;
}

StepReport PhasedRecovery::step() {
    m_task.control.poll();
    if (!m_trainer) startPhase();
    auto report = trainStep(*m_trainer, rate());
    report.phase = phase().name + " round " + std::to_string(m_round + 1);
    report.step = ++m_stepsDone;
    ++m_stepInRound, ++m_stepInLink, ++m_stepInPhase;
    const bool last = m_stepInPhase == phaseSteps(), linkEnds = m_stepInLink == linkSteps();
    if (m_stepInRound < roundSteps() && !last && !linkEnds) return report;
    m_stepInRound = 0;
    ++m_round;
    measure();
    if (last || endsEarly())
        finishPhase();
    else if (linkEnds)
        tieKnot();
    return report;
}

std::vector<double> PhasedRecovery::fixedShares(bool even) const {
    std::vector<double> shares;
    double sum = 0;
    for (const RecoverySource& source : phase().sources)
        sum += shares.emplace_back(even ? 1.0 : static_cast<double>(source.training.size()));
    for (double& share : shares) share /= sum;
    return shares;
}

double PhasedRecovery::heldOutNll(const RecoverySource& source) const {
    const TextPasses::Pause measuring;
    const TrainerOptions& training = m_task.training.training;
    return meanNll(m_task.model, source.validation, training.batch, training.compute, m_task.control);
}

// The objective looks at equal weights: it must not move with the sampling.
RecoveryRound PhasedRecovery::measured(int number) const {
    RecoveryRound round;
    round.phase = static_cast<int>(m_phase);
    round.round = number;
    for (const auto& source : phase().sources) {
        round.sources.push_back(source.name);
        round.nll.push_back(heldOutNll(source));
        round.reference.push_back(source.reference);
    }
    round.objective = std::accumulate(round.nll.begin(), round.nll.end(), 0.0) / static_cast<double>(round.nll.size());
    if (!std::isfinite(round.objective))
        throw Error(ErrorCode::Numeric, "recovery", "the validation loss is not finite", "Lower the learning rate.");
    return round;
}

void PhasedRecovery::measure() {
    RecoveryRound round = measured(m_round);
    round.weights = shares(round, m_round == 0 ? std::vector<double>() : m_source->weights());
    m_source->setWeights(round.weights);
    round.best = keeps(round, m_keptObjective);
    if (round.best) {
        m_keptObjective = round.objective;
        m_kept = trainedCopies();
    }
    alsoMeasure(round);
    if (onRound) onRound(round);
}

void PhasedRecovery::putBackKept() {
    at::NoGradGuard guard;
    for (auto& one : m_trainer->optimizer().parameters()) one.value.copy_(m_kept.at(one.name));
}

// What the model computes stays as it is: the adapters kept go into the weights, fresh ones begin at zero.
void PhasedRecovery::tieKnot() {
    at::NoGradGuard guard;
    putBackKept();
    auto& knot = m_knots.emplace_back();
    for (auto* linear : m_task.model.linears()) {
        if (!linear->hasAdapter()) continue;
        knot[linear->name] = {linear->a.detach().clone(), linear->b.detach() * linear->scale};
        m_weights.try_emplace(linear->name, linear->weight);
        linear->weight = withKnot(linear->weight, knot[linear->name].a, knot[linear->name].b);
    }
    ++m_link;
    m_stepInLink = 0;
    openLink();
    m_kept = trainedCopies();
}

// The links as one adapter on the weights from before them: A's below each other, B's side by side.
void PhasedRecovery::joinKnots() {
    at::NoGradGuard guard;
    if (m_knots.empty()) return;
    for (auto* linear : m_task.model.linears()) {
        if (!linear->hasAdapter()) continue;
        std::vector<at::Tensor> a, b;
        for (const auto& knot : m_knots) a.push_back(knot.at(linear->name).a), b.push_back(knot.at(linear->name).b);
        a.push_back(linear->a.detach()), b.push_back(linear->b.detach() * linear->scale);
        linear->weight = m_weights.at(linear->name);
        linear->a = at::cat(a, 0), linear->b = at::cat(b, 1), linear->scale = 1;
    }
    m_knots.clear();
    m_weights.clear();
}

void PhasedRecovery::finishPhase() {
    at::NoGradGuard guard;
    putBackKept();
    joinKnots();
    settle();
    if (onPhaseEnd) onPhaseEnd(static_cast<int>(m_phase), m_task.model);
    for (auto* linear : m_task.model.linears()) {
        if (!linear->hasAdapter()) continue;
        linear->weight = linear->effectiveWeight();
        if (linear->bias.defined()) linear->bias = linear->effectiveBias();
        linear->rowScale = at::Tensor();
    }
    detachLora(m_task.model);
    closeOwnWeights(m_task.model, openedWeights());
    afterPhase();
    m_trainer.reset();
    m_source.reset();
    m_kept.clear();
    m_round = m_link = 0;
    m_stepInRound = m_stepInLink = m_stepInPhase = 0;
    ++m_phase;
}

void PhasedRecovery::save(Archive& archive) const {
    auto& v = archive.values;
    v["recovery.phase"] = m_phase;
    v["recovery.round"] = m_round;
    v["recovery.stepInRound"] = m_stepInRound;
    v["recovery.stepInPhase"] = m_stepInPhase;
    v["recovery.stepInLink"] = m_stepInLink;
    v["recovery.link"] = m_link;
    v["recovery.stepsDone"] = m_stepsDone;
    v["recovery.started"] = m_trainer != nullptr;
    if (m_phase > 0) {  // what earlier phases learned is in the weights
        for (const auto& [name, tensor] : ownWeights(m_task.model, openedWeights()))
            archive.put("recovery.own." + name, tensor);
        for (const auto* linear : m_task.model.linears())
            if (!openedWeights().all) archive.put("recovery.weight." + linear->name, weightBefore(*linear));
    }
    for (std::size_t k = 0; k < m_knots.size(); ++k)
        for (const auto& [name, knot] : m_knots[k]) {
            archive.put(knotName(k, name, "A"), knot.a);
            archive.put(knotName(k, name, "B"), knot.b);
        }
    saveOwn(archive);
    if (!m_trainer) return;
    v["recovery.bestObjective"] = *m_keptObjective;
    for (const auto& [name, tensor] : m_kept) archive.put("recovery.best." + name, tensor);
    m_trainer->save(archive);
}

const at::Tensor& PhasedRecovery::weightBefore(const Linear& linear) const {
    const auto found = m_weights.find(linear.name);
    return found == m_weights.end() ? linear.weight : found->second;
}

// Merged again in the same order, which gives the same bits.
void PhasedRecovery::loadLinks(const Archive& archive) {
    at::NoGradGuard guard;
    m_knots.clear();
    m_weights.clear();
    const bool started = archive.value("recovery.started").get<bool>();
    for (std::size_t k = 0; k < static_cast<std::size_t>(m_link) + (started && continues()); ++k) {
        auto& knot = m_knots.emplace_back();
        for (auto* linear : m_task.model.linears()) {
            if (!archive.has(knotName(k, linear->name, "A"))) continue;
            const auto stored = [&](const char* part) {
                return archive.tensor(knotName(k, linear->name, part)).clone().to(linear->weight.device());
            };
            knot[linear->name] = {stored("A"), stored("B")};
            m_weights.try_emplace(linear->name, linear->weight);
            linear->weight = withKnot(linear->weight, knot[linear->name].a, knot[linear->name].b);
        }
    }
}

void PhasedRecovery::load(const Archive& archive) {
    m_phase = archive.value("recovery.phase").get<std::size_t>();
    m_round = archive.value("recovery.round").get<int>();
    m_stepInRound = archive.value("recovery.stepInRound").get<std::int64_t>();
    m_stepInPhase = archive.value("recovery.stepInPhase").get<std::int64_t>();
    m_stepInLink = archive.value("recovery.stepInLink").get<std::int64_t>();
    m_link = archive.value("recovery.link").get<int>();
    m_stepsDone = archive.value("recovery.stepsDone").get<std::int64_t>();
    if (m_phase > m_task.phases.size())
        throw Error(ErrorCode::BadInput, "checkpoint", "it has more recovery phases than the recipe");
    if (m_phase > 0) {
        for (auto* linear : m_task.model.linears())
            if (!openedWeights().all)
                linear->weight = archive.tensor("recovery.weight." + linear->name).clone().to(linear->weight.device());
        openOwnWeights(m_task.model, openedWeights());
        for (const auto& [name, tensor] : ownWeights(m_task.model, openedWeights()))
            archive.restore("recovery.own." + name, tensor);
        closeOwnWeights(m_task.model, openedWeights());
    }
    loadLinks(archive);
    loadOwn(archive);
    m_trainer.reset();
    if (!archive.value("recovery.started").get<bool>()) return;
    if (done()) throw Error(ErrorCode::BadInput, "checkpoint", "it has more recovery phases than the recipe");
    openSource();
    openLink();
    m_trainer->load(archive);
    m_keptObjective = archive.value("recovery.bestObjective").get<double>();
    m_kept.clear();
    for (const auto& one : m_trainer->optimizer().parameters())
        m_kept[one.name] = archive.tensor("recovery.best." + one.name).clone().to(one.value.device());
}

}  // namespace lorashear
