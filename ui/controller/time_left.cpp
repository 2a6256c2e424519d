#include "ui/controller/time_left.h"

#include "core/base/error.h"
#include "core/run/recipe_schedule.h"
#include "core/run/training_budget.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <QFileInfo>

#include <algorithm>
#include <array>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr double kBytesPerToken = 4, kTrainingCost = 3;  ///< forward, and backward through activations and adapters
constexpr double kWindowSeconds = 60;                    ///< the speed of steps is that of the last minute
constexpr double kLeastSeconds = 0.2;                    ///< a stage that took less was not worked through: it was stored
constexpr double kSameKind = 0.15, kOtherKind = 0.6, kLeastError = 0.08;
constexpr double kLeastMeasured = 0.02;  ///< seconds; less is the noise of when batches come
constexpr int kUsualNodeGroups = 24;
constexpr double kTellRange = 1.4;  ///< from this ratio of high to low on both are said

double tokensOf(const RecipeText& text) {
    if (text.maxWindows > 0) return double(text.maxWindows) * text.window;
    const double all = double(QFileInfo(QString::fromStdString(text.path)).size()) / kBytesPerToken;
    return std::max(0.0, all - double(text.skipWindows) * text.window);
}

/// As people say it: nobody counts seconds of minutes.
double rounded(double seconds) {
    const double step = seconds < 20 ? 1 : seconds < 90 ? 5 : seconds < 600 ? 10 : 60;
    return std::round(seconds / step) * step;
}

}  // namespace

std::vector<StageWork> workOf(const Recipe& recipe, const Structure* structure) {
    double judged = 0, pruneSteps = 0, recoverSteps = 0;
    for (const RecipeText& text : recipe.evaluation.texts) judged += tokensOf(text);
    try {
        for (const SchedulePhase& phase : recipeSchedule(recipe)) {
            const bool recovers = phase.kind == SchedulePhase::Kind::Recover || phase.kind == SchedulePhase::Kind::Instruct;
            (recovers ? recoverSteps : pruneSteps) += double(phase.steps);
        }
    } catch (const Error&) {  // such a recipe does not get far
    }
    const double groups = structure ? double(std::count_if(structure->nodeGroups.begin(), structure->nodeGroups.end(),
                                                           [](const NodeGroup& group) { return group.prunable; }))
                                    : kUsualNodeGroups;
    const double probed =
        recipe.analysis.text.path.empty() && recipe.analysis.text.maxWindows == 0 ? judged : tokensOf(recipe.analysis.text);
    const auto trained = [](double steps, int batch, int window) { return steps * batch * window * kTrainingCost; };
    std::vector<StageWork> stages = {{Stage::Dense, judged, 0}};
    if (recipe.analysis.enabled)
        stages.push_back({Stage::Analyse, probed * (1 + groups * double(recipe.analysis.ratios.size())), 0});
    stages.push_back({Stage::Prune, trained(pruneSteps, recipe.training.batch, recipe.training.window), pruneSteps});
    stages.push_back({Stage::Compact, judged, 0});
    if (recoverSteps > 0)
        stages.push_back(
            {Stage::Recover, trained(recoverSteps, recipe.recovery.batch, recipe.recovery.window), recoverSteps});
    stages.push_back({Stage::Evaluate, judged, 0});
    // Its steps are told as progress, so that it counts as work of the kind that is read.
    if (recipe.evaluation.adaptedDense && recipe.plan.enabled && recoverSteps > 0)
        stages.push_back({Stage::Adapt, kTrainingCost * double(tokensOf(recipe)) + judged, 0});
    return stages;
}

void TimeLeft::begin(std::vector<StageWork> stages, double now) {
    *this = TimeLeft{};
    m_stages = std::move(stages);
    m_now = m_stageFrom = now;
}

double TimeLeft::worked(double now) const {
    return (m_pausedAt >= 0 ? m_pausedAt : now) - m_held;
}

void TimeLeft::setPaused(bool paused, double now) {
    if (paused && m_pausedAt < 0) m_pausedAt = now;
    if (paused || m_pausedAt < 0) return;
    m_held += now - m_pausedAt;
    m_pausedAt = -1;
}

void TimeLeft::enter(std::optional<Stage> stage, double at) {
    if (stage == m_stage) return;
    const auto left = std::find_if(m_stages.begin(), m_stages.end(), [&](const StageWork& s) { return s.stage == m_stage; });
    if (left != m_stages.end() && left->steps == 0 && at - m_stageFrom >= kLeastSeconds && left->work > 0)
        m_readWork += left->work, m_readSeconds += at - m_stageFrom;
    if (left != m_stages.end() && left->steps > 0)
        if (const auto speed = stepSpeed()) m_trainWork += left->work, m_trainSeconds += speed->seconds * left->steps;
    m_stage = stage;
    m_stageFrom = at;
    m_progress = -1;
    m_points.clear();
    m_firstStep = m_lastStep;
}

void TimeLeft::apply(const RunEvent& event, double now) {
    const double at = m_now = std::max(m_now, worked(now));
    if (const auto* changed = std::get_if<event::StageChanged>(&event)) enter(stageNamed(changed->stage), at);
    if (const auto* moved = std::get_if<event::ProgressChanged>(&event))
        if (moved->progress.total > 0) m_progress = std::clamp(moved->progress.done / moved->progress.total, 0.0, 1.0);
    const auto* step = std::get_if<event::Step>(&event);
    if (!step) return;
    if (const auto stage = stageNamed(step->stage); stage != m_stage) enter(stage, at);
    if (m_points.empty() && double(step->step) < m_lastStep) m_firstStep = 0;  // this stage counts from its own beginning
    m_lastStep = double(step->step);
    // What comes in one batch came at one moment: only between batches is there a speed.
    if (!m_points.empty() && m_points.back().at == at)
        m_points.back().steps = m_lastStep;
    else
        m_points.push_back({at, m_lastStep});
    while (m_points.size() > 2 && at - m_points[1].at > kWindowSeconds) m_points.erase(m_points.begin());
}

std::optional<TimeLeft::Speed> TimeLeft::stepSpeed() const {
    if (m_points.size() < 2) return std::nullopt;
    const double steps = m_points.back().steps - m_points.front().steps, seconds = m_points.back().at - m_points.front().at;
    if (steps <= 0 || seconds < kLeastMeasured) return std::nullopt;
    return Speed{seconds / steps, std::max(kLeastError, 0.5 / std::sqrt(steps))};
}

/// Of work that has not begun.
std::optional<TimeLeft::Speed> TimeLeft::speedOf(bool training) const {
    double work = m_trainWork, seconds = m_trainSeconds;
    const auto now = std::find_if(m_stages.begin(), m_stages.end(), [&](const StageWork& s) { return s.stage == m_stage; });
    if (const auto speed = stepSpeed(); speed && now != m_stages.end() && now->steps > 0)
        work += now->work / now->steps, seconds += speed->seconds;
    const bool read = m_readWork > 0, trained = work > 0;
    if (training ? trained : read)
        return training ? Speed{seconds / work, kSameKind} : Speed{m_readSeconds / m_readWork, kSameKind};
    if (training ? read : trained)
        return training ? Speed{m_readSeconds / m_readWork, kOtherKind} : Speed{seconds / work, kOtherKind};
    return std::nullopt;
}

double TimeLeft::stepsDone() const {
    return m_points.empty() ? 0 : m_lastStep - m_firstStep;
}

double TimeLeft::shareOf(const StageWork& stage) const {
    if (stage.steps > 0) return std::clamp(stepsDone() / stage.steps, 0.0, 1.0);
    return std::max(m_progress, 0.0);
}

TimeEstimate TimeLeft::estimate() const {
    TimeEstimate result;
    const int place = m_stage ? int(*m_stage) : -1;
    double all = 0, done = 0, seconds = 0, error = 0;
    bool known = true;
    for (const StageWork& stage : m_stages) {
        all += stage.work;
        const int own = int(stage.stage);
        if (own < place) done += stage.work;
        if (own < place) continue;
        const bool running = own == place;
        const double share = running ? shareOf(stage) : 0;
        done += share * stage.work;
        const auto steps = running && stage.steps > 0 ? stepSpeed() : std::nullopt;
        const auto speed = speedOf(stage.steps > 0);
        double left = 0, wrong = 0;
        if (steps) {
            left = steps->seconds * std::max(0.0, stage.steps - stepsDone()), wrong = steps->error;
        } else if (running && stage.steps == 0 && share > 0.02 && m_now > m_stageFrom) {
            left = (m_now - m_stageFrom) * (1 - share) / share;
            // one meter tells of the whole analysis; other stages have one for each text
            wrong = stage.stage == Stage::Analyse ? std::max(kLeastError, 0.3 * (1 - share)) : kOtherKind;
        } else if (speed) {
            left = speed->seconds * stage.work * (1 - share), wrong = speed->error;
        } else {
            known = stage.work <= 0 && known;
        }
        seconds += left, error += left * wrong;
    }
    result.share = all > 0 ? done / all : 0;
    if (!known || m_stages.empty()) return result;
    result.seconds = seconds;
    result.low = std::max(0.0, seconds - error);
    result.high = seconds + error * (error > 0.4 * seconds ? 1.6 : 1);  // what is slower than thought has no upper end
    return result;
}

QString timeLeftWords(const TimeEstimate& estimate) {
    if (estimate.seconds < 0) return tr("time left not known yet");
    const double low = rounded(estimate.low), high = rounded(estimate.high);
    if (high > kTellRange * low && high - low > 3) return tr("%1 to %2 left").arg(formatSeconds(low), formatSeconds(high));
    return tr("about %1 left").arg(formatSeconds(rounded(estimate.seconds)));
}

}  // namespace lorashear::ui
