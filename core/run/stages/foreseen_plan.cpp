#include "core/run/stages/foreseen_plan.h"

#include "core/base/error.h"
#include "core/edits/blueprint.h"
#include "core/edits/edit_record.h"
#include "core/export/export.h"
#include "core/model/causal_lm.h"
#include "core/model/config_json.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/trimmed_vocabulary.h"

#include <nlohmann/json.hpp>

#include <algorithm>

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

/// Scores by which every node group loses the same share.
GroupSaliency evenScores(const Structure& structure, const PruningPlan& plan) {
    GroupSaliency scores;
    for (const NodeGroup& group : structure.nodeGroups) {
        const double most = std::max(1, plan.budgets.at(static_cast<std::size_t>(group.id)).mostRemovable);
        auto& own = scores.scores.emplace_back();
        for (int j = 0; j < group.count; ++j) own.push_back((j + 0.5) / most);
    }
    return scores;
}

/// Scores by which the first node groups lose all that they may.
GroupSaliency unevenScores(const Structure& structure) {
    GroupSaliency scores;
    for (const NodeGroup& group : structure.nodeGroups)
        scores.scores.emplace_back(static_cast<std::size_t>(group.count), static_cast<double>(group.id));
    return scores;
}

/// What is left of a model, by shapes, and what its record would say.
struct Example {
    std::unique_ptr<CausalLM> model;
    PruningRecord record;
};

Example exampleOf(const ModelConfig& config, const Structure& structure, const PruningPlan& plan,
                  const GroupSaliency& scores) {
    Edits edits = plan.edits;
    const Edits faded = editsOf(structure, selectGroups(plan, structure, scores, {}, 1.0));
    edits.insert(edits.end(), faded.begin(), faded.end());
    Example example{metaModel(blueprintOf(config, structure, edits, "/plan").config), newRecord()};
    example.record.original = describedConfig(config).dump();
    example.record.nodeGroups = keptGroups(structure, groupsOf(structure, edits));
    example.record.edits = std::move(edits);
    return example;
}

using Examples = std::vector<Example>;

/// The one that every layer gives the same share to, and one that some give all to: what methods choose lies between them.
Examples examplesOf(const ModelConfig& config, const Structure& structure, const PruningPlan& plan) {
    Examples examples;
    examples.push_back(exampleOf(config, structure, plan, evenScores(structure, plan)));
    examples.push_back(exampleOf(config, structure, plan, unevenScores(structure)));
    return examples;
}

/// Why the format cannot hold the example; empty: it can.
std::string refusalOf(const std::string& format, const Example& example) {
    try {
        requireExportable(format, {*example.model, {}, example.record});
        return {};
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported) throw;
        return error.message() + ". " + error.hint();
    }
}

std::vector<std::string> warningsOf(const Recipe& recipe, const Examples& examples) {
    std::vector<std::string> warnings;
    const auto warn = [&](const std::string& warning) {
        if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(warning);
    };
    for (const Recipe::Export& wanted : recipe.exports) {
        std::vector<std::string> refusals;
        for (const Example& example : examples)
            if (std::string refusal = refusalOf(wanted.format, example); !refusal.empty())
                refusals.push_back(std::move(refusal));
        if (refusals.size() == examples.size())
            warn("exports: what the plan leaves cannot be written as " + wanted.format + ": " + refusals.front());
        else if (!refusals.empty())
            warn("exports: what the plan leaves can be written as " + wanted.format +
                 " only if all layers happen to keep equally many groups, which it does not ask for: " + refusals.front());
    }
    return warnings;
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

std::vector<std::string> exportWarnings(const Recipe& recipe, const ModelConfig& config, const Structure& structure,
                                        const PruningPlan& plan) {
    if (recipe.exports.empty()) return {};
    try {
        return warningsOf(recipe, examplesOf(config, structure, plan));
    } catch (const Error&) {
        // An example that cannot be made is no reason against the run, which says at its end what it could not write.
        return {};
    }
}

}  // namespace lorashear
