#pragma once

#include <QString>

namespace lorashear::ui {

/// A text of the window in the language that was chosen, for functions outside a class with tr().
QString tr(const char* text);

}  // namespace lorashear::ui
