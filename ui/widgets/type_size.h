#pragma once

#include <functional>

class QWidget;

namespace lorashear::ui {

/// Does `act` now, and again whenever the widget's type changes: for sizes that are so many characters or lines. The type grows and shrinks while the
/// window is open (presentation mode).
void whenTypeChanges(QWidget& widget, std::function<void()> act);
/// As wide as so many average characters.
void keepWidth(QWidget& widget, int characters);

}  // namespace lorashear::ui
