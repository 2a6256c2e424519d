#include "ui/plots/curve_plot.h"

#include "ui/plots/plot_style.h"
#include "ui/qcustomplot_include.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pieces.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QPushButton>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace lorashear::ui {

namespace {

constexpr double kZoom = 1.25, kPan = 0.15, kCurveReach = 10;  // pixels from a curve at which a click is one on it
constexpr int kMostMarks = 12;                                 ///< along one curve
constexpr double kMarkSize = 8, kPointSize = 7, kRingSize = 11;
constexpr double kPen = 0.5;               ///< of a mark, outside its radius
constexpr double kMostBesideMarks = 0.25;  ///< of the width, left and right of marks
constexpr double kOtherWidth = 1;          ///< pixels by which a layout may differ from what was taken for it
constexpr std::array kDashes{Qt::DashLine, Qt::DashDotDotLine, Qt::DotLine};

QVector<double> toVector(const std::vector<double>& values) {
    return QVector<double>(values.begin(), values.end());
}

/// So that marks stay where they are while a curve grows, and are thinned out from time to time.
int skippedBetweenMarks(int points) {
    int every = 1;
    while (points / every > kMostMarks) every *= 2;
    return every - 1;
}

/// Looks with a point at every step, of which some are marked where several curves are drawn so.
bool isThinnedOut(CurvePlot::Look look) {
    return look == CurvePlot::Look::Smooth || look == CurvePlot::Look::Steps;
}

}  // namespace

CurvePlot::CurvePlot(const QString& objectName, const QString& title, const QString& xTitle, const QString& yTitle,
                     std::vector<Curve> curves, QWidget* parent)
    : Plot(objectName,
           {title, tr("Zoom: wheel, + and -\nMove: drag, arrow keys\nSee everything: double-click, 0"),
            tr("Values under the mouse")},
           parent),
      m_curves(std::move(curves)) {
    makeFollow();
    QCustomPlot& plot = canvas();
    plot.setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    setAxisTitles(xTitle, yTitle);
    plot.yAxis->setNumberPrecision(4);
    for (const Curve& curve : m_curves) {
        QCPGraph* graph = plot.addGraph();
        graph->setName(curve.title);
        graph->setAdaptiveSampling(true);
        if (curve.look == Look::Steps) graph->setLineStyle(QCPGraph::lsStepLeft);
    }
    QCPGraph* marks = plot.addGraph();  // the last one: losses that are no numbers
    marks->setLineStyle(QCPGraph::lsNone);
    marks->removeFromLegend();
    plot.legend->setVisible(m_curves.size() > 1);
    for (int i = 0; i < int(m_curves.size()); ++i)
        if (m_curves[std::size_t(i)].optional)
            plot.graph(i)->removeFromLegend();
        else
            plot.graph(i)->addToLegend();
    placeLegendAbove(plot);
    listenToMouse();
    connect(&plot, &QCustomPlot::afterReplot, this, [this] {  // only now the numbers at the axes have their width
        if (!m_following || markRadius() == 0 || std::abs(axisWidth() - m_followedAcross) <= kOtherWidth) return;
        touch();
        QMetaObject::invokeMethod(
            this, [this] { refresh(); }, Qt::QueuedConnection);
    });
    m_cursor = new QCPItemStraightLine(&plot);
    m_cursor->setVisible(false);
    m_momentLine = new QCPItemStraightLine(&plot);
    m_momentLine->setVisible(false);
    finish();
}

void CurvePlot::makeFollow() {
    m_follow = makeButton(objectName() + QStringLiteral("_follow"), tr("Follow"),
                          tr("Shows everything again, and new steps as they come (0)"), this);
    m_follow->setProperty("compact", true);
    QSizePolicy policy = m_follow->sizePolicy();
    policy.setRetainSizeWhenHidden(true);  // curves do not jump when it comes and goes
    m_follow->setSizePolicy(policy);
    m_follow->hide();
    connect(m_follow, &QPushButton::clicked, this, &CurvePlot::followAgain);
    head().addWidget(m_follow);
}

/// Axes that move by anything but follow() were moved by the person. A press that ends where it began was no drag.
void CurvePlot::listenToMouse() {
    for (QCPAxis* axis : {canvas().xAxis, canvas().yAxis})
        connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this] {
            if (!m_fitting) leaveTheData();
        });
    connect(&canvas(), &QCustomPlot::mousePress, this, [this](const QMouseEvent* event) {
        m_pressedAt = event->pos();
        m_doubled = false;
        m_followedAtPress = m_following;
    });
    connect(&canvas(), &QCustomPlot::mouseRelease, this, [this](const QMouseEvent* event) {
        const bool dragged = (event->pos() - m_pressedAt).manhattanLength() >= QApplication::startDragDistance();
        if (m_followedAtPress && !m_following && !dragged) followAgain();
        const bool second = std::exchange(m_doubled, false);
        if (dragged || second || event->button() != Qt::LeftButton) return;
        if (const int curve = curveAt(event->pos()); curve >= 0) Q_EMIT curvePicked(curve);
        Q_EMIT stepPicked(canvas().xAxis->pixelToCoord(event->pos().x()));
    });
    connect(&canvas(), &QCustomPlot::mouseDoubleClick, this, [this](const QMouseEvent* event) {
        m_doubled = true;
        if (event->button() == Qt::LeftButton) Q_EMIT pickTakenBack();
        followAgain();
    });
}

int CurvePlot::curveAt(const QPoint& place) const {
    double least = kCurveReach;
    int best = -1;
    for (int i = 0; i < int(m_curves.size()); ++i)
        if (const double far = canvas().graph(i)->selectTest(place, false); far >= 0 && far < least) least = far, best = i;
    return best;
}

QString CurvePlot::valuesAt(double x) const {
    QStringList words;
    double at = x;
    for (int i = 0; i < int(m_curves.size()); ++i) {
        const auto points = canvas().graph(i)->data();
        if (points->isEmpty() || m_curves[std::size_t(i)].look == Look::Rings) continue;
        auto near = points->findBegin(x, false);  // the first at or behind x
        if (near == points->constEnd()) --near;
        if (near != points->constBegin() && x - (near - 1)->key < near->key - x) --near;
        if (words.isEmpty()) at = near->key;
        words << tr("%1 %2").arg(m_curves[std::size_t(i)].title, formatNumber(near->value));
    }
    if (words.isEmpty()) return {};
    words.prepend(tr("step %1").arg(formatInteger(qint64(std::llround(at)))));
    return words.join(QStringLiteral(" · "));
}

void CurvePlot::pointAt(const QPoint& at) {
    const double x = canvas().xAxis->pixelToCoord(at.x());
    const QString words = valuesAt(x);
    setWords(words);
    m_cursor->setVisible(!words.isEmpty());
    m_cursor->point1->setCoords(x, 0);
    m_cursor->point2->setCoords(x, 1);
    replot();
}

void CurvePlot::pointAtNothing() {
    setWords({});
    m_cursor->setVisible(false);
    replot();
}

bool CurvePlot::hasData() const {
    for (int i = 0; i < int(m_curves.size()); ++i)
        if (pointCount(i) > 0) return true;
    return false;
}

/// Curves are merged by their steps, each in its own order: a curve that has a step twice has two rows of it.
FigureTable CurvePlot::figureTable() const {
    FigureTable table;
    table.columns.push_back({xTitle()});
    std::vector<QCPGraphDataContainer::const_iterator> at, end;
    for (int i = 0; i < int(m_curves.size()); ++i) {
        const auto points = canvas().graph(i)->data();
        if (points->isEmpty()) continue;
        table.columns.push_back({m_curves[std::size_t(i)].title});
        at.push_back(points->constBegin());
        end.push_back(points->constEnd());
    }
    while (true) {
        double step = std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < at.size(); ++i)
            if (at[i] != end[i]) step = std::min(step, at[i]->key);
        if (!std::isfinite(step)) return table;
        std::vector<QVariant> row{step == std::floor(step) ? QVariant(qint64(step)) : QVariant(step)};
        for (std::size_t i = 0; i < at.size(); ++i)
            row.push_back(at[i] != end[i] && at[i]->key == step ? QVariant((at[i]++)->value) : QVariant());
        table.rows.push_back(std::move(row));
    }
}

void CurvePlot::addActions(QMenu& menu) {
    menu.addAction(tr("Show everything"), this, &CurvePlot::followAgain);
    menu.addAction(tr("Closer"), this, [this] { zoomBy(kZoom); });
    menu.addAction(tr("Further away"), this, [this] { zoomBy(1 / kZoom); });
}

void CurvePlot::leaveTheData() {
    m_following = false;
    m_follow->show();
}

void CurvePlot::followAgain() {
    m_following = true;
    if (m_follow->hasFocus()) setFocus(Qt::OtherFocusReason);  // the button goes: the keyboard stays at its plot
    m_follow->hide();
    touch();
    refresh();
}

void CurvePlot::zoomBy(double factor) {
    for (QCPAxis* axis : {canvas().xAxis, canvas().yAxis}) axis->scaleRange(1 / factor);
    replot();
}

void CurvePlot::panBy(double x, double y) {
    canvas().xAxis->moveRange(x * canvas().xAxis->range().size());
    canvas().yAxis->moveRange(y * canvas().yAxis->range().size());
    replot();
}

int CurvePlot::before(int index, Look look) const {
    return int(std::count_if(m_curves.begin(), m_curves.begin() + index,
                             [look](const Curve& curve) { return curve.look == look; }));
}

int CurvePlot::count(Look look) const {
    return before(int(m_curves.size()), look);
}

int CurvePlot::markOf(int index) const {
    const Curve& curve = m_curves[std::size_t(index)];
    const bool among = count(curve.look) > 1;
    return curve.look == Look::Points          ? (among ? curve.category : 0)
           : isThinnedOut(curve.look) && among ? curve.category
                                               : -1;
}

void CurvePlot::restyle(const Colors& c) {
    for (int i = 0; i < int(m_curves.size()); ++i) {
        const Curve& curve = m_curves[std::size_t(i)];
        const QColor color = curve.look == Look::Raw ? c.raw : okabeIto(curve.category, c.dark);
        QPen pen(color, 1);
        if (curve.look == Look::Dashed) pen.setStyle(kDashes[std::size_t(before(i, Look::Dashed)) % kDashes.size()]);
        canvas().graph(i)->setPen(pen);
        if (curve.look == Look::Rings) {
            canvas().graph(i)->setLineStyle(QCPGraph::lsNone);
            canvas().graph(i)->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, color, kRingSize));
        }
        if (const int mark = markOf(i); mark >= 0)
            canvas().graph(i)->setScatterStyle(
                markStyle(mark, curve.look == Look::Points ? kPointSize : kMarkSize, MarkLook::Full, color));
    }
    m_cursor->setPen(QPen(c.muted, 1, Qt::DotLine));
    m_momentLine->setPen(QPen(c.accent, 1));
    canvas()
        .graph(int(m_curves.size()))
        ->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCross, QPen(c.bad, 1), Qt::NoBrush, 9));
}

void CurvePlot::setMoment(std::optional<double> x) {
    if (m_moment == x) return;
    m_moment = x;
    m_momentLine->setVisible(x.has_value());
    if (x) {
        m_momentLine->point1->setCoords(*x, 0);
        m_momentLine->point2->setCoords(*x, 1);
    }
    if (isVisible()) replot();
}

void CurvePlot::showAlways(double low, double high) {
    m_always = {low, high};
    touch();
}

void CurvePlot::setTitle(int index, const QString& title) {
    m_curves[std::size_t(index)].title = title;
    canvas().graph(index)->setName(title);
    touch();
}

void CurvePlot::setCurve(int index, const std::vector<double>& x, const std::vector<double>& y) {
    QCPGraph* graph = canvas().graph(index);
    graph->setData(toVector(x), toVector(y), true);
    if (m_curves[std::size_t(index)].optional) x.empty() ? graph->removeFromLegend() : graph->addToLegend();
    if (index == 0) m_marks.clear();
    for (std::size_t i = 0; i < y.size(); ++i)
        if (!std::isfinite(y[i]) && m_curves[std::size_t(index)].look == Look::Raw) m_marks.push_back(x[i]);
    if (isThinnedOut(m_curves[std::size_t(index)].look)) graph->setScatterSkip(skippedBetweenMarks(int(x.size())));
    touch();
}

double CurvePlot::markRadius() const {
    double most = 0;
    for (int i = 0; i < int(m_curves.size()); ++i) {
        const Look look = m_curves[std::size_t(i)].look;
        if (pointCount(i) == 0 || (look != Look::Rings && markOf(i) < 0)) continue;
        most = std::max(most, (look == Look::Rings ? kRingSize : look == Look::Points ? kPointSize : kMarkSize) / 2 + kPen);
    }
    return most;
}

void CurvePlot::follow() {
    bool found = false;
    double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest(), left = low, right = high;
    for (int i = 0; i < int(m_curves.size()); ++i)
        for (const QCPGraphData& point : *canvas().graph(i)->data()) {
            left = std::min(left, point.key), right = std::max(right, point.key);
            if (!std::isfinite(point.value)) continue;
            low = std::min(low, point.value), high = std::max(high, point.value);
            found = true;
        }
    if (!found) low = 0, high = 1;
    if (m_always) low = std::min(low, m_always->first), high = std::max(high, m_always->second);
    if (left > right) left = 0, right = 1;
    m_fitting = true;
    const bool apart = high - low > 1e-9 * std::max(std::abs(high), 1.0);  // rounding is no difference
    const double room = apart ? (high - low) * 0.08 : std::max(std::abs(high) * 0.1, 0.5);
    left = std::min(left, 0.0), right = right > left ? right : left + 1;
    m_followedAcross = axisWidth();
    const double share =
        std::min(markRadius() / m_followedAcross, kMostBesideMarks);  // of the width, no mark is cut by the frame
    const double beside = (right - left) * share / (1 - 2 * share);
    canvas().xAxis->setRange(left - beside, right + beside);
    canvas().yAxis->setRange(low - room, high + room);
    m_fitting = false;
}

void CurvePlot::draw() {
    if (m_following) follow();
    const double floor = canvas().yAxis->range().lower + canvas().yAxis->range().size() * 0.03;
    canvas()
        .graph(int(m_curves.size()))
        ->setData(toVector(m_marks), QVector<double>(qsizetype(m_marks.size()), floor), true);
    ++m_replots;
}

QString CurvePlot::summary() const {
    QStringList words;
    for (int i = 0; i < int(m_curves.size()); ++i) {
        const auto points = canvas().graph(i)->data();
        if (points->isEmpty() || m_curves[std::size_t(i)].look == Look::Rings) continue;
        const QCPGraphData last = *(points->constEnd() - 1);
        double least = last.value, leastAt = last.key;
        for (const QCPGraphData& point : *points)
            if (point.value < least) least = point.value, leastAt = point.key;
        words << tr("%1 %2, lowest %3 at step %4")
                     .arg(m_curves[std::size_t(i)].title, formatNumber(last.value), formatNumber(least),
                          formatInteger(qint64(leastAt)));
    }
    if (!m_marks.empty()) words << tr("%n step(s) with a loss that is not a number", nullptr, int(m_marks.size()));
    return words.join(QStringLiteral("; "));
}

QList<QPointF> CurvePlot::points(int index) const {
    QList<QPointF> points;
    for (const QCPGraphData& point : *canvas().graph(index)->data()) points << QPointF(point.key, point.value);
    return points;
}

int CurvePlot::pointCount(int index) const {
    return canvas().graph(index)->data()->size();
}

void CurvePlot::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_0: return followAgain();
        case Qt::Key_Plus:
        case Qt::Key_Equal: return zoomBy(kZoom);
        case Qt::Key_Minus: return zoomBy(1 / kZoom);
        case Qt::Key_Left: return panBy(-kPan, 0);
        case Qt::Key_Right: return panBy(kPan, 0);
        case Qt::Key_Up: return panBy(0, kPan);
        case Qt::Key_Down: return panBy(0, -kPan);
        default: QWidget::keyPressEvent(event);
    }
}

}  // namespace lorashear::ui
