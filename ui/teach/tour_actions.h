#pragma once

#include "core/run/recipe.h"

#include <QString>

#include <vector>

namespace lorashear::ui {

class Session;
class Studio;

/// A run that ended while a tour was on. Perplexities on the recipe's first evaluation text; below 0: not measured.
struct TourRun {
    QString folder, recoveredOn, measuredOn;
    double original = -1, pruned = -1, recovered = -1;
};

/// What a tour may speak of: the window's state, and what has happened since it began.
struct TourContext {
    Studio& studio;
    Recipe recipeAtStart;
    std::vector<TourRun> runs;  ///< completed since, in order
    double intact = -1,
           masked = -1;  ///< perplexities of the original and of the plan as masks, as measured last; below 0: not yet
};

/// Something that a step asks the person to do.
struct TourAction {
    const char* id;
    QString words;  ///< what to do, as an order
    bool (*done)(const TourContext& context);
    void (*perform)(TourContext& context);  ///< what "Do it for me" does; null: it can only be waited for
};

/// The table of actions. A new one is one row in tour_actions.cpp.
const std::vector<TourAction>& tourActions();
const TourAction* tourAction(const QString& id);  ///< null: there is none of that name

/// The names of the texts that a recipe recovers on: "stories", "stories, encyclopedia".
QString recoveryTexts(const Recipe& recipe);
/// What a session says about its run, which went by that recipe.
TourRun tourRunOf(const Session& session, const Recipe& recipe);

}  // namespace lorashear::ui
