#include "ui/graph/graph_items.h"

#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include <algorithm>

namespace lorashear::ui {

namespace {

/// 1 in a file: what is too small for a screen can be looked at from nearer there.
double zoomOf(const QPainter& painter) {
    if (painter.testRenderHint(QPainter::LosslessImageRendering)) return 1;
    return QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter.worldTransform());
}

}  // namespace

void BoxItem::setLook(Look look) {
    m_look = std::move(look);
    setToolTip(m_look.subtitle.isEmpty() ? m_look.title : m_look.title + QLatin1Char('\n') + m_look.subtitle);
    update();
}

QRectF BoxItem::boundingRect() const {
    return QRectF(-m_size.width() / 2 - 6, -m_size.height() / 2 - 3, m_size.width() + 12, m_size.height() + 10);
}

void BoxItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    const Colors& c = m_colors;
    const double zoom = zoomOf(*painter);
    const QRectF box(-m_size.width() / 2, -m_size.height() / 2, m_size.width(), m_size.height());
    painter->setOpacity(m_look.dimmed ? 0.45 : 1.0);
    painter->setRenderHint(QPainter::Antialiasing, zoom >= kLabelZoom);
    const QPen outline(m_look.current ? c.accent : m_look.lit ? c.text : c.border, m_look.current ? 3 : m_look.lit ? 2 : 1);
    if (m_look.folded) {  // a second sheet behind: there is more inside
        painter->setPen(QPen(c.border, 1));
        painter->setBrush(c.card);
        painter->drawRoundedRect(box.translated(4, 4), 6, 6);
    }
    painter->setPen(outline);
    painter->setBrush(m_look.lit ? c.track : c.card);
    painter->drawRoundedRect(box, 6, 6);
    if (!m_look.stripes.empty()) {
        const double height = (box.height() - 12) / double(m_look.stripes.size());
        for (std::size_t i = 0; i < m_look.stripes.size(); ++i)
            painter->fillRect(QRectF(box.left() + 5, box.top() + 6 + double(i) * height, 5, height - 1), m_look.stripes[i]);
    }
    if (m_look.kept >= 0) {
        const QRectF track(box.left() + 16, box.bottom() - 7, box.width() - 26, 3);
        painter->fillRect(track, c.track);
        painter->fillRect(QRectF(track.topLeft(), QSizeF(track.width() * m_look.kept, 3)), c.accent);
    }
    if (zoom < kLabelZoom) return;
    const QRectF words = box.adjusted(16, 3, -8, -3);
    painter->setPen(c.text);
    QFont font = painter->font();
    font.setBold(m_look.folded || m_look.current);
    painter->setFont(font);
    const bool two = !m_look.subtitle.isEmpty();
    const QFontMetricsF metrics(font);
    painter->drawText(two ? QRectF(words.left(), words.top(), words.width(), words.height() / 2 + 2) : words,
                      Qt::AlignVCenter | Qt::AlignLeft, metrics.elidedText(m_look.title, Qt::ElideRight, words.width()));
    if (!two) return;
    font.setBold(false);
    font.setPointSizeF(font.pointSizeF() * 0.85);
    painter->setFont(font);
    painter->setPen(c.muted);
    painter->drawText(QRectF(words.left(), words.center().y(), words.width(), words.height() / 2 - 2),
                      Qt::AlignVCenter | Qt::AlignLeft,
                      QFontMetricsF(font).elidedText(m_look.subtitle, Qt::ElideRight, words.width()));
}

QPainterPath edgeCurve(const std::vector<LayoutPoint>& route) {
    QPainterPath path;
    if (route.size() < 2) return path;
    path.moveTo(route.front().x, route.front().y);
    for (std::size_t i = 1; i < route.size(); ++i) {
        const QPointF a(route[i - 1].x, route[i - 1].y), b(route[i].x, route[i].y);
        const double bend = (b.y() - a.y()) / 2;
        path.cubicTo(a + QPointF(0, bend), b - QPointF(0, bend), b);
    }
    return path;
}

EdgeItem::EdgeItem(const QPainterPath& path, const Colors& colors) : m_path(path), m_colors(colors) {
    m_tip = m_path.currentPosition();
    m_bounds = m_path.boundingRect().adjusted(-5, -5, 5, 5);
    setZValue(-1);
}

void EdgeItem::setLit(bool lit) {
    if (m_lit == lit) return;
    m_lit = lit;
    setZValue(lit ? -0.5 : -1);
    update();
}

void EdgeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    const bool fine = zoomOf(*painter) >= kLabelZoom;
    painter->setRenderHint(QPainter::Antialiasing, fine);
    const QColor color = m_lit ? m_colors.accent : m_colors.raw;
    painter->setPen(QPen(color, m_lit ? 2 : 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(m_path);
    if (!fine) return;
    painter->setBrush(color);
    const QPointF head[] = {m_tip, m_tip + QPointF(-3.5, -6), m_tip + QPointF(3.5, -6)};
    painter->drawPolygon(head, 3);
}

void FrameItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
    QColor wash = m_colors.accent;
    wash.setAlpha(14);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(m_colors.muted, 1, Qt::DashLine));
    painter->setBrush(wash);
    painter->drawRoundedRect(m_rect, 10, 10);
    if (zoomOf(*painter) < kLabelZoom) return;
    painter->setPen(m_colors.muted);
    painter->drawText(label().adjusted(10, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, m_title);
}

}  // namespace lorashear::ui
