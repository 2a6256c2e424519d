#pragma once

#include "ui/theme/colors.h"

#include <QPalette>
#include <QString>

#include <vector>

class QApplication;

namespace lorashear::ui {

/// What a person asks for; System: as far as Qt 6.4 tells, which is by the system's palette.
enum class Appearance { System, Light, Dark, HighContrast };
struct AppearanceRow {
    Appearance appearance;
    const char* id;     ///< in settings and on the command line
    const char* title;  ///< in the menu, to be translated in the context "lorashear::ui::Appearance"
};
const std::vector<AppearanceRow>& appearances();
Appearance appearanceFromId(const QString& id);  ///< an unknown one: System
QString appearanceId(Appearance appearance);
QString appearanceTitle(const AppearanceRow& row);

QPalette paletteFor(Theme theme);
QPalette paletteFor(bool dark, bool contrast = false);
/// The theme that a system with this palette asks for: high contrast where its own text stands at 20:1 or more.
Theme themeOfSystem(const QPalette& system);
/// presenting: a projector's colours.
Theme themeFor(Appearance appearance, Theme system, bool presenting);
Theme themeInForce();  ///< what was applied last

/// Sets style, palette, style sheet and type size of the whole program. presenting: the projector's colours and larger type; goes back to what it was
/// without.
void applyAppearance(QApplication& application, Appearance appearance, bool presenting = false);
void applyStyleSheet(QApplication& application);  ///< again, for what was applied last, where it was taken away for a while
bool presenting();                                ///< what was applied last
/// Type of the whole program so many times as large as the system's; while presenting only where that makes it larger still.
void applyTypeScale(QApplication& application, double scale);
double typeScale();  ///< what was applied last
/// Nothing moves by itself any more: no fading menus and tips, no sliding bars, a text cursor that does not blink. Qt 6.4 does not tell whether
/// the system asks for it.
void applyReducedMotion(QApplication& application, bool reduced);
bool reducedMotion();

}  // namespace lorashear::ui
