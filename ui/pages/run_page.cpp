#include "ui/pages/run_page.h"

#include "ui/controller/studio.h"
#include "ui/plots/curve_plot.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/bar_list.h"
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

namespace lorashear::ui {

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
    auto* body = new QHBoxLayout;
    body->setSpacing(12);
    body->addWidget(makeCurves(), 5);
    body->addWidget(makeSide(), 4);
    column->addLayout(body, 1);

    connect(&m_studio.session(), &Session::runChanged, this, &RunPage::refreshWhenVisible);
    connect(&m_studio.session(), &Session::planChanged, this, &RunPage::refreshWhenVisible);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &RunPage::refreshWhenVisible);
    connect(&m_studio, &Studio::readingChanged, this, [this] {
        if (isVisible()) showEngine();
    });
}

QWidget* RunPage::makeBar() {
    auto* bar = new QWidget(this);
    auto* column = new QVBoxLayout(bar);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->addWidget(makeTitle(tr("Run"), bar));
    m_facts = makeMuted({}, bar);
    m_facts->setWordWrap(false);
    m_facts->setObjectName(QStringLiteral("runFacts"));
    row->addWidget(m_facts, 1);
    m_checkpoints = new QComboBox(bar);
    m_checkpoints->setObjectName(QStringLiteral("checkpoints"));
    m_checkpoints->setAccessibleName(tr("Checkpoint to branch from"));
    m_checkpoints->setToolTip(tr("Checkpoint to branch from"));
    row->addWidget(m_checkpoints);
    const auto addButton = [&](const char* name, const QString& text, const QString& toolTip, auto&& act,
                               bool primary = false) {
        QPushButton* button = makeButton(QString::fromLatin1(name), text, toolTip, bar, primary);
        connect(button, &QPushButton::clicked, this, act);
        row->addWidget(button);
        return button;
    };
    m_branch = addButton("branch", tr("Branch"), tr("A new run from the chosen checkpoint, with the plan as it is now"),
                         [this] { m_studio.branchRun(m_checkpoints->currentData().toString()); });
    m_resume = addButton("resumeRun", tr("Resume run"), tr("Goes on from the newest checkpoint of the run shown"),
                         [this] { m_studio.resumeRun(); });
    m_cancel = addButton("cancel", tr("Cancel"), tr("Stops within one step; the run can be resumed later"),
                         [this] { m_studio.cancel(); });
    m_pause = addButton("pause", tr("Pause"), tr("Holds after the present step (Ctrl+P)"), [this] {
        EngineController& engine = m_studio.engine();
        engine.state() == EngineController::State::Paused ? engine.resume() : engine.pause();
    });
    m_start = addButton(
        "start", tr("Start run"), tr("Starts a new run with the present plan (Ctrl+Return)"),
        [this] { m_studio.startRun(); }, true);
    column->addLayout(row);

    auto* second = new QHBoxLayout;
    m_stage = new QLabel(bar);
    m_stage->setObjectName(QStringLiteral("runStage"));
    m_stage->setAccessibleName(tr("What the engine is doing"));
    m_stage->setMinimumWidth(fontMetrics().averageCharWidth() * 44);
    second->addWidget(m_stage);
    m_progress = new QProgressBar(bar);
    m_progress->setObjectName(QStringLiteral("runProgress"));
    m_progress->setAccessibleName(tr("Progress of the stage"));
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);  // words beside it are readable on any part of the bar
    second->addWidget(m_progress, 1);
    m_left = new QLabel(bar);
    m_left->setObjectName(QStringLiteral("runLeft"));
    m_left->setAccessibleName(tr("Time left in this stage"));
    m_left->setMinimumWidth(fontMetrics().averageCharWidth() * 24);
    m_left->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    second->addWidget(m_left);
    column->addLayout(second);
    return bar;
}

QWidget* RunPage::makeCurves() {
    using Look = CurvePlot::Look;
    auto* side = new QWidget(this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    const auto add = [&](CurvePlot* plot, int stretch) {
        auto* inside = new QVBoxLayout;
        inside->addWidget(plot);
        column->addWidget(makeCard(side, inside), stretch);
        return plot;
    };
    m_loss = add(new CurvePlot(QStringLiteral("lossPlot"), tr("Training loss"), tr("step"), tr("nats per token"),
                               {{tr("each step"), Look::Raw, 7}, {tr("smoothed"), Look::Smooth, 0}}, side),
                 5);
    m_groups = add(new CurvePlot(QStringLiteral("groupsPlot"), tr("Groups at zero"), tr("step"), tr("groups"),
                                 {{tr("at zero"), Look::Steps, 0}, {tr("target"), Look::Dashed, 5}}, side),
                   4);
    m_perplexity =
        add(new CurvePlot(
                QStringLiteral("perplexityPlot"), tr("Perplexity at checkpoints"), tr("step"), tr("perplexity"),
                {{tr("held-out text, few windows"), Look::Points, 2}, {tr("original on the same"), Look::Dashed, 7}}, side),
            4);
    return side;
}

QWidget* RunPage::makeSide() {
    auto* side = new QWidget(this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* inside = new QVBoxLayout;
    inside->addWidget(makeHeading(tr("Groups kept, block by block"), side));
    m_bars = new BarList(QStringLiteral("runBars"), tr("Groups kept per node group"), side);
    m_bars->setEmptyText(tr("Open a model first."));
    inside->addWidget(m_bars, 1);
    auto* legend = new Legend(side);
    legend->setEntries({{tr("attention"), Legend::Mark::Attention},
                        {tr("MLP"), Legend::Mark::Mlp},
                        {tr("chosen, fading"), Legend::Mark::Coming}});
    inside->addWidget(legend);
    column->addWidget(makeCard(side, inside), 3);
    auto* head = new QHBoxLayout;
    head->addWidget(makeHeading(tr("Events"), side));
    m_folder = new QLineEdit(side);  // a path is longer than any line: here it can be walked along, selected and copied
    m_folder->setObjectName(QStringLiteral("runFolder"));
    m_folder->setAccessibleName(tr("Folder of the run"));
    m_folder->setToolTip(tr("Folder of the run"));
    m_folder->setPlaceholderText(tr("No run yet"));
    m_folder->setReadOnly(true);
    head->addWidget(m_folder, 1);
    column->addLayout(head);
    m_logTable = makeTable(QStringLiteral("eventLog"), tr("Events of the run"), m_log, side);
    column->addWidget(m_logTable, 2);
    connect(m_bars, &BarList::currentChanged, this, [this](int id) { m_studio.session().select({{}, -1, id}); });
    return side;
}

void RunPage::fillCurves() {
    const RunState& run = m_studio.session().run();
    m_loss->setCurve(0, run.steps, run.loss);
    m_loss->setCurve(1, run.steps, run.smoothLoss);
    m_groups->setCurve(0, run.steps, run.zeroGroups);
    m_groups->setCurve(1, run.steps, run.targetGroups);
    // Checkpoints are measured on a part of the first text: only numbers of that protocol share a curve. The one of step 0 is the
    // original's; numbers on whole texts are on the Compare page.
    std::vector<double> x, y, originalX, originalY;
    for (const RunState::PerplexityPoint& point : run.perplexities) {
        if (point.measured.model != "checkpoint") continue;
        x.push_back(point.x);
        y.push_back(point.measured.perplexity);
        if (point.measured.step == 0) originalY = {point.measured.perplexity, point.measured.perplexity};
    }
    if (!originalY.empty()) originalX = {0, std::max(run.lastStep(), 1.0)};
    m_perplexity->setCurve(0, x, y);
    m_perplexity->setCurve(1, originalX, originalY);
    for (CurvePlot* plot : {m_loss, m_groups, m_perplexity}) plot->refresh();
}

void RunPage::fillBars() {
    const Session& session = m_studio.session();
    const RunState& run = session.run();
    const bool dark = colors(palette()).dark;
    std::vector<BarRow> bars;
    for (int id : session.shownNodeGroups()) {
        const NodeGroup& group = session.structure()->nodeGroups[std::size_t(id)];
        const int zero = run.zeroCount(id), fading = run.chosenCount(id);
        BarRow bar;
        bar.id = id;
        bar.label = QString::fromStdString(group.name);
        bar.color = unitColor(group.unit, dark);
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
    const bool idle = !m_studio.engine().busy();
    QStringList titles, paths;
    for (const event::CheckpointSaved& checkpoint : run.checkpoints) {
        const QString path =
            QDir(QString::fromStdString(run.folder)).absoluteFilePath(QString::fromStdString(checkpoint.path));
        if (!idle || !QFileInfo::exists(path)) continue;
        titles << tr("step %1").arg(checkpoint.step);
        paths << path;
    }
    if (idle && paths != m_checkpointPaths) {
        m_checkpointPaths = paths;
        m_checkpoints->clear();
        for (qsizetype i = 0; i < paths.size(); ++i) m_checkpoints->addItem(titles[i], paths[i]);
        m_checkpoints->setCurrentIndex(m_checkpoints->count() - 1);
    }
    m_checkpoints->setVisible(!paths.isEmpty());
    m_branch->setVisible(!paths.isEmpty());
}

namespace {

QString stateWords(const RunState& run, EngineController::State state) {
    using State = EngineController::State;
    using Outcome = event::Finished::Outcome;
    if (state == State::Paused) return RunPage::tr("Paused");
    if (state == State::Cancelling) return RunPage::tr("Cancelling…");
    if (state == State::Running) {
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
}

void RunPage::showButtons() {
    using State = EngineController::State;
    const State state = m_studio.engine().state();
    const bool active = m_studio.engine().busy();
    m_start->setVisible(!active);
    m_start->setEnabled(m_studio.canStart());
    m_resume->setVisible(m_studio.canResume());
    m_pause->setVisible(active);
    m_pause->setEnabled(state == State::Running || state == State::Paused);
    m_pause->setText(state == State::Paused ? tr("Resume") : tr("Pause"));
    m_pause->setAccessibleName(m_pause->text());
    m_cancel->setVisible(m_studio.busy());
    m_cancel->setEnabled(state != State::Cancelling);
}

void RunPage::showProgress() {
    const RunState& run = m_studio.session().run();
    const bool active = m_studio.engine().busy();
    const Progress& progress = run.progress;
    const bool known = active && progress.total > 0;
    m_progress->setRange(0, active && !known ? 0 : 1000);
    const bool complete = run.started && run.finished && run.finished->outcome == event::Finished::Outcome::Completed;
    m_progress->setValue(known ? int(1000 * progress.done / progress.total) : complete ? 1000 : 0);
    const QString words = stateWords(run, m_studio.engine().state());
    m_stage->setText(fontMetrics().elidedText(words, Qt::ElideRight, m_stage->minimumWidth()));
    m_stage->setToolTip(words);
    m_stage->setAccessibleDescription(words);
    QStringList left;
    if (known) left << formatPercent(progress.done / progress.total, 0);
    if (known && progress.secondsLeft >= 0) left << tr("%1 left").arg(formatSeconds(progress.secondsLeft));
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
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    if (m_folder->text() != folder) {
        m_folder->setText(folder);
        m_folder->setCursorPosition(0);
    }
}

void RunPage::refresh() {
    fillCurves();
    fillBars();
    fillLog();
    fillCheckpoints();
    showEngine();
}

StageState RunPage::state() const {
    const Session& session = m_studio.session();
    const RunState& run = session.run();
    if (m_studio.runIsActive()) return StageState::Running;
    if (run.started && run.finished)
        return run.finished->outcome == event::Finished::Outcome::Completed ? StageState::Done : StageState::Stale;
    if (run.started) return StageState::Stale;
    return session.plan().plan ? StageState::Open : StageState::Locked;
}

}  // namespace lorashear::ui
