#include "ui/plots/curve_plot.h"

#include "ui/plots/plot_style.h"
#include "ui/qcustomplot_include.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pieces.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lorashear::ui {

namespace {

constexpr int kFrame = 3;  ///< room for the focus frame
constexpr double kZoom = 1.25, kPan = 0.15;

QVector<double> toVector(const std::vector<double>& values) {
    return QVector<double>(values.begin(), values.end());
}

}  // namespace

CurvePlot::CurvePlot(const QString& objectName, const QString& title, const QString& xTitle, const QString& yTitle,
                     std::vector<Curve> curves, QWidget* parent)
    : QWidget(parent),
      m_title(title),
      m_curves(std::move(curves)),
      m_plot(new QCustomPlot(this)),
      m_values(makeMuted({}, this)) {
    setObjectName(objectName);
    setAccessibleName(title);
    setFocusPolicy(Qt::StrongFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kFrame, kFrame, kFrame, kFrame);
    column->setSpacing(0);
    auto* head = new QHBoxLayout;
    QLabel* heading = makeHeading(title, this);
    heading->setObjectName(objectName + QStringLiteral("_title"));
    heading->setToolTip(tr("Zoom: wheel, + and -\nMove: drag, arrow keys\nSee everything: double-click, 0"));
    setWhatsThis(heading->toolTip());
    head->addWidget(heading);
    m_values->setObjectName(objectName + QStringLiteral("_values"));
    m_values->setAccessibleName(tr("Values under the mouse"));
    m_values->setWordWrap(false);
    m_values->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // what it says changes nothing else
    head->addSpacing(10);
    head->addWidget(m_values, 1);
    m_follow = makeButton(objectName + QStringLiteral("_follow"), tr("Follow"),
                          tr("Shows everything again, and new steps as they come (0)"), this);
    m_follow->setProperty("compact", true);
    QSizePolicy policy = m_follow->sizePolicy();
    policy.setRetainSizeWhenHidden(true);  // curves do not jump when it comes and goes
    m_follow->setSizePolicy(policy);
    m_follow->hide();
    connect(m_follow, &QPushButton::clicked, this, &CurvePlot::followAgain);
    head->addWidget(m_follow);
    column->addLayout(head);
    column->addWidget(m_plot, 1);
    m_plot->setObjectName(objectName + QStringLiteral("_canvas"));
    m_plot->setAccessibleName(title);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->xAxis->setLabel(xTitle);
    m_plot->yAxis->setLabel(yTitle);
    m_plot->yAxis->setNumberPrecision(4);
    for (const Curve& curve : m_curves) {
        QCPGraph* graph = m_plot->addGraph();
        graph->setName(curve.title);
        graph->setAdaptiveSampling(true);
        if (curve.look == Look::Steps) graph->setLineStyle(QCPGraph::lsStepLeft);
    }
    QCPGraph* marks = m_plot->addGraph();  // the last one: losses that are no numbers
    marks->setLineStyle(QCPGraph::lsNone);
    marks->removeFromLegend();
    m_plot->legend->setVisible(m_curves.size() > 1);
    for (int i = 0; i < int(m_curves.size()); ++i)
        if (m_curves[std::size_t(i)].optional)
            m_plot->graph(i)->removeFromLegend();
        else
            m_plot->graph(i)->addToLegend();
    placeLegendAbove(*m_plot);
    listenToMouse();
    m_cursor = new QCPItemStraightLine(m_plot);
    m_cursor->setVisible(false);
    m_momentLine = new QCPItemStraightLine(m_plot);
    m_momentLine->setVisible(false);
    m_plot->installEventFilter(this);
    m_plot->setContextMenuPolicy(Qt::NoContextMenu);  // comes to us
    applyTheme();
}

/// Axes that move by anything but follow() were moved by the person. A press that ends where it began was no drag.
void CurvePlot::listenToMouse() {
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis})
        connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this] {
            if (!m_fitting) leaveTheData();
        });
    connect(m_plot, &QCustomPlot::mousePress, this, [this](const QMouseEvent* event) {
        m_pressedAt = event->pos();
        m_followedAtPress = m_following;
    });
    connect(m_plot, &QCustomPlot::mouseRelease, this, [this](const QMouseEvent* event) {
        const bool dragged = (event->pos() - m_pressedAt).manhattanLength() >= QApplication::startDragDistance();
        if (m_followedAtPress && !m_following && !dragged) followAgain();
        if (!dragged && event->button() == Qt::LeftButton) Q_EMIT stepPicked(m_plot->xAxis->pixelToCoord(event->pos().x()));
    });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &CurvePlot::followAgain);
    connect(m_plot, &QCustomPlot::mouseMove, this,
            [this](const QMouseEvent* event) { showCursor(m_plot->xAxis->pixelToCoord(event->pos().x())); });
}

QString CurvePlot::valuesAt(double x) const {
    QStringList words;
    double at = x;
    for (int i = 0; i < int(m_curves.size()); ++i) {
        const auto points = m_plot->graph(i)->data();
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

QString CurvePlot::cursorWords() const {
    return m_values->text();
}

void CurvePlot::showCursor(double x) {
    const QString words = valuesAt(x);
    m_values->setText(words);
    m_values->setToolTip(words);
    m_cursor->setVisible(!words.isEmpty());
    m_cursor->point1->setCoords(x, 0);
    m_cursor->point2->setCoords(x, 1);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::hideCursor() {
    m_values->clear();
    m_cursor->setVisible(false);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

bool CurvePlot::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_plot && event->type() == QEvent::Leave) hideCursor();
    return QWidget::eventFilter(watched, event);
}

/// Steps and values of all curves, columns apart by tabs.
QString CurvePlot::asTable() const {
    QString text;
    for (int i = 0; i < int(m_curves.size()); ++i)
        for (const QPointF& point : points(i))
            text += QStringLiteral("%1\t%2\t%3\n").arg(m_curves[std::size_t(i)].title).arg(point.x()).arg(point.y());
    return text;
}

void CurvePlot::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setObjectName(objectName() + QStringLiteral("_menu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Show everything"), this, &CurvePlot::followAgain);
    menu->addAction(tr("Closer"), this, [this] { zoomBy(kZoom); });
    menu->addAction(tr("Further away"), this, [this] { zoomBy(1 / kZoom); });
    menu->addSeparator();
    menu->addAction(tr("Copy the values"), this, [this] { QGuiApplication::clipboard()->setText(asTable()); });
    menu->addAction(tr("Copy as a picture"), this, [this] { QGuiApplication::clipboard()->setPixmap(m_plot->grab()); });
    menu->popup(event->globalPos());
}

void CurvePlot::leaveTheData() {
    m_following = false;
    m_follow->show();
}

void CurvePlot::followAgain() {
    m_following = true;
    if (m_follow->hasFocus()) setFocus(Qt::OtherFocusReason);  // the button goes: the keyboard stays at its plot
    m_follow->hide();
    m_dirty = true;
    refresh();
}

void CurvePlot::zoomBy(double factor) {
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) axis->scaleRange(1 / factor);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::panBy(double x, double y) {
    m_plot->xAxis->moveRange(x * m_plot->xAxis->range().size());
    m_plot->yAxis->moveRange(y * m_plot->yAxis->range().size());
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::applyTheme() {
    const Colors& c = colors(palette());
    stylePlot(*m_plot, *this);
    for (int i = 0; i < int(m_curves.size()); ++i) {
        const Curve& curve = m_curves[std::size_t(i)];
        const QColor color = curve.look == Look::Raw ? c.raw : okabeIto(curve.category, c.dark);
        QPen pen(color, 1);
        if (curve.look == Look::Dashed) pen.setStyle(Qt::DashLine);
        m_plot->graph(i)->setPen(pen);
        if (curve.look == Look::Rings) {
            m_plot->graph(i)->setLineStyle(QCPGraph::lsNone);
            m_plot->graph(i)->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, color, 11));
        }
        if (curve.look == Look::Points)
            m_plot->graph(i)->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, color, color, 6));
    }
    m_cursor->setPen(QPen(c.muted, 1, Qt::DotLine));
    m_momentLine->setPen(QPen(c.accent, 1));
    m_plot->graph(int(m_curves.size()))
        ->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCross, QPen(c.bad, 1), Qt::NoBrush, 9));
    m_dirty = true;
    refresh();
}

void CurvePlot::setMoment(std::optional<double> x) {
    if (m_moment == x) return;
    m_moment = x;
    m_momentLine->setVisible(x.has_value());
    if (x) {
        m_momentLine->point1->setCoords(*x, 0);
        m_momentLine->point2->setCoords(*x, 1);
    }
    if (isVisible()) m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::setTitle(int index, const QString& title) {
    m_curves[std::size_t(index)].title = title;
    m_plot->graph(index)->setName(title);
    m_dirty = true;
}

void CurvePlot::setCurve(int index, const std::vector<double>& x, const std::vector<double>& y) {
    QCPGraph* graph = m_plot->graph(index);
    graph->setData(toVector(x), toVector(y), true);
    if (m_curves[std::size_t(index)].optional) x.empty() ? graph->removeFromLegend() : graph->addToLegend();
    if (index == 0) m_marks.clear();
    for (std::size_t i = 0; i < y.size(); ++i)
        if (!std::isfinite(y[i]) && m_curves[std::size_t(index)].look == Look::Raw) m_marks.push_back(x[i]);
    m_dirty = true;
}

void CurvePlot::follow() {
    bool found = false;
    double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest(), left = low, right = high;
    for (int i = 0; i < int(m_curves.size()); ++i)
        for (const QCPGraphData& point : *m_plot->graph(i)->data()) {
            left = std::min(left, point.key), right = std::max(right, point.key);
            if (!std::isfinite(point.value)) continue;
            low = std::min(low, point.value), high = std::max(high, point.value);
            found = true;
        }
    if (!found) low = 0, high = 1;
    if (left > right) left = 0, right = 1;
    m_fitting = true;
    const double room = high > low ? (high - low) * 0.08 : std::max(std::abs(high) * 0.1, 0.5);
    m_plot->xAxis->setRange(std::min(left, 0.0), right > left ? right : left + 1);
    m_plot->yAxis->setRange(low - room, high + room);
    m_fitting = false;
}

void CurvePlot::refresh() {
    if (!m_dirty || !isVisible() || m_plot->width() < 2 || m_plot->height() < 2)
        return;  // an empty canvas cannot be painted on
    m_dirty = false;
    if (m_following) follow();
    const double floor = m_plot->yAxis->range().lower + m_plot->yAxis->range().size() * 0.03;
    m_plot->graph(int(m_curves.size()))->setData(toVector(m_marks), QVector<double>(qsizetype(m_marks.size()), floor), true);
    describe();
    ++m_replots;
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void CurvePlot::describe() {
    QStringList words;
    for (int i = 0; i < int(m_curves.size()); ++i) {
        const auto points = m_plot->graph(i)->data();
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
    setAccessibleDescription(words.join(QStringLiteral("; ")));
}

QList<QPointF> CurvePlot::points(int index) const {
    QList<QPointF> points;
    for (const QCPGraphData& point : *m_plot->graph(index)->data()) points << QPointF(point.key, point.value);
    return points;
}

QRectF CurvePlot::shown() const {
    const QCPRange x = m_plot->xAxis->range(), y = m_plot->yAxis->range();
    return {x.lower, y.lower, x.size(), y.size()};
}

int CurvePlot::pointCount(int index) const {
    return m_plot->graph(index)->data()->size();
}

void CurvePlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) applyTheme();
}

void CurvePlot::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_dirty = true;
    refresh();
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

void CurvePlot::paintEvent(QPaintEvent*) {
    if (!hasFocus()) return;
    QPainter painter(this);
    painter.setPen(QPen(colors(palette()).accent, 2));
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

}  // namespace lorashear::ui
