#include "ui/widgets/inks.h"

#include "ui/theme/colors.h"

#include <QLinearGradient>
#include <QPainter>

namespace lorashear::ui {

namespace {

/// Inside the rectangle: neighbours' outlines do not lie on each other.
void outlineInk(QPainter& painter, const QRectF& rect, const QColor& color, Qt::PenStyle style) {
    painter.setPen(QPen(color, 1, style));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
}

}  // namespace

void paintInk(QPainter& painter, const QRectF& rect, Ink ink, const Colors& c, double position) {
    if (rect.width() <= 0) return;
    switch (ink) {
        case Ink::Kept: return painter.fillRect(rect, c.accent);
        case Ink::Going:
            painter.fillRect(rect, c.card);
            painter.fillRect(rect, QBrush(c.warn, Qt::BDiagPattern));
            return outlineInk(painter, rect, c.warn, Qt::SolidLine);
        case Ink::Gone: return outlineInk(painter, rect, c.muted, Qt::DotLine);
        case Ink::Protected:
            painter.fillRect(rect, c.card);
            painter.fillRect(rect, QBrush(c.good, Qt::DiagCrossPattern));
            return outlineInk(painter, rect, c.good, Qt::SolidLine);
        case Ink::Planned: painter.fillRect(rect, c.card); return outlineInk(painter, rect, c.accent, Qt::DashLine);
        case Ink::Scale: painter.fillRect(rect, viridis(position)); return outlineInk(painter, rect, c.muted, Qt::SolidLine);
    }
}

void paintScale(QPainter& painter, const QRectF& rect, const Colors& c) {
    QLinearGradient gradient(rect.topLeft(), rect.topRight());
    constexpr int kStops = 5;
    for (int i = 0; i <= kStops; ++i) gradient.setColorAt(double(i) / kStops, viridis(double(i) / kStops));
    painter.fillRect(rect, gradient);
    outlineInk(painter, rect, c.muted, Qt::SolidLine);
}

}  // namespace lorashear::ui
