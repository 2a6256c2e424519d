#pragma once

#include <functional>

class QWidget;

namespace lorashear::ui {

/// Does `act` now, and again whenever the widget's type changes: for sizes that are so many characters or lines. The type grows and shrinks while the
/// window is open (presentation mode).
void whenTypeChanges(QWidget& widget, std::function<void()> act);
/// As wide as so many average characters, and, if so, a scroll bar beside them.
void keepWidth(QWidget& widget, int characters, bool withScrollBar = false);

}  // namespace lorashear::ui
