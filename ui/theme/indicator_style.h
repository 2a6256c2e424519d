#pragma once

#include <QProxyStyle>

namespace lorashear::ui {

/// Fusion with check boxes and radio buttons whose outline can be seen on a dark window, and in high contrast fields and handles too: Fusion derives outlines by
/// darkening the background.
class IndicatorStyle : public QProxyStyle {
public:
    IndicatorStyle();
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;
    /// Without what moves, where a person wants no motion.
    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* returned) const override;
};

}  // namespace lorashear::ui
