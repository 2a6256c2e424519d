#include "ui/graph/graph_items.h"

#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr double kBarsHeight = 7;  ///< height of an overlay's bars together
constexpr double kCutSide = 22;    ///< side of the small tensor

/// 1 in a file: what is too small for a screen can be looked at from nearer there.
double zoomOf(const QPainter& painter) {
    if (painter.testRenderHint(QPainter::LosslessImageRendering)) return 1;
    return QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter.worldTransform());
}

}  // namespace

QString BoxItem::Look::leftWords() const {
    if (left < 0) return {};
    if (left == 0) return tr("removed: the dashed outline is where it was");
    return tr("%1 of it left: the dashed outline is what it was").arg(formatPercent(left));
}

void BoxItem::setLook(Look look) {
    if (look == m_look) return;
    m_look = std::move(look);
    QStringList words{m_look.title, m_look.subtitle, m_look.bars.words, m_look.leftWords()};
    words.removeAll(QString());
    setToolTip(words.join(QLatin1Char('\n')));
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
    // What was cut off is an outline; what is left is as wide as its share.
    const QRectF left = m_look.left < 0 ? box : QRectF(box.topLeft(), QSizeF(box.width() * m_look.left, box.height()));
    if (m_look.left >= 0) {
        painter->setPen(QPen(m_look.current ? c.accent : c.muted, 1.5, Qt::DashLine));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(box, 6, 6);
    }
    if (m_look.folded && left.width() > 0) {  // a second sheet behind: there is more inside
        painter->setPen(QPen(c.border, 1));
        painter->setBrush(c.card);
        painter->drawRoundedRect(left.translated(4, 4), 6, 6);
    }
    painter->setPen(outline);
    painter->setBrush(m_look.lit ? c.track : c.card);
    if (left.width() > 0) painter->drawRoundedRect(left, 6, 6);
    if (!m_look.stripes.empty()) {
        const double height = (box.height() - 12) / double(m_look.stripes.size());
        for (std::size_t i = 0; i < m_look.stripes.size(); ++i)
            painter->fillRect(QRectF(box.left() + 5, box.top() + 6 + double(i) * height, 5, height - 1), m_look.stripes[i]);
    }
    paintBars(*painter, box);
    if (m_look.rows || m_look.columns) paintCut(*painter, box);
    if (zoom < kLabelZoom) return;
    const double cut = m_look.rows || m_look.columns ? kCutSide + 6 : 0;
    QRectF words = box.adjusted(16, 3, -8 - cut, m_look.bars.bars.empty() ? -3 : -3 - kBarsHeight / 2);
    if (!m_look.bars.value.isEmpty()) {
        QFont small = painter->font();
        small.setPointSizeF(small.pointSizeF() * 0.85);
        const double wide = QFontMetricsF(small).horizontalAdvance(m_look.bars.value);
        const QFont former = painter->font();
        painter->setFont(small);
        painter->setPen(c.text);
        const bool below = !m_look.subtitle.isEmpty() && words.width() > 40;
        painter->drawText(below ? QRectF(words.left(), words.center().y(), words.width(), words.height() / 2 - 2) : words,
                          Qt::AlignVCenter | Qt::AlignRight, m_look.bars.value);
        painter->setFont(former);
        if (below) return paintWords(*painter, words, wide + 6);
        words.setRight(words.right() - wide - 6);
    }
    paintWords(*painter, words, 0);
}

/// less: of the second line's width, taken by something else.
void BoxItem::paintWords(QPainter& painter, const QRectF& words, double less) const {
    const Colors& c = m_colors;
    painter.setPen(c.text);
    QFont font = painter.font();
    font.setBold(m_look.folded || m_look.current);
    painter.setFont(font);
    const bool two = !m_look.subtitle.isEmpty() && words.width() > 40;
    const QFontMetricsF metrics(font);
    painter.drawText(two ? QRectF(words.left(), words.top(), words.width(), words.height() / 2 + 2) : words,
                     Qt::AlignVCenter | Qt::AlignLeft, metrics.elidedText(m_look.title, Qt::ElideRight, words.width()));
    if (!two) return;
    font.setBold(false);
    font.setPointSizeF(font.pointSizeF() * 0.85);
    painter.setFont(font);
    painter.setPen(c.muted);
    painter.drawText(QRectF(words.left(), words.center().y(), words.width() - less, words.height() / 2 - 2),
                     Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetricsF(font).elidedText(m_look.subtitle, Qt::ElideRight, words.width() - less));
}

void BoxItem::paintBars(QPainter& painter, const QRectF& box) const {
    if (m_look.bars.bars.empty()) return;
    const double gap = 1, rows = double(m_look.bars.bars.size()), high = (kBarsHeight - gap * (rows - 1)) / rows;
    const QRectF all(box.left() + 14, box.bottom() - kBarsHeight - 3, box.width() - 22, kBarsHeight);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    double top = all.top();
    for (const std::vector<BarPart>& bar : m_look.bars.bars) {
        painter.fillRect(QRectF(all.left(), top, all.width(), high), m_colors.track);
        double left = all.left();
        for (const BarPart& part : bar) {
            const double wide = all.width() * part.share;
            paintInk(painter, QRectF(left, top, wide, high), part.ink, m_colors, part.position);
            left += wide;
        }
        top += high + gap;
    }
    painter.restore();
}

/// A tensor in small, with the rows or columns that go together.
void BoxItem::paintCut(QPainter& painter, const QRectF& box) const {
    const QRectF tensor(box.right() - kCutSide - 6, box.top() + 6, kCutSide, kCutSide);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(m_colors.text, 1));
    painter.setBrush(m_colors.card);
    painter.drawRect(tensor);
    for (int i = 0; i < 3; ++i) {
        const double at = 4 + i * 6.0;
        if (m_look.rows) painter.fillRect(QRectF(tensor.left() + 1, tensor.top() + at, kCutSide - 1, 3), m_look.cut);
        if (m_look.columns) painter.fillRect(QRectF(tensor.left() + at, tensor.top() + 1, 3, kCutSide - 1), m_look.cut);
    }
    painter.restore();
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
