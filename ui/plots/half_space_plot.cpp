#include "ui/plots/half_space_plot.h"

#include "ui/plots/plot_style.h"
#include "ui/qcustomplot_include.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pieces.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kFocusRoom = 3, kNear = 14;  ///< pixels: of the focus frame; from a point at which the mouse has it
constexpr double kBeside = 0.05;           ///< room beside the outermost points, of the range
constexpr int kPaleAlpha = 60, kBehindAlpha = 90;
constexpr std::array kFates{HalfSpacePlot::Fate::Faded, HalfSpacePlot::Fate::Fading, HalfSpacePlot::Fate::Projected};

QCPScatterStyle::ScatterShape shapeOf(HalfSpacePlot::Fate fate) {
    return fate == HalfSpacePlot::Fate::Fading      ? QCPScatterStyle::ssDisc
           : fate == HalfSpacePlot::Fate::Projected ? QCPScatterStyle::ssCrossCircle
                                                    : QCPScatterStyle::ssCircle;
}

}  // namespace

HalfSpacePlot::HalfSpacePlot(const QString& objectName, const QString& title, QWidget* parent)
    : QWidget(parent), m_plot(new QCustomPlot(this)), m_values(makeMuted({}, this)), m_empty(makeMuted({}, this)) {
    setObjectName(objectName);
    setAccessibleName(title);
    setFocusPolicy(Qt::StrongFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kFocusRoom, kFocusRoom, kFocusRoom, kFocusRoom);
    column->setSpacing(2);
    QLabel* heading = makeHeading(title, this);
    heading->setToolTip(
        tr("The half-space test of LHSPG: what a step makes of a group's rows is held against the rows before it.\n"
           "Left of the boundary a group is set to zero at once; at the end of its period it is zero in any case.\n"
           "Choose a group: click, arrow keys"));
    setWhatsThis(heading->toolTip());
    column->addWidget(heading);
    m_values->setObjectName(objectName + QStringLiteral("_values"));
    m_values->setAccessibleName(tr("The group that is chosen or under the mouse"));
    m_values->setWordWrap(false);
    m_values->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // what it says changes nothing else
    column->addWidget(m_values);
    m_empty->setObjectName(objectName + QStringLiteral("_empty"));
    column->addWidget(m_empty);
    column->addWidget(m_plot, 1);
    m_plot->setObjectName(objectName + QStringLiteral("_canvas"));
    m_plot->setAccessibleName(title);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->xAxis->setLabel(tr("next rows along the present ones (1: as long as before)"));
    m_plot->yAxis->setLabel(tr("norm of the next rows"));
    m_plot->xAxis->setSubTicks(false);
    m_plot->yAxis->setSubTicks(false);
    m_plot->legend->setVisible(false);
    m_behind = new QCPItemRect(m_plot);
    m_behindWords = new QCPItemText(m_plot);
    m_behindWords->setText(tr("set to zero"));
    m_behindWords->setPositionAlignment(Qt::AlignRight | Qt::AlignTop);
    m_line = new QCPItemStraightLine(m_plot);
    m_ring = new QCPItemTracer(m_plot);
    m_ring->setStyle(QCPItemTracer::tsCircle);
    m_ring->setSize(16);
    m_ring->position->setType(QCPItemPosition::ptPlotCoords);
    m_plot->installEventFilter(this);
    m_plot->setContextMenuPolicy(Qt::NoContextMenu);  // comes to us
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](const QMouseEvent* event) { showWords(nearest(event->pos())); });
    connect(m_plot, &QCustomPlot::mousePress, this, [this](const QMouseEvent* event) {
        if (event->button() != Qt::LeftButton) return;
        setFocus(Qt::MouseFocusReason);
        if (const Point* point = nearest(event->pos())) Q_EMIT picked(GroupRef(point->group));
    });
    applyTheme();
}

void HalfSpacePlot::setPoints(std::vector<Point> points, double boundary) {
    std::erase_if(points, [](const Point& p) { return !std::isfinite(p.along) || !std::isfinite(p.norm); });
    m_points = std::move(points);
    m_boundary = boundary;
    m_dirty = true;
}

void HalfSpacePlot::setReach(const QRectF& reach) {
    m_reach = reach;
    m_dirty = true;
}

void HalfSpacePlot::setLit(int nodeGroup) {
    const bool any = std::any_of(m_points.begin(), m_points.end(),
                                 [&](const Point& point) { return point.group.nodeGroup == nodeGroup; });
    m_lit = any ? nodeGroup : -1;
    m_dirty = true;
}

void HalfSpacePlot::setCurrent(const GroupRef& group, const QList<QPointF>& path) {
    m_current = group;
    m_path = path;
    m_dirty = true;
}

void HalfSpacePlot::setEmptyText(const QString& text) {
    m_empty->setText(text);
}

const HalfSpacePlot::Point* HalfSpacePlot::find(const GroupRef& group) const {
    const auto at = std::find_if(m_points.begin(), m_points.end(), [&](const Point& p) { return p.group == group; });
    return at == m_points.end() ? nullptr : &*at;
}

const HalfSpacePlot::Point* HalfSpacePlot::nearest(const QPoint& at) const {
    const Point* best = nullptr;
    double least = kNear;
    for (const Point& point : m_points) {
        const double dx = m_plot->xAxis->coordToPixel(point.along) - at.x(),
                     dy = m_plot->yAxis->coordToPixel(point.norm) - at.y();
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
    QCPGraph* graph = m_plot->addGraph();
    graph->setLineStyle(QCPGraph::lsNone);
    const bool filled = fate == Fate::Fading;
    graph->setScatterStyle(QCPScatterStyle(shapeOf(fate), QPen(ink, filled ? 0 : 1.5),
                                           filled ? QBrush(ink) : QBrush(Qt::NoBrush), filled ? 7 : 10));
    graph->setData(x, y);
}

void HalfSpacePlot::draw() {
    m_plot->clearPlottables();
    const double roomX = std::max(m_reach.width(), 0.05) * kBeside, roomY = std::max(m_reach.height(), 1e-6) * kBeside;
    m_plot->xAxis->setRange(m_reach.left() - roomX, m_reach.right() + roomX);
    m_plot->yAxis->setRange(m_reach.top() - roomY, m_reach.bottom() + roomY);
    if (m_path.size() > 1) {
        auto* path = new QCPCurve(m_plot->xAxis, m_plot->yAxis);
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
    m_behind->topLeft->setCoords(m_plot->xAxis->range().lower, m_plot->yAxis->range().upper);
    m_behind->bottomRight->setCoords(m_boundary, m_plot->yAxis->range().lower);
    const double wide = m_plot->xAxis->coordToPixel(m_boundary) - m_plot->axisRect()->left();
    m_behindWords->setVisible(any && wide > fontMetrics().horizontalAdvance(m_behindWords->text()) + 10);
    m_behindWords->position->setCoords(m_boundary - m_reach.width() * 0.01, m_plot->yAxis->range().upper);
    const Point* current = find(m_current);
    m_ring->setVisible(current);
    if (current) m_ring->position->setCoords(current->along, current->norm);
}

void HalfSpacePlot::refresh() {
    if (!m_dirty || !isVisible() || m_plot->width() < 2 || m_plot->height() < 2)
        return;  // an empty canvas cannot be painted on
    m_dirty = false;
    const bool empty = m_points.empty();
    m_empty->setVisible(empty && !m_empty->text().isEmpty());
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) axis->setTickLabels(!empty);  // of nothing there are no numbers
    draw();
    showWords(nullptr);
    describe();
}

/// Of the point that the mouse is on, else of the chosen one.
void HalfSpacePlot::showWords(const Point* point) {
    if (!point) point = find(m_current);
    m_values->setText(point ? point->words : m_points.empty() ? QString() : tr("Point at a group for its values."));
    m_values->setToolTip(m_values->text());
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void HalfSpacePlot::describe() {
    if (m_points.empty()) return setAccessibleDescription(m_empty->text());
    const auto [low, high] = std::minmax_element(m_points.begin(), m_points.end(),
                                                 [](const Point& a, const Point& b) { return a.along < b.along; });
    QStringList words{
        tr("%1 groups, along the present rows from %2 to %3; boundary %4; %5 fading, %6 set to zero by the test, %7 faded out")
            .arg(formatInteger(qint64(m_points.size())), formatNumber(low->along, 3), formatNumber(high->along, 3),
                 formatNumber(m_boundary, 3), formatInteger(drawn(Fate::Fading)), formatInteger(drawn(Fate::Projected)),
                 formatInteger(drawn(Fate::Faded)))};
    if (const Point* current = find(m_current)) words << current->words;
    setAccessibleDescription(words.join(QStringLiteral(". ")));
}

int HalfSpacePlot::drawn(Fate fate) const {
    int count = 0;
    for (int i = 0; i < m_plot->graphCount(); ++i)
        if (m_plot->graph(i)->scatterStyle().shape() == shapeOf(fate)) count += m_plot->graph(i)->data()->size();
    return count;
}

double HalfSpacePlot::boundaryDrawn() const {
    return m_line->point1->coords().x();
}

QString HalfSpacePlot::cursorWords() const {
    return m_values->text();
}

QRectF HalfSpacePlot::shown() const {
    const QCPRange x = m_plot->xAxis->range(), y = m_plot->yAxis->range();
    return {x.lower, y.lower, x.size(), y.size()};
}

void HalfSpacePlot::applyTheme() {
    const Colors& c = colors(palette());
    stylePlot(*m_plot, *this);
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
    m_dirty = true;
    refresh();
}

void HalfSpacePlot::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setObjectName(objectName() + QStringLiteral("_menu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy as a picture"), this, [this] { QGuiApplication::clipboard()->setPixmap(m_plot->grab()); });
    menu->popup(event->globalPos());
}

bool HalfSpacePlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_plot && event->type() == QEvent::Leave) showWords(nullptr);
    return QWidget::eventFilter(watched, event);
}

void HalfSpacePlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) applyTheme();
}

void HalfSpacePlot::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_dirty = true;
    refresh();
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

void HalfSpacePlot::paintEvent(QPaintEvent*) {
    if (!hasFocus()) return;
    QPainter painter(this);
    painter.setPen(QPen(colors(palette()).accent, 2));
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

}  // namespace lorashear::ui
