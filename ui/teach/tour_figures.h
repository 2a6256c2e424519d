#pragma once

#include <QString>
#include <QStringList>

namespace lorashear::ui {

struct TourContext;

/// Figures of tours: what {name} in a text stands for, asked of the window when the text is shown, so that no tour has a number written into it. A
/// new one is one row in tour_figures.cpp.
bool isTourFigure(const QString& name);
QStringList tourFigures();

QStringList figuresIn(const QString& text);  ///< the names, in order
/// The text with its figures; one that is not known yet says so.
QString withFigures(const QString& text, const TourContext& context);

}  // namespace lorashear::ui
