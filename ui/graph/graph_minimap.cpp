#include "ui/graph/graph_minimap.h"

#include "ui/graph/graph_view.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace lorashear::ui {

namespace {
constexpr int kOverviewWide = 150, kOverviewHigh = 190, kOverviewLeast = 36, kOverviewMargin = 8;
}

GraphMinimap::GraphMinimap(GraphView& view) : QWidget(&view), m_view(view) {
    setObjectName(QStringLiteral("graphOverview"));
    setAccessibleName(tr("Overview of the graph"));
    setAccessibleDescription(tr("All of it in small; the frame is what is in sight and can be dragged"));
    setToolTip(accessibleDescription());
    setFocusPolicy(Qt::NoFocus);
    setCursor(Qt::OpenHandCursor);
    hide();
}

void GraphMinimap::setWanted(bool wanted) {
    m_wanted = wanted;
    arrange();
}

double GraphMinimap::zoom() const {
    const QRectF all = m_view.sceneRect();
    return all.isEmpty() ? 1 : std::min(kOverviewWide / all.width(), kOverviewHigh / all.height());
}

QPointF GraphMinimap::placeOf(const QPointF& inScene) const {
    const QRectF all = m_view.sceneRect();
    return QPointF(width() / 2.0, height() / 2.0) + (inScene - all.center()) * zoom();
}

QRectF GraphMinimap::inSight() const {
    const QRectF seen = m_view.mapToScene(m_view.viewport()->rect()).boundingRect();
    return QRectF(placeOf(seen.topLeft()), placeOf(seen.bottomRight())) & QRectF(rect()).adjusted(1, 1, -1, -1);
}

void GraphMinimap::graphChanged() {
    m_picture = {};
    arrange();
}

void GraphMinimap::arrange() {
    const QRectF all = m_view.sceneRect();
    const QRectF seen = m_view.mapToScene(m_view.viewport()->rect()).boundingRect();
    const bool shown = m_wanted && m_view.hasData() && !seen.contains(m_view.boxesInScene());
    if (shown) {
        const QSize size(std::max(kOverviewLeast, int(all.width() * zoom())),
                         std::max(kOverviewLeast, int(all.height() * zoom())));
        const QRect corner = m_view.viewport()->geometry();
        const QRect place(corner.right() - size.width() - kOverviewMargin, corner.bottom() - size.height() - kOverviewMargin,
                          size.width(), size.height());
        if (place.size() != this->size()) m_picture = {};
        setGeometry(place);
    }
    setVisible(shown);
    update();
}

void GraphMinimap::paintEvent(QPaintEvent*) {
    const Colors& c = colors(palette());
    QPainter painter(this);
    if (m_picture.isNull()) {
        m_picture = QPixmap(size() * devicePixelRatioF());
        m_picture.setDevicePixelRatio(devicePixelRatioF());
        m_picture.fill(c.card);
        QPainter boxes(&m_picture);
        for (int i = 0; i < int(m_view.folded().boxes.size()); ++i) {
            const QRectF box = m_view.boxInScene(i);
            QRectF small(placeOf(box.topLeft()), placeOf(box.bottomRight()));
            small.setSize({std::max(1.5, small.width()), std::max(1.5, small.height())});
            boxes.fillRect(small, c.muted);
        }
    }
    painter.drawPixmap(0, 0, m_picture);
    painter.setPen(QPen(c.border, 1));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
    QColor wash = c.accent;
    wash.setAlpha(40);
    painter.setBrush(wash);
    painter.setPen(QPen(c.accent, 2));
    painter.drawRect(inSight());
}

void GraphMinimap::goTo(const QPointF& place) {
    m_view.centerOn(m_view.sceneRect().center() + (place - QPointF(width() / 2.0, height() / 2.0)) / zoom());
}

void GraphMinimap::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) goTo(event->position());
}

void GraphMinimap::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton) goTo(event->position());
}

}  // namespace lorashear::ui
