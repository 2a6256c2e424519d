#include "ui/plots/point_plot.h"

#include "ui/plots/plot_style.h"
#include "ui/plots/size_tickers.h"
#include "ui/qcustomplot_include.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QMenu>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kReach = 14;      ///< pixels from a point at which the mouse has it
constexpr double kRoom = 0.06;  ///< beside the outermost points, of the range
constexpr int kBandAlpha = 46;

bool drawable(const PointPlot::Point& point) {
    return std::isfinite(point.x) && std::isfinite(point.y) && point.y > 0;
}

}  // namespace

PointPlot::PointPlot(const QString& objectName, const QString& title, const QString& xTitle, const QString& yTitle,
                     std::vector<Series> series, QWidget* parent)
    : Plot(objectName,
           {title, tr("Choose a point: click, arrow keys\nOpen it: double-click, Enter"),
            tr("The point that is chosen or under the mouse")},
           parent),
      m_series(std::move(series)),
      m_points(m_series.size()) {
    setAxisTitles(xTitle, yTitle);
    canvas().xAxis->setTicker(sizeTicker());
    canvas().yAxis->setTicker(logTicker());
    canvas().yAxis->setScaleType(QCPAxis::stLogarithmic);
    canvas().yAxis->setSubTicks(false);
    canvas().xAxis->setSubTicks(false);
    canvas().legend->setVisible(m_series.size() > 1);
    addSeries();
    placeLegendAbove(canvas());
    m_position = new QCPItemStraightLine(&canvas());
    m_position->setVisible(false);
    m_ring = new QCPItemTracer(&canvas());
    m_ring->setStyle(QCPItemTracer::tsCircle);
    m_ring->setSize(16);
    m_ring->setVisible(false);
    m_ring->position->setType(QCPItemPosition::ptPlotCoords);
    listenToMouse();
    finish();
}

void PointPlot::addSeries() {
    for (const Series& s : m_series) {
        Drawn drawn;
        if (s.ink == Ink::Estimate) {
            drawn.low = canvas().addGraph();
            drawn.high = canvas().addGraph();
            drawn.high->setChannelFillGraph(drawn.low);
            for (QCPGraph* edge : {drawn.low, drawn.high}) edge->removeFromLegend();
        }
        drawn.graph = canvas().addGraph();
        drawn.graph->setName(s.title);
        if (s.ink == Ink::Frontier) drawn.graph->setLineStyle(QCPGraph::lsStepLeft);
        if (s.ink == Ink::Measured || s.ink == Ink::Reference) drawn.graph->setLineStyle(QCPGraph::lsNone);
        m_drawn.push_back(drawn);
    }
}

void PointPlot::listenToMouse() {
    connect(&canvas(), &QCustomPlot::mousePress, this, [this](const QMouseEvent* event) {
        if (event->button() != Qt::LeftButton) return;
        setFocus(Qt::MouseFocusReason);
        pick(nearest(event->pos()));
    });
    connect(&canvas(), &QCustomPlot::mouseDoubleClick, this, [this](const QMouseEvent* event) {
        const Point* point = nearest(event->pos());
        if (point && !point->name.isEmpty()) Q_EMIT activated(point->name);
    });
}

void PointPlot::restyle(const Colors& c) {
    const QColor measured = okabeIto(0, c.dark), estimate = okabeIto(1, c.dark);
    for (std::size_t i = 0; i < m_series.size(); ++i) {
        QCPGraph* graph = m_drawn[i].graph;
        switch (m_series[i].ink) {
            case Ink::Measured:
                graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, measured, measured, 9));
                break;
            case Ink::Reference:
                graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDiamond, QPen(c.text, 1.5), c.card, 11));
                break;
            case Ink::Frontier: graph->setPen(QPen(c.muted, 1)); break;
            case Ink::Estimate: {
                graph->setPen(QPen(estimate, 1, Qt::DashLine));
                graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, QPen(estimate, 1), c.card, 5));
                QColor fill = estimate;
                fill.setAlpha(kBandAlpha);
                for (QCPGraph* edge : {m_drawn[i].low, m_drawn[i].high}) edge->setPen(Qt::NoPen);
                m_drawn[i].high->setBrush(fill);
                break;
            }
        }
    }
    m_position->setPen(QPen(c.accent, 1));
    m_ring->setPen(QPen(c.accent, 2));
    m_ring->setBrush(Qt::NoBrush);
}

void PointPlot::setPoints(int series, std::vector<Point> points) {
    std::erase_if(points, [](const Point& point) { return !drawable(point); });
    QVector<double> x, y, low, high;
    for (const Point& point : points) {
        x << point.x, y << point.y;
        low << (point.low > 0 ? point.low : point.y), high << (point.high > 0 ? point.high : point.y);
    }
    const Drawn& drawn = m_drawn[std::size_t(series)];
    drawn.graph->setData(x, y);
    if (drawn.low) drawn.low->setData(x, low), drawn.high->setData(x, high);
    m_points[std::size_t(series)] = std::move(points);
    touch();
}

void PointPlot::setPosition(std::optional<double> x, const QString& words) {
    m_at = x;
    m_positionWords = words;
    m_position->setVisible(x.has_value());
    if (x) {
        m_position->point1->setCoords(*x, 1);
        m_position->point2->setCoords(*x, 2);
    }
    touch();
}

void PointPlot::setCurrent(const QString& name) {
    m_current = name;
    const Point* point = find(name);
    m_ring->setVisible(point);
    if (point) m_ring->position->setCoords(point->x, point->y);
    showWords(point);
}

const PointPlot::Point* PointPlot::find(const QString& name) const {
    if (name.isEmpty()) return nullptr;
    for (const auto& points : m_points)
        for (const Point& point : points)
            if (point.name == name) return &point;
    return nullptr;
}

const PointPlot::Point* PointPlot::nearest(const QPoint& at) const {
    const Point* best = nullptr;
    double least = kReach;
    for (const auto& points : m_points)
        for (const Point& point : points) {
            if (point.name.isEmpty() && point.words.isEmpty()) continue;
            const double dx = canvas().xAxis->coordToPixel(point.x) - at.x(),
                         dy = canvas().yAxis->coordToPixel(point.y) - at.y();
            if (const double far = std::hypot(dx, dy); far < least) least = far, best = &point;
        }
    return best;
}

std::vector<const PointPlot::Point*> PointPlot::pickable() const {
    std::vector<const Point*> all;
    for (const auto& points : m_points)
        for (const Point& point : points)
            if (!point.name.isEmpty()) all.push_back(&point);
    std::stable_sort(all.begin(), all.end(), [](const Point* a, const Point* b) { return a->x < b->x; });
    return all;
}

void PointPlot::pick(const Point* point) {
    if (!point || point->name.isEmpty()) return;
    const QString name = point->name;  // whoever hears of it may set other points
    setCurrent(name);
    Q_EMIT picked(name);
}

/// Of the point that the mouse is on, else of the chosen one, else of the position.
void PointPlot::showWords(const Point* point) {
    if (!point) point = find(m_current);
    setWords(point ? point->words : m_positionWords);
    replot();
}

void PointPlot::pointAt(const QPoint& at) {
    showWords(nearest(at));
}

void PointPlot::pointAtNothing() {
    showWords(nullptr);
}

bool PointPlot::hasData() const {
    return std::any_of(m_points.begin(), m_points.end(), [](const auto& points) { return !points.empty(); });
}

void PointPlot::fit() {
    double left = HUGE_VAL, right = -HUGE_VAL, low = HUGE_VAL, high = 0;
    for (const auto& points : m_points)
        for (const Point& point : points) {
            left = std::min(left, point.x), right = std::max(right, point.x);
            low = std::min({low, point.y, point.low > 0 ? point.low : point.y}),
            high = std::max({high, point.y, point.high});
        }
    if (high <= 0) left = 0, right = 1, low = 1, high = 10;
    const double room = right > left ? (right - left) * kRoom : std::max(right * kRoom, 1.0);
    canvas().xAxis->setRange(left - room, right + room);
    const double factor = std::max(std::pow(high / low, kRoom), 1.02);
    canvas().yAxis->setRange(low / factor, high * factor);
}

void PointPlot::draw() {
    fit();
    setCurrent(m_current);
}

QString PointPlot::summary() const {
    QStringList words;
    for (std::size_t i = 0; i < m_series.size(); ++i) {
        const auto& points = m_points[i];
        if (points.empty() || m_series[i].ink == Ink::Frontier) continue;
        const auto [least, most] =
            std::minmax_element(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
        words << tr("%1: %2 points, from %3 at %4 to %5 at %6")
                     .arg(m_series[i].title, formatInteger(qint64(points.size())), formatNumber(least->y),
                          formatCount(least->x), formatNumber(most->y), formatCount(most->x));
    }
    if (!m_positionWords.isEmpty()) words << m_positionWords;
    return words.join(QStringLiteral("; "));
}

FigureTable PointPlot::figureTable() const {
    const bool band = std::any_of(m_series.begin(), m_series.end(), [](const Series& s) { return s.ink == Ink::Estimate; });
    FigureTable table;
    table.columns = {{tr("Series"), false}, {tr("Point"), false}, {xTitle()}, {yTitle()}};
    if (band) table.columns.push_back({tr("at least")}), table.columns.push_back({tr("at most")});
    for (std::size_t i = 0; i < m_series.size(); ++i)
        for (const Point& point : m_points[i]) {
            const QVariant x = point.x == std::floor(point.x) ? QVariant(qint64(point.x)) : QVariant(point.x);
            std::vector<QVariant> row{m_series[i].title, point.name, x, point.y};
            const bool hasBand = m_series[i].ink == Ink::Estimate;
            if (band) row.push_back(hasBand ? QVariant(point.low) : QVariant());
            if (band) row.push_back(hasBand ? QVariant(point.high) : QVariant());
            table.rows.push_back(std::move(row));
        }
    return table;
}

void PointPlot::addActions(QMenu& menu) {
    if (find(m_current)) menu.addAction(tr("Open it"), this, [this, name = m_current] { Q_EMIT activated(name); });
}

QList<QPointF> PointPlot::points(int series) const {
    QList<QPointF> points;
    for (const QCPGraphData& point : *m_drawn[std::size_t(series)].graph->data()) points << QPointF(point.key, point.value);
    return points;
}

QList<QPointF> PointPlot::band() const {
    QList<QPointF> band;
    for (std::size_t i = 0; i < m_series.size(); ++i)
        if (m_series[i].ink == Ink::Estimate)
            for (const Point& point : m_points[i]) band << QPointF(point.low, point.high);
    return band;
}

bool PointPlot::drawnFilled(int series) const {
    return m_drawn[std::size_t(series)].graph->scatterStyle().shape() == QCPScatterStyle::ssDisc;
}

void PointPlot::keyPressEvent(QKeyEvent* event) {
    const bool back = event->key() == Qt::Key_Left, on = event->key() == Qt::Key_Right;
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && find(m_current)) return activated(m_current);
    if (!back && !on) return QWidget::keyPressEvent(event);
    const std::vector<const Point*> all = pickable();
    if (all.empty()) return;
    const auto now = std::find_if(all.begin(), all.end(), [this](const Point* p) { return p->name == m_current; });
    if (now == all.end()) return pick(back ? all.back() : all.front());
    if (back && now != all.begin()) pick(*(now - 1));
    if (on && now + 1 != all.end()) pick(*(now + 1));
}

}  // namespace lorashear::ui
