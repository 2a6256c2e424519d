#include "core/run/stages/preflight.h"

#include "core/base/error.h"
#include "core/plan/possible_marks.h"
#include "core/plan/reachable.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "core/run/machine_memory.h"
#include "core/run/readable_texts.h"
#include "core/run/stages/foreseen_plan.h"
#include "core/run/stages/knowledge_measuring.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/scorable_texts.h"
#include "core/run/stages/training_data.h"
#include "core/run/stages/trimmed_vocabulary.h"
#include "core/run/training_budget.h"
#include "core/trace/tracer.h"

#include <cstdio>

namespace lorashear {

namespace {

void requireWindow(int window, int longest, const char* pointer) {
    if (longest <= 0 || window <= longest) return;
    throw Error(ErrorCode::BadRecipe, pointer,
                "is " + std::to_string(window) + " tokens, the model reads at most " + std::to_string(longest),
                "choose a shorter window");
}

std::string percent(double ratio) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", ratio * 100);
    return text;
}

/// parameters: of the original; recovery trains as many of them as the plan leaves.
void requirePossibleRecovery(const Recipe& recipe, std::int64_t parameters) {
    if (!recipe.recovery.enabled || recipe.recovery.phases.empty()) return;
    const SchemeInfo& scheme = schemeInfo(recipe.recovery.scheme);
    std::vector<PhaseSources> sources;
    for (const RecoveryPhase& phase : recipe.recovery.phases) {
        auto& names = sources.emplace_back(PhaseSources{phase.name, {}}).names;
        for (const RecipeSource& source : phase.sources) names.push_back(source.name);
    }
    if (scheme.requireSources) scheme.requireSources(sources, recipe.recovery.optionsJson);
    const double left = recipe.plan.enabled ? 1 - recipe.plan.ratio : 1;
    if (scheme.requireRoom && recipe.device == "cpu")
        scheme.requireRoom(static_cast<std::int64_t>(left * static_cast<double>(parameters)), recipe.recovery.optionsJson,
                           availableMemory());
}

}  // namespace

void requireWindows(const Recipe& recipe, const ModelConfig& config) {
    requireWindow(recipe.training.window, config.maxPositions, "/training/window");
    if (recipe.recovery.enabled && !recipe.recovery.phases.empty())
        requireWindow(recipe.recovery.window, config.maxPositions, "/recovery/window");
}

namespace {

std::string dependsOnMarks(const Recipe& recipe, int marks) {
    return "whether " + percent(recipe.plan.ratio) + " can be removed depends on which " + std::to_string(marks) +
           " node groups the analysis marks";
}

/// The method leaves blocks whole: the others must have what the plan wants, by the kindest marks at least. Returns whether it depends on the marks.
bool dependsOnRoom(const Recipe& recipe, const PlanRequest& request, const ReachableRatios& reachable) {
    const MethodInfo& method = methodInfo(recipe.method.id);
    if (!method.keptBlocks) return false;
    const auto room = [&](const KnowledgeDistribution* knowledge) {
        const PlanRequest asked{request.structure, request.options, knowledge,
                                request.config,    nullptr,         request.requiredTokens};
        requireRoomFor(method.id, recipe.method.optionsJson, asked, makePlan(asked), false);
    };
    try {
        room(nullptr);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Impossible || reachable.marks == 0 || reachable.kindest.nodeGroups.empty()) throw;
        room(&reachable.kindest);
        return true;
    }
    return !roomWhateverIsMarked(request, makePlan(request), method.keptBlocks(recipe.method.optionsJson), reachable.marks);
}

}  // namespace

std::string requirePossiblePlan(const Recipe& recipe, const Structure& structure, const OpenedFolder& opened) {
    PlanOptions plan = recipe.plan;
    plan.useKnowledge = plan.useKnowledge && recipe.analysis.enabled;
    const auto tokens = tokenLimits(opened, plan);
    const PlanRequest request{structure, plan, nullptr, &opened.config, nullptr, tokens ? &tokens->required : nullptr};
    if (plan.enabled && methodInfo(recipe.method.id).plan) {
        const int marks = requirePlanUnderMarks(request, recipe.analysis.unprunableShare, [&](const PlanRequest& asked) {
            return planUnder(recipe.method.id, recipe.method.optionsJson, asked);
        });
        return marks > 0 ? dependsOnMarks(recipe, marks) : std::string();
    }
    const ReachableRatios reachable = requireReachable(request, recipe.analysis.unprunableShare);
    if (!plan.enabled) return {};
    const bool room = dependsOnRoom(recipe, request, reachable);
    if (plan.ratio > reachable.least)
        return dependsOnMarks(recipe, reachable.marks) + ": the largest ratio lies between " + percent(reachable.least) +
               " and " + percent(reachable.most);
    return room ? dependsOnMarks(recipe, reachable.marks) + ", since the method leaves blocks whole" : std::string();
}

Foreseen requirePossible(const Recipe& recipe, const Control& control) {
    Foreseen foreseen;
    requireConsistent(recipe);
    requireFiles(recipe);
    foreseen.notes = requireReadableTexts(recipe, control);
    if (recipe.training.sources.empty())
        throw Error(ErrorCode::BadRecipe, "/training/sources", "must not be empty",
                    "pruning trains while it removes: name a text");
    requireProxy(recipe);
    if (recipe.evaluation.adaptedDense)
        requirePhases(recipe, "/evaluation/adapted_dense");  // it is trained as recovery trains
    const OpenedFolder opened = openFolder(recipe.model.path);
    requireWindows(recipe, opened.config);
    for (const std::string& cut : windowWarnings(recipe, opened.config)) foreseen.notes.push_back(cut);
    requireScorableTexts(recipe, opened.config, *opened.tokenizer, control);
    const auto shapes = metaModel(opened.config);
    requirePossibleRecovery(recipe, shapes->parameterCount());
    attachLora(*shapes, loraOptions(recipe), recipe.seed);
    const Structure structure = traceStructure(*shapes);
    foreseen.undecided = requirePossiblePlan(recipe, structure, opened);
    const PruningPlan plan = expectedPlan(recipe, structure, opened);
    if (const std::string open = requireRecoverable(recipe, opened.config, structure, plan); !open.empty())
        foreseen.notes.push_back(open);
    for (const std::string& note : plan.notes()) foreseen.notes.push_back(note);
    for (const std::string& warning : exportWarnings(recipe, opened.config, structure, plan))
        foreseen.notes.push_back(warning);
    requireMemory(recipe, opened, *shapes, structure, availableMemory());
    foreseen.memory = memoryNeed(recipe, opened, *shapes, structure);
    return foreseen;
}

}  // namespace lorashear
