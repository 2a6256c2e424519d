#pragma once

#include "core/trace/structure.h"

#include <QColor>
#include <QPalette>
#include <QString>

class QApplication;

namespace lorashear::ui {

/// The colours that are not in a QPalette. Text colours reach 4.5:1 on every surface they are used on (tests/ui/tst_theme.cpp).
struct Colors {
    QColor surface, card, text, muted, accent, onAccent, border, track;
    QColor good, warn, bad;  ///< as text
    QColor raw;              ///< thin curves behind smooth ones
    bool dark = false;
};

enum class Appearance { System, Light, Dark };

/// projector: black on white or white on black, text and lines at 7:1 and 3:1, for a room with the lights on.
Colors colorsFor(bool dark, bool projector = false);
/// From the palette in force: widgets ask when they paint, so that a change of theme needs no bookkeeping.
const Colors& colors(const QPalette& palette);
QColor okabeIto(int index, bool dark);                   ///< eight categories, told apart by the colour-blind
QColor viridis(double position);                         ///< 0 to 1
QColor unitColor(UnitKind unit, bool dark);              ///< attention blue, MLP orange, hidden green, other grey
double contrastRatio(const QColor& a, const QColor& b);  ///< WCAG 2, 1 to 21

QPalette paletteFor(bool dark, bool projector = false);
bool systemIsDark();
/// Sets style, palette, style sheet and type size of the whole program. presenting: the projector's colours and larger type; goes back to what it was
/// without.
void applyAppearance(QApplication& application, Appearance appearance, bool presenting = false);
bool presenting();                               ///< what was applied last
Appearance appearanceFromId(const QString& id);  ///< "system", "light", "dark"
QString appearanceId(Appearance appearance);

}  // namespace lorashear::ui
