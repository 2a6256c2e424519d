#include "ui/theme/indicator_style.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace lorashear::ui {

namespace {

void drawTick(QPainter& painter, const QRectF& box, const QColor& color) {
    painter.setPen(QPen(color, box.width() / 7, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const auto at = [&](double x, double y) { return QPointF(box.x() + x * box.width(), box.y() + y * box.height()); };
    const QPointF tick[] = {at(0.24, 0.54), at(0.43, 0.73), at(0.78, 0.30)};
    painter.drawPolyline(tick, 3);
}

void drawIndicator(QPainter& painter, const QStyleOption& option, bool round) {
    const Colors& c = colors(option.palette);
    const bool enabled = option.state & QStyle::State_Enabled, on = option.state & QStyle::State_On;
    const bool mixed = option.state & QStyle::State_NoChange;
    const bool touched = option.state & (QStyle::State_MouseOver | QStyle::State_HasFocus);
    const QColor fill = (on || mixed) && enabled ? c.accent : c.card;
    const QColor ink = enabled ? c.onAccent : c.muted;
    QRectF box = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(!enabled ? c.border : touched ? c.accent : c.muted, 1));
    painter.setBrush(fill);
    if (round)
        painter.drawEllipse(box);
    else
        painter.drawRoundedRect(box, 3, 3);
    painter.setBrush(ink);
    if (on && round) {
        painter.setPen(Qt::NoPen);
        painter.drawEllipse(box.center(), box.width() * 0.2, box.height() * 0.2);
    } else if (on) {
        drawTick(painter, box, ink);
    } else if (mixed) {
        painter.setPen(Qt::NoPen);
        painter.drawRect(QRectF(box.x() + box.width() * 0.25, box.center().y() - 1, box.width() * 0.5, 2));
    }
    painter.restore();
}

bool highContrast() {
    return themeInForce() == Theme::White || themeInForce() == Theme::Black;
}

void drawOutline(QPainter& painter, const QStyleOption& option, const QRect& rect) {
    const Colors& c = colors(option.palette);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(option.state & QStyle::State_HasFocus ? c.accent : c.border, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    painter.restore();
}

}  // namespace

IndicatorStyle::IndicatorStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {
    setObjectName(QStringLiteral("fusion"));
}

void IndicatorStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                   const QWidget* widget) const {
    switch (element) {
        case PE_IndicatorCheckBox:
        case PE_IndicatorItemViewItemCheck: drawIndicator(*painter, *option, false); return;
        case PE_IndicatorRadioButton: drawIndicator(*painter, *option, true); return;
        default: QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
    if (element == PE_FrameLineEdit && highContrast()) drawOutline(*painter, *option, option->rect);
}

void IndicatorStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                                        const QWidget* widget) const {
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    if (!highContrast()) return;
    if (control == CC_SpinBox || control == CC_ComboBox) drawOutline(*painter, *option, option->rect);
    if (control == CC_Slider) drawOutline(*painter, *option, subControlRect(CC_Slider, option, SC_SliderHandle, widget));
}

int IndicatorStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                              QStyleHintReturn* returned) const {
    const bool moves = hint == SH_Widget_Animate || hint == SH_Widget_Animation_Duration;
    return moves && reducedMotion() ? 0 : QProxyStyle::styleHint(hint, option, widget, returned);
}

}  // namespace lorashear::ui
