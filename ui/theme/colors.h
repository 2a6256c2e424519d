#pragma once

#include "core/trace/structure.h"

#include <QColor>
#include <QPainterPath>
#include <QPalette>

#include <array>

namespace lorashear::ui {

/// The colours that are not in a QPalette. Text colours reach 4.5:1 on every surface they are used on, in high contrast 7:1
/// (tests/ui/tst_ui_theme.cpp).
struct Colors {
    QColor surface, card, text, muted, accent, onAccent, border, track;
    QColor good, warn, bad;  ///< as text
    QColor raw;              ///< thin curves behind smooth ones
    bool dark = false;
};

/// Every look there is. White and Black: high contrast, text at 7:1 and lines at 3:1; also what a projector shows in a room with the lights on.
enum class Theme { Light, Dark, White, Black };
inline constexpr std::array kThemes{Theme::Light, Theme::Dark, Theme::White, Theme::Black};

const Colors& colorsFor(Theme theme);
inline const Colors& colorsFor(bool dark, bool contrast = false) {
    return colorsFor(contrast ? (dark ? Theme::Black : Theme::White) : (dark ? Theme::Dark : Theme::Light));
}
/// From the palette in force: widgets ask when they paint, so that a change of theme needs no bookkeeping.
const Colors& colors(const QPalette& palette);
/// Eight categories after Okabe and Ito, told apart by the colour-blind and at 3:1 on cards, in high contrast at 7:1. What tells things apart by it tells them apart by a
/// mark too: markPath().
QColor okabeIto(int index, bool dark);
/// The mark of a category, in a square of that size around 0, 0: disc, square, triangle, diamond, plus, lying triangle, cross, star.
QPainterPath markPath(int category, double size);
QColor viridis(double position);                         ///< 0 to 1
QColor unitColor(UnitKind unit, bool dark);              ///< attention blue, MLP orange, hidden green, other grey
double contrastRatio(const QColor& a, const QColor& b);  ///< WCAG 2, 1 to 21
QColor inkOn(const QColor& ground);                      ///< black or white, whichever stands out more

}  // namespace lorashear::ui
