// How pointer and keyboard move in the graph.

#include "ui/graph/graph_view.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QWheelEvent>

#include <cmath>
#include <limits>

namespace lorashear::ui {

int GraphView::neighbourAlongEdges(int direction) const {
    int best = -1;
    double nearest = std::numeric_limits<double>::max();
    for (auto [from, to] : m_folded.edges) {
        const int here = direction > 0 ? from : to, there = direction > 0 ? to : from;
        if (here != m_current) continue;
        const LayoutPoint a = m_layout.centres[std::size_t(here)], b = m_layout.centres[std::size_t(there)];
        const double distance = std::hypot(b.x - a.x, b.y - a.y);
        if (distance < nearest) nearest = distance, best = there;
    }
    return best;
}

int GraphView::neighbourInLayer(int direction) const {
    int best = -1;
    double nearest = std::numeric_limits<double>::max();
    for (int i = 0; i < int(m_boxes.size()); ++i) {
        if (m_layout.layers[std::size_t(i)] != m_layout.layers[std::size_t(m_current)]) continue;
        const double away = (m_layout.centres[std::size_t(i)].x - m_layout.centres[std::size_t(m_current)].x) * direction;
        if (away > 0 && away < nearest) nearest = away, best = i;
    }
    return best;
}

void GraphView::step(int dx, int dy) {
    if (m_boxes.empty()) return;
    if (m_current < 0) return chooseBox(0);
    const int next = dy != 0 ? neighbourAlongEdges(dy) : neighbourInLayer(dx);
    if (next >= 0) chooseBox(next);
}

void GraphView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Up: return step(0, -1);
        case Qt::Key_Down: return step(0, 1);
        case Qt::Key_Left: return step(-1, 0);
        case Qt::Key_Right: return step(1, 0);
        case Qt::Key_Home: return chooseBox(0);
        case Qt::Key_End: return chooseBox(int(m_boxes.size()) - 1);
        case Qt::Key_Return:
        case Qt::Key_Enter: return openCurrent();
        case Qt::Key_Backspace: return closeCurrent();
        case Qt::Key_F: return fitAll();
        case Qt::Key_Plus:
        case Qt::Key_Equal: return zoomBy(1.25);
        case Qt::Key_Minus: return zoomBy(1 / 1.25);
        default: QGraphicsView::keyPressEvent(event);
    }
}

void GraphView::wheelEvent(QWheelEvent* event) {
    if (!(event->modifiers() & Qt::ControlModifier)) return QGraphicsView::wheelEvent(event);
    zoomBy(std::pow(1.0015, event->angleDelta().y()));
    event->accept();
}

void GraphView::mousePressEvent(QMouseEvent* event) {
    QGraphicsView::mousePressEvent(event);
    if (auto* box = qgraphicsitem_cast<BoxItem*>(itemAt(event->pos())); box && event->button() == Qt::LeftButton)
        chooseBox(box->index());
}

void GraphView::mouseMoveEvent(QMouseEvent* event) {
    QGraphicsView::mouseMoveEvent(event);
    if (event->buttons() != Qt::NoButton) return;
    const auto* box = qgraphicsitem_cast<BoxItem*>(itemAt(event->pos()));
    const int under = box ? box->index() : -1;
    if (under == m_under) return;
    m_under = under;
    hover(cutUnder(under));
}

bool GraphView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::Leave) m_under = -1, hover({});
    return QGraphicsView::viewportEvent(event);
}

void GraphView::contextMenuEvent(QContextMenuEvent* event) {
    if (auto* box = qgraphicsitem_cast<BoxItem*>(itemAt(viewport()->mapFromGlobal(event->globalPos())));
        box && event->reason() != QContextMenuEvent::Keyboard)
        chooseBox(box->index());
    if (m_boxes.empty()) return;
    const QPoint below =
        m_current < 0 ? QPoint() : mapFromScene(m_boxes[std::size_t(m_current)]->sceneBoundingRect().bottomLeft());
    Q_EMIT menuWanted(event->reason() == QContextMenuEvent::Keyboard ? viewport()->mapToGlobal(below) : event->globalPos());
}

void GraphView::mouseDoubleClickEvent(QMouseEvent*) {
    openCurrent();
}

void GraphView::focusInEvent(QFocusEvent* event) {
    QGraphicsView::focusInEvent(event);
    const bool byKeyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (byKeyboard && m_current < 0 && !m_boxes.empty()) chooseBox(0);
}

}  // namespace lorashear::ui
