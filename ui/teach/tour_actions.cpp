#include "ui/teach/tour_actions.h"

#include "core/base/stage.h"
#include "ui/controller/studio.h"
#include "ui/theme/tr.h"

#include <algorithm>

namespace lorashear::ui {

namespace {

/// The largest node group that can be cut: the one that shows most.
void chooseNodeGroup(TourContext& context) {
    Session& session = context.studio.session();
    int best = -1;
    for (int id : session.shownNodeGroups()) {
        const auto& groups = session.structure()->nodeGroups;
        if (groups[std::size_t(id)].prunable &&
            (best < 0 || groups[std::size_t(id)].count > groups[std::size_t(best)].count))
            best = id;
    }
    if (best >= 0) session.select({{}, -1, best});
}

RecipeSource wikipedia() {
    return {"encyclopedia", bundledText(QStringLiteral("wikipedia_train.txt")).toStdString(), SourceFormat::Auto};
}

RecipeSource stories() {
    return {"stories", bundledText(QStringLiteral("train_excerpt.txt")).toStdString(), SourceFormat::Auto};
}

std::vector<std::string> pathsOf(const Recipe& recipe) {
    std::vector<std::string> paths;
    for (const RecoveryPhase& phase : recipe.recovery.phases)
        for (const RecipeSource& source : phase.sources) paths.push_back(source.path);
    return paths;
}

/// Every phase reads the one text of the two bundled ones that the recipe did not read.
void recoverOnOtherText(TourContext& context) {
    context.studio.session().edit(tr("recover on another text"), [](Recipe& recipe) {
        const RecipeSource other = wikipedia();
        const std::vector<std::string> now = pathsOf(recipe);
        const bool taken = std::find(now.begin(), now.end(), other.path) != now.end();
        for (RecoveryPhase& phase : recipe.recovery.phases) phase.sources = {taken ? stories() : other};
    });
}

bool runGoesOn(const TourContext& context) {
    return context.studio.runIsActive() || context.studio.follower().following();
}

bool hasRun(const TourContext& context) {
    const RunState& run = context.studio.session().run();
    return runGoesOn(context) || (run.finished && run.finished->outcome == event::Finished::Outcome::Completed);
}

}  // namespace

const std::vector<TourAction>& tourActions() {
    static const std::vector<TourAction> kActions = {
        {"open-model", tr("Open a model; the bundled one will do."),
         [](const TourContext& c) { return c.studio.session().structure() != nullptr; },
         [](TourContext& c) { c.studio.open(bundledModel()); }},
        {"choose-node-group", tr("Choose a block, an operator or a tensor that can be cut."),
         [](const TourContext& c) { return c.studio.session().selection().nodeGroup >= 0; }, chooseNodeGroup},
        {"measure-plan", tr("Measure this plan."),
         [](const TourContext& c) { return c.studio.whatIf().current().measured.has_value(); },
         [](TourContext& c) {
             c.studio.whatIf().tryAgain();
             c.studio.tryPlan();
         }},
        {"start-run", tr("Start the run."), hasRun, [](TourContext& c) { c.studio.startRun(); }},
        {"finish-run", tr("Wait until the run has ended."), [](const TourContext& c) { return hasRun(c) && !runGoesOn(c); },
         nullptr},
        {"start-first-run", tr("Start the run."), [](const TourContext& c) { return !c.runs.empty() || runGoesOn(c); },
         [](TourContext& c) { c.studio.startRun(); }},
        {"finish-first-run", tr("Wait until the run has ended."), [](const TourContext& c) { return !c.runs.empty(); },
         nullptr},
        {"recover-on-other-text", tr("Let the recovery read another text."),
         [](const TourContext& c) { return pathsOf(c.studio.session().recipe()) != pathsOf(c.recipeAtStart); },
         recoverOnOtherText},
        {"start-second-run", tr("Start the second run."),
         [](const TourContext& c) { return c.runs.size() > 1 || (c.runs.size() == 1 && runGoesOn(c)); },
         [](TourContext& c) { c.studio.startRun(); }},
        {"finish-second-run", tr("Wait until the second run has ended."),
         [](const TourContext& c) { return c.runs.size() > 1; }, nullptr},
    };
    return kActions;
}

const TourAction* tourAction(const QString& id) {
    const auto& all = tourActions();
    const auto at = std::find_if(all.begin(), all.end(), [&](const TourAction& a) { return id == QLatin1String(a.id); });
    return at == all.end() ? nullptr : &*at;
}

QString recoveryTexts(const Recipe& recipe) {
    QStringList names;
    for (const RecoveryPhase& phase : recipe.recovery.phases)
        for (const RecipeSource& source : phase.sources)
            if (const QString name = QString::fromStdString(source.name); !names.contains(name)) names << name;
    return names.join(QStringLiteral(", "));
}

TourRun tourRunOf(const Session& session, const Recipe& recipe) {
    const RunState& run = session.run();
    TourRun told{QString::fromStdString(run.folder), recoveryTexts(recipe), {}};
    for (const RunState::PerplexityPoint& point : run.perplexities) {
        if (told.measuredOn.isEmpty()) told.measuredOn = QString::fromStdString(point.measured.name);
        if (QString::fromStdString(point.measured.name) != told.measuredOn) continue;
        if (point.measured.model == roleName(ModelRole::Dense)) told.original = point.measured.perplexity;
        if (point.measured.model == roleName(ModelRole::Pruned)) told.pruned = point.measured.perplexity;
        if (point.measured.model == roleName(ModelRole::Recovered)) told.recovered = point.measured.perplexity;
    }
    return told;
}

}  // namespace lorashear::ui
