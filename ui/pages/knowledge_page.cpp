#include "ui/pages/knowledge_page.h"

#include "ui/controller/data_uses.h"
#include "ui/controller/protection.h"
#include "ui/controller/standing.h"
#include "ui/controller/studio.h"
#include "ui/pages/groups_panel.h"
#include "ui/pages/knowledge_map.h"
#include "ui/pages/node_group_menu.h"
#include "ui/pages/rank_panel.h"
#include "ui/theme/format.h"
#include "ui/widgets/agreement_note.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/command_button.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/recipe_form.h"
#include "ui/widgets/text_rows.h"
#include "ui/widgets/wide_or_tabs.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {
constexpr int kMapBeside = 760;  ///< pixels for bars and map: below they are tabs
}

KnowledgePage::KnowledgePage(Studio& studio, QWidget* parent) : Page(studio, QStringLiteral("knowledge"), parent) {
    m_rows = new RowTable<Row>(
        {
            {tr("Rank"), [](const Row& r) { return r.measured.measured ? formatInteger(r.rank) : QString(); }, true},
            {tr("Node group"), [](const Row& r) { return r.name; }},
            {tr("Loss added"), [](const Row& r) { return formatNumber(r.measured.deviation); }, true,
             [](const Row&) { return tr("nats per token, mean over the ratios probed"); }},
            {tr("±"), [](const Row& r) { return formatNumber(r.measured.spread); }, true,
             [](const Row&) { return tr("standard error over batches, or over windows where places are settled"); }},
            {tr("Standing"), [](const Row& r) { return r.status; }},
        },
        this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 12);
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->addWidget(makeTitle(tr("Knowledge"), this));
    m_summary = makeMuted({}, this);
    m_summary->setObjectName(QStringLiteral("knowledgeSummary"));
    head->addWidget(m_summary, 1);
    head->addWidget(new CommandButton(
        QStringLiteral("copyAnalysisCommand"), tr("Copies the command that measures the same without a window"), m_studio,
        [this](QString* written) { return m_studio.analysisCommand(written); }, this,
        [this] { return m_studio.commandPreview(QStringLiteral("analyse")); }));
    head->addWidget(nextButton());
    column->addLayout(head);
    column->addWidget(makeControls());
    column->addWidget(new AgreementNote(m_studio.session(), QStringLiteral("knowledgeAgreement"), this));

    auto* body = new QHBoxLayout;
    body->setSpacing(12);
    auto* both = new WideOrTabs(QStringLiteral("knowledgeWhere"), tr("Where the knowledge lies"), kMapBeside, this);
    auto* list = new QWidget(this);
    auto* left = new QVBoxLayout(list);
    left->setContentsMargins(0, 0, 0, 0);
    QLabel* title = makeHeading(tr("Loss added when part of a node group is masked (nats per token)"), this);
    title->setWordWrap(true);  // in one line it would need half of a laptop's screen
    left->addWidget(title);
    m_bars = new BarList(QStringLiteral("knowledgeBars"), tr("Knowledge per node group"), this);
    m_bars->setEmptyText(tr(
        "Nothing measured yet. Analyse masks the least salient share of one node group after the other and measures how much "
        "worse the model predicts the text; nothing is changed by it."));
    left->addWidget(m_bars, 1);
    m_legend = new Legend(this);
    m_legend->setEntries(
        {{tr("hatched: marked as most telling"), Legend::Mark::Protected}, {tr("standard error"), Legend::Mark::Whisker}});
    left->addWidget(m_legend);
    both->add(list, tr("&Bars"));
    m_map = new KnowledgeMap(m_studio, this);
    both->add(m_map, tr("&Map"));
    auto* whole = new QVBoxLayout;
    whole->addWidget(both);
    body->addWidget(makeCard(this, whole), 3);
    auto* right = new QVBoxLayout;
    m_views = new QTabWidget(this);
    m_views->setObjectName(QStringLiteral("knowledgeViews"));
    m_views->setAccessibleName(tr("Views of the knowledge"));
    m_ranks = new RankPanel(m_studio, this);
    m_views->addTab(m_ranks, tr("&Distribution"));
    m_views->addTab(makeTable(QStringLiteral("knowledgeTable"), tr("Knowledge per node group as a table"), m_rows, this),
                    tr("&Table"));
    m_groups = new GroupsPanel(m_studio.session(), this);
    m_views->addTab(m_groups, tr("&Inside the node group"));
    right->addWidget(m_views, 1);
    right->addWidget(makeOverride());
    body->addLayout(right, 2);
    column->addLayout(body, 1);

    Session& session = m_studio.session();
    connect(&session, &Session::knowledgeChanged, this, &KnowledgePage::refreshWhenVisible);
    connect(&session, &Session::structureChanged, this, &KnowledgePage::refreshWhenVisible);
    connect(&session, &Session::recipeChanged, this, &KnowledgePage::refreshWhenVisible);
    connect(&session, &Session::planChanged, this, &KnowledgePage::refreshWhenVisible);
    connect(&session, &Session::selectionChanged, this, &KnowledgePage::refreshWhenVisible);
    connect(&session, &Session::runChanged, this, &KnowledgePage::showEngine);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &KnowledgePage::showEngine);
    connect(m_bars, &BarList::currentChanged, this, [this](int id) { m_studio.session().select({{}, -1, id}); });
    connect(m_bars, &BarList::menuWanted, this,
            [this](int id, const QPoint& at) { showNodeGroupMenu(m_studio, id, at, m_bars); });
    connect(m_bars, &BarList::lockToggled, this, [this](int id) {
        Session& s = m_studio.session();
        s.setOverride(id, s.overrideOf(id) == Override::Protect ? Override::Automatic : Override::Protect);
    });
}

QWidget* KnowledgePage::makeControls() {
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    auto* card = makeCard(this, row);
    auto* form = new QFormLayout;
    form->setContentsMargins(0, 0, 0, 0);
    auto* binder = new RecipeForm(m_studio.session(), form, this);
    binder->number(
        fieldOf(QStringLiteral("protectShare"), tr("Mark the top"), "/analysis/unprunable_share", QStringLiteral("%")), 0, 1,
        [](Recipe& r) -> double& { return r.analysis.unprunableShare; }, 100);
    row->addLayout(form);
    m_text = makeMuted({}, card);
    m_text->setObjectName(QStringLiteral("analysisText"));
    row->addWidget(m_text, 1);
    QPushButton* choose =
        makeButton(QStringLiteral("chooseAnalysisText"), tr("Text…"), tr("Chooses the held-out text to measure on"), card);
    connect(choose, &QPushButton::clicked, this, [this] {
        const QString start = QString::fromStdString(m_studio.session().recipe().analysis.text.path);
        m_studio.dialogs().openFile(this, tr("Text to measure on"), start, tr("Texts (*.txt);;All files (*)"),
                                    [this](const QString& path) {
                                        const QString problem = textProblem(path);
                                        if (!problem.isEmpty())
                                            return m_studio.reportProblem(problem, path, tr("Choose a text file."));
                                        m_studio.session().edit(tr("text of the analysis"), [&](Recipe& r) {
                                            r.analysis.text.path = path.toStdString();
                                            r.analysis.text.name = QFileInfo(path).completeBaseName().toStdString();
                                        });
                                    });
    });
    row->addWidget(choose);
    QPushButton* quick = makeButton(QStringLiteral("presetQuick"), tr("Quick"), tr("One ratio, 8 windows of text"), card);
    QPushButton* full = makeButton(QStringLiteral("presetFull"), tr("Full"),
                                   tr("Three ratios, 40 windows of text: slower, with smaller error"), card);
    connect(quick, &QPushButton::clicked, this, [this] { m_studio.applyPreset(Studio::Preset::Quick); });
    connect(full, &QPushButton::clicked, this, [this] { m_studio.applyPreset(Studio::Preset::Full); });
    QPushButton* settled = makeButton(
        QStringLiteral("presetSettled"), tr("Settled"),
        tr("One ratio on up to 40 windows: a node group whose place is settled at 95 % confidence is measured no further"),
        card);
    connect(settled, &QPushButton::clicked, this, [this] { m_studio.applyPreset(Studio::Preset::Settled); });
    row->addWidget(quick);
    row->addWidget(settled);
    row->addWidget(full);
    m_progress = new QProgressBar(card);
    m_progress->setObjectName(QStringLiteral("knowledgeProgress"));
    m_progress->setAccessibleName(tr("Progress of the analysis"));
    m_progress->setMinimumWidth(110);
    m_progress->setTextVisible(false);
    m_progress->hide();
    row->addWidget(m_progress);
    m_cancel = makeButton(QStringLiteral("cancelAnalysis"), tr("Cancel"),
                          tr("Stops within one batch; what was measured stays"), card);
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_studio.cancel(); });
    m_cancel->hide();
    row->addWidget(m_cancel);
    m_analyse = makeButton(QStringLiteral("analyse"), tr("Analyse"),
                           tr("Measures every node group; results are kept for the same model, text and settings"), card);
    connect(m_analyse, &QPushButton::clicked, this, [this] { m_studio.analyse(); });
    row->addWidget(m_analyse);
    return card;
}

QWidget* KnowledgePage::makeOverride() {
    auto* column = new QVBoxLayout;
    auto* card = makeCard(this, column);
    m_chosen = makeHeading(tr("Choose a node group"), card);
    column->addWidget(m_chosen);
    m_reason = makeMuted({}, card);
    m_reason->setObjectName(QStringLiteral("knowledgeReason"));
    column->addWidget(m_reason);
    m_override = new QButtonGroup(this);
    auto* row = new QHBoxLayout;
    const std::vector<std::pair<QString, QString>> choices = {
        {tr("As measured"), tr("The analysis decides")},
        {tr("Protect"), tr("Nothing of it is removed")},
        {tr("Allow"), tr("May be pruned although the analysis protects it")},
    };
    for (int i = 0; i < int(choices.size()); ++i) {
        auto* button = new QRadioButton(choices[std::size_t(i)].first, card);
        button->setObjectName(QStringLiteral("override%1").arg(i));
        button->setAccessibleName(choices[std::size_t(i)].first);
        button->setToolTip(choices[std::size_t(i)].second);
        m_override->addButton(button, i);
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addLayout(row);
    connect(m_override, &QButtonGroup::idClicked, this, &KnowledgePage::setOverride);
    return card;
}

int KnowledgePage::currentGroup() const {
    return m_studio.session().selection().nodeGroup;
}

void KnowledgePage::setOverride(int choice) {
    if (currentGroup() >= 0) m_studio.session().setOverride(currentGroup(), Override(choice));
}

bool KnowledgePage::analysing() const {
    const Command* command = m_studio.engine().current();
    return command && std::holds_alternative<command::AnalyseKnowledge>(*command);
}

void KnowledgePage::showEngine() {
    if (!isVisible()) return;
    const bool on = analysing();
    if (m_analyse->hasFocus() && on) takeFocus();  // the button goes: not to the one that cancels
    m_analyse->setVisible(!on);
    m_analyse->setEnabled(m_studio.session().structure() && !m_studio.engine().working());
    m_cancel->setVisible(on);
    m_progress->setVisible(on);
    if (!on) return;
    const Progress& progress = m_studio.session().run().progress;
    m_progress->setRange(0, progress.total > 0 ? 1000 : 0);
    if (progress.total > 0) m_progress->setValue(int(1000 * progress.done / progress.total));
    m_progress->setToolTip(progress.secondsLeft >= 0 ? tr("%1 left").arg(formatSeconds(progress.secondsLeft)) : QString());
}

void KnowledgePage::takeFocus() {
    m_bars->setFocus(Qt::OtherFocusReason);
}

void KnowledgePage::fillBars() {
    Session& session = m_studio.session();
    std::vector<BarRow> bars;
    for (int id : session.shownNodeGroups()) {
        const NodeGroup& group = session.structure()->nodeGroups[std::size_t(id)];
        const auto& entries = session.knowledgeEntries();
        const auto at =
            std::find_if(entries.begin(), entries.end(), [&](const NodeGroupKnowledge& k) { return k.nodeGroup == id; });
        const Override mine = session.overrideOf(id);
        const bool byRank = at != entries.end() && at->protectedByRank && mine != Override::Allow;
        BarRow bar;
        bar.id = id;
        bar.label = QString::fromStdString(group.name);
        bar.category = unitKindRow(group.unit).color;
        bar.marked = byRank || mine == Override::Protect || !group.prunable;
        bar.lock = mine == Override::Protect ? 2 : whyKeptWhole(session, id).isEmpty() ? 1 : 3;  // what the plan does
        if (at != entries.end() && at->measured) {
            bar.value = at->deviation;
            bar.spread = at->spread;
            bar.text = formatNumber(at->deviation, 3);
        } else {
            bar.text = group.prunable ? tr("–") : tr("not prunable");
        }
        bar.toolTip = tr("%1: %2").arg(bar.label, knowledgeWords(session, id));
        bars.push_back(std::move(bar));
    }
    const bool nothing = session.knowledgeEntries().empty() && !analysing();
    m_bars->setRows(nothing ? std::vector<BarRow>{} : std::move(bars));
    m_bars->setCurrent(currentGroup());
    if (session.structure()) m_legend->setUnits(kindsOf(*session.structure(), session.shownNodeGroups()));
}

void KnowledgePage::fillTable() {
    Session& session = m_studio.session();
    std::vector<Row> rows;
    for (const NodeGroupKnowledge& entry : session.knowledgeEntries()) {
        if (!session.structure() || entry.nodeGroup >= int(session.structure()->nodeGroups.size())) continue;
        Row row{entry, QString::fromStdString(session.structure()->nodeGroups[std::size_t(entry.nodeGroup)].name),
                tr("may go"), 0};
        for (const NodeGroupKnowledge& other : session.knowledgeEntries())
            row.rank += other.measured && !tellsMore(session, entry, other);
        const Override mine = session.overrideOf(entry.nodeGroup);
        if (entry.protectedByRank)
            row.status = whyKeptWhole(session, entry.nodeGroup).isEmpty() ? tr("marked, yet may go") : tr("kept whole");
        if (mine == Override::Protect) row.status = tr("protected by you");
        if (mine == Override::Allow) row.status = tr("allowed by you");
        rows.push_back(std::move(row));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.rank < b.rank; });
    m_rows->setRows(std::move(rows));
}

void KnowledgePage::refresh() {
    Session& session = m_studio.session();
    fillBars();
    fillTable();
    showEngine();
    const Recipe::Analysis& analysis = session.recipe().analysis;
    QStringList ratios;
    for (double ratio : analysis.ratios) ratios << formatPercent(ratio, 0);
    QString which = tr("masking %1 on %2, %3 windows of %4 tokens")
                        .arg(ratios.join(QStringLiteral(", ")),
                             analysis.text.path.empty() ? tr("what is held out of the training texts")
                                                        : textTitle({}, analysis.text.path),
                             analysis.text.maxWindows ? formatInteger(analysis.text.maxWindows) : tr("all"),
                             formatInteger(analysis.text.window));
    if (analysis.text.skipWindows > 0) which += tr(" behind the first %1").arg(formatInteger(analysis.text.skipWindows));
    if (analysis.confidence > 0)
        which += tr(", until places are settled at %1")
                     .arg(tr("%1 %").arg(QLocale().toString(100 * analysis.confidence, 'g', 6)));
    m_text->setText(which);
    m_text->setToolTip(QString::fromStdString(analysis.text.path));
    const auto& knowledge = session.knowledge();
    m_summary->setText(
        !session.structure() ? tr("Open a model first.")
        : !knowledge         ? QString()
                             : tr("baseline %1 nats per token over %2 tokens%3")
                           .arg(formatNumber(knowledge->baselineNll), formatInteger(knowledge->tokens),
                                session.knowledgeStale() ? tr(" · settings changed since, analyse again") : QString()));
    const int id = currentGroup();
    const bool valid = session.structure() && id >= 0 && id < int(session.structure()->nodeGroups.size());
    m_reason->setText(valid ? knowledgeWords(session, id) : tr("A bar at the left says what was found and why it is kept."));
    m_reason->setVisible(m_bars->rows().empty() || !valid);  // else the line below the bars says it
    m_groups->refresh();
    m_ranks->refresh();
    m_map->refresh();
    m_chosen->setText(valid ? QString::fromStdString(session.structure()->nodeGroups[std::size_t(id)].name)
                            : tr("Choose a node group"));
    for (QAbstractButton* button : m_override->buttons()) button->setEnabled(valid);
    if (valid) m_override->button(int(session.overrideOf(id)))->setChecked(true);
}

StageState KnowledgePage::state() const {
    const Session& session = m_studio.session();
    if (!session.structure()) return StageState::Locked;
    if (analysing()) return StageState::Running;
    if (!session.knowledge()) return StageState::Open;
    return session.knowledgeStale() ? StageState::Stale : StageState::Done;
}

}  // namespace lorashear::ui
