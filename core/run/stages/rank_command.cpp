// RankGroups: what a method would take first, said before a run.

#include "core/model/lora.h"
#include "core/plan/coarse_plan.h"
#include "core/prune/pruning_method.h"
#include "core/run/stages/commands.h"
#include "core/run/stages/knowledge_measuring.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/reporter.h"
#include "core/run/stages/training_data.h"
#include "core/trace/tracer.h"

#include <nlohmann/json.hpp>

namespace lorashear {

event::Finished execute(const command::RankGroups& command, const CommandContext& context) {
    const Recipe& recipe = command.recipe;
    if (takesAnyAtOnce(recipe.plan) ||
        methodInfo(recipe.method.id).plan)  // the method then works on a model that is not there yet
        return {event::Finished::Outcome::Completed, {}, nlohmann::json{{"ranked", false}}.dump()};
    Reporter report(context.sink);
    const Control control = report.control(context.stop, context.pause);
    const OpenedModel opened = openModel(recipe.model.path, recipe.device, recipe.model.adapter);
    const auto model = cloneModel(*opened.model);
    attachLora(*model, loraOptions(recipe), recipe.seed);
    const Structure structure = traceStructure(*model);
    const PruningPlan plan = makePlan(structure, recipe.plan, command.knowledge.get());
    const auto texts = trainingSequences(*opened.tokenizer, recipe);
    const auto source = shuffledSource(texts, recipe.seed, "training");
    const Compute compute = recipe.compute == "mixed" ? Compute::Mixed : Compute::Fp32;
    Trainer trainer(*model, *source, pruningTraining(recipe, compute), opened.model.get());
    auto ranking =
        rankingOf(recipe.method.id, recipe.method.optionsJson, {*model, structure, plan, trainer, texts, control});
    nlohmann::json result = {{"ranked", ranking.has_value()}};
    if (ranking) {
        ranking->scores.proxy = recipe.method.id;
        report.emit(event::SaliencyMeasured{std::make_shared<const GroupSaliency>(std::move(ranking->scores))});
        report.emit(event::GroupsChosen{std::move(ranking->groups), 0});
    }
    return {event::Finished::Outcome::Completed, {}, result.dump()};
}

}  // namespace lorashear
