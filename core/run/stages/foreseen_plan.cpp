#include "core/run/stages/foreseen_plan.h"

#include "core/base/error.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/trimmed_vocabulary.h"

namespace lorashear {

namespace {

/// Of whole blocks and channels alone: two halves that both go make a block that passes on what comes in, or none, and which meet is chosen on text.
StreamShape streamAfter(const ModelConfig& config, const Structure& structure, const Edits& edits) {
    StreamShape left{static_cast<int>(config.layers.size()), config.hidden};
    for (const Edit& edit : edits) {
        const auto* drop = std::get_if<DropPart>(&edit);
        if (drop && drop->part == BlockPart::Block) --left.blocks;
        const auto* remove = std::get_if<RemoveGroups>(&edit);
        const NodeGroup* group = remove ? structure.find(remove->nodeGroup) : nullptr;
        if (group && group->unit == UnitKind::Hidden) left.channels -= static_cast<int>(remove->groups.size());
    }
    return left;
}

}  // namespace

PruningPlan expectedPlan(const Recipe& recipe, const Structure& structure, const OpenedFolder& opened) {
    const auto tokens = tokenLimits(opened, recipe.plan);
    return planUnder(recipe.method.id, recipe.method.optionsJson,
                     {structure, recipe.plan, nullptr, &opened.config, nullptr, tokens ? &tokens->required : nullptr});
}

std::string requireRecoverable(const Recipe& recipe, const ModelConfig& config, const Structure& structure,
                               const PruningPlan& plan) {
    if (!recipe.recovery.enabled || recipe.recovery.phases.empty()) return {};
    const SchemeInfo& scheme = schemeInfo(recipe.recovery.scheme);
    if (!scheme.requireStream) return {};
    try {
        scheme.requireStream(streamAfter(config, structure, plan.edits), streamAfter(config, structure, {}));
    } catch (const Error& error) {
        if (recipe.plan.shares != kMeasuredShares || methodInfo(recipe.method.id).plan) throw;
        return "whether the result can be recovered depends on the shares that are measured: with even ones " +
               error.message();
    }
    return {};
}

}  // namespace lorashear
