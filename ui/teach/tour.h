#pragma once

#include <QString>

#include <vector>

namespace lorashear::ui {

/// One stop of a tour: a widget by its object name, and what is said beside it.
struct TourStep {
    QString object;       ///< of the widget that is lit
    QString page;         ///< shown first; "": the page that holds the widget
    QString title, text;  ///< text: paragraphs apart by an empty line, figures as {name} (tour_figures.h)
    QString action;       ///< what the person does there (tour_actions.h); "": nothing
};

struct Tour {
    QString id, title, about;
    std::vector<TourStep> steps;
};

/// A tour's file. Error(BadInput) naming file and step when it cannot be read, has keys that no tour has, or names an action or a figure that there is not.
Tour readTour(const QString& file);
/// Of resources/tours, in the order of their names. A file that cannot be read is left out with a line in the log.
std::vector<Tour> shippedTours();

}  // namespace lorashear::ui
