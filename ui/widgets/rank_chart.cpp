#include "ui/widgets/rank_chart.h"

#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QContextMenuEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr double kRankMargin = 6, kBetween = 6;        ///< pixels: at the sides, between numbers and what they stand beside
constexpr double kMostRadius = 5, kLeastRadius = 1.5;  ///< of a mark
constexpr int kLines = 4;                              ///< that the scale shall have, about

/// 1, 2 or 5 times a power of ten.
double niceStep(double range) {
    const double rough = range / kLines, power = std::pow(10, std::floor(std::log10(rough)));
    for (const double times : {1.0, 2.0, 5.0})
        if (rough <= times * power) return times * power;
    return 10 * power;
}

}  // namespace

RankChart::RankChart(const QString& objectName, const QString& accessibleName, QWidget* parent)
    : ItemStrip(objectName, accessibleName, parent) {}

void RankChart::setPoints(std::vector<RankPoint> points) {
    m_points = std::move(points);
    itemsChanged();
}

void RankChart::setCut(int count, const QString& words) {
    m_cut = count;
    m_cutWords = words;
    describe();
    update();
}

void RankChart::setEmptyText(const QString& text) {
    m_emptyText = text;
    describe();
    update();
}

QString RankChart::wordsOfAll() const {
    if (m_points.empty()) return m_emptyText;
    return tr("%1 values, from %2 down to %3")
               .arg(formatInteger(qint64(m_points.size())), formatNumber(m_points.front().value, 3),
                    formatNumber(m_points.back().value, 3)) +
           (m_cut > 0 ? QStringLiteral("; ") + m_cutWords : QString());
}

FigureTable RankChart::figureTable() const {
    FigureTable table;
    table.columns = {{tr("Rank")}, {tr("Name"), false}, {tr("Value")}, {tr("Standard error")}, {tr("Kept whole"), false}};
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const RankPoint& point = m_points[i];
        table.rows.push_back({int(i) + 1, point.name, point.value, point.spread, point.ringed ? tr("yes") : tr("no")});
    }
    return table;
}

RankChart::Frame RankChart::frame() const {
    Frame frame;
    frame.low = frame.high = 0;
    for (const RankPoint& point : m_points) {
        frame.low = std::min(frame.low, point.value - point.spread);
        frame.high = std::max(frame.high, point.value + point.spread);
    }
    if (frame.high <= frame.low) frame.high = frame.low + 1;
    frame.step = niceStep(frame.high - frame.low);
    double wide = 0;
    for (double value = std::ceil(frame.low / frame.step) * frame.step; value <= frame.high; value += frame.step)
        wide = std::max<double>(wide, fontMetrics().horizontalAdvance(formatNumber(value, 3)));
    const double text = fontMetrics().height();
    frame.area = QRectF(QPointF(kRankMargin + wide + kBetween, text + kBetween),
                        QPointF(width() - kRankMargin, height() - text - kBetween));
    return frame;
}

double RankChart::xOf(const Frame& frame, int position) const {
    return frame.area.left() + (position + 0.5) * frame.area.width() / double(m_points.size());
}

QPointF RankChart::placeOf(int id) const {
    const int at = positionOf(id);
    if (at < 0) return {};
    const Frame of = frame();
    return {xOf(of, at), of.y(m_points[std::size_t(at)].value)};
}

int RankChart::positionAt(double x) const {
    if (m_points.empty()) return -1;
    const QRectF area = frame().area;
    return std::clamp(int((x - area.left()) / area.width() * double(m_points.size())), 0, int(m_points.size()) - 1);
}

void RankChart::paintScale(QPainter& painter, const Frame& of) const {
    const Colors& c = colors(palette());
    const QFontMetricsF metrics(painter.fontMetrics());
    for (double value = std::ceil(of.low / of.step) * of.step; value <= of.high; value += of.step) {
        const bool zero = std::abs(value) < of.step / 2;
        painter.setPen(QPen(zero ? c.muted : c.border, 1, zero ? Qt::SolidLine : Qt::DotLine));
        const double y = std::round(of.y(value)) + 0.5;
        painter.drawLine(QPointF(of.area.left(), y), QPointF(of.area.right(), y));
        painter.setPen(c.muted);
        painter.drawText(QRectF(0, y - metrics.height() / 2, of.area.left() - kBetween, metrics.height()),
                         Qt::AlignRight | Qt::AlignVCenter, formatNumber(zero ? 0 : value, 3));
    }
    const QRectF below(of.area.left(), of.area.bottom() + kBetween / 2, of.area.width(), metrics.height());
    painter.setPen(c.muted);
    painter.drawText(below, Qt::AlignLeft, tr("rank 1"));
    painter.drawText(below, Qt::AlignRight, formatInteger(qint64(m_points.size())));
    if (m_cut <= 0) return;
    const double x =
        of.area.left() + std::min<double>(m_cut, double(m_points.size())) * of.area.width() / double(m_points.size());
    painter.setPen(QPen(c.accent, 1, Qt::DashLine));
    painter.drawLine(QPointF(x, of.area.top() - kBetween), QPointF(x, of.area.bottom()));
    const double wide = metrics.horizontalAdvance(m_cutWords);
    const double left = std::max(of.area.left(), std::min(x + kBetween, of.area.right() - wide));
    painter.setPen(c.text);
    painter.drawText(QRectF(left, 0, wide + 1, metrics.height()), Qt::AlignLeft, m_cutWords);
}

void RankChart::paintPoint(QPainter& painter, const Frame& of, int position) const {
    const Colors& c = colors(palette());
    const RankPoint& point = m_points[std::size_t(position)];
    const double room = of.area.width() / double(m_points.size());
    const double radius = std::clamp(room * 0.32, kLeastRadius, kMostRadius);
    const QPointF at(xOf(of, position), of.y(point.value));
    const QColor color = okabeIto(point.category, c.dark);
    painter.setPen(QPen(color, 1));
    painter.drawLine(QPointF(at.x(), of.y(0)), at);
    if (point.spread > 0) {
        painter.setPen(QPen(c.text, 1));
        const double top = of.y(point.value + point.spread), bottom = of.y(point.value - point.spread);
        painter.drawLine(QPointF(at.x(), top), QPointF(at.x(), bottom));
        for (const double y : {top, bottom}) painter.drawLine(QPointF(at.x() - radius, y), QPointF(at.x() + radius, y));
    }
    const QRectF mark(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius);
    painter.fillPath(markPath(point.category, 2 * radius).translated(at), color);
    painter.setBrush(Qt::NoBrush);
    if (point.ringed) {
        painter.setPen(QPen(c.text, 1.5));
        painter.drawEllipse(mark.adjusted(-3, -3, 3, 3));
    }
    if (point.id != m_current) return;
    painter.setPen(QPen(c.accent, 2));
    painter.drawRect(QRectF(at.x() - std::max(room / 2, 4.0), of.area.top() - 2, std::max(room, 8.0), of.area.height() + 4));
}

void RankChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& c = colors(palette());
    if (m_points.empty()) {
        painter.setPen(c.muted);
        painter.drawText(rect().adjusted(4, 4, -4, -4), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap, m_emptyText);
    } else {
        const Frame of = frame();
        paintScale(painter, of);
        for (int i = 0; i < int(m_points.size()); ++i) paintPoint(painter, of, i);
    }
    if (!hasFocus()) return;
    painter.setPen(QPen(c.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

void RankChart::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    if (!byKey) choose(positionAt(event->pos().x()));
    Q_EMIT menuWanted(m_current, byKey ? mapToGlobal(rect().center()) : event->globalPos());
}

}  // namespace lorashear::ui
