#pragma once

class QPainter;
class QRectF;

namespace lorashear::ui {

struct Colors;

/// How a part of a bar is drawn: told apart by its pattern, not by its colour alone.
enum class Ink {
    Kept,       ///< filled
    Going,      ///< hatched: is chosen, not gone yet
    Gone,       ///< hollow, dashed: was there
    Protected,  ///< crossed: may not go
    Planned,    ///< hollow, dashed: an estimate
    Scale,      ///< the colour of a value, 0 to 1
};

/// Fills the part of a bar. position: of Ink::Scale, on its colours.
void paintInk(QPainter& painter, const QRectF& rect, Ink ink, const Colors& colors, double position = 1);
/// All of the scale from left to right, as a legend shows it.
void paintScale(QPainter& painter, const QRectF& rect, const Colors& colors);

}  // namespace lorashear::ui
