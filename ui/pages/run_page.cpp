#include "ui/pages/run_page.h"

#include "core/base/stage.h"
#include "ui/controller/studio.h"
#include "ui/pages/run_timeline.h"
#include "ui/plots/checkpoint_plot.h"
#include "ui/theme/format.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/fact_line.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/pieces.h"

#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {
constexpr double kHalfOf95 = 1.96;  ///< standard errors either side of a mean that hold 95 % of a normal distribution
}

RunPage::RunPage(Studio& studio, QWidget* parent) : Page(studio, QStringLiteral("run"), parent) {
    m_log = new RowTable<RunState::LogLine>(
        {
            {tr("Step"), [](const RunState::LogLine& l) { return formatInteger(qint64(l.x)); }, true},
            {tr("Event"),
             [](const RunState::LogLine& l) {
                 return l.level == QLatin1String("info")      ? l.text
                        : l.level == QLatin1String("warning") ? tr("Warning: %1").arg(l.text)
                                                              : tr("Error: %1").arg(l.text);
             },
             false, [](const RunState::LogLine& l) { return l.text; }},
        },
        this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 12);
    column->setSpacing(8);
    column->addWidget(makeBar());
    for (QLabel** label : {&m_holder, &m_refusal}) {
        *label = makeWarning({}, this);
        (*label)->hide();
        column->addWidget(*label);
    }
    m_holder->setObjectName(QStringLiteral("runHolder"));
    m_refusal->setObjectName(QStringLiteral("runRefusal"));
    auto* body = new QHBoxLayout;
    body->setSpacing(12);
    m_time = new RunTimeline(m_studio.session(), this);
    column->addWidget(m_time);
    body->addWidget(makeViews(), 5);
    body->addWidget(makeSide(), 4);
    column->addLayout(body, 1);

    connect(&m_studio.session(), &Session::runChanged, this, &RunPage::refreshWhenVisible);
    connect(&m_studio.session(), &Session::planChanged, this, &RunPage::refreshWhenVisible);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &RunPage::refreshWhenVisible);
    connect(&m_studio.engine(), &EngineController::paceChanged, this, &RunPage::showFacts);
    connect(&m_studio.session(), &Session::selectionChanged, this,
            [this] { m_bars->setCurrent(m_studio.session().selection().nodeGroup); });
    connect(&m_studio.session(), &Session::momentChanged, this, [this] {
        if (isVisible()) showMoment();
    });
    connect(&m_studio, &Studio::followingChanged, this, &RunPage::refreshWhenVisible);
    for (auto signal : {&Session::problemsChanged, &Session::structureChanged})
        connect(&m_studio.session(), signal, this, &RunPage::refreshWhenVisible);
    connect(&m_studio, &Studio::readingChanged, this, [this] {
        if (isVisible()) showEngine();
    });
}

void RunPage::fillCurves() {
    const RunState& run = m_studio.session().run();
    m_loss->setCurve(0, run.steps, run.loss);
    m_loss->setCurve(1, run.steps, run.smoothLoss);
    const auto& parent = m_studio.session().parentRun();
    m_loss->setCurve(2, parent ? parent->steps : std::vector<double>{}, parent ? parent->smoothLoss : std::vector<double>{});
    m_groups->setCurve(0, run.steps, run.zeroGroups);
    m_groups->setCurve(1, run.steps, run.targetGroups);
    // Checkpoints are measured on a part of the first text: only numbers of that protocol share a curve. The one of step 0 is the
    // original's; numbers on whole texts are on the Compare page.
    std::vector<double> x, y, originalX, originalY;
    for (const RunState::PerplexityPoint& point : run.perplexities) {
        if (point.measured.model != roleName(ModelRole::Checkpoint)) continue;
        x.push_back(point.x);
        y.push_back(point.measured.perplexity);
        if (point.measured.step == 0) originalY = {point.measured.perplexity, point.measured.perplexity};
    }
    if (!originalY.empty()) originalX = {0, std::max(run.lastStep(), 1.0)};
    m_perplexity->setCurve(0, x, y);
    m_perplexity->setCurve(1, originalX, originalY);
    std::vector<double> parentX, parentY;
    for (const RunState::PerplexityPoint& point : parent ? parent->perplexities : decltype(run.perplexities){})
        if (point.measured.model == roleName(ModelRole::Checkpoint))
            parentX.push_back(point.x), parentY.push_back(point.measured.perplexity);
    m_perplexity->setCurve(3, parentX, parentY);
    markCheckpoints();
    fillRates();
    fillCosts();
    for (CurvePlot* plot : plots()) plot->refresh();
}

void RunPage::fillRates() {
    const RunState& run = m_studio.session().run();
    m_rate->setCurve(0, run.steps, run.learningRate);
    m_norms->setCurve(0, run.steps, run.importantNorm);
    m_norms->setCurve(1, run.steps, run.redundantNorm);
    m_gradient->setCurve(0, run.steps, run.gradientNorm);
    std::vector<double> x, y, low, high;
    for (const RunState::PerplexityPoint& point : run.perplexities) {
        const event::Perplexity& at = point.measured;
        if (at.model != roleName(ModelRole::Checkpoint) || !std::isfinite(at.aboveOriginal)) continue;
        const double half = kHalfOf95 * at.aboveOriginalError;
        x.push_back(point.x), y.push_back(at.aboveOriginal);
        low.push_back(at.aboveOriginal - half), high.push_back(at.aboveOriginal + half);
    }
    m_above->setCurve(0, x, y);
    m_above->setCurve(1, x, low);
    m_above->setCurve(2, x, high);
}

void RunPage::fillCosts() {
    const RunState& run = m_studio.session().run();
    const auto scaled = [](std::vector<double> values, double factor) {
        for (double& value : values) value *= factor;
        return values;
    };
    m_stepTime->setCurve(0, run.steps, scaled(run.stepSeconds, 1e3));
    m_speed->setCurve(0, run.steps, run.tokensPerSecond);
    m_memory->setCurve(0, run.steps, scaled(run.memory, 1e-6));
}

/// What moves with the step that is looked at.
void RunPage::showMoment() {
    const auto& at = m_studio.session().lookedAt();
    for (CurvePlot* plot : plots()) plot->setMoment(at);
    m_barsTitle->setText(at ? tr("Groups kept at step %1").arg(formatInteger(qint64(*at)))
                            : tr("Groups kept, block by block"));
    fillBars();
}

void RunPage::fillBars() {
    const Session& session = m_studio.session();
    const RunMoment moment = session.moment();
    std::vector<BarRow> bars;
    for (int id : session.shownNodeGroups()) {
        const NodeGroup& group = session.structure()->nodeGroups[std::size_t(id)];
        const int zero = moment.zeroCount(id), fading = moment.fadingCount(id);
        BarRow bar;
        bar.id = id;
        bar.label = QString::fromStdString(group.name);
        bar.category = unitKindRow(group.unit).color;
        bar.full = 1;
        bar.value = double(group.count - zero - fading) / group.count;
        bar.second = double(fading) / group.count;
        bar.text = tr("%1 of %2").arg(formatInteger(group.count - zero), formatInteger(group.count));
        bar.toolTip = tr("%1: %2 %3 kept, %4 at zero, %5 fading")
                          .arg(bar.label, formatInteger(group.count - zero), unitWord(int(group.unit)), formatInteger(zero),
                               formatInteger(fading));
        bars.push_back(std::move(bar));
    }
    m_bars->setRows(std::move(bars));
    m_bars->setCurrent(session.selection().nodeGroup);
    if (session.structure()) m_legend->setUnits(kindsOf(*session.structure(), session.shownNodeGroups()));
}

void RunPage::fillLog() {
    const auto& lines = m_studio.session().run().log;
    if (lines.size() == m_log->rows().size()) return;
    const QScrollBar* bar = m_logTable->verticalScrollBar();
    const bool atEnd = bar->value() == bar->maximum();
    m_log->setRows(lines);
    if (atEnd) m_logTable->scrollToBottom();
}

/// Those that are still there: a run keeps only its newest checkpoints and those at the ends of stages.
void RunPage::fillCheckpoints() {
    const RunState& run = m_studio.session().run();
    const bool idle = !m_studio.engine().working() && !m_studio.follower().following();
    QStringList titles, paths;
    std::vector<double> steps;
    for (const event::CheckpointSaved& checkpoint : run.checkpoints) {
        const QString path =
            QDir(QString::fromStdString(run.folder)).absoluteFilePath(QString::fromStdString(checkpoint.path));
        if (!idle || !QFileInfo::exists(path)) continue;
        titles << tr("step %1").arg(checkpoint.step);
        paths << path;
        steps.push_back(double(checkpoint.step));
    }
    if (idle && paths != m_checkpointPaths) {
        m_checkpointPaths = paths;
        m_checkpoints->clear();
        for (qsizetype i = 0; i < paths.size(); ++i) m_checkpoints->addItem(titles[i], paths[i]);
        m_checkpoints->setCurrentIndex(m_checkpoints->count() - 1);
    }
    m_checkpointSteps = std::move(steps);
    m_checkpoints->setVisible(!paths.isEmpty());
    m_branch->setVisible(!paths.isEmpty());
}

/// A ring around every point that the list offers, and around no other: plot and list say the same. One that was not measured by itself
/// stands at the measurement before it.
void RunPage::markCheckpoints() {
    std::vector<double> x, y;
    const QList<QPointF> measured = m_perplexity->points(0);
    for (double step : m_checkpointSteps) {
        const auto after = std::upper_bound(measured.begin(), measured.end(), step,
                                            [](double at, const QPointF& point) { return at < point.x(); });
        if (measured.isEmpty()) continue;
        x.push_back(step);
        y.push_back(after == measured.begin() ? measured.front().y() : std::prev(after)->y());
    }
    m_perplexity->setCurve(2, x, y);
}

/// Of one of the rings, which are those of the list.
void RunPage::branchFrom(double step) {
    const auto at = std::find(m_checkpointSteps.begin(), m_checkpointSteps.end(), step);
    if (at == m_checkpointSteps.end()) return;
    m_checkpoints->setCurrentIndex(int(at - m_checkpointSteps.begin()));
    m_branch->click();
}

namespace {

/// comparing: what the engine does for the page Compare; "": nothing.
QString stateWords(const RunState& run, EngineController::State state, bool elsewhere, const QString& comparing) {
    using State = EngineController::State;
    using Outcome = event::Finished::Outcome;
    if (state == State::Paused) return RunPage::tr("Paused");
    if (state == State::Cancelling) return RunPage::tr("Cancelling…");
    if (state == State::Running && !comparing.isEmpty()) return RunPage::tr("%1, on the page Compare").arg(comparing);
    if (state == State::Running) {
        const QString text = QString::fromStdString(run.progress.text);
        return stageWord(run.stage) + (text.isEmpty() ? text : QStringLiteral(": ") + text);
    }
    if (elsewhere) {
        const QString text = QString::fromStdString(run.progress.text);
        return stageWord(run.stage) + (text.isEmpty() ? text : QStringLiteral(": ") + text);
    }
    if (!run.started) return RunPage::tr("No run yet");
    if (!run.finished) return RunPage::tr("Interrupted");
    const Outcome outcome = run.finished->outcome;
    return outcome == Outcome::Completed   ? RunPage::tr("Finished")
           : outcome == Outcome::Cancelled ? RunPage::tr("Cancelled; can be resumed")
                                           : RunPage::tr("Failed");
}

}  // namespace

void RunPage::showEngine() {
    showButtons();
    m_studio.reader().reading() ? showReading() : showProgress();
    showFacts();
    showHolder();
}

void RunPage::takeFocus() {
    m_loss->setFocus(Qt::OtherFocusReason);
}

/// A run that another process works on is watched; whose it is, and that nothing is offered that would be in its way.
void RunPage::showHolder() {
    const bool elsewhere = m_studio.follower().following();
    m_holder->setVisible(elsewhere);
    m_holder->setText(elsewhere
                          ? tr("%1 is working on this run; you are watching. It is paused, stopped and gone on with there.")
                                .arg(holderWords(m_studio.follower().holder()))
                          : QString());
    const QString why = m_studio.startRefusal();
    const bool told = !why.isEmpty() && !m_studio.busy() && m_studio.session().structure();
    m_refusal->setText(told ? tr("A run cannot start. %1").arg(why) : QString());
    m_refusal->setVisible(told);
}

void RunPage::showButtons() {
    using State = EngineController::State;
    const State state = m_studio.engine().shownState();
    const bool active = m_studio.engine().working();
    const QPushButton* had = qobject_cast<const QPushButton*>(focusWidget());
    if (had && had->hasFocus() &&
        ((had == m_start && active) || (had == m_resume && !m_studio.canResume()) || (had == m_branch && active) ||
         ((had == m_cancel || had == m_pause || had == m_step) && !active)))
        takeFocus();  // before the button goes, or Qt hands the keyboard to its neighbour, which may be Cancel
    m_start->setVisible(!active);
    m_start->setEnabled(m_studio.canStart());
    m_resume->setVisible(m_studio.canResume());
    m_step->setVisible(active && state == State::Paused);
    m_pause->setVisible(active);
    m_pause->setEnabled(state == State::Running || state == State::Paused);
    m_pause->setText(state == State::Paused ? tr("Resume") : tr("Pause"));
    m_pause->setAccessibleName(m_pause->text());
    m_cancel->setVisible(m_studio.busy());
    m_cancel->setEnabled(state != State::Cancelling);
}

void RunPage::showProgress() {
    const RunState& run = m_studio.session().run();
    const QString comparing = comparisonWord(m_studio.engine().current());  // of no run: the bar says nothing of it
    const bool active = m_studio.engine().working() && comparing.isEmpty();
    const bool elsewhere = m_studio.follower().following(), whole = m_studio.runIsActive() || elsewhere;
    const Progress& progress = run.progress;
    const TimeEstimate estimate = whole ? m_studio.timeLeft() : TimeEstimate{};
    const double share = whole ? estimate.share : progress.total > 0 ? progress.done / progress.total : 0;
    const bool known = whole || (active && progress.total > 0);
    m_progress->setRange(0, active && share <= 0 ? 0 : 1000);
    const bool complete = run.started && run.finished && run.finished->outcome == event::Finished::Outcome::Completed;
    m_progress->setValue(known ? int(1000 * share) : complete ? 1000 : 0);
    const QString words = stateWords(run, m_studio.engine().shownState(), elsewhere, comparing);
    m_stage->setText(fontMetrics().elidedText(words, Qt::ElideRight, m_stage->minimumWidth()));
    m_stage->setToolTip(words);
    m_stage->setAccessibleDescription(words);
    QStringList left;
    if (known) left << formatPercent(share, 0);
    if (whole)
        left << timeLeftWords(estimate);
    else if (known && progress.secondsLeft >= 0)
        left << tr("%1 left").arg(formatSeconds(progress.secondsLeft));
    m_left->setText(left.join(QStringLiteral(" · ")));
}

void RunPage::showReading() {
    const double share = m_studio.reader().share();
    m_progress->setRange(0, 1000);
    m_progress->setValue(int(1000 * share));
    m_stage->setText(tr("Reading the run's log"));
    m_stage->setToolTip(m_stage->text());
    m_left->setText(formatPercent(share, 0));
}

void RunPage::showFacts() {
    const RunState& run = m_studio.session().run();
    const QString folder = QString::fromStdString(run.folder);
    QStringList facts;
    if (!folder.isEmpty()) facts << QDir(folder).dirName();
    if (!run.steps.empty()) facts << tr("step %1").arg(formatInteger(qint64(run.lastStep())));
    if (!run.tokensPerSecond.empty() && run.tokensPerSecond.back() > 0)
        facts << tr("%1 tokens/s").arg(formatInteger(qint64(run.tokensPerSecond.back())));
    if (!run.stepSeconds.empty() && run.stepSeconds.back() > 0)
        facts << tr("%1 ms a step").arg(formatNumber(1e3 * run.stepSeconds.back(), 3));
    if (const double pace = m_studio.engine().pace(); pace > 0) facts << tr("slow motion");
    m_facts->setFacts(facts);
    if (m_folder->text() != folder) {
        m_folder->setText(folder);
        m_folder->setCursorPosition(0);
    }
}

void RunPage::refresh() {
    fillCheckpoints();
    fillCurves();
    showMoment();
    fillLog();
    showEngine();
}

StageState RunPage::state() const {
    const Session& session = m_studio.session();
    const RunState& run = session.run();
    if (m_studio.runIsActive() || m_studio.follower().following()) return StageState::Running;
    if (run.started && run.finished)
        return run.finished->outcome == event::Finished::Outcome::Completed ? StageState::Done : StageState::Stale;
    if (run.started) return StageState::Stale;
    return session.plan().plan ? StageState::Open : StageState::Locked;
}

}  // namespace lorashear::ui
