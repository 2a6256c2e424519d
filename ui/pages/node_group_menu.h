#pragma once

class QMenu;
class QPoint;
class QWidget;

namespace lorashear::ui {

class Studio;

/// What can be done with a node group wherever it is shown: protect, allow, leave to the analysis; look at it in the graph or inside; copy
/// what is said of it. Adds to a menu of the caller's.
void addNodeGroupActions(QMenu& menu, Studio& studio, int nodeGroup);
/// The same as a menu of its own at a place of the screen, with what every figure offers where the parent is one; nothing for no node group.
void showNodeGroupMenu(Studio& studio, int nodeGroup, const QPoint& at, QWidget* parent);

}  // namespace lorashear::ui
