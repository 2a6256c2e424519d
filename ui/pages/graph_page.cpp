#include "ui/pages/graph_page.h"

#include "ui/controller/command_lines.h"
#include "ui/controller/standing.h"
#include "ui/controller/studio.h"
#include "ui/figures/figure_menu.h"
#include "ui/graph/graph_view.h"
#include "ui/graph/inspector.h"
#include "ui/pages/node_group_menu.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_button.h"
#include "ui/widgets/key_splitter.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/pieces.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
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
    return GraphPage::tr("%1 operators, %2 blocks · %3")
        .arg(formatInteger(qint64(structure.graph.nodes.size())), formatInteger(structure.graph.layers),
             units.join(QStringLiteral(", ")));
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
    split->addWidget(m_inspector);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setSizes({640, 400});
    split->setChildrenCollapsible(false);
    setTabOrder(m_view, split->handle(1));
    column->addWidget(split, 1);
    auto* last = new QHBoxLayout;
    last->addWidget(makeLegend(), 1);
    auto* command = new CommandButton(
        QStringLiteral("copyGraphCommand"),
        tr("Copies the command that prints the traced operators and node groups as JSON"), m_studio,
        [this](QString*) { return graphCommand(m_studio.session()); }, this);
    command->setProperty("compact", true);
    last->addWidget(command, 0, Qt::AlignTop);
    column->addLayout(last);

    Session& session = m_studio.session();
    connect(&session, &Session::structureChanged, this, &GraphPage::refreshWhenVisible);
    connect(&session, &Session::selectionChanged, this, &GraphPage::showSelection);
    connect(&session, &Session::planChanged, this, &GraphPage::updateKept);
    connect(&session, &Session::commandFinished, this, &GraphPage::updateKept);
    connect(&session, &Session::momentChanged, this, &GraphPage::updateKept);
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
        m_studio.session().select(selection);
    });
    connect(m_inspector, &Inspector::nodeGroupChosen, this, [this](int nodeGroup) {
        Selection selection = m_studio.session().selection();
        selection.nodeGroup = nodeGroup;
        m_studio.session().select(selection);
    });
}

QWidget* GraphPage::makeBar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(makeTitle(tr("Graph"), bar));
    m_counts = makeMuted({}, bar);  // wraps where type is large and the window narrow
    m_counts->setObjectName(QStringLiteral("graphCounts"));
    row->addWidget(m_counts, 1);
    m_bars = makeMuted({}, bar);
    m_bars->setWordWrap(false);
    m_bars->setObjectName(QStringLiteral("graphBars"));
    row->addWidget(m_bars);
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
    return bar;
}

QWidget* GraphPage::makeLegend() {
    m_legend = new Legend(this);
    m_legend->setObjectName(QStringLiteral("graphLegend"));
    m_legend->setEntries({{tr("second sheet: opens"), Legend::Mark::Folded}, {tr("bar: share kept"), Legend::Mark::Kept}});
    return m_legend;
}

std::vector<int> GraphPage::nodeGroupsOf(const std::vector<int>& nodes) const {
    std::vector<int> found;
    for (int node : nodes)
        for (int id : nodeGroupsOfNode(*m_studio.session().structure(), node))
            if (std::find(found.begin(), found.end(), id) == found.end()) found.push_back(id);
    return found;
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
    if (!session.structure()) return m_inspector->showNothing();
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
    if (selection.node < 0 && selection.nodeGroup < 0) return m_inspector->showNothing();
    if (selection.tensor.isEmpty() && !m_nodes.empty()) m_inspector->showNodes(structure, m_nodes);
    const int current = selection.nodeGroup >= 0 ? selection.nodeGroup
                        : cut.nodeGroups.empty() ? -1
                                                 : cut.nodeGroups.front();
    m_inspector->showNodeGroups(structure, listed, current);
}

void GraphPage::updateKept() {
    const Session& session = m_studio.session();
    std::vector<double> kept;
    const bool ran = !session.run().zero.empty();  // what a run has done counts more than what was planned
    const RunMoment moment = session.moment();
    if (session.structure() && (ran || session.plan().plan))
        for (const NodeGroup& group : session.structure()->nodeGroups) {
            const int left =
                ran ? group.count - moment.zeroCount(group.id) : group.count - session.plan().removed[std::size_t(group.id)];
            kept.push_back(group.count ? double(left) / group.count : 1);
        }
    m_bars->setText(kept.empty()    ? QString()
                    : !ran          ? tr("bars: what the plan keeps")
                    : moment.newest ? tr("bars: what the run kept")
                                    : tr("bars: what the run kept at step %1").arg(formatInteger(qint64(moment.x))));
    m_view->setKept(std::move(kept));
}

void GraphPage::refresh() {
    const auto& structure = m_studio.session().structure();
    if (m_shown != structure.get()) {
        m_shown = structure.get();
        m_nodes.clear();
        m_view->setStructure(structure);
        if (structure) m_legend->setUnits(kindsOf(*structure));
        updateKept();
    }
    m_counts->setText(structure ? countsOf(*structure) : tr("Open a model first."));
    showSelection();
}

StageState GraphPage::state() const {
    return m_studio.session().structure() ? StageState::Done : StageState::Locked;
}

}  // namespace lorashear::ui
