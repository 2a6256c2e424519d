// What the Run page is made of; run_page.cpp fills it.

#include "ui/controller/command_lines.h"
#include "ui/controller/studio.h"
#include "ui/pages/half_space_panel.h"
#include "ui/pages/moment_text.h"
#include "ui/pages/node_group_menu.h"
#include "ui/pages/run_page.h"
#include "ui/pages/run_timeline.h"
#include "ui/plots/checkpoint_plot.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/command_button.h"
#include "ui/widgets/fact_line.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/type_size.h"
#include "ui/widgets/wide_or_tabs.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace lorashear::ui {

QWidget* RunPage::makeBar() {
    auto* bar = new QWidget(this);
    auto* column = new QVBoxLayout(bar);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->addWidget(makeTitle(tr("Run"), bar));
    m_facts = new FactLine(bar);
    m_facts->setObjectName(QStringLiteral("runFacts"));
    row->addWidget(m_facts, 1);
    m_checkpoints = new QComboBox(bar);
    m_checkpoints->setObjectName(QStringLiteral("checkpoints"));
    m_checkpoints->setAccessibleName(tr("Checkpoint to branch from"));
    m_checkpoints->setToolTip(tr("Checkpoint to branch from"));
    row->addWidget(m_checkpoints);
    const auto addButton = [&](const char* name, const QString& text, const QString& toolTip, auto&& act) {
        QPushButton* button = makeButton(QString::fromLatin1(name), text, toolTip, bar);
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
    m_step = addButton("step", tr("One step"), tr("Trains one step more and holds again (Ctrl+Shift+Return)"),
                       [this] { m_studio.engine().step(); });
    m_pause = addButton("pause", tr("Pause"), tr("Holds after the present step (Ctrl+P)"), [this] {
        EngineController& engine = m_studio.engine();
        engine.state() == EngineController::State::Paused ? engine.resume() : engine.pause();
    });
    m_start = addButton("start", tr("Start run"), tr("Starts a new run with the present plan (Ctrl+Return)"),
                        [this] { m_studio.startRun(); });
    row->addWidget(new CommandButton(
        QStringLiteral("copyRunCommand"),
        tr("Copies the command that goes on with the run shown, or starts one with the present plan, without a window"),
        m_studio,
        [this](QString* written) {
            return m_studio.canResume() ? resumeCommand(QString::fromStdString(m_studio.session().run().folder))
                                        : m_studio.commandLine(written);
        },
        bar,
        [this] {
            return m_studio.canResume() ? resumeCommand(QString::fromStdString(m_studio.session().run().folder))
                                        : m_studio.commandPreview(QStringLiteral("run"));
        }));
    row->addWidget(nextButton());
    column->addLayout(row);

    auto* second = new QHBoxLayout;
    m_stage = new QLabel(bar);
    m_stage->setObjectName(QStringLiteral("runStage"));
    m_stage->setAccessibleName(tr("What the engine is doing"));
    m_stage->setMinimumWidth(fontMetrics().averageCharWidth() * 44);
    second->addWidget(m_stage);
    m_progress = new QProgressBar(bar);
    m_progress->setObjectName(QStringLiteral("runProgress"));
    m_progress->setAccessibleName(tr("Progress of the run"));
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);  // words beside it are readable on any part of the bar
    second->addWidget(m_progress, 1);
    m_left = new QLabel(bar);
    m_left->setObjectName(QStringLiteral("runLeft"));
    m_left->setAccessibleName(tr("Time left"));
    m_left->setMinimumWidth(fontMetrics().averageCharWidth() * 32);
    m_left->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    second->addWidget(m_left);
    column->addLayout(second);
    return bar;
}

namespace {

constexpr int kHalfSpaceBeside = 740;  ///< pixels from which on the half-space stands beside the curves

constexpr double kLeastPlot = 5.4;  ///< lines of type: three plots stand above each other in the smallest window

QWidget* cardOf(CurvePlot* plot) {
    whenTypeChanges(*plot, [plot] { plot->setMinimumHeight(int(plot->fontMetrics().height() * kLeastPlot)); });
    auto* inside = new QVBoxLayout;
    inside->addWidget(plot);
    return makeCard(plot->parentWidget(), inside);
}

CurvePlot* addPlot(QBoxLayout* to, CurvePlot* plot, int stretch) {
    to->addWidget(cardOf(plot), stretch);
    return plot;
}

}  // namespace

QWidget* RunPage::makeViews() {
    auto* views = new WideOrTabs(QStringLiteral("runViews"), tr("Views of the run"), kHalfSpaceBeside, this);
    views->add(makeCurves(), tr("&Curves"), true);
    views->add(makeRates(), tr("R&ates and norms"), true);
    views->add(makeCosts(), tr("Ti&me and memory"), true);
    auto* inside = new QVBoxLayout;
    auto* half = new QWidget(this);
    auto* column = new QVBoxLayout(half);
    column->setContentsMargins(0, 0, 0, 0);
    inside->addWidget(new HalfSpacePanel(m_studio.session(), half));
    column->addWidget(makeCard(half, inside));
    views->add(half, tr("&Half-space"));
    for (CurvePlot* plot : plots()) {
        connect(plot, &CurvePlot::stepPicked, this, [this](double step) {
            m_lookedBefore = m_studio.session().lookedAt();
            m_time->lookAt(step);
        });
        connect(plot, &CurvePlot::pickTakenBack, this, [this] { m_studio.session().lookAt(m_lookedBefore); });
    }
    return views;
}

QWidget* RunPage::makeCurves() {
    using Look = CurvePlot::Look;
    auto* side = new QWidget(this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_loss = addPlot(column,
                     new CurvePlot(QStringLiteral("lossPlot"), tr("Training loss"), tr("step"), tr("nats per token"),
                                   {{tr("each step"), Look::Raw, 7},
                                    {tr("smoothed"), Look::Smooth, 0},
                                    {tr("parent, smoothed"), Look::Dashed, 3, true}},
                                   side),
                     5);
    m_groups = addPlot(column,
                       new CurvePlot(QStringLiteral("groupsPlot"), tr("Groups at zero"), tr("step"), tr("groups"),
                                     {{tr("at zero"), Look::Steps, 0}, {tr("target"), Look::Dashed, 5}}, side),
                       4);
    m_perplexity =
        new CheckpointPlot(QStringLiteral("perplexityPlot"), tr("Perplexity at checkpoints"), tr("step"), tr("perplexity"),
                           {{tr("held-out windows"), Look::Points, 2},
                            {tr("original"), Look::Dashed, 7},
                            {tr("kept on disk"), Look::Rings, 0, true},
                            {tr("parent"), Look::Dashed, 3, true}},
                           side);
    addPlot(column, m_perplexity, 4);
    m_perplexity->setRings(2);
    connect(m_perplexity, &CheckpointPlot::branchWanted, this, &RunPage::branchFrom);
    return side;
}

/// A learning rate is what was set and is never smoothed.
QWidget* RunPage::makeRates() {
    using Look = CurvePlot::Look;
    auto* side = new QWidget(this);
    auto* grid = new QGridLayout(side);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(8);
    const auto add = [&](const char* name, const QString& title, const QString& unit, std::vector<CurvePlot::Curve> curves) {
        auto* plot = new CurvePlot(QString::fromLatin1(name), title, tr("step"), unit, std::move(curves), side);
        const int at = grid->count();
        grid->addWidget(cardOf(plot), at / 2, at % 2);
        return plot;
    };
    m_rate = add("ratePlot", tr("Learning rate"), tr("per step"), {{tr("learning rate"), Look::Steps, 5}});
    m_norms = add("normsPlot", tr("Norms of groups, summed"), tr("norm"),
                  {{tr("kept"), Look::Smooth, 0}, {tr("fading"), Look::Smooth, 1}});
    m_gradient = add("gradientPlot", tr("Gradient"), tr("norm"), {{tr("before clipping"), Look::Raw, 7}});
    m_above = add("abovePlot", tr("Above the original, on the same windows"), tr("nats per token"),
                  {{tr("at checkpoints"), Look::Points, 2},
                   {tr("95 % from"), Look::Dashed, 2, true},
                   {tr("95 % to"), Look::Dashed, 2, true}});
    m_above->showAlways(0, 0);
    return side;
}

/// What training takes: measured in the process that trains, which may be another one.
QWidget* RunPage::makeCosts() {
    auto* side = new QWidget(this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    const auto add = [&](const char* name, const QString& title, const QString& unit) {
        const CurvePlot::Look look = CurvePlot::Look::Steps;
        return addPlot(column,
                       new CurvePlot(QString::fromLatin1(name), title, tr("step"), unit, {{tr("each step"), look, 0}}, side),
                       1);
    };
    m_stepTime = add("stepTimePlot", tr("Time of a step"), tr("ms"));
    m_speed = add("speedPlot", tr("Speed"), tr("tokens/s"));
    m_memory = add("memoryPlot", tr("Memory that the process holds"), tr("MB"));
    return side;
}

std::vector<CurvePlot*> RunPage::plots() const {
    return {m_loss, m_groups, m_perplexity, m_rate, m_norms, m_gradient, m_above, m_stepTime, m_speed, m_memory};
}

QWidget* RunPage::makeSide() {
    auto* side = new QWidget(this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* inside = new QVBoxLayout;
    m_barsTitle = makeHeading({}, side);
    m_barsTitle->setObjectName(QStringLiteral("runBarsTitle"));
    inside->addWidget(m_barsTitle);
    m_bars = new BarList(QStringLiteral("runBars"), tr("Groups kept per node group"), side);
    m_bars->setEmptyText(tr("Open a model first."));
    inside->addWidget(m_bars, 1);
    m_legend = new Legend(side);
    m_legend->setEntries({{tr("chosen, fading"), Legend::Mark::Coming}});
    inside->addWidget(m_legend);
    column->addWidget(makeCard(side, inside), 3);
    m_folder = new QLineEdit(side);  // a path is longer than any line: here it can be walked along, selected and copied
    m_folder->setObjectName(QStringLiteral("runFolder"));
    m_folder->setAccessibleName(tr("Folder of the run"));
    m_folder->setToolTip(tr("Folder of the run"));
    m_folder->setPlaceholderText(tr("No run yet"));
    m_folder->setReadOnly(true);
    auto* events = new QWidget(side);
    auto* list = new QVBoxLayout(events);
    list->setContentsMargins(0, 6, 0, 0);
    list->setSpacing(6);
    list->addWidget(m_folder);
    m_logTable = makeTable(QStringLiteral("eventLog"), tr("Events of the run"), m_log, side);
    list->addWidget(m_logTable, 1);
    auto* told = new QTabWidget(side);
    told->setObjectName(QStringLiteral("runTold"));
    told->setAccessibleName(tr("What the run says"));
    told->setDocumentMode(true);
    told->addTab(events, tr("&Events"));
    told->addTab(new MomentText(m_studio.session(), told), tr("Te&xt"));
    column->addWidget(told, 2);
    connect(m_bars, &BarList::menuWanted, this,
            [this](int id, const QPoint& at) { showNodeGroupMenu(m_studio, id, at, m_bars); });
    connect(m_bars, &BarList::currentChanged, this, [this](int id) { m_studio.session().select({{}, -1, id}); });
    return side;
}

}  // namespace lorashear::ui
