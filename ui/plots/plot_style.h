#pragma once

class QCustomPlot;
class QWidget;

namespace lorashear::ui {

/// What all plots have in common: colours, pens and fonts of the owner's palette, and a legend above the axes, so that it never lies on a curve.
void stylePlot(QCustomPlot& plot, const QWidget& owner);
void placeLegendAbove(QCustomPlot& plot);

}  // namespace lorashear::ui
