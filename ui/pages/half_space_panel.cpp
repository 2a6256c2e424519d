#include "ui/pages/half_space_panel.h"

#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/pieces.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr double kDegrees = 57.29577951308232;  ///< of a radian

using Fate = HalfSpacePlot::Fate;

Fate fateOf(const event::HalfSpace& seen, std::size_t i) {
    if (i < seen.returning.size() && seen.returning[i] != 0) return Fate::Returning;
    if (seen.norm[i] != 0) return Fate::Fading;
    return seen.last ? Fate::Faded : Fate::Projected;
}

QString fateWord(Fate fate) {
    return fate == Fate::Fading      ? HalfSpacePanel::tr("fading")
           : fate == Fate::Projected ? HalfSpacePanel::tr("set to zero by the test")
           : fate == Fate::Returning ? HalfSpacePanel::tr("grows back")
                                     : HalfSpacePanel::tr("faded to zero");
}

/// The rows that the test looked at, before it set any to zero: their length follows from where they stand along the former ones.
double triedNorm(const event::HalfSpace& seen, std::size_t i) {
    return seen.cosine[i] != 0 ? seen.along[i] * seen.before[i] / seen.cosine[i] : seen.norm[i];
}

double angleOf(double cosine) {
    return std::acos(std::clamp(cosine, -1.0, 1.0)) * kDegrees;
}

/// Lists of one length, as the engine writes them; a log that was made otherwise shows what all of them have.
std::size_t toldBy(const event::HalfSpace& seen) {
    return std::min({seen.groups.size(), seen.before.size(), seen.cosine.size(), seen.along.size(), seen.norm.size()});
}

}  // namespace

HalfSpacePanel::HalfSpacePanel(Session& session, QWidget* parent)
    : QWidget(parent),
      m_session(session),
      m_plot(new HalfSpacePlot(QStringLiteral("halfSpacePlot"), tr("Half-space"), this)),
      m_summary(makeMuted({}, this)) {
    m_rows = new RowTable<Row>({{tr("Node group"), [](const Row& r) { return r.nodeGroup; }},
                                {tr("Group"), [](const Row& r) { return formatInteger(r.group.index); }, true},
                                {tr("Norm before"), [](const Row& r) { return formatNumber(r.before); }, true},
                                {tr("Norm"), [](const Row& r) { return formatNumber(r.norm); }, true},
                                {tr("Angle"), [](const Row& r) { return tr("%1°").arg(formatNumber(r.angle, 3)); }, true},
                                {tr("Along"), [](const Row& r) { return formatNumber(r.along); }, true,
                                 [](const Row&) { return tr("What the test holds against its boundary"); }},
                                {tr("State"), [](const Row& r) { return r.state; }}},
                               this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto* views = new QWidget(this);
    m_views = new QStackedLayout(views);
    m_views->addWidget(m_plot);
    m_table = makeTable(QStringLiteral("halfSpaceTable"), tr("Groups of the half-space test as a table"), m_rows, this);
    m_views->addWidget(m_table);
    column->addWidget(views, 1);
    m_legend = new Legend(this);
    m_legend->setEntries({{tr("boundary"), Legend::Mark::Boundary},
                          {tr("crossed it"), Legend::Mark::Crossed},
                          {tr("grows back"), Legend::Mark::Returning},
                          {tr("faded to zero"), Legend::Mark::Faded}});
    column->addWidget(m_legend);
    auto* foot = new QHBoxLayout;
    m_summary->setObjectName(QStringLiteral("halfSpaceSummary"));
    foot->addWidget(m_summary, 1);
    m_asTable = makeButton(QStringLiteral("halfSpaceAsTable"), tr("Show as table"),
                           tr("The same groups as numbers, or as points again"), this);
    m_asTable->setProperty("compact", true);
    m_asTable->setCheckable(true);
    foot->addWidget(m_asTable, 0, Qt::AlignTop);
    column->addLayout(foot);
    connect(m_asTable, &QPushButton::toggled, this, [this](bool on) {
        m_views->setCurrentIndex(on ? 1 : 0);
        refresh();
    });
    connect(m_plot, &HalfSpacePlot::picked, this, &HalfSpacePanel::select);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (now.isValid() && m_table->hasFocus()) select(m_rows->row(now.row()).group);
    });
    for (auto signal : {&Session::runChanged, &Session::momentChanged, &Session::structureChanged})
        connect(&m_session, signal, this, &HalfSpacePanel::refresh);
    connect(&m_session, &Session::selectionChanged, this, [this] {
        if (isVisible()) showSelected();
    });
}

void HalfSpacePanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
}

void HalfSpacePanel::select(const GroupRef& group) {
    m_session.select({{}, -1, group.nodeGroup, group.index});
}

/// Grows with the run and never shrinks, so that points move and not the axes.
void HalfSpacePanel::fillReach() {
    const RunState& run = m_session.run();
    static const QRectF kLeast(-0.02, 0, 1.07, 0);
    QRectF reach = m_plot->reach();
    if (m_run != run.folder || m_reached > run.halfSpaces.size() || m_reached == 0) reach = kLeast, m_reached = 0;
    m_run = run.folder;
    for (; m_reached < run.halfSpaces.size(); ++m_reached) {
        const event::HalfSpace& seen = run.halfSpaces[m_reached].seen;
        for (std::size_t i = 0; i < toldBy(seen); ++i) {
            reach.setLeft(std::min(reach.left(), seen.along[i]));
            reach.setRight(std::max(reach.right(), seen.along[i]));
            reach.setBottom(std::max(reach.bottom(), triedNorm(seen, i)));
        }
    }
    m_plot->setReach(reach);
}

void HalfSpacePanel::fill(const RunMoment& moment) {
    std::vector<HalfSpacePlot::Point> points;
    std::vector<Row> rows;
    std::set<UnitKind> kinds;
    int crossed = 0, faded = 0, back = 0;
    const event::HalfSpace none, &seen = moment.halfSpace ? moment.halfSpace->seen : none;
    const auto& structure = m_session.structure();
    for (std::size_t i = 0; structure && i < toldBy(seen); ++i) {
        const GroupRef& group = seen.groups[i];
        if (group.nodeGroup < 0 || std::size_t(group.nodeGroup) >= structure->nodeGroups.size()) continue;
        const NodeGroup& owner = structure->nodeGroups[std::size_t(group.nodeGroup)];
        const Fate fate = fateOf(seen, i);
        crossed += fate == Fate::Projected, faded += fate == Fate::Faded, back += fate == Fate::Returning;
        Row row{group,          QString::fromStdString(owner.name),
                fateWord(fate), seen.before[i],
                seen.norm[i],   angleOf(seen.cosine[i]),
                seen.along[i]};
        kinds.insert(owner.unit);
        points.push_back(
            {group, owner.unit, seen.along[i], triedNorm(seen, i), fate,
             tr("%1, group %2: norm %3 → %4, angle %5°, along %6, %7")
                 .arg(row.nodeGroup, formatInteger(group.index), formatNumber(row.before), formatNumber(row.norm),
                      formatNumber(row.angle, 3), formatNumber(row.along, 3), row.state)});
        rows.push_back(std::move(row));
    }
    const qint64 told = qint64(points.size());
    QString words;
    if (told > 0) {
        words = tr("Step %1: %2 groups fade, %3 crossed the boundary at %4, %5 reached the end of their period.")
                    .arg(formatInteger(seen.step), formatInteger(seen.fading), formatInteger(crossed),
                         formatNumber(seen.boundary, 3), formatInteger(faded));
        if (back > 0)
            words =
                tr("Step %1: of %2 groups %3 grow back, since others go in their place; %4 crossed the boundary at %5, %6 "
                   "reached the end of their period.")
                    .arg(formatInteger(seen.step), formatInteger(seen.fading), formatInteger(back), formatInteger(crossed),
                         formatNumber(seen.boundary, 3), formatInteger(faded));
        if (told < seen.fading) words += QLatin1Char(' ') + tr("%1 of them are shown.").arg(formatInteger(told));
    }
    m_summary->setText(words);
    m_summary->setToolTip(told > 0
                              ? tr("LHSPG takes no group back: what was chosen is zero at the end of its period. With "
                                   "over_selection above 1 more are chosen than go, and the test decides which grow back.")
                              : QString());
    m_plot->setEmptyText(
        m_session.run().halfSpaces.empty()
            ? tr("LHSPG tests each fading group against its half-space in every step after the warm-up. What the "
                 "tests of this run see is shown here, group by group.")
            : tr("No group is fading yet at this step."));
    if (told > 0) m_legend->setUnits(kinds, Legend::Mark::Point);
    m_plot->setPoints(std::move(points), seen.boundary);
    m_rows->setRows(std::move(rows));
}

void HalfSpacePanel::refresh() {
    if (!isVisible()) return;
    fillReach();
    fill(m_session.moment());
    showSelected();
}

QList<QPointF> HalfSpacePanel::pathOf(const GroupRef& group, const RunMoment& moment) const {
    QList<QPointF> path;
    if (!moment.halfSpace || group.index < 0) return path;
    for (const RunState::HalfSpaceView& view : *moment.path) {
        if (view.x > moment.halfSpace->x) break;
        const auto at = std::find(view.seen.groups.begin(), view.seen.groups.end(), group);
        const auto i = std::size_t(at - view.seen.groups.begin());
        if (i < toldBy(view.seen)) path << QPointF(view.seen.along[i], triedNorm(view.seen, i));
    }
    return path;
}

void HalfSpacePanel::showSelected() {
    const Selection& selection = m_session.selection();
    const GroupRef group{selection.nodeGroup, selection.group};
    m_plot->setLit(selection.nodeGroup);
    m_plot->setCurrent(group, pathOf(group, m_session.moment()));
    m_plot->refresh();
    const auto& rows = m_rows->rows();
    const auto at = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.group == group; });
    if (at == rows.end()) return m_table->clearSelection();
    const QModelIndex wanted = m_rows->index(int(at - rows.begin()), 0);
    if (m_table->currentIndex().row() != wanted.row()) m_table->setCurrentIndex(wanted);
    if (!m_table->selectionModel()->isRowSelected(wanted.row(), {})) m_table->selectRow(wanted.row());
}

}  // namespace lorashear::ui
