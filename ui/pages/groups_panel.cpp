#include "ui/pages/groups_panel.h"

#include "ui/controller/session.h"
#include "ui/controller/standing.h"
#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/type_size.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <numeric>

namespace lorashear::ui {

GroupsPanel::GroupsPanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_node(new QComboBox(this)),
      m_proxy(new QComboBox(this)),
      m_order(new QComboBox(this)),
      m_title(makeHeading({}, this)),
      m_words(makeMuted({}, this)),
      m_chart(new GroupChart(QStringLiteral("groupChart"), tr("Saliency of each group of the chosen node group"), this)) {
    m_rows = new RowTable<GroupBar>({{tr("Rank"), [](const GroupBar& b) { return formatInteger(b.rank); }, true},
                                     {tr("Group"), [](const GroupBar& b) { return formatInteger(b.index); }, true},
                                     {tr("Saliency"), [](const GroupBar& b) { return formatNumber(b.score, 4); }, true},
                                     {tr("Plan"), [](const GroupBar& b) { return b.goes ? tr("goes") : tr("stays"); }}},
                                    this);
    m_node->setObjectName(QStringLiteral("groupNode"));
    m_node->setAccessibleName(tr("Node group"));
    m_node->setToolTip(tr("The node group that is looked into, as chosen everywhere in the window"));
    m_proxy->setObjectName(QStringLiteral("groupProxy"));
    m_proxy->setAccessibleName(tr("Saliency proxy"));
    m_proxy->setToolTip(tr("What was measured on this model so far. Analyse and runs add the proxy of the recipe."));
    m_order->setObjectName(QStringLiteral("groupOrder"));
    m_order->setAccessibleName(tr("Order of the groups"));
    m_order->setToolTip(tr("Order of the groups in the chart and the table"));
    m_order->addItems({tr("least salient first"), tr("as in the model")});
    m_title->setObjectName(QStringLiteral("groupTitle"));
    m_title->setWordWrap(true);
    m_words->setObjectName(QStringLiteral("groupWords"));
    whenTypeChanges(*m_words, [this] { m_words->setMinimumHeight(m_words->fontMetrics().height()); });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_node);
    column->addWidget(m_title);
    auto* row = new QHBoxLayout;
    row->addWidget(m_proxy, 1);
    row->addWidget(m_order, 1);
    column->addLayout(row);
    column->addWidget(m_chart, 2);
    column->addWidget(m_words);
    m_table = makeTable(QStringLiteral("groupTable"), tr("Saliency of each group as a table"), m_rows, this);
    column->addWidget(m_table, 3);
    connect(m_node, &QComboBox::activated, this, [this](int index) {
        m_session.select({{}, -1, m_node->itemData(index).toInt()});
    });
    connect(m_proxy, &QComboBox::activated, this, &GroupsPanel::refresh);
    connect(m_order, &QComboBox::activated, this, &GroupsPanel::refresh);
    connect(m_chart, &GroupChart::currentChanged, this, &GroupsPanel::choose);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (now.isValid()) choose(m_rows->row(now.row()).index);
    });
    refresh();
}

std::shared_ptr<const GroupSaliency> GroupsPanel::chosenSaliency() const {
    const QString wanted = m_proxy->currentData().toString();
    for (const auto& known : m_session.saliencies())
        if (QString::fromStdString(known->proxy) == wanted) return known;
    return nullptr;
}

void GroupsPanel::fillNodes() {
    const std::vector<int> shown = m_session.shownNodeGroups();
    bool same = m_node->count() == int(shown.size());
    for (int i = 0; same && i < int(shown.size()); ++i) same = m_node->itemData(i).toInt() == shown[std::size_t(i)];
    if (!same) {
        m_node->clear();
        for (int id : shown)
            m_node->addItem(QString::fromStdString(m_session.structure()->nodeGroups[std::size_t(id)].name), id);
        m_node->setPlaceholderText(shown.empty() ? tr("no model") : tr("Choose a node group"));
    }
    m_node->setEnabled(!shown.empty());
    m_node->setCurrentIndex(m_node->findData(m_session.selection().nodeGroup));
}

void GroupsPanel::fillProxies() {
    const QString before = m_proxy->currentData().toString();
    QStringList ids;
    for (const auto& known : m_session.saliencies()) ids << QString::fromStdString(known->proxy);
    QStringList shown;
    for (int i = 0; i < m_proxy->count(); ++i) shown << m_proxy->itemData(i).toString();
    if (ids == shown) return;
    m_proxy->clear();
    for (const QString& id : std::as_const(ids))  // the forecast goes by the newest, which is the first
        m_proxy->addItem(id == ids.front() ? tr("%1 (ranks the plan)").arg(id) : id, id);
    const bool newest = !ids.isEmpty() && (shown.isEmpty() || !ids.contains(before) || ids.front() != shown.front());
    m_proxy->setCurrentIndex(newest ? 0 : m_proxy->findData(before));
}

std::vector<GroupBar> GroupsPanel::barsOf(int nodeGroup) const {
    const auto saliency = chosenSaliency();
    const auto& structure = m_session.structure();
    if (!saliency || !structure || nodeGroup < 0 || nodeGroup >= int(structure->nodeGroups.size()) ||
        nodeGroup >= int(saliency->scores.size()))
        return {};
    const std::vector<double>& scores = saliency->scores[std::size_t(nodeGroup)];
    std::vector<int> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return scores[std::size_t(a)] < scores[std::size_t(b)]; });
    std::vector<GroupBar> bars(scores.size());
    for (int rank = 0; rank < int(order.size()); ++rank) {
        GroupBar& bar = bars[std::size_t(rank)];
        bar.index = order[std::size_t(rank)];
        bar.score = scores[std::size_t(bar.index)];
        bar.rank = rank + 1;
    }
    if (m_order->currentIndex() == 1)
        std::sort(bars.begin(), bars.end(), [](const GroupBar& a, const GroupBar& b) { return a.index < b.index; });
    std::vector<bool> goes(scores.size(), false);
    for (const GroupRef& group : m_session.plan().ranked)
        if (group.nodeGroup == nodeGroup && std::size_t(group.index) < goes.size()) goes[std::size_t(group.index)] = true;
    for (GroupBar& bar : bars) {
        bar.goes = goes[std::size_t(bar.index)];
        bar.words = tr("Group %1: saliency %2, rank %3 of %4, %5.")
                        .arg(formatInteger(bar.index), formatNumber(bar.score, 4), formatInteger(bar.rank),
                             formatInteger(qint64(scores.size())), bar.goes ? tr("goes") : tr("stays"));
    }
    return bars;
}

QString GroupsPanel::emptyWords(int nodeGroup) const {
    if (!m_session.structure()) return tr("Open a model first.");
    if (m_session.saliencies().empty())
        return tr(
            "Nothing is ranked yet: a model of this size is not read when it is opened. Press Analyse; what it finds is shown here.");
    if (nodeGroup < 0)
        return tr("Choose a node group to see which of its heads or neurons matter, and which this plan takes.");
    const QString why = whyKeptWhole(m_session, nodeGroup);
    return why.isEmpty() ? tr("This proxy says nothing about this node group.")
                         : tr("Its groups are not ranked. %1").arg(why);
}

void GroupsPanel::refresh() {
    fillNodes();
    fillProxies();
    const int id = m_session.selection().nodeGroup;
    std::vector<GroupBar> bars = barsOf(id);
    const bool any = !bars.empty();
    if (id != m_shown) m_chart->setCurrent(-1);
    m_shown = id;
    const int chosen = m_session.selection().group;
    if (any) {
        const NodeGroup& group = m_session.structure()->nodeGroups[std::size_t(id)];
        const auto goes = std::count_if(bars.begin(), bars.end(), [](const GroupBar& bar) { return bar.goes; });
        m_title->setText(tr("Saliency of %1 %2, %3 go by this plan")
                             .arg(formatInteger(qint64(bars.size())), unitWord(int(group.unit)), formatInteger(goes)));
        m_chart->setBars(bars, unitKindRow(group.unit).color);
    } else {
        m_title->setText(tr("Saliency of each head or neuron"));
        m_chart->setBars({}, 0);
        m_chart->setEmptyText(emptyWords(id));
    }
    if (chosen >= 0) m_chart->setCurrent(chosen);
    const QSignalBlocker quiet(m_table->selectionModel());
    m_rows->setRows(std::move(bars));
    m_table->setVisible(any);
    m_words->setVisible(any);
    m_proxy->setEnabled(m_proxy->count() > 0);
    m_order->setEnabled(any);
    showCurrent();
}

void GroupsPanel::choose(int index) {
    m_chart->setCurrent(index);
    showCurrent();
    Selection selection = m_session.selection();
    if (selection.nodeGroup != m_shown || index < 0) return;
    selection.group = index;
    m_session.select(selection);
}

void GroupsPanel::showCurrent() {
    const auto& rows = m_rows->rows();
    const auto at =
        std::find_if(rows.begin(), rows.end(), [&](const GroupBar& bar) { return bar.index == m_chart->current(); });
    m_words->setText(at == rows.end() ? tr("Pale and underlined: goes. Choose a bar or a row for its numbers.") : at->words);
    if (at == rows.end()) return m_table->clearSelection();
    const QModelIndex wanted = m_rows->index(int(at - rows.begin()), 0);
    if (m_table->currentIndex().row() != wanted.row()) m_table->setCurrentIndex(wanted);
    if (!m_table->selectionModel()->isRowSelected(wanted.row(), {})) m_table->selectRow(wanted.row());
}

}  // namespace lorashear::ui
