#include "ui/pages/plan_page.h"

#include "core/loadability/snap.h"
#include "ui/controller/data_uses.h"
#include "ui/controller/lock_prices.h"
#include "ui/controller/missed_ratio.h"
#include "ui/controller/standing.h"
#include "ui/controller/studio.h"
#include "ui/pages/data_tab.h"
#include "ui/pages/next_cut_row.h"
#include "ui/pages/node_group_menu.h"
#include "ui/pages/protect_rules.h"
#include "ui/pages/run_tab.h"
#include "ui/pages/settings_tab.h"
#include "ui/pages/target_units.h"
#include "ui/pages/what_if_panel.h"
#include "ui/theme/format.h"
#include "ui/widgets/agreement_note.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/command_button.h"
#include "ui/widgets/error_strip.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/loadability_strip.h"
#include "ui/widgets/one_or_two_rows.h"
#include "ui/widgets/option_form.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/schedule_parts.h"
#include "ui/widgets/type_size.h"
#include "ui/widgets/wide_or_tabs.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTabWidget>
#include <QVBoxLayout>

#include <cmath>

namespace lorashear::ui {

namespace {
constexpr double kNoticedDifference = 0.002;  ///< of all parameters
constexpr int kBothViews = 900;               ///< pixels in which bars and costs have room beside each other

/// Scrolled only where its least height has no room.
class Scrolled : public QWidget {
public:
    using QWidget::QWidget;
    int heightForWidth(int width) const override { return layout()->totalMinimumHeightForWidth(width); }
};

}  // namespace

PlanPage::PlanPage(Studio& studio, QWidget* parent) : Page(studio, QStringLiteral("plan"), parent) {
    m_locks = new LockPrices(m_studio.session(), m_studio.whatIf(), this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 12);
    column->setSpacing(8);
    column->addWidget(makeBar());
    m_refusal = makeWarning({}, this);
    m_refusal->setObjectName(QStringLiteral("startRefusal"));
    column->addWidget(m_refusal);
    auto* body = new QHBoxLayout;
    body->setSpacing(14);
    m_tabs = new QTabWidget(this);
    m_tabs->setObjectName(QStringLiteral("planTabs"));
    m_tabs->setAccessibleName(tr("Settings of the plan"));
    m_tabs->addTab(makeTargetTab(), tr("Tar&get"));
    m_tabs->addTab(makeScheduleTab(), tr("&Schedule"));
    m_tabs->addTab(makeTab(new DataTab(m_studio, this)), tr("&Data"));
    m_tabs->addTab(makeTab(new RunTab(m_studio, this)), tr("R&un"));
    m_tabs->addTab(new SettingsTab(m_studio, this), tr("&All"));
    keepWidth(*m_tabs, 60);
    connect(m_tabs, &QTabWidget::currentChanged, this,
            [this] {  // laid out in one go: forms inside forms take several rounds otherwise
                const auto parts = m_tabs->currentWidget()->findChildren<QWidget*>();
                for (auto part = parts.rbegin(); part != parts.rend(); ++part)
                    if ((*part)->layout()) (*part)->layout()->activate();
            });
    body->addWidget(m_tabs);
    body->addWidget(makeResult(), 1);
    column->addLayout(body, 1);

    connect(m_locks, &LockPrices::changed, this, [this] {
        fillBars();
        fillRules();
    });
    auto* next = new QAction(this);  // whichever tab is shown
    next->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_D));
    next->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(next, &QAction::triggered, m_next, &NextCutRow::take);
    addAction(next);

    Session& session = m_studio.session();
    connect(&session, &Session::planChanged, this, &PlanPage::refreshWhenVisible);
    connect(&session, &Session::structureChanged, this, &PlanPage::refreshWhenVisible);
    connect(&session, &Session::commandFinished, this, &PlanPage::refreshWhenVisible);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &PlanPage::refreshWhenVisible);
    connect(&session, &Session::selectionChanged, this,
            [this] { m_bars->setCurrent(m_studio.session().selection().nodeGroup); });
    connect(&session, &Session::recipeChanged, this, [this] {
        m_snapped->hide();
        showData();
    });
    connect(&session, &Session::problemsChanged, this, &PlanPage::showRefusal);
}

QWidget* PlanPage::makeBar() {
    auto *words = new QWidget(this), *bar = new QWidget(this);
    auto *title = new QHBoxLayout(words), *row = new QHBoxLayout(bar);
    for (QHBoxLayout* part : {title, row}) part->setContentsMargins(0, 0, 0, 0);
    title->addWidget(makeTitle(tr("Plan"), words));
    row->addStretch(1);
    const auto addButton = [&](const char* name, const QString& text, const QString& toolTip, auto&& act) {
        QPushButton* button = makeButton(QString::fromLatin1(name), text, toolTip, bar);
        connect(button, &QPushButton::clicked, this, act);
        row->addWidget(button);
        return button;
    };
    QUndoStack& stack = m_studio.session().undoStack();
    QPushButton* undo =
        addButton("planUndo", tr("Undo"), tr("Takes back the last edit (Ctrl+Z)"), [&stack] { stack.undo(); });
    QPushButton* redo = addButton("planRedo", tr("Redo"), tr("Does it again (Ctrl+Shift+Z)"), [&stack] { stack.redo(); });
    undo->setEnabled(false);
    redo->setEnabled(false);
    connect(&stack, &QUndoStack::canUndoChanged, undo, &QPushButton::setEnabled);
    connect(&stack, &QUndoStack::canRedoChanged, redo, &QPushButton::setEnabled);
    connect(&stack, &QUndoStack::undoTextChanged, undo, [undo](const QString& text) {
        undo->setToolTip(text.isEmpty() ? tr("Takes back the last edit (Ctrl+Z)") : tr("Takes back: %1 (Ctrl+Z)").arg(text));
    });
    addButton("loadRecipe", tr("Load…"), tr("Opens a recipe"), [this] {
        m_studio.dialogs().openFile(this, tr("Open a recipe"), m_studio.recipeFile(), tr("Recipes (*.json)"),
                                    [this](const QString& path) { m_studio.openRecipe(path); });
    });
    addButton("saveRecipe", tr("Save…"), tr("Writes everything as a recipe that the command line runs too (Ctrl+S)"),
              [this] {
                  m_studio.dialogs().saveFile(this, tr("Save the recipe"), m_studio.recipeFile(), tr("Recipes (*.json)"),
                                              [this](const QString& path) { m_studio.saveRecipe(path); });
              });
    row->addWidget(new CommandButton(
        QStringLiteral("copyCommand"), tr("Copies the command that does the same without a window"), m_studio,
        [this](QString* written) { return m_studio.commandLine(written); }, bar,
        [this] { return m_studio.commandPreview(QStringLiteral("run")); }));
    m_start = addButton("startFromPlan", tr("Start run"), tr("Starts the run with this plan (Ctrl+Return)"),
                        [this] { m_studio.startRun(); });
    row->addWidget(nextButton());
    return new OneOrTwoRows(words, bar, this);
}

QWidget* PlanPage::makeResult() {
    auto* inside = new Scrolled(this);
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* figures = new FlowLayout;
    m_ratio = addFigure(figures, QStringLiteral("planRatio"), tr("removed"), this);
    m_kept = addFigure(figures, QStringLiteral("planKept"), tr("parameters kept"), this);
    m_bytes = addFigure(figures, QStringLiteral("planBytes"), tr("weights, estimate"), this);
    m_goes = addFigure(figures, QStringLiteral("planGoes"), tr("go"), this);
    whenTypeChanges(*m_goes, [this] { m_goes->setMinimumWidth(m_goes->fontMetrics().size(0, m_goes->text()).width()); });
    column->addLayout(figures);
    m_missed = makeWarning({}, this);
    m_missed->setObjectName(QStringLiteral("planMissed"));
    column->addWidget(m_missed);
    m_error = new ErrorStrip(this);
    m_error->setObjectName(QStringLiteral("planError"));
    column->addWidget(m_error);
    m_data = makeWarning({}, this);
    m_data->setObjectName(QStringLiteral("planData"));
    column->addWidget(m_data);
    m_loadability = new LoadabilityStrip(this);
    column->addWidget(m_loadability);
    connect(m_loadability, &LoadabilityStrip::snapRequested, this, &PlanPage::snapTo);
    m_snapped = makeWarning({}, this);
    m_snapped->setObjectName(QStringLiteral("snapNote"));
    m_snapped->hide();
    column->addWidget(m_snapped);
    column->addWidget(new AgreementNote(m_studio.session(), QStringLiteral("planAgreement"), this));
    auto* views = new WideOrTabs(QStringLiteral("planViews"), tr("Views of the plan"), kBothViews, this);
    views->add(makeGoes(), tr("What &goes"));
    views->add(new WhatIfPanel(m_studio, this), tr("What it &costs"));
    column->addWidget(views, 1);
    auto* whole = new QVBoxLayout;
    whole->addWidget(makeScrolled(inside, this));  // long words in a low window are scrolled, not squeezed
    return makeCard(this, whole);
}

QWidget* PlanPage::makeGoes() {
    auto* goes = new QWidget(this);
    auto* column = new QVBoxLayout(goes);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(8);
    column->addWidget(makeHeading(tr("What goes, block by block"), this));
    m_bars = new BarList(QStringLiteral("planBars"), tr("Groups kept and removed per node group"), this);
    m_bars->setEmptyText(tr("Open a model first."));
    column->addWidget(m_bars, 1);
    m_note = makeMuted({}, this);
    m_note->setObjectName(QStringLiteral("planNote"));
    auto* ranking = new QHBoxLayout;
    ranking->addWidget(m_note, 1);
    m_rank = makeButton(QStringLiteral("planRank"), tr("Rank now"),
                        tr("Asks the method which groups it would take first from the model as it is"), this);
    m_rank->setProperty("compact", true);
    connect(m_rank, &QPushButton::clicked, &m_studio, &Studio::rankGroups);
    ranking->addWidget(m_rank, 0, Qt::AlignTop);
    column->addLayout(ranking);
    m_legend = new Legend(this);
    m_legend->setEntries({{tr("pale: goes"), Legend::Mark::Coming}, {tr("hatched: protected"), Legend::Mark::Protected}});
    column->addWidget(m_legend);
    connect(m_bars, &BarList::lockToggled, this, &PlanPage::togglePadlock);
    connect(m_bars, &BarList::menuWanted, this,
            [this](int id, const QPoint& at) { showNodeGroupMenu(m_studio, id, at, m_bars); });
    connect(m_bars, &BarList::currentChanged, this, [this](int id) { m_studio.session().select({{}, -1, id}); });
    return goes;
}

void PlanPage::takeFocus() {
    m_bars->setFocus(Qt::OtherFocusReason);
}

void PlanPage::togglePadlock(int nodeGroup) {
    Session& session = m_studio.session();
    const Override mine = session.overrideOf(nodeGroup);
    if (mine != Override::Automatic) return session.setOverride(nodeGroup, Override::Automatic);
    const auto& plan = session.plan().plan;
    const Unit* unit = unitOf(session.structure()->nodeGroups[std::size_t(nodeGroup)]);
    const bool atOnce = unit && takesAtOnce(*unit, session.recipe().plan.units);
    const bool open = !plan || atOnce || plan->budgets[std::size_t(nodeGroup)].prunable;
    session.setOverride(nodeGroup, open ? Override::Protect : Override::Allow);
}

void PlanPage::fillFigures() {
    const Session& session = m_studio.session();
    const PlanOutcome& outcome = session.plan();
    const bool planned = outcome.plan && session.structure();
    for (QLabel* label : {m_ratio, m_kept, m_bytes, m_goes}) label->setText(QStringLiteral("–"));
    if (outcome.error)
        m_error->showError(*outcome.error);
    else
        m_error->clear();
    showRefusal();
    const QString missed = missedRatioWords(session);
    m_missed->setText(missed);
    m_missed->setVisible(!missed.isEmpty());
    m_reach->setText(outcome.largest < 0 ? QString()
                     : planned ? tr("Up to %1 can be reached with these limits.").arg(formatPercent(outcome.largest))
                               : tr("More than these limits leave: at most %1 can go.").arg(formatPercent(outcome.largest)));
    m_size->setLimit(outcome.largest, m_reach->text());
    m_note->setText(QString());
    m_rank->setVisible(planned && outcome.ranking != PlanOutcome::Ranking::Measured);
    m_rank->setEnabled(!m_studio.engine().busy());
    if (!planned) return;
    const PruningPlan& plan = *outcome.plan;
    const qint64 all = session.structure()->parameters, kept = all - std::llround(plan.expectedRatio * double(all));
    m_ratio->setText(formatPercent(plan.expectedRatio, 2));
    m_ratio->setToolTip(tr("Share of all parameters, embeddings included; exact for these counts"));
    m_kept->setText(formatCount(double(kept)));
    m_kept->setToolTip(tr("%1 of %2").arg(formatInteger(kept), formatInteger(all)));
    if (session.model()) m_bytes->setText(formatBytes(double(session.model()->weightBytes) * double(kept) / double(all)));
    QStringList goes;
    for (const Unit& unit : unitTable())
        if (const int many = plan.removed(unit.id); many > 0)
            goes << tr("%1 %2").arg(formatInteger(many), coreText(many == 1 ? unit.one : unit.many));
    if (!goes.isEmpty()) m_goes->setText(goes.join(QLatin1Char('\n')));
    m_goes->setMinimumWidth(m_goes->fontMetrics().size(0, m_goes->text()).width());
    QStringList words{rankingWords(session)};
    for (const auto& [unit, is, asked] : plan.missedShares())
        words << tr("Shares: %1 are %2 of what goes, not %3: at this ratio the steps of the units allow no closer split.")
                     .arg(coreText(unitById(unit).many), formatPercent(is), formatPercent(asked));
    m_note->setText(words.join(QLatin1Char(' ')));
}

void PlanPage::fillBars() {
    const Session& session = m_studio.session();
    const PlanOutcome& outcome = session.plan();
    std::vector<BarRow> bars;
    std::vector<int> shown = session.shownNodeGroups();
    const auto atOnce = [&](const NodeGroup& group) {
        const Unit* unit = unitOf(group);
        return unit && group.cuttable && takesAtOnce(*unit, session.recipe().plan.units);
    };
    if (session.structure())
        for (const NodeGroup& group : session.structure()->nodeGroups)
            if (atOnce(group)) shown.push_back(group.id);
    for (int id : shown) {
        const NodeGroup& group = session.structure()->nodeGroups[std::size_t(id)];
        const int goes = outcome.removed.empty() ? 0 : outcome.removed[std::size_t(id)];
        const Override mine = session.overrideOf(id);
        const NodeGroupBudget* budget = outcome.plan ? &outcome.plan->budgets[std::size_t(id)] : nullptr;
        const bool locked = goes == group.count && goes > 0 ? false
                            : atOnce(group)                 ? mine == Override::Protect
                            : budget                        ? !budget->prunable
                                                            : !group.prunable || mine == Override::Protect;
        BarRow bar;
        bar.id = id;
        bar.label = QString::fromStdString(group.name);
        bar.category = unitKindRow(group.unit).color;
        bar.full = 1;
        bar.value = group.count ? double(group.count - goes) / group.count : 0;
        bar.second = 1 - bar.value;
        bar.marked = locked;
        bar.lock = !locked ? 1 : mine == Override::Protect ? 2 : 3;
        bar.text =
            tr("%1 of %2 %3").arg(formatInteger(group.count - goes), formatInteger(group.count), unitWord(int(group.unit)));
        if (goes > 0 && goes < group.count && !outcome.exactCounts() && !atOnce(group))
            bar.text.prepend(QStringLiteral("≈ "));
        bar.toolTip = planWords(session, id);
        if (const LockPrice* price = m_locks->of(id)) {
            bar.note = lockNote(*price);
            const QString words = lockWords(*price);
            if (!words.isEmpty()) bar.toolTip += QLatin1Char(' ') + words;
        }
        if (const int kept = keptByRun(session, id); kept >= 0) {
            bar.text += tr(" · run: %1").arg(formatInteger(kept));
            bar.toolTip += QLatin1Char(' ') + tr("The run shown kept %1.").arg(formatInteger(kept));
        }
        bars.push_back(std::move(bar));
    }
    m_bars->setRows(std::move(bars));
    m_bars->setCurrent(session.selection().nodeGroup);
    if (session.structure()) m_legend->setUnits(kindsOf(*session.structure(), shown));
}

/// Of each rule by itself: the others hold on.
void PlanPage::fillRules() {
    QStringList lines;
    for (const std::string& rule : m_studio.session().recipe().plan.protect)
        if (const LockPrice* price = m_locks->ofRule(rule); price && price->possible)
            lines << tr("%1: %2").arg(QString::fromStdString(rule), lockFigures(*price));
    m_rules->setText(lines.join(QLatin1Char('\n')));
    m_rules->setVisible(!lines.isEmpty());
    m_legal->setText(m_studio.session().recipe().plan.uniform ? legalCounts(m_studio.session()) : QString());
    m_legal->setVisible(!m_legal->text().isEmpty());
}

void PlanPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    m_locks->setWanted(true);
}

void PlanPage::hideEvent(QHideEvent* event) {
    Page::hideEvent(event);
    m_locks->setWanted(false);
}

void PlanPage::showData() {
    const QStringList warnings = dataWarnings(m_studio.session().recipe());
    m_data->setVisible(!warnings.isEmpty());
    m_data->setText(warnings.isEmpty() ? QString()
                    : warnings.size() == 1
                        ? tr("%1 See the Data tab.").arg(warnings.front())
                        : tr("%1 And %2 more: see the Data tab.").arg(warnings.front()).arg(warnings.size() - 1));
    m_data->setToolTip(warnings.join(QLatin1Char('\n')));
}

void PlanPage::fillLoadability() {
    const Session& session = m_studio.session();
    if (!session.plan().plan || !session.structure() || !session.model()) return m_loadability->clear();
    m_loadability->setVerdicts(LoadabilityRules::builtin().verdicts(
        shapeAfter(session.model()->config, *session.structure(), *session.plan().plan, session.plan().removed)));
}

void PlanPage::snapTo(const QString& runtime) {
    Session& session = m_studio.session();
    if (!session.structure() || !session.model()) return;
    try {
        const SnappedPlan snapped = snapPlan(LoadabilityRules::builtin(), runtime.toStdString(), session.model()->config,
                                             *session.structure(), session.recipe().plan, session.knowledge().get());
        const double before = session.plan().plan ? session.plan().plan->expectedRatio : session.recipe().plan.ratio;
        session.edit(tr("snap to the nearest loadable plan"), [&](Recipe& recipe) { recipe.plan = snapped.options; });
        sayWhatSnappingDid(runtime, before, snapped.plan.expectedRatio);
    } catch (const Error& error) {
        m_error->showError(error);
    }
}

/// Equal counts in every block go no further than the block that gives least: how much less goes than before is said, and why.
void PlanPage::sayWhatSnappingDid(const QString& runtime, double before, double after) {
    const Session& session = m_studio.session();
    QStringList whole;
    for (int id : session.shownNodeGroups())
        if (session.structure()->nodeGroups[std::size_t(id)].prunable && session.overrideOf(id) == Override::Protect)
            whole << QString::fromStdString(session.structure()->nodeGroups[std::size_t(id)].name);
    QString title = runtime;
    for (const LoadVerdict& verdict : LoadabilityRules::builtin().verdicts(shapeOf(session.model()->config)))
        if (QString::fromStdString(verdict.id) == runtime) title = coreText(verdict.title);
    const bool less = before - after > kNoticedDifference, another = std::abs(before - after) > kNoticedDifference;
    QString words =
        another ? tr("So that %1 opens it, %2 goes instead of %3.").arg(title, formatPercent(after), formatPercent(before))
                : tr("%1 opens it now; %2 goes, as before.").arg(title, formatPercent(after));
    if (less && !whole.isEmpty())
        words += QLatin1Char(' ') +
                 tr("Every block keeps as much as %1, which you protect.").arg(whole.join(QStringLiteral(", ")));
    m_snapped->setText(words + QLatin1Char(' ') + tr("Undo takes it back."));
    m_snapped->show();
}

/// Why the button cannot be pressed, beside it; that the engine works is seen.
void PlanPage::showRefusal() {
    const QString why = m_studio.startRefusal();
    m_start->setEnabled(why.isEmpty());
    m_start->setToolTip(why.isEmpty() ? tr("Starts the run with this plan (Ctrl+Return)") : why);
    m_start->setAccessibleDescription(m_start->toolTip());
    const bool told = !why.isEmpty() && !m_studio.busy() && m_studio.session().structure();
    m_refusal->setText(told ? tr("A run cannot start. %1").arg(why) : QString());
    m_refusal->setVisible(told);
}

void PlanPage::refresh() {
    fillFigures();
    fillLoadability();
    fillBars();
    fillRules();
    showData();
    m_timeline->setParts(partsOf(m_studio.session()));
}

StageState PlanPage::state() const {
    const Session& session = m_studio.session();
    if (!session.structure()) return StageState::Locked;
    if (session.plan().error) return StageState::Stale;
    return session.plan().plan ? StageState::Done : StageState::Open;
}

}  // namespace lorashear::ui
