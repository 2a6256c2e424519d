#pragma once

class QMenu;

namespace lorashear::ui {

class Figure;

/// What every figure offers: its table, its numbers as CSV, a picture for the clipboard, a file. Grey while it shows nothing. The menu must not outlive
/// the figure.
void addFigureActions(QMenu& menu, Figure& figure);

}  // namespace lorashear::ui
