// What is cut at once, before the method trains: blocks, sub-layers, channels, query heads.

#include "core/base/error.h"
#include "core/edits/apply.h"
#include "core/model/lora.h"
#include "core/run/stages/run_state.h"
#include "core/run/stages/training_data.h"
#include "core/trace/tracer.h"

#include <algorithm>
#include <map>

namespace lorashear {

namespace {

/// "layers.3.mlp" with the number that its layer had before.
std::string nameBefore(const std::string& name, const std::vector<int>& blocks) {
    constexpr char kLayers[] = "layers.";
    if (!name.starts_with(kLayers)) return name;
    const auto begin = sizeof kLayers - 1, end = name.find('.', begin);
    const auto layer = static_cast<std::size_t>(std::stoi(name.substr(begin, end - begin)));
    return kLayers + std::to_string(blocks.at(layer)) + (end == std::string::npos ? "" : name.substr(end));
}

/// Node groups that a method may touch keep their groups when others are cut: only layers are renumbered.
std::vector<int> originalsOf(const Structure& working, const Structure& original, const std::vector<int>& blocks) {
    std::vector<int> ids(working.nodeGroups.size(), -1);
    for (const NodeGroup& group : working.nodeGroups) {
        const NodeGroup* before = original.find(nameBefore(group.name, blocks));
        if (before && before->unit == group.unit && before->count == group.count)
            ids[static_cast<std::size_t>(group.id)] = before->id;
    }
    return ids;
}

}  // namespace

std::vector<GroupRef> RunState::inOriginal(const std::vector<GroupRef>& groups) const {
    if (working == structure) return groups;
    std::vector<GroupRef> result;
    for (const GroupRef& group : groups) {
        const int id = originals.at(static_cast<std::size_t>(group.nodeGroup));
        if (id < 0)
            throw Error(ErrorCode::Internal, working->nodeGroups.at(static_cast<std::size_t>(group.nodeGroup)).name,
                        "is no node group of the original");
        result.push_back({id, group.index});
    }
    return result;
}

std::vector<GroupRef> RunState::inWorking(const std::vector<GroupRef>& groups) const {
    if (working == structure) return groups;
    std::map<int, int> ids;
    for (std::size_t i = 0; i < originals.size(); ++i)
        if (originals[i] >= 0) ids[originals[i]] = static_cast<int>(i);
    std::vector<GroupRef> result;
    for (const GroupRef& group : groups) result.push_back({ids.at(group.nodeGroup), group.index});
    return result;
}

PruningPlan RunState::workingPlan() const {
    if (working == structure) return plan;
    PruningPlan result = plan;
    result.budgets.clear();
    for (std::size_t i = 0; i < originals.size(); ++i) {
        NodeGroupBudget budget;
        if (originals[i] >= 0) budget = plan.budgets.at(static_cast<std::size_t>(originals[i]));
        budget.nodeGroup = static_cast<int>(i);
        result.budgets.push_back(budget);
    }
    return result;
}

Edits RunState::allEdits() const {
    Edits edits = plan.edits;
    const Edits trained = editsOf(*structure, removed);
    edits.insert(edits.end(), trained.begin(), trained.end());
    return edits;
}

/// Nothing is stored: the plan holds the edits, and the same edits of the same model give the same bytes.
void reduceStage(RunState& state) {
    state.working = state.structure;
    if (state.plan.edits.empty()) return;
    state.control.poll();
    const CausalLM& dense = state.denseModel();
    const Blueprint blueprint = blueprintOf(dense.config(), *state.structure, state.plan.edits);
    state.model = applyEdits(dense, blueprint);
    attachLora(*state.model, loraOptions(state.recipe), state.recipe.seed);
    state.working = std::make_shared<const Structure>(traceStructure(*state.model));
    state.originals = originalsOf(*state.working, *state.structure, blueprint.blocks);
    if (state.working->parameters != blueprint.parameters())
        throw Error(ErrorCode::Verification, state.folder.path().string(),
                    "the reduced model has " + std::to_string(state.working->parameters) + " parameters, its edits leave " +
                        std::to_string(blueprint.parameters()),
                    "this is a defect of the program");
}

}  // namespace lorashear
