#include "ui/pages/graph_page.h"

#include "ui/controller/command_lines.h"
#include "ui/controller/standing.h"
#include "ui/controller/studio.h"
#include "ui/figures/figure_menu.h"
#include "ui/graph/graph_minimap.h"
#include "ui/graph/graph_view.h"
#include "ui/graph/inspector.h"
#include "ui/pages/graph_overlays.h"
#include "ui/pages/node_group_menu.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_button.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/key_splitter.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/pieces.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

int firstPrunable(const Structure& structure, const std::vector<int>& nodeGroups) {
    const auto found = std::find_if(nodeGroups.begin(), nodeGroups.end(),
                                    [&](int id) { return structure.nodeGroups[std::size_t(id)].prunable; });
    return found == nodeGroups.end() ? nodeGroups.front() : *found;
}

QString countsOf(const Structure& structure) {
    QStringList units;
    for (const UnitKind kind : kindsOf(structure))
        units << QStringLiteral("%1 %2").arg(formatInteger(structure.groupCount(kind)), unitWord(int(kind)));
    const QString counts = GraphPage::tr("%1 operators, %2 blocks · %3")
                               .arg(formatInteger(qint64(structure.graph.nodes.size())),
                                    formatInteger(structure.graph.layers), units.join(QStringLiteral(", ")));
    return hasAdapters(structure.graph)
               ? counts
               : GraphPage::tr("%1 · without LoRA: an analysis or a run attaches its adapters").arg(counts);
}

/// What the run shown has left of every node group at the step that is looked at; empty: it has removed nothing yet.
std::vector<double> leftByRun(const Session& session) {
    std::vector<double> left;
    const RunMoment moment = session.moment();
    if (!session.structure() || moment.zeroGroups() == 0) return left;
    for (const NodeGroup& group : session.structure()->nodeGroups)
        left.push_back(group.count > 0 ? double(group.count - moment.zeroCount(group.id)) / group.count : 1);
    return left;
}

}  // namespace

GraphPage::GraphPage(Studio& studio, QWidget* parent)
    : Page(studio, QStringLiteral("graph"), parent), m_view(new GraphView(this)), m_inspector(new Inspector(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 12);
    column->setSpacing(8);
    column->addWidget(makeBar());
    auto* split =
        new KeySplitter(Qt::Horizontal, QStringLiteral("graphSplit"), tr("Border between graph and inspector"), this);
    split->addWidget(m_view);
    QScrollArea* area = makeScrolled(m_inspector, split);
    area->setObjectName(QStringLiteral("inspectorArea"));
    area->setFrameShape(QFrame::NoFrame);
    area->setMinimumWidth(280);
    split->addWidget(area);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({640, 400});
    split->setChildrenCollapsible(false);
    setTabOrder(m_view, split->handle(1));
    column->addWidget(split, 1);
    column->addLayout(makeLegend());
    addOverview();
    Session& session = m_studio.session();
    connect(&session, &Session::structureChanged, this, &GraphPage::refreshWhenVisible);
    connect(&session, &Session::selectionChanged, this, &GraphPage::showSelection);
    for (auto signal : {&Session::planChanged, &Session::commandFinished, &Session::momentChanged, &Session::runChanged,
                        &Session::knowledgeChanged})
        connect(&session, signal, this, &GraphPage::updateOverlay);
    connect(m_view, &GraphView::boxChosen, this, [this](const std::vector<int>& nodes) {
        m_nodes = nodes;
        Selection selection;
        selection.node = nodes.front();
        const std::vector<int> groups = nodeGroupsOf(nodes);
        if (!groups.empty()) selection.nodeGroup = firstPrunable(*m_studio.session().structure(), groups);
        m_studio.session().select(selection);
        showSelection();
    });
    connect(m_view, &GraphView::menuWanted, this, &GraphPage::showMenu);
    connect(m_inspector, &Inspector::tensorChosen, this, [this](const QString& tensor) {
        Selection selection = m_studio.session().selection();
        selection.tensor = tensor;
        const Structure& structure = *m_studio.session().structure();
        const std::vector<int> groups = nodeGroupsCutting(structure, {tensor.toStdString()});
        selection.nodeGroup = groups.empty() ? -1 : firstPrunable(structure, groups);
        selection.group = -1;
        m_studio.session().select(selection);
    });
    connect(m_inspector, &Inspector::nodeGroupChosen, this, [this](int nodeGroup) {
        Selection selection = m_studio.session().selection();
        selection.nodeGroup = nodeGroup;
        selection.group = -1;
        m_studio.session().select(selection);
    });
    connect(m_inspector, &Inspector::groupChosen, this, [this](int group) {
        Selection selection = m_studio.session().selection();
        selection.group = group;
        m_studio.session().select(selection);
    });
    connect(m_inspector, &Inspector::tensorHovered, this, [this](const QString& tensor) {
        const auto& structure = m_studio.session().structure();
        if (m_shown != structure.get() || !structure) return;
        m_view->hover(tensor.isEmpty() ? CutTogether{} : cutWithTensors(*structure, {tensor.toStdString()}));
    });
}

QWidget* GraphPage::makeBar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(makeTitle(tr("Graph"), bar));
    m_counts = new ElidedLabel({}, "muted", bar);
    m_counts->setObjectName(QStringLiteral("graphCounts"));
    row->addWidget(m_counts, 1);
    m_found = makeMuted({}, bar);
    m_found->setWordWrap(false);
    row->addWidget(m_found);
    m_search = new QLineEdit(bar);
    m_search->setObjectName(QStringLiteral("graphSearch"));
    m_search->setAccessibleName(tr("Search the graph"));
    m_search->setPlaceholderText(tr("Search a block, tensor or operator"));
    m_search->setToolTip(tr("Enter goes to the next hit (Ctrl+F)"));
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumWidth(200);
    connect(m_search, &QLineEdit::textEdited, this, [this] { m_nextHit = 0; });
    connect(m_search, &QLineEdit::returnPressed, this, &GraphPage::searchNext);
    auto* find = new QAction(this);
    find->setShortcuts({QKeySequence::Find, QKeySequence(QStringLiteral("/"))});
    find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QAction::triggered, this, [this] { m_search->setFocus(Qt::ShortcutFocusReason), m_search->selectAll(); });
    addAction(find);
    row->addWidget(m_search);
    const auto addButton = [&](const char* name, const QString& text, const QString& toolTip, auto&& act) {
        QPushButton* button = makeButton(QString::fromLatin1(name), text, toolTip, bar);
        connect(button, &QPushButton::clicked, this, act);
        row->addWidget(button);
    };
    addButton("graphOpen", tr("Open"), tr("Opens the chosen module (Enter)"), [this] { m_view->openCurrent(); });
    addButton("graphClose", tr("Close"), tr("Closes the module around the chosen box (Backspace)"),
              [this] { m_view->closeCurrent(); });
    addButton("graphFit", tr("Fit"), tr("Shows everything (F); zoom with + and - or Ctrl and the wheel"),
              [this] { m_view->fitAll(); });
    row->addWidget(nextButton());
    return bar;
}

QLayout* GraphPage::makeLegend() {
    auto* all = new QVBoxLayout;
    all->setSpacing(4);
    auto* row = new QHBoxLayout;
    m_overlay = new QComboBox(this);
    m_overlay->setObjectName(QStringLiteral("graphOverlay"));
    m_overlay->setAccessibleName(tr("What the boxes show"));
    m_overlay->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    for (const OverlayRow& overlay : graphOverlays()) m_overlay->addItem(overlay.title, QString::fromLatin1(overlay.id));
    listOverlays();
    connect(m_overlay, &QComboBox::currentIndexChanged, this, &GraphPage::updateOverlay);
    row->addWidget(m_overlay);
    m_bars = makeMuted({}, this);
    m_bars->setObjectName(QStringLiteral("graphBars"));
    row->addWidget(m_bars, 1);
    auto* command = new CommandButton(
        QStringLiteral("copyGraphCommand"),
        tr("Copies the command that prints the traced operators and node groups as JSON"), m_studio,
        [this](QString*) { return graphCommand(m_studio.session()); }, this);
    command->setProperty("compact", true);
    row->addWidget(command, 0, Qt::AlignVCenter);
    all->addLayout(row);
    m_legend = new Legend(this);
    m_legend->setObjectName(QStringLiteral("graphLegend"));
    all->addWidget(m_legend);
    return all;
}

/// Those that have nothing to show cannot be chosen, and say why.
void GraphPage::listOverlays() {
    auto* items = qobject_cast<QStandardItemModel*>(m_overlay->model());
    for (int i = 0; i < m_overlay->count(); ++i) {
        const OverlayRow& overlay = graphOverlays()[std::size_t(i)];
        const QString missing = overlay.missing(m_studio.session());
        items->item(i)->setEnabled(missing.isEmpty());
        const QString words = missing.isEmpty() ? overlay.toolTip : overlay.toolTip + QLatin1Char('\n') + missing;
        items->item(i)->setToolTip(words);
        items->item(i)->setAccessibleDescription(words);
    }
    m_overlay->setToolTip(m_overlay->currentData(Qt::ToolTipRole).toString());
}

std::vector<int> GraphPage::nodeGroupsOf(const std::vector<int>& nodes) const {
    std::vector<int> found;
    for (int node : nodes)
        for (int id : nodeGroupsOfNode(*m_studio.session().structure(), node))
            if (std::find(found.begin(), found.end(), id) == found.end()) found.push_back(id);
    return found;
}

/// A command of the View menu, which takes what pages mark as such.
void GraphPage::addOverview() {
    auto* action = new QAction(tr("Graph over&view"), this);
    action->setObjectName(QStringLiteral("actionGraphOverview"));
    action->setProperty("inViewMenu", true);
    action->setToolTip(tr("All of the graph in small where some of it is out of sight"));
    action->setCheckable(true);
    action->setChecked(m_view->minimap().wanted());
    connect(action, &QAction::toggled, this, [this](bool on) { m_view->minimap().setWanted(on); });
    addAction(action);
}

void GraphPage::takeFocus() {
    m_view->setFocus(Qt::OtherFocusReason);
}

void GraphPage::showMenu(const QPoint& at) {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("graphMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("&Open"), m_view, &GraphView::openCurrent);
    menu->addAction(tr("&Close what is around it"), m_view, &GraphView::closeCurrent);
    menu->addAction(tr("Show &everything"), m_view, &GraphView::fitAll);
    addNodeGroupActions(*menu, m_studio, m_studio.session().selection().nodeGroup);
    addFigureActions(*menu, *m_view);
    menu->popup(at);
}

void GraphPage::searchNext() {
    if (m_view->chooseBlock(m_search->text())) return m_found->setText(tr("1 of 1"));
    const std::vector<int> hits = m_view->search(m_search->text());
    m_found->setText(hits.empty() ? tr("nothing found")
                                  : tr("%1 of %2").arg(m_nextHit % int(hits.size()) + 1).arg(hits.size()));
    if (hits.empty()) return;
    m_view->selectNode(hits[std::size_t(m_nextHit++) % hits.size()]);
}

void GraphPage::showSelection() {
    const Session& session = m_studio.session();
    if (!session.structure()) return m_inspector->showNothing(nullptr);
    if (m_shown != session.structure().get()) return;  // of another model; filled when the page is shown
    const Structure& structure = *session.structure();
    const Selection& selection = session.selection();
    CutTogether cut;
    std::vector<int> listed;
    if (!selection.tensor.isEmpty()) {
        listed = nodeGroupsCutting(structure, {selection.tensor.toStdString()});
        cut = cutWithTensors(structure, {selection.tensor.toStdString()});
    } else if (!m_nodes.empty() && selection.node == m_nodes.front()) {
        listed = nodeGroupsOf(m_nodes);
        if (m_nodes.size() == 1)
            cut = cutWithNode(structure, m_nodes.front());
        else if (!listed.empty())
            cut = cutWithNodeGroup(structure, firstPrunable(structure, listed));  // the one whose slices are shown
    } else if (selection.nodeGroup >= 0) {  // chosen on another page: the graph goes to where it lies
        m_nodes = m_view->showNodes(structure.nodeGroups[std::size_t(selection.nodeGroup)].nodes);
        if (!m_nodes.empty()) listed = nodeGroupsOf(m_nodes);
        if (std::find(listed.begin(), listed.end(), selection.nodeGroup) == listed.end())
            listed.push_back(selection.nodeGroup);
    }
    if (selection.nodeGroup >= 0) {
        cut = cutWithNodeGroup(structure, selection.nodeGroup);
        if (listed.empty()) listed = {selection.nodeGroup};
    }
    m_view->lightUp(cut);
    if (selection.node < 0 && selection.nodeGroup < 0) return m_inspector->showNothing(&structure);
    if (selection.tensor.isEmpty() && !m_nodes.empty()) m_inspector->showNodes(structure, m_nodes);
    const int current = selection.nodeGroup >= 0 ? selection.nodeGroup
                        : cut.nodeGroups.empty() ? -1
                                                 : cut.nodeGroups.front();
    m_inspector->showNodeGroups(structure, listed, current);
    showGroups(current >= 0 ? current : listed.empty() ? -1 : listed.front());
}

/// Which of its groups go by the run shown, as far as it is looked at, or else by the plan.
void GraphPage::showGroups(int nodeGroup) {
    const Session& session = m_studio.session();
    std::vector<bool> goes;
    if (nodeGroup >= 0) {
        goes.resize(std::size_t(session.structure()->nodeGroups[std::size_t(nodeGroup)].count));
        const auto mark = [&](const GroupRef& group) {
            if (group.nodeGroup == nodeGroup && std::size_t(group.index) < goes.size())
                goes[std::size_t(group.index)] = true;
        };
        if (session.run().zero.empty()) std::for_each(session.plan().ranked.begin(), session.plan().ranked.end(), mark);
        for (const auto& [step, groups] : session.run().zeroAt)
            if (step <= session.moment().x) std::for_each(groups.begin(), groups.end(), mark);
    }
    m_inspector->showGroups(*session.structure(), nodeGroup, std::move(goes), session.selection().group);
}

void GraphPage::updateOverlay() {
    if (!isVisible()) return refreshWhenVisible();
    const Session& session = m_studio.session();
    listOverlays();
    const OverlayRow& row = graphOverlays()[std::size_t(std::max(0, m_overlay->currentIndex()))];
    const QString missing = row.missing(session);
    const Overlay overlay = missing.isEmpty() && m_shown == session.structure().get() ? row.make(session) : Overlay{};
    m_bars->setText(!session.structure() ? QString() : missing.isEmpty() ? overlay.caption : missing);
    std::vector<Legend::Entry> legend{{tr("second sheet: opens"), Legend::Mark::Folded}};
    legend.insert(legend.end(), overlay.legend.begin(), overlay.legend.end());
    legend.push_back({tr("stripes: rows or columns that go together"), Legend::Mark::Rows});
    std::vector<double> left = leftByRun(session);
    if (!left.empty()) legend.push_back({tr("dashed outline: what was there"), Legend::Mark::Vanished});
    m_legend->setEntries(std::move(legend));
    m_view->setLeft(std::move(left));
    m_view->setOverlay(overlay.bars, overlay.column);
    if (session.selection().nodeGroup >= 0 && m_shown == session.structure().get())
        showGroups(session.selection().nodeGroup);
}

void GraphPage::refresh() {
    const auto& structure = m_studio.session().structure();
    if (m_shown != structure.get()) {
        m_shown = structure.get();
        m_nodes.clear();
        m_view->setStructure(structure);
        if (structure) m_legend->setUnits(kindsOf(*structure));
    }
    updateOverlay();
    m_counts->setText(structure ? countsOf(*structure) : tr("Open a model first."));
    showSelection();
}

StageState GraphPage::state() const {
    return m_studio.session().structure() ? StageState::Done : StageState::Locked;
}

}  // namespace lorashear::ui
