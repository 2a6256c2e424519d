#include "ui/controller/recovery_view.h"

#include "core/base/error.h"
#include "core/base/stage.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <QStringList>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lorashear::ui {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Lists of one length, as the engine writes them; a log that was made otherwise shows what all of them have.
std::size_t toldBy(const event::SourceDegradation& measured) {
    return std::min({measured.sources.size(), measured.nll.size(), measured.reference.size()});
}

double lostIn(const event::SourceDegradation& measured, std::size_t i) {
    return std::exp(measured.nll[i] - measured.reference[i]) - 1;
}

double shareIn(const event::SourceDegradation& measured, std::size_t i) {
    return i < measured.weights.size() ? measured.weights[i] : kUnknown;
}

std::size_t placeOf(const event::SourceDegradation& measured, const std::string& text) {
    const auto end = measured.sources.begin() + std::ptrdiff_t(toldBy(measured));
    return std::size_t(std::find(measured.sources.begin(), end, text) - measured.sources.begin());
}

/// Where the recovery begins: at its stage, or at its first round, which comes before its first step.
double startOf(const RunState& run) {
    for (const auto& [x, stage] : run.stageStarts)
        if (stage == stageName(Stage::Recover)) return x;
    return run.rounds.empty() ? run.lastStep() : run.rounds.front().x;
}

void fillRounds(RecoveryCurves& curves, const RunState& run) {
    const bool several = !run.rounds.empty() && run.rounds.back().measured.phase > run.rounds.front().measured.phase;
    for (const RunState::Round& round : run.rounds)
        for (std::size_t i = 0; i < toldBy(round.measured); ++i) {
            RecoveryText text{round.measured.phase, round.measured.sources[i],
                              QString::fromStdString(round.measured.sources[i])};
            if (several) text.title = tr("%1: %2").arg(phaseTitle(run, text.phase), text.title);
            const auto at = std::size_t(std::find(curves.texts.begin(), curves.texts.end(), text) - curves.texts.begin());
            if (at == curves.texts.size()) {
                curves.texts.push_back(text);
                curves.lost.emplace_back();
                curves.share.emplace_back();
            }
            const double x = round.x - curves.start;
            curves.lost[at].x.push_back(x);
            curves.lost[at].y.push_back(100 * lostIn(round.measured, i));
            if (std::isnan(shareIn(round.measured, i))) continue;
            curves.share[at].x.push_back(x);
            curves.share[at].y.push_back(100 * shareIn(round.measured, i));
        }
    // A mix holds until the next round, in the last phase until now.
    for (std::size_t i = 0; i < curves.texts.size(); ++i) {
        Line& share = curves.share[i];
        if (share.x.empty()) continue;
        double end = run.lastStep() - curves.start;
        for (const RunState::Round& round : run.rounds)
            if (round.measured.phase > curves.texts[i].phase) end = std::min(end, round.x - curves.start);
        if (end <= share.x.back()) continue;
        share.x.push_back(end);
        share.y.push_back(share.y.back());
    }
}

void fillLosses(RecoveryCurves& curves, const RunState& run) {
    double average = 0, weight = 0;
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        const double x = run.steps[i];
        if (x <= curves.start) {
            curves.pruningLoss.x.push_back(x);
            curves.pruningLoss.y.push_back(run.smoothLoss[i]);
            continue;
        }
        // Smoothed anew: the first steps of the recovery are not told by the last of pruning.
        if (std::isfinite(run.loss[i])) {
            average = kSmoothing * average + (1 - kSmoothing) * run.loss[i];
            weight = kSmoothing * weight + (1 - kSmoothing);
        }
        curves.loss.x.push_back(x - curves.start);
        curves.loss.y.push_back(run.loss[i]);
        curves.smoothLoss.x.push_back(x - curves.start);
        curves.smoothLoss.y.push_back(weight > 0 ? average / weight : kUnknown);
    }
}

/// The last model of pruning is the one that recovery begins with.
void fillPerplexities(RecoveryCurves& curves, const RunState& run) {
    for (const RunState::PerplexityPoint& point : run.perplexities) {
        if (point.measured.model != roleName(ModelRole::Checkpoint)) continue;
        const double value = point.measured.perplexity;
        if (point.measured.step == 0) curves.original = value;
        if (point.x <= curves.start) {
            curves.pruningPerplexity.x.push_back(point.x);
            curves.pruningPerplexity.y.push_back(value);
            curves.perplexity = {{0}, {value}};
        } else {
            curves.perplexity.x.push_back(point.x - curves.start);
            curves.perplexity.y.push_back(value);
        }
    }
    if (curves.perplexity.x.size() < 2 && curves.loss.x.empty()) curves.perplexity = {};
}

std::string recoveryText(const Recipe::Recovery& recovery) {
    Recipe recipe;
    recipe.recovery = recovery;
    try {
        return recipeText(recipe);
    } catch (const Error&) {  // refused by the engine, in words
        return {};
    }
}

}  // namespace

RecoveryCurves recoveryCurves(const RunState& run) {
    RecoveryCurves curves;
    curves.start = startOf(run);
    fillRounds(curves, run);
    fillLosses(curves, run);
    fillPerplexities(curves, run);
    return curves;
}

const RunState::Round* roundAt(const RunState& run, double x, std::optional<int> phase) {
    const RunState::Round* newest = nullptr;
    for (const RunState::Round& round : run.rounds)
        if (round.x <= x && (!phase || *phase == round.measured.phase)) newest = &round;
    return newest;
}

std::optional<TextStanding> standingOf(const RunState& run, const RunState::Round& round, const std::string& text) {
    const event::SourceDegradation& measured = round.measured;
    const std::size_t i = placeOf(measured, text);
    if (i >= toldBy(measured)) return {};
    TextStanding standing{std::exp(measured.nll[i]), std::exp(measured.reference[i]), lostIn(measured, i), kUnknown,
                          shareIn(measured, i)};
    for (const RunState::Round& first : run.rounds) {
        if (first.measured.phase != measured.phase || first.measured.round != 0) continue;
        const std::size_t at = placeOf(first.measured, text);
        if (at < toldBy(first.measured)) standing.before = lostIn(first.measured, at);
    }
    return standing;
}

QString phaseTitle(const RunState& run, int phase) {
    const bool known = run.recovery && phase >= 0 && phase < int(run.recovery->phases.size());
    return known ? QString::fromStdString(run.recovery->phases[std::size_t(phase)].name)
                 : tr("phase %1").arg(formatInteger(phase + 1));
}

QString roundWords(const RunState& run, const event::SourceDegradation& of) {
    const QString phase = phaseTitle(run, of.phase), round = formatInteger(of.round);
    if (of.round == 0) return tr("%1, before its first step").arg(phase);
    return tr("%1, after round %2").arg(phase, round);  // how many there will be is the scheme's affair
}

QString lostWords(double share) {
    return (share >= 0 ? QStringLiteral("+") : QString()) + formatPercent(share);
}

QString recoverySummary(const RunState& run, const RunState::Round& round) {
    QStringList words{tr("%1:").arg(roundWords(run, round.measured))};
    for (const std::string& name : round.measured.sources) {
        const auto standing = standingOf(run, round, name);
        if (!standing) continue;
        QString text = tr("%1 has perplexity %2, the original %3 (%4)")
                           .arg(QString::fromStdString(name), formatNumber(standing->perplexity),
                                formatNumber(standing->original), lostWords(standing->lost));
        if (!std::isnan(standing->share)) text += tr(", %1 of the mix from here").arg(formatPercent(standing->share, 0));
        words << text + QLatin1Char('.');
    }
    return words.join(QLatin1Char(' '));
}

bool recoversOtherwise(const RunState& run, const Recipe& recipe) {
    return run.recovery && recoveryText(*run.recovery) != recoveryText(recipe.recovery);
}

}  // namespace lorashear::ui
