#include "ui/pages/next_step.h"

#include "ui/controller/studio.h"

namespace lorashear::ui {

namespace {

using Holds = bool (*)(Studio&);

bool anyTime(Studio&) {
    return true;
}

bool modelIsOpen(Studio& studio) {
    return studio.session().structure() != nullptr;
}

bool analyses(Studio& studio) {
    const Command* now = studio.engine().current();
    return now && std::holds_alternative<command::AnalyseKnowledge>(*now);
}

bool isAnalysed(Studio& studio) {
    return studio.session().knowledge() && !studio.session().knowledgeStale();
}

bool isRunning(Studio& studio) {
    return studio.runIsActive() || studio.follower().following();
}

bool isComplete(Studio& studio) {
    const auto& finished = studio.session().run().finished;
    return finished && finished->outcome == event::Finished::Outcome::Completed;
}

/// What was asked for has been done: with another plan a run is what comes next.
bool planHasRun(Studio& studio) {
    return isComplete(studio) && studio.session().recipeIsOfRun();
}

bool wasCutShort(Studio& studio) {
    return studio.canResume() && studio.session().recipeIsOfRun();
}

bool isExported(Studio& studio) {
    const auto& certificate = studio.session().run().certificate;
    return isComplete(studio) && certificate && certificate->passed;
}

struct Row {
    const char* page;
    Holds holds;
    const char *button, *next;  ///< "": not this
};

constexpr Row kSteps[] = {
    {"model", modelIsOpen, "toGraph", ""},   {"model", anyTime, "openBundled", ""},
    {"graph", modelIsOpen, "", "knowledge"}, {"knowledge", analyses, "", ""},
    {"knowledge", isAnalysed, "", "plan"},   {"knowledge", anyTime, "analyse", ""},
    {"plan", isRunning, "", "run"},          {"plan", planHasRun, "", "compare"},
    {"plan", anyTime, "startFromPlan", ""},  {"run", isRunning, "", ""},
    {"run", planHasRun, "", "compare"},      {"run", wasCutShort, "resumeRun", ""},
    {"run", anyTime, "start", ""},           {"compare", isComplete, "", "export"},
    {"compare", modelIsOpen, "", "run"},     {"recover", planHasRun, "", "export"},
    {"recover", modelIsOpen, "", "run"},     {"export", isExported, "", "runs"},
    {"export", isComplete, "export", ""},    {"export", modelIsOpen, "", "run"},
    {"runs", anyTime, "runsOpen", ""},
};

}  // namespace

NextStep nextStep(const QString& page, Studio& studio) {
    for (const Row& row : kSteps)
        if (page == QLatin1String(row.page) && row.holds(studio))
            return {QString::fromLatin1(row.button), QString::fromLatin1(row.next)};
    return {};
}

QStringList ownSteps(const QString& page) {
    QStringList names;
    for (const Row& row : kSteps)
        if (page == QLatin1String(row.page) && *row.button) names << QString::fromLatin1(row.button);
    return names;
}

}  // namespace lorashear::ui
