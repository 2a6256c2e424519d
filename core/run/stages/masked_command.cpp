// TryMasked: what a plan costs before anything is trained, measured by masks.

#include "core/compact/group_masks.h"
#include "core/eval/perplexity.h"
#include "core/model/generate.h"
#include "core/model/lora.h"
#include "core/run/stages/commands.h"
#include "core/run/stages/knowledge_measuring.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/reporter.h"
#include "core/run/stages/training_data.h"
#include "core/trace/tracer.h"

#include <nlohmann/json.hpp>

namespace lorashear {

namespace {

constexpr int kSequencesAtOnce = 8;

void requireGroups(const Structure& structure, const std::vector<GroupRef>& groups) {
    for (const GroupRef& group : groups) {
        const auto id = static_cast<std::size_t>(group.nodeGroup);
        const bool known = group.nodeGroup >= 0 && id < structure.nodeGroups.size() && group.index >= 0 &&
                           group.index < structure.nodeGroups[id].count;
        if (!known)
            throw Error(ErrorCode::BadInput,
                        "group " + std::to_string(group.index) + " of node group " + std::to_string(group.nodeGroup),
                        "is not in this model", "make the plan again for the model that is open");
    }
}

std::string continued(const OpenedModel& opened, const CausalLM& model, const command::TryMasked& command,
                      const Control& control) {
    GenerateOptions options;
    options.maxTokens = command.maxTokens;
    options.stopIds = endIds(*opened.tokenizer, opened.config.eosIds);
    auto ids = promptIds(*opened.tokenizer, command.prompt);
    const auto fresh = generate(model, ids, options, {}, control);
    ids.insert(ids.end(), fresh.begin(), fresh.end());
    return opened.tokenizer->decode(ids);
}

}  // namespace

event::Finished execute(const command::TryMasked& command, const CommandContext& context) {
    Reporter report(context.sink);
    const Control control = report.control(context.stop, context.pause);
    const Recipe& recipe = command.recipe;
    const OpenedModel opened = openModel(recipe.model.path, recipe.device, recipe.model.adapter);
    const auto model = cloneModel(*opened.model);
    attachLora(*model, loraOptions(recipe),
               recipe.seed);  // adds nothing yet: so that groups are those of every other command
    const Structure structure = traceStructure(*model);
    for (const auto& groups : command.removed) requireGroups(structure, groups);
    const auto sequences = calibrationSequences(opened, recipe);
    const Compute compute = recipe.compute == "mixed" ? Compute::Mixed : Compute::Fp32;
    for (const auto& groups : command.removed) {
        applyMasks(*model, structure, groups);
        const TextScore score = scoreSequences(*model, sequences, kSequencesAtOnce, compute, control);
        report.emit(event::Measurement{"masked", "nll", "nats/token", score.nll, score.spread, false,
                                       std::to_string(sequences.size()) + " windows of the analysis text, " +
                                           std::to_string(score.tokens) + " tokens predicted"});
        if (!command.prompt.empty())
            report.emit(event::Sample{"masked", command.prompt, continued(opened, *model, command, control)});
    }
    return {event::Finished::Outcome::Completed, {}, nlohmann::json{{"tried", command.removed.size()}}.dump()};
}

}  // namespace lorashear
