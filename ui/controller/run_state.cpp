#include "ui/controller/run_state.h"

#include "core/base/stage.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <cmath>
#include <limits>

namespace lorashear::ui {

namespace {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;  // clang 14 does not find it by itself

int countOf(const std::set<GroupRef>& groups, int nodeGroup) {
    const auto first = groups.lower_bound(GroupRef{nodeGroup, 0}), last = groups.lower_bound(GroupRef{nodeGroup + 1, 0});
    return int(std::distance(first, last));
}

}  // namespace

void RunState::addStep(const event::Step& step) {
    if (step.stage != m_stepStage) {  // every stage counts from its own start; the curves go on
        m_offset = steps.empty() || double(step.step) > steps.back() ? 0 : steps.back();
        m_stepStage = step.stage;
        stageStarts.emplace_back(lastStep(), step.stage);
    }
    if (step.phase != m_phase) {
        m_phase = step.phase;
        phaseStarts.emplace_back(lastStep(), step.phase);
    }
    const double x = m_offset + double(step.step);
    if (std::isfinite(step.loss)) {
        m_average = kSmoothing * m_average + (1 - kSmoothing) * step.loss;
        m_weight = kSmoothing * m_weight + (1 - kSmoothing);
    } else {
        notFinite.push_back(steps.size());
        log.push_back({x, QStringLiteral("error"), tr("Step %1: the loss is not a finite number").arg(x)});
    }
    trainedTokens += double(step.tokens);
    steps.push_back(x);
    loss.push_back(step.loss);
    smoothLoss.push_back(m_weight > 0 ? m_average / m_weight : std::numeric_limits<double>::quiet_NaN());
    learningRate.push_back(step.learningRate);
    gradientNorm.push_back(step.gradientNorm);
    // Recovery has no target of its own: what was cut away stays away.
    const bool pruning = step.targetGroups > 0 || zeroGroups.empty();
    zeroGroups.push_back(pruning ? step.zeroGroups : zeroGroups.back());
    targetGroups.push_back(pruning ? step.targetGroups : targetGroups.back());
    const double none = std::numeric_limits<double>::quiet_NaN();  // what a stage does not measure is no zero
    redundantNorm.push_back(step.importantNorm > 0 ? step.redundantNorm : none);
    importantNorm.push_back(step.importantNorm > 0 ? step.importantNorm : none);
    tokensPerSecond.push_back(step.tokensPerSecond > 0 ? step.tokensPerSecond : none);
    stepSeconds.push_back(step.tokensPerSecond > 0 && step.tokens > 0 ? double(step.tokens) / step.tokensPerSecond : none);
    memory.push_back(step.memory > 0 ? double(step.memory) : none);
}

void RunState::addSample(const event::Sample& sample) {
    texts.push_back({lastStep(), sample});
    if (sample.model != roleName(ModelRole::Checkpoint))
        samples.push_back(sample);  // in between: shorter, and of no model that is kept
}

/// A round is told before the step that ended it, and the first of a phase before the phase's first step.
void RunState::addRound(const event::SourceDegradation& measured) {
    const auto at = [](const event::SourceDegradation& r) { return std::pair(r.phase, r.round); };
    std::erase_if(rounds, [&](const Round& former) { return at(former.measured) >= at(measured); });
    rounds.push_back({lastStep() + (measured.round > 0 ? 1 : 0), measured});
}

void RunState::apply(const RunEvent& event) {
    std::visit(
        Overloaded{
            [&](const event::Step& e) { addStep(e); },
            [&](const event::GroupsChosen& e) {
                chosen.insert(e.groups.begin(), e.groups.end());
                chosenAt.emplace_back(lastStep(), e.groups);
                addLog(QStringLiteral("info"), tr("Period %1: %2 groups chosen to go").arg(e.period).arg(e.groups.size()));
            },
            [&](const event::GroupsZero& e) {
                zero.insert(e.groups.begin(), e.groups.end());
                zeroAt.emplace_back(lastStep(), e.groups);
                addLog(QStringLiteral("info"), tr("%1 groups are exactly zero").arg(zero.size()));
            },
            [&](const event::Perplexity& e) {
                perplexities.push_back({lastStep(), e});
                QString words = tr("Perplexity of %1 (%2): %3")
                                    .arg(QString::fromStdString(e.name), modelWord(e.model), formatNumber(e.perplexity));
                if (std::isfinite(e.aboveOriginal))
                    words += tr("; on the same windows %1 ± %2 nats a token above the original")
                                 .arg(formatNumber(e.aboveOriginal, 3), formatNumber(e.aboveOriginalError, 2));
                addLog(QStringLiteral("info"), words);
            },
            [&](const event::SourceDegradation& e) { addRound(e); },
            [&](const event::CheckpointSaved& e) {
                checkpoints.push_back(e);
                addLog(QStringLiteral("info"), tr("Checkpoint saved at step %1").arg(e.step));
            },
            [&](const event::HalfSpace& e) {
                halfSpaces.push_back({lastStep(), e});
            },
            [&](const event::Sample& e) { addSample(e); },
            [&](const event::Measurement& e) { measurements.push_back(e); },
            [&](const event::Certificate& e) {
                certificate = e;
                addLog(e.passed ? QStringLiteral("info") : QStringLiteral("warning"),
                       e.passed            ? tr("Certificate passed: %1").arg(QString::fromStdString(e.path))
                       : e.problem.empty() ? tr("Certificate failed: %1").arg(QString::fromStdString(e.path))
                                           : tr("Certificate failed: %1 (%2)")
                                                 .arg(QString::fromStdString(e.path), QString::fromStdString(e.problem)));
            },
            [&](const event::Note& e) { addLog(QString::fromStdString(e.level), QString::fromStdString(e.text)); },
            [&](const event::StageChanged& e) {
                stage = e.stage;
                stageText = e.text;
                addLog(QStringLiteral("info"), e.text.empty() ? stageWord(e.stage) : QString::fromStdString(e.text));
            },
            [&](const event::ProgressChanged& e) { progress = e.progress; },
            [&](const event::Finished& e) {
                finished = e;
                if (e.error) addLog(QStringLiteral("error"), QString::fromStdString(e.error->message()));
            },
            [](const auto&) {},
        },
        event);
}

int RunState::zeroCount(int nodeGroup) const {
    return countOf(zero, nodeGroup);
}

int RunState::chosenCount(int nodeGroup) const {
    int count = 0;
    for (auto it = chosen.lower_bound(GroupRef{nodeGroup, 0}); it != chosen.end() && it->nodeGroup == nodeGroup; ++it)
        count += zero.count(*it) == 0;
    return count;
}

}  // namespace lorashear::ui
