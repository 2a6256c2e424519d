#include "ui/plots/half_space_plot.h"

#include "ui/plots/plot_style.h"
#include "ui/qcustomplot_include.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QKeyEvent>

#include <algorithm>
#include <array>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kNear = 14;                  ///< pixels from a point at which the mouse has it
constexpr double kBeside = 0.05;           ///< room beside the outermost points, of the range
constexpr double kFull = 7, kHollow = 10;  ///< pixels
constexpr int kPaleAlpha = 60, kBehindAlpha = 90;
constexpr std::array kFates{HalfSpacePlot::Fate::Faded, HalfSpacePlot::Fate::Returning, HalfSpacePlot::Fate::Fading,
                            HalfSpacePlot::Fate::Projected};

MarkLook lookOf(HalfSpacePlot::Fate fate) {
    return fate == HalfSpacePlot::Fate::Fading      ? MarkLook::Full
           : fate == HalfSpacePlot::Fate::Projected ? MarkLook::Crossed
           : fate == HalfSpacePlot::Fate::Returning ? MarkLook::Plus
                                                    : MarkLook::Hollow;
}

QString wordOf(HalfSpacePlot::Fate fate) {
    return fate == HalfSpacePlot::Fate::Fading      ? HalfSpacePlot::tr("fading")
           : fate == HalfSpacePlot::Fate::Projected ? HalfSpacePlot::tr("set to zero by the test")
           : fate == HalfSpacePlot::Fate::Returning ? HalfSpacePlot::tr("grows back")
                                                    : HalfSpacePlot::tr("faded to zero");
}

}  // namespace

HalfSpacePlot::HalfSpacePlot(const QString& objectName, const QString& title, QWidget* parent)
    : Plot(objectName,
           {title,
            tr("The half-space test of LHSPG: what a step makes of a group's rows is held against the rows before it.\n"
               "Left of the boundary a group is set to zero at once; at the end of its period it is zero in any case.\n"
               "Choose a group: click, arrow keys"),
            tr("The group that is chosen or under the mouse"), true},
           parent) {
    setAxisTitles(tr("next rows along the present ones\n(1: as long as before)"), tr("norm of the next rows"));
    canvas().xAxis->setSubTicks(false);
    canvas().yAxis->setSubTicks(false);
    canvas().legend->setVisible(false);
    makeItems();
    connect(&canvas(), &QCustomPlot::mousePress, this, [this](const QMouseEvent* event) {
        if (event->button() != Qt::LeftButton) return;
        setFocus(Qt::MouseFocusReason);
        if (const Point* point = nearest(event->pos())) Q_EMIT picked(GroupRef(point->group));
    });
    finish();
}

void HalfSpacePlot::makeItems() {
    m_behind = new QCPItemRect(&canvas());
    m_behindWords = new QCPItemText(&canvas());
    m_behindWords->setText(tr("set to zero"));
    m_behindWords->setPositionAlignment(Qt::AlignRight | Qt::AlignTop);
    m_line = new QCPItemStraightLine(&canvas());
    m_ring = new QCPItemTracer(&canvas());
    m_ring->setStyle(QCPItemTracer::tsCircle);
    m_ring->setSize(16);
    m_ring->position->setType(QCPItemPosition::ptPlotCoords);
}

void HalfSpacePlot::setPoints(std::vector<Point> points, double boundary) {
    std::erase_if(points, [](const Point& p) { return !std::isfinite(p.along) || !std::isfinite(p.norm); });
    m_points = std::move(points);
    m_boundary = boundary;
    touch();
}

void HalfSpacePlot::setReach(const QRectF& reach) {
    m_reach = reach;
    touch();
}

void HalfSpacePlot::setLit(int nodeGroup) {
    const bool any = std::any_of(m_points.begin(), m_points.end(),
                                 [&](const Point& point) { return point.group.nodeGroup == nodeGroup; });
    m_lit = any ? nodeGroup : -1;
    touch();
}

void HalfSpacePlot::setCurrent(const GroupRef& group, const QList<QPointF>& path) {
    m_current = group;
    m_path = path;
    touch();
}

const HalfSpacePlot::Point* HalfSpacePlot::find(const GroupRef& group) const {
    const auto at = std::find_if(m_points.begin(), m_points.end(), [&](const Point& p) { return p.group == group; });
    return at == m_points.end() ? nullptr : &*at;
}

const HalfSpacePlot::Point* HalfSpacePlot::nearest(const QPoint& at) const {
    const Point* best = nullptr;
    double least = kNear;
    for (const Point& point : m_points) {
        const double dx = canvas().xAxis->coordToPixel(point.along) - at.x(),
                     dy = canvas().yAxis->coordToPixel(point.norm) - at.y();
        if (const double far = std::hypot(dx, dy); far < least) least = far, best = &point;
    }
    return best;
}

void HalfSpacePlot::drawPoints(Fate fate, UnitKind unit, bool pale) {
    QVector<double> x, y;
    for (const Point& point : m_points) {
        const bool isPale = m_lit >= 0 && point.group.nodeGroup != m_lit;
        if (point.fate == fate && point.unit == unit && isPale == pale) x << point.along, y << point.norm;
    }
    if (x.isEmpty()) return;
    const Colors& c = colors(palette());
    QColor ink = unitColor(unit, c.dark);
    if (pale) ink.setAlpha(kPaleAlpha);
    QCPGraph* graph = canvas().addGraph();
    graph->setLineStyle(QCPGraph::lsNone);
    graph->setScatterStyle(markStyle(unitKindRow(unit).color, fate == Fate::Fading ? kFull : kHollow, lookOf(fate), ink));
    graph->setData(x, y);
    m_drawn.emplace_back(fate, graph);
}

void HalfSpacePlot::draw() {
    m_drawn.clear();
    canvas().clearPlottables();
    const double roomX = std::max(m_reach.width(), 0.05) * kBeside, roomY = std::max(m_reach.height(), 1e-6) * kBeside;
    canvas().xAxis->setRange(m_reach.left() - roomX, m_reach.right() + roomX);
    canvas().yAxis->setRange(m_reach.top() - roomY, m_reach.bottom() + roomY);
    if (m_path.size() > 1) {
        auto* path = new QCPCurve(canvas().xAxis, canvas().yAxis);
        path->setPen(QPen(colors(palette()).accent, 1));
        path->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDot, QPen(colors(palette()).accent, 3), Qt::NoBrush, 3));
        for (const QPointF& point : std::as_const(m_path)) path->addData(point.x(), point.y());
    }
    m_pathLength = int(m_path.size());
    std::vector<UnitKind> units;
    for (const Point& point : m_points)
        if (std::find(units.begin(), units.end(), point.unit) == units.end()) units.push_back(point.unit);
    for (const bool pale : {true, false})
        for (const Fate fate : kFates)
            for (const UnitKind unit : units) drawPoints(fate, unit, pale);
    const bool any = !m_points.empty();
    m_line->setVisible(any);
    m_line->point1->setCoords(m_boundary, 0);
    m_line->point2->setCoords(m_boundary, 1);
    m_behind->setVisible(any);
    m_behind->topLeft->setCoords(canvas().xAxis->range().lower, canvas().yAxis->range().upper);
    m_behind->bottomRight->setCoords(m_boundary, canvas().yAxis->range().lower);
    const double wide = canvas().xAxis->coordToPixel(m_boundary) - canvas().axisRect()->left();
    m_behindWords->setVisible(any && wide > fontMetrics().horizontalAdvance(m_behindWords->text()) + 10);
    m_behindWords->position->setCoords(m_boundary - m_reach.width() * 0.01, canvas().yAxis->range().upper);
    const Point* current = find(m_current);
    m_ring->setVisible(current);
    if (current) m_ring->position->setCoords(current->along, current->norm);
    showWords(nullptr);
}

/// Of the point that the mouse is on, else of the chosen one.
void HalfSpacePlot::showWords(const Point* point) {
    if (!point) point = find(m_current);
    setWords(point ? point->words : m_points.empty() ? QString() : tr("Point at a group for its values."));
    replot();
}

void HalfSpacePlot::pointAt(const QPoint& at) {
    showWords(nearest(at));
}

void HalfSpacePlot::pointAtNothing() {
    showWords(nullptr);
}

QString HalfSpacePlot::summary() const {
    if (m_points.empty()) return {};
    const auto [low, high] = std::minmax_element(m_points.begin(), m_points.end(),
                                                 [](const Point& a, const Point& b) { return a.along < b.along; });
    QStringList words{
        tr("%1 groups, along the present rows from %2 to %3; boundary %4; %5 fading, %6 set to zero by the test, %7 faded out")
            .arg(formatInteger(qint64(m_points.size())), formatNumber(low->along, 3), formatNumber(high->along, 3),
                 formatNumber(m_boundary, 3), formatInteger(drawn(Fate::Fading)), formatInteger(drawn(Fate::Projected)),
                 formatInteger(drawn(Fate::Faded)))};
    if (const int back = drawn(Fate::Returning); back > 0)
        words << tr("%1 grow back, since others go in their place").arg(formatInteger(back));
    if (const Point* current = find(m_current)) words << current->words;
    return words.join(QStringLiteral(". "));
}

int HalfSpacePlot::drawn(Fate fate) const {
    int count = 0;
    for (const auto& [drawnFate, graph] : m_drawn)
        if (drawnFate == fate) count += graph->data()->size();
    return count;
}

double HalfSpacePlot::boundaryDrawn() const {
    return m_line->point1->coords().x();
}

FigureTable HalfSpacePlot::figureTable() const {
    FigureTable table;
    table.columns = {{tr("Node group")}, {tr("Group")},        {tr("Kind"), false},    {tr("Along")},
                     {tr("Norm")},       {tr("State"), false}, {tr("In words"), false}};
    for (const Point& point : m_points)
        table.rows.push_back({point.group.nodeGroup, point.group.index, unitWord(int(point.unit)), point.along, point.norm,
                              wordOf(point.fate), point.words});
    return table;
}

void HalfSpacePlot::restyle(const Colors& c) {
    m_line->setPen(QPen(c.bad, 1.5));
    QColor behind = c.bad;
    behind.setAlpha(kBehindAlpha);
    m_behind->setPen(Qt::NoPen);
    m_behind->setBrush(QBrush(behind, Qt::BDiagPattern));
    m_behindWords->setColor(c.bad);
    m_behindWords->setFont(font());
    m_behindWords->setBrush(c.card);
    m_behindWords->setPadding(QMargins(3, 1, 3, 1));
    m_ring->setPen(QPen(c.accent, 2));
    m_ring->setBrush(Qt::NoBrush);
}

/// From left to right, as they stand.
void HalfSpacePlot::keyPressEvent(QKeyEvent* event) {
    const bool back = event->key() == Qt::Key_Left, on = event->key() == Qt::Key_Right;
    if (!back && !on) return QWidget::keyPressEvent(event);
    if (m_points.empty()) return;
    std::vector<const Point*> order;
    for (const Point& point : m_points) order.push_back(&point);
    std::stable_sort(order.begin(), order.end(), [](const Point* a, const Point* b) { return a->along < b->along; });
    const auto now = std::find_if(order.begin(), order.end(), [&](const Point* p) { return p->group == m_current; });
    const Point* next = now == order.end() ? (back ? order.back() : order.front())
                        : back             ? (now == order.begin() ? nullptr : *(now - 1))
                                           : (now + 1 == order.end() ? nullptr : *(now + 1));
    if (next) Q_EMIT picked(GroupRef(next->group));
}

}  // namespace lorashear::ui
