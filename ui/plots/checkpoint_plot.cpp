#include "ui/plots/checkpoint_plot.h"

#include "ui/qcustomplot_include.h"
#include "ui/theme/format.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr double kRingReach = 9;  ///< pixels from a ring's middle at which the mouse has it

QString ringWord(double step) {
    return formatInteger(qint64(std::llround(step)));
}

}  // namespace

void CheckpointPlot::setRings(int index) {
    m_rings = index;
    connect(&canvas(), &QCustomPlot::mousePress, this, [this](const QMouseEvent* event) { m_pressed = event->pos(); });
    connect(&canvas(), &QCustomPlot::mouseRelease, this, [this](const QMouseEvent* event) {
        if (event->button() != Qt::LeftButton) return;
        if ((event->pos() - m_pressed).manhattanLength() >= QApplication::startDragDistance()) return;
        if (const auto step = ringAt(event->pos())) offer(*step);
    });
}

std::vector<double> CheckpointPlot::ringSteps() const {
    std::vector<double> steps;
    if (m_rings < 0) return steps;
    for (const QPointF& ring : points(m_rings)) steps.push_back(ring.x());
    return steps;
}

std::optional<QPoint> CheckpointPlot::ringPlace(double step) const {
    if (m_rings < 0) return std::nullopt;
    for (const QPointF& ring : points(m_rings))
        if (ring.x() == step)
            return QPoint(int(std::lround(canvas().xAxis->coordToPixel(ring.x()))),
                          int(std::lround(canvas().yAxis->coordToPixel(ring.y()))));
    return std::nullopt;
}

std::optional<double> CheckpointPlot::ringAt(const QPoint& place) const {
    std::optional<double> best;
    double least = kRingReach;
    for (double step : ringSteps()) {
        const QPoint apart = *ringPlace(step) - place;
        if (const double far = std::hypot(apart.x(), apart.y()); far < least) least = far, best = step;
    }
    return best;
}

void CheckpointPlot::addBranch(QMenu& menu, double step) {
    QAction* action =
        menu.addAction(tr("Branch from step %1").arg(ringWord(step)), this, [this, step] { Q_EMIT branchWanted(step); });
    action->setObjectName(QStringLiteral("branch_%1").arg(std::llround(step)));
}

/// What a click on a ring leads to; nothing is done before it is chosen.
void CheckpointPlot::offer(double step) {
    auto* menu = new QMenu(this);
    menu->setObjectName(objectName() + QStringLiteral("_ring"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addBranch(*menu, step);
    menu->setActiveAction(menu->actions().front());
    menu->popup(canvas().mapToGlobal(*ringPlace(step) + QPoint(int(kRingReach), int(kRingReach))));
}

void CheckpointPlot::contextMenuEvent(QContextMenuEvent* event) {
    m_menuRing =
        event->reason() == QContextMenuEvent::Mouse ? ringAt(canvas().mapFromGlobal(event->globalPos())) : std::nullopt;
    CurvePlot::contextMenuEvent(event);
}

void CheckpointPlot::addActions(QMenu& menu) {
    const std::vector<double> steps = ringSteps();
    if (m_menuRing) {
        addBranch(menu, *m_menuRing);
        menu.addSeparator();
    } else if (!steps.empty()) {
        QMenu* all = menu.addMenu(tr("Checkpoints"));
        for (double step : steps) addBranch(*all, step);
    }
    CurvePlot::addActions(menu);
}

void CheckpointPlot::keyPressEvent(QKeyEvent* event) {
    const std::vector<double> steps = ringSteps();
    double now = moment().value_or(0);
    for (int i = 0; !moment() && i < m_rings; ++i)  // the newest step is looked at, to the end of what was measured
        if (const auto drawn = points(i); !drawn.isEmpty()) now = std::max(now, drawn.last().x());
    const auto at = std::find_if(steps.begin(), steps.end(), [now](double step) { return step >= now; });
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (steps.empty() || (!enter && event->key() != Qt::Key_BracketLeft && event->key() != Qt::Key_BracketRight))
        return CurvePlot::keyPressEvent(event);
    if (event->key() == Qt::Key_BracketLeft) {
        if (at != steps.begin()) Q_EMIT stepPicked(*std::prev(at));
    } else if (event->key() == Qt::Key_BracketRight) {
        const auto next = std::find_if(steps.begin(), steps.end(), [now](double step) { return step > now; });
        if (next != steps.end()) Q_EMIT stepPicked(*next);
    } else if (const double step = at == steps.end() ? steps.back() : *at; !moment() || step == now) {
        offer(step);
    }
}

void CheckpointPlot::pointAt(const QPoint& at) {
    CurvePlot::pointAt(at);
    const auto ring = ringAt(at);
    canvas().setCursor(ring ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (ring) setWords(tr("Checkpoint of step %1: click to branch from it").arg(ringWord(*ring)));
}

void CheckpointPlot::pointAtNothing() {
    CurvePlot::pointAtNothing();
    canvas().unsetCursor();
}

QString CheckpointPlot::summary() const {
    QStringList steps;
    for (double step : ringSteps()) steps << ringWord(step);
    const QString curves = CurvePlot::summary();
    return steps.isEmpty() ? curves
                           : tr("%1; checkpoints to branch from, with [ and ] and Enter: steps %2")
                                 .arg(curves, steps.join(QStringLiteral(", ")));
}

}  // namespace lorashear::ui
