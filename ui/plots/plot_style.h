#pragma once

class QColor;
class QCPScatterStyle;
class QCustomPlot;
class QSize;
class QWidget;

namespace lorashear::ui {

/// What all plots have in common: colours, pens and fonts of the owner's palette, and a legend above the axes, so that it never lies on a curve.
void stylePlot(QCustomPlot& plot, const QWidget& owner);
void placeLegendAbove(QCustomPlot& plot);
/// As many numbers at the axes as stand beside each other on a canvas of that size.
void thinOutTicks(QCustomPlot& plot, const QSize& room);
/// What is drawn beyond the axes is covered by the background, for formats that know no clipping (SVG). Last of what is added to a plot.
void coverBeyondAxes(QCustomPlot& plot);
/// The mark of a category, markPath(), so many pixels large: full, hollow, hollow and crossed out, or hollow with a plus.
enum class MarkLook { Full, Hollow, Crossed, Plus };
QCPScatterStyle markStyle(int category, double size, MarkLook look, const QColor& ink);

}  // namespace lorashear::ui
