#pragma once

#include <functional>

class QStackedWidget;

namespace lorashear::ui {

class Figure;

/// Visits every figure that shows something, page by page and tab by tab, each brought to the front without being seen: what is hidden puts its work off, and
/// would otherwise be visited as it was. Pages, tabs and the keyboard are afterwards where they were.
/// Whatever `visit` throws comes through, with all of that put back first.
void walkFigures(QStackedWidget& pages, const std::function<void(Figure&)>& visit);
/// A walk goes on: what is shown or hidden now is nobody looking, and begins or ends no work of the engine.
bool walkingFigures();

}  // namespace lorashear::ui
