#include "ui/widgets/timeline_view.h"

#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace lorashear::ui {

TimelineView::TimelineView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("scheduleTimeline"));
    setAccessibleName(tr("Schedule"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize TimelineView::sizeHint() const {
    return {360, fontMetrics().height() * 3 + 18};
}

void TimelineView::setParts(std::vector<TimelinePart> parts) {
    m_parts = std::move(parts);
    QStringList words;
    double total = 0;
    for (const TimelinePart& part : m_parts) {
        words << tr("%1: %2 steps").arg(part.name, formatInteger(qint64(part.steps)));
        total += part.steps;
    }
    words << tr("%1 steps in all").arg(formatInteger(qint64(total)));
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    setToolTip(words.join(QLatin1Char('\n')));
    update();
}

void TimelineView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colors& c = colors(palette());
    double total = 0;
    for (const TimelinePart& part : m_parts) total += part.steps;
    if (total <= 0) {
        painter.setPen(c.muted);
        painter.drawText(rect(), Qt::AlignCenter, tr("No steps yet"));
        return;
    }
    const int line = fontMetrics().height();
    const QRectF band(1, line + 4, width() - 2, line + 6);
    double x = band.left(), steps = 0, textEnd = -1;
    painter.setPen(c.muted);
    painter.drawText(QPointF(band.left(), band.bottom() + line), QStringLiteral("0"));
    for (const TimelinePart& part : m_parts) {
        const double w = band.width() * part.steps / total;
        steps += part.steps;
        const QRectF piece(x, band.top(), std::max(1.0, w - 1), band.height());
        painter.fillRect(piece, okabeIto(part.category, c.dark));
        if (part.marker) {  // a notch where groups become exactly zero
            painter.setPen(Qt::NoPen);
            painter.setBrush(c.text);
            const QPointF tip(piece.right(), band.top() - 1);
            const QPointF notch[] = {tip, tip + QPointF(-4, -6), tip + QPointF(4, -6)};
            painter.drawPolygon(notch, 3);
        }
        painter.setPen(c.text);
        if (fontMetrics().horizontalAdvance(part.name) + 12 < w && !part.marker)
            painter.drawText(QPointF(x > band.left() ? x + 7 : x, band.top() - 4), part.name);
        const QString number = formatInteger(qint64(steps));
        const double numberWidth = fontMetrics().horizontalAdvance(number), at = std::min(x + w, band.right()) - numberWidth;
        if (at > textEnd + 8 && at > band.left() + 16) {
            painter.setPen(c.muted);
            painter.drawText(QPointF(at, band.bottom() + line), number);
            textEnd = at + numberWidth;
        }
        x += w;
    }
}

}  // namespace lorashear::ui
