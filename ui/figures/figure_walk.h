#pragma once

#include <functional>

class QStackedWidget;

namespace lorashear::ui {

class Figure;

/// Visits every figure that shows something, page by page and tab by tab, each brought to the front without being seen: what is hidden puts its work off, and
/// would otherwise be visited as it was. Pages, tabs and the keyboard are afterwards where they were.
void walkFigures(QStackedWidget& pages, const std::function<void(Figure&)>& visit);

}  // namespace lorashear::ui
