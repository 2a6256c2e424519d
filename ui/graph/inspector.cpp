#include "ui/graph/inspector.h"

#include "ui/graph/slice_view.h"
#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"

#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace lorashear::ui {

namespace {

constexpr int kFrames = 8;         ///< of a list: its border above and below, also when it has the keyboard
constexpr int kLeastHeight = 110;  ///< three rows: more are scrolled
constexpr int kMostHeight = 140;   ///< of the list of tensors: what is cut together is looked at more

QString shapeWords(const TraceNode& node) {
    QStringList sizes;
    for (std::int64_t size : node.shape) sizes << QString::number(size);
    return sizes.join(QStringLiteral(" × "));
}

QString vertexWords(VertexClass vertexClass) {
    switch (vertexClass) {
        case VertexClass::Stem: return Inspector::tr("stem: owns parameters and sets the dimension");
        case VertexClass::Joint: return Inspector::tr("joint: merges its inputs");
        case VertexClass::Accessory: return Inspector::tr("accessory: keeps the dimension");
        case VertexClass::Unknown: return Inspector::tr("unknown");
    }
    return {};
}

/// The module that holds all the operators: of a folded box, its own name.
std::string commonScope(const Structure& structure, const std::vector<int>& nodes) {
    std::string common = structure.graph.nodes.at(std::size_t(nodes.front())).scope;
    for (int node : nodes)
        while (!(structure.graph.nodes.at(std::size_t(node)).scope + ".").starts_with(common + ".")) {
            const auto dot = common.rfind('.');
            if (dot == std::string::npos) return {};
            common.resize(dot);
        }
    return common;
}

}  // namespace

QString sliceWords(const GroupSlice& slice) {
    const bool plain = slice.length == 1 && slice.stride == 1;
    if (plain) return Inspector::tr("%1 + j").arg(slice.offset);
    return Inspector::tr("%1 + %2·j, %3 long").arg(slice.offset).arg(slice.stride).arg(slice.length);
}

Inspector::Inspector(QWidget* parent) : QWidget(parent) {
    m_groups = new RowTable<NodeGroup>(
        {
            {tr("Node group"), [](const NodeGroup& g) { return QString::fromStdString(g.name); }, false,
             [](const NodeGroup& g) { return QString::fromStdString(g.reason); }},
            {tr("Groups"), [](const NodeGroup& g) { return formatInteger(g.count); }, true},
            {tr("Each"), [](const NodeGroup& g) { return formatCount(double(g.parametersPerGroup)); }, true,
             [](const NodeGroup& g) {
                 return tr("%1 parameters saved by one group").arg(formatInteger(g.parametersPerGroup));
             }},
            {tr("Prunable"), [](const NodeGroup& g) { return g.prunable ? tr("yes") : tr("no"); }},
        },
        this);
    m_slices = new RowTable<SliceRow>(
        {
            {tr("Tensor"), [](const SliceRow& r) { return r.tensor; }, false, [](const SliceRow& r) { return r.tensor; }},
            {tr("Cut"), [](const SliceRow& r) { return r.slice.dim == 0 ? tr("rows") : tr("columns"); }, false,
             [](const SliceRow& r) {
                 return r.primary ? tr("primary: becomes zero while training")
                                  : tr("secondary: follows when the model is made compact");
             }},
            {tr("Group j at"), [](const SliceRow& r) { return sliceWords(r.slice); }},
        },
        this);
    m_units = new RowTable<UnitRow>(
        {
            {tr("Unit"), [](const UnitRow& r) { return unitWord(int(r.unit)); }},
            {tr("Node groups"), [](const UnitRow& r) { return formatInteger(r.nodeGroups); }, true},
            {tr("Groups"), [](const UnitRow& r) { return formatInteger(r.groups); }, true},
            {tr("Prunable"), [](const UnitRow& r) { return formatInteger(r.prunable); }, true,
             [](const UnitRow&) { return tr("Groups that training can fade"); }},
            {tr("Each"), [](const UnitRow& r) { return formatCount(double(r.parameters)); }, true,
             [](const UnitRow& r) { return tr("%1 parameters saved by one group").arg(formatInteger(r.parameters)); }},
            {tr("Share"), [](const UnitRow& r) { return formatPercent(r.share); }, true,
             [](const UnitRow&) { return tr("Of all parameters; what two kinds share counts for both"); }},
        },
        this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 0, 0, 0);
    column->setSpacing(6);
    m_title = makeHeading({}, this);
    m_title->setObjectName(QStringLiteral("inspectorTitle"));
    m_title->setWordWrap(true);
    m_facts = makeMuted({}, this);
    m_facts->setObjectName(QStringLiteral("inspectorFacts"));
    m_tensors = new QListWidget(this);
    m_tensors->setObjectName(QStringLiteral("inspectorTensors"));
    m_tensors->setAccessibleName(tr("Tensors of the selection"));
    m_tensors->setTextElideMode(Qt::ElideMiddle);
    m_tensors->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_groupTable = makeTable(QStringLiteral("inspectorGroups"), tr("Node groups of the selection"), m_groups, this);
    m_reason = makeMuted({}, this);
    m_reason->setObjectName(QStringLiteral("inspectorReason"));
    m_sliceTable = makeTable(QStringLiteral("inspectorSlices"), tr("Slices cut together"), m_slices, this);
    m_sliceTable->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_sliceTable->setTextElideMode(Qt::ElideLeft);
    m_stripes = new SliceView(this);
    m_unitTable = makeTable(QStringLiteral("inspectorUnits"), tr("What the model is made of"), m_units, this);
    m_tensors->setMouseTracking(true);
    m_tensors->viewport()->installEventFilter(this);

    column->addWidget(m_title);
    column->addWidget(m_facts);
    m_tensorsTitle = makeHeading(tr("Tensors"), this);
    m_groupsTitle = makeHeading(tr("Cut together in"), this);
    m_slicesTitle = makeHeading(tr("Slices of the chosen node group"), this);
    column->addWidget(m_tensorsTitle);
    column->addWidget(m_tensors, 2);
    column->addWidget(m_groupsTitle);
    column->addWidget(m_groupTable, 2);
    column->addWidget(m_reason);
    column->addWidget(m_slicesTitle);
    column->addWidget(m_stripes);
    column->addWidget(m_sliceTable, 3);
    m_unitsTitle = makeHeading(tr("What can be made smaller"), this);
    column->addWidget(m_unitsTitle);
    column->addWidget(m_unitTable);
    column->addStretch(0);

    connect(m_tensors, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0) Q_EMIT tensorChosen(tensorAt(row));
    });
    connect(m_groupTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (!index.isValid()) return;
        fillSlices(m_groups->row(index.row()));
        Q_EMIT nodeGroupChosen(m_groups->row(index.row()).id);
    });
    connect(m_tensors, &QListWidget::itemEntered, this,
            [this](const QListWidgetItem* item) { Q_EMIT tensorHovered(item->data(Qt::UserRole).toString()); });
    connect(m_stripes, &SliceView::groupChosen, this, &Inspector::groupChosen);
    showNothing(nullptr);
}

bool Inspector::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Leave) Q_EMIT tensorHovered({});
    return QWidget::eventFilter(watched, event);
}

QString Inspector::tensorAt(int row) const {
    return m_tensors->item(row)->data(Qt::UserRole).toString();
}

/// A list is no taller than what it says, and one that says nothing is not there.
void Inspector::fitToContents() {
    const auto fit = [](QAbstractItemView* view, QLabel* title, int rows, int rowHeight, int header) {
        const int height = header + rows * rowHeight + kFrames;
        title->setVisible(rows > 0);
        view->setVisible(rows > 0);
        view->setMaximumHeight(height);
        view->setMinimumHeight(std::min(height, kLeastHeight));
    };
    const auto fitTable = [&](QTableView* table, QLabel* title) {
        fit(table, title, table->model()->rowCount(), table->verticalHeader()->defaultSectionSize(),
            table->horizontalHeader()->sizeHint().height());
    };
    fit(m_tensors, m_tensorsTitle, m_tensors->count(), std::max(1, m_tensors->sizeHintForRow(0)), 0);
    m_tensors->setMaximumHeight(std::min(m_tensors->maximumHeight(), kMostHeight));
    fitTable(m_groupTable, m_groupsTitle);
    fitTable(m_sliceTable, m_slicesTitle);
    fitTable(m_unitTable, m_unitsTitle);
    // A row a unit: all of them are seen, and nothing else needs the room.
    m_unitTable->setFixedHeight(m_unitTable->maximumHeight() + m_unitTable->horizontalScrollBar()->sizeHint().height());
}

void Inspector::showNothing(const Structure* structure) {
    m_title->setText(structure ? tr("The whole model") : tr("No model"));
    m_facts->setText(!structure
                         ? tr("Open a model first.")
                         : tr("%1 parameters in %2 tensors, %3 operators. Click a box, or walk with the arrow keys; "
                              "Enter opens a block, Backspace closes it.")
                               .arg(formatInteger(structure->parameters), formatInteger(qint64(structure->tensors.size())),
                                    formatInteger(qint64(structure->graph.nodes.size()))));
    const QSignalBlocker block(m_tensors);
    m_tensors->clear();
    m_groups->setRows({});
    m_slices->setRows({});
    m_stripes->showNothing();
    m_reason->hide();
    if (structure)
        showUnits(*structure);
    else
        m_units->setRows({});
    fitToContents();
}

/// What a kind's groups come to together is told apart from others' in no way: where two cross, each counts what is common.
void Inspector::showUnits(const Structure& structure) {
    std::map<UnitKind, UnitRow> rows;
    for (const NodeGroup& group : structure.nodeGroups) {
        if (group.count == 0 || group.unit == UnitKind::Other) continue;
        UnitRow& row = rows[group.unit];
        row.unit = group.unit;
        ++row.nodeGroups;
        row.groups += group.count;
        row.prunable += group.prunable ? group.count : 0;
        row.parameters = std::max<qint64>(row.parameters, group.parametersPerGroup);
        if (structure.parameters > 0)
            row.share += double(group.parametersPerGroup) * group.count / double(structure.parameters);
    }
    std::vector<UnitRow> all;
    for (const auto& [unit, row] : rows) all.push_back(row);
    m_units->setRows(std::move(all));
}

void Inspector::showGroups(const Structure& structure, int nodeGroup, std::vector<bool> goes, int group) {
    if (nodeGroup < 0 || m_groups->rowCount() == 0) return m_stripes->showNothing();
    m_stripes->setGroups(structure, structure.nodeGroups.at(std::size_t(nodeGroup)), std::move(goes));
    m_stripes->setGroup(group);
}

void Inspector::showNodes(const Structure& structure, const std::vector<int>& nodes) {
    const TraceNode& first = structure.graph.nodes.at(std::size_t(nodes.front()));
    const bool one = nodes.size() == 1;
    m_units->setRows({});
    m_title->setText(QString::fromStdString(one && first.scope.empty() ? first.op : commonScope(structure, nodes)));
    m_facts->setText(one ? tr("%1, output %2, %3")
                               .arg(QString::fromStdString(first.op), shapeWords(first), vertexWords(first.vertexClass))
                         : tr("%n operator(s)", nullptr, int(nodes.size())));
    const QSignalBlocker block(m_tensors);
    m_tensors->clear();
    for (int node : nodes)
        for (const std::string& tensor : structure.graph.nodes.at(std::size_t(node)).parameters) {
            const QString name = QString::fromStdString(tensor);
            if (!m_tensors->findItems(name, Qt::MatchExactly).isEmpty()) continue;
            auto* item = new QListWidgetItem(name, m_tensors);
            item->setData(Qt::UserRole, name);
            item->setToolTip(name);
        }
    fitToContents();
}

void Inspector::showNodeGroups(const Structure& structure, const std::vector<int>& nodeGroups, int current) {
    std::vector<NodeGroup> rows;
    rows.reserve(nodeGroups.size());
    for (int id : nodeGroups) rows.push_back(structure.nodeGroups.at(std::size_t(id)));
    const auto chosen = std::find(nodeGroups.begin(), nodeGroups.end(), current);
    const int row = chosen == nodeGroups.end() ? 0 : int(chosen - nodeGroups.begin());
    const QSignalBlocker block(m_groupTable->selectionModel());
    m_groups->setRows(rows);
    m_slices->setRows({});
    m_units->setRows({});
    m_reason->hide();
    if (rows.empty()) {
        m_stripes->showNothing();
        m_reason->setText(tr("No node group cuts this."));
        m_reason->show();
        return fitToContents();
    }
    m_groupTable->selectRow(row);
    fillSlices(rows[std::size_t(row)]);
}

void Inspector::fillSlices(const NodeGroup& group) {
    std::vector<SliceRow> rows;
    for (const GroupSlice& slice : group.primary) rows.push_back({QString::fromStdString(slice.tensor), true, slice});
    for (const GroupSlice& slice : group.secondary) rows.push_back({QString::fromStdString(slice.tensor), false, slice});
    m_slices->setRows(std::move(rows));
    m_reason->setVisible(!group.prunable);
    if (!group.prunable) m_reason->setText(tr("Not prunable: %1").arg(QString::fromStdString(group.reason)));
    fitToContents();
}

}  // namespace lorashear::ui
