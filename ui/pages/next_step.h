#pragma once

#include <QString>
#include <QStringList>

namespace lorashear::ui {

class Studio;

/// What a page offers as its primary button: one of its own, by object name, or the way to another page. Both empty: something is going on, and nothing but
/// waiting comes next.
struct NextStep {
    QString button, page;
};

/// By the table in next_step.cpp: the first of the page's rows that holds.
NextStep nextStep(const QString& page, Studio& studio);
QStringList ownSteps(const QString& page);  ///< object names of those buttons of the page that can be its next step

}  // namespace lorashear::ui
