#include "ui/plots/curve_plot.h"

#include "ui/qcustomplot_include.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pieces.h"

#include <QKeyEvent>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lorashear::ui {

namespace {

QVector<double> toVector(const std::vector<double>& values) {
    return QVector<double>(values.begin(), values.end());
}

}  // namespace

CurvePlot::CurvePlot(const QString& objectName, const QString& title, const QString& xTitle, const QString& yTitle, std::vector<Curve> curves,
                     QWidget* parent)
    : QWidget(parent), m_title(title), m_curves(std::move(curves)), m_plot(new QCustomPlot(this)) {
    setObjectName(objectName);
    setAccessibleName(title);
    setFocusPolicy(Qt::StrongFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHeading(title, this));
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
    for (int i = 0; i < int(m_curves.size()); ++i) m_plot->graph(i)->addToLegend();
    placeLegend();
    connect(m_plot, &QCustomPlot::mouseWheel, this, [this] { m_following = false; });
    connect(m_plot, &QCustomPlot::mousePress, this, [this] { m_following = false; });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this] {
        m_following = true;
        m_dirty = true;
        refresh();
    });
    setToolTip(tr("Wheel and drag to zoom; double-click or press 0 to see everything again"));
    applyTheme();
}

/// A row above the axes, so that it never lies on a curve.
void CurvePlot::placeLegend() {
    m_plot->plotLayout()->insertRow(0);
    auto* row = new QCPLayoutGrid;
    row->setMargins(QMargins(0, 0, 4, 0));
    m_plot->plotLayout()->addElement(0, 0, row);
    row->addElement(0, 0, new QCPLayoutElement);  // pushes the legend to the right
    row->addElement(0, 1, m_plot->legend);
    row->setColumnStretchFactor(1, 0.001);
    m_plot->legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
    m_plot->legend->setMargins(QMargins(0, 0, 0, 0));
    m_plot->plotLayout()->setRowStretchFactor(0, 0.001);
    m_plot->plotLayout()->setRowSpacing(0);
}

void CurvePlot::applyTheme() {
    const Colors& c = colors(palette());
    m_plot->setBackground(QBrush(c.card));
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setBasePen(QPen(c.border));
        axis->setTickPen(QPen(c.border));
        axis->setSubTickPen(QPen(c.border));
        axis->setTickLabelColor(c.muted);
        axis->setLabelColor(c.muted);
        axis->grid()->setPen(QPen(c.border, 1, Qt::DotLine));
        axis->grid()->setZeroLinePen(QPen(c.border));
        axis->setTickLabelFont(font());
        axis->setLabelFont(font());
    }
    QColor legendBack = c.card;
    legendBack.setAlpha(210);
    m_plot->legend->setBrush(legendBack);
    m_plot->legend->setBorderPen(Qt::NoPen);
    m_plot->legend->setTextColor(c.text);
    m_plot->legend->setFont(font());
    for (int i = 0; i < int(m_curves.size()); ++i) {
        const Curve& curve = m_curves[std::size_t(i)];
        const QColor color = curve.look == Look::Raw ? c.raw : okabeIto(curve.category, c.dark);
        QPen pen(color, 1);
        if (curve.look == Look::Dashed) pen.setStyle(Qt::DashLine);
        m_plot->graph(i)->setPen(pen);
        if (curve.look == Look::Points) m_plot->graph(i)->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, color, color, 6));
    }
    m_plot->graph(int(m_curves.size()))->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCross, QPen(c.bad, 1), Qt::NoBrush, 9));
    m_dirty = true;
    refresh();
}

void CurvePlot::setCurve(int index, const std::vector<double>& x, const std::vector<double>& y) {
    m_plot->graph(index)->setData(toVector(x), toVector(y), true);
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
    const double room = high > low ? (high - low) * 0.08 : std::max(std::abs(high) * 0.1, 0.5);
    m_plot->xAxis->setRange(std::min(left, 0.0), right > left ? right : left + 1);
    m_plot->yAxis->setRange(low - room, high + room);
}

void CurvePlot::refresh() {
    if (!m_dirty || !isVisible() || m_plot->width() < 2 || m_plot->height() < 2) return;  // an empty canvas cannot be painted on
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
        if (points->isEmpty()) continue;
        const QCPGraphData last = *(points->constEnd() - 1);
        double least = last.value, leastAt = last.key;
        for (const QCPGraphData& point : *points)
            if (point.value < least) least = point.value, leastAt = point.key;
        words << tr("%1 %2, lowest %3 at step %4")
                     .arg(m_curves[std::size_t(i)].title, formatNumber(last.value), formatNumber(least), formatInteger(qint64(leastAt)));
    }
    if (!m_marks.empty()) words << tr("%n step(s) with a loss that is not a number", nullptr, int(m_marks.size()));
    setAccessibleDescription(words.join(QStringLiteral("; ")));
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
    if (event->key() != Qt::Key_0) return QWidget::keyPressEvent(event);
    m_following = true;
    m_dirty = true;
    refresh();
}

}  // namespace lorashear::ui
