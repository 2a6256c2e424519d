// What is cut at once, before the method trains: blocks, sub-layers, experts, channels, query heads, tokens.

#include "core/base/error.h"
#include "core/base/text_passes.h"
#include "core/edits/apply.h"
#include "core/edits/edit_kind.h"
#include "core/knowledge/input_moments.h"
#include "core/model/lora.h"
#include "core/run/stages/knowledge_measuring.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/run_state.h"
#include "core/run/stages/training_data.h"
#include "core/trace/tracer.h"

#include <map>
#include <set>

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

/// The group that the `index`th one left of a node group was before.
int groupBefore(const NodeGroup& before, const Edits& edits, int index) {
    std::set<int> gone;
    for (const Edit& edit : edits)
        if (const auto* remove = std::get_if<RemoveGroups>(&edit); remove && remove->nodeGroup == before.name)
            gone.insert(remove->groups.begin(), remove->groups.end());
    for (int group = 0; group < before.count; ++group)
        if (!gone.count(group) && index-- == 0) return group;
    return -1;
}

/// Node groups that a method may touch keep their groups when others are cut: only layers and experts are renumbered.
std::vector<int> originalsOf(const Structure& working, const Structure& original, const std::vector<int>& blocks,
                             const Edits& edits) {
    std::map<std::pair<int, int>, const NodeGroup*> inside;  // of the original, by owner and its group
    for (const NodeGroup& group : original.nodeGroups)
        if (group.within >= 0) inside[{group.within, group.withinGroup}] = &group;
    std::vector<int> ids(working.nodeGroups.size(), -1);
    for (const NodeGroup& group : working.nodeGroups) {
        const NodeGroup* before = nullptr;
        if (group.within < 0) {
            before = original.find(nameBefore(group.name, blocks));
        } else {
            const NodeGroup& owner = working.nodeGroups.at(static_cast<std::size_t>(group.within));
            if (const NodeGroup* whole = original.find(nameBefore(owner.name, blocks))) {
                const auto found = inside.find({whole->id, groupBefore(*whole, edits, group.withinGroup)});
                before = found == inside.end() ? nullptr : found->second;
            }
        }
        if (before && before->unit == group.unit && before->count == group.count)
            ids[static_cast<std::size_t>(group.id)] = before->id;
    }
    return ids;
}

}  // namespace

std::vector<GroupRef> RunState::inOriginal(const std::vector<GroupRef>& groups) const {
    if (working == structure) return groups;
    std::vector<GroupRef> mapped;
    for (const GroupRef& group : groups) {
        const int id = originals.at(static_cast<std::size_t>(group.nodeGroup));
        if (id < 0)
            throw Error(ErrorCode::Internal, working->nodeGroups.at(static_cast<std::size_t>(group.nodeGroup)).name,
                        "is no node group of the original");
        mapped.push_back({id, group.index});
    }
    return mapped;
}

std::vector<GroupRef> RunState::inWorking(const std::vector<GroupRef>& groups) const {
    if (working == structure) return groups;
    std::map<int, int> ids;
    for (std::size_t i = 0; i < originals.size(); ++i)
        if (originals[i] >= 0) ids[originals[i]] = static_cast<int>(i);
    std::vector<GroupRef> mapped;
    for (const GroupRef& group : groups) mapped.push_back({ids.at(group.nodeGroup), group.index});
    return mapped;
}

PruningPlan RunState::workingPlan() const {
    if (working == structure) return plan;
    PruningPlan mapped = plan;
    mapped.budgets.clear();
    for (std::size_t i = 0; i < originals.size(); ++i) {
        NodeGroupBudget budget;
        if (originals[i] >= 0) budget = plan.budgets.at(static_cast<std::size_t>(originals[i]));
        budget.nodeGroup = static_cast<int>(i);
        mapped.budgets.push_back(budget);
    }
    return mapped;
}

Edits RunState::allEdits() const {
    Edits edits = plan.edits;
    const Edits trained = editsOf(*structure, pruned.removed);
    edits.insert(edits.end(), trained.begin(), trained.end());
    return edits;
}

namespace {

/// What linears read that two thin ones replace, on the text that chose their ranks.
InputMoments momentsOf(const RunState& state) {
    const std::vector<std::string> linears = fittedLinears(state.plan.edits);
    if (linears.empty()) return {};
    return collectInputMoments(state.denseModel(), linears, state.scoringSequences(), state.recipe.training.batch,
                               state.compute(), state.control);
}

/// The same edits of the same model give the same bytes: nothing but the figures is stored.
void reduce(RunState& state) {
    const CausalLM& dense = state.denseModel();
    const Blueprint blueprint = blueprintOf(dense.config(), *state.structure, state.plan.edits);
    state.model = applyEdits(dense, blueprint, momentsOf(state));
    attachLora(*state.model, loraOptions(state.recipe), state.recipe.seed);
    state.working = std::make_shared<const Structure>(traceStructure(*state.model));
    state.originals = originalsOf(*state.working, *state.structure, blueprint.blocks, state.plan.edits);
    if (state.working->parameters != blueprint.parameters())
        throw Error(ErrorCode::Verification, state.folder.path().string(),
                    "the reduced model has " + std::to_string(state.working->parameters) + " parameters, its edits leave " +
                        std::to_string(blueprint.parameters()),
                    "this is a defect of the program");
}

/// From here on all texts are read in the tokens that stay: what was encoded before is encoded again.
void trimVocabulary(RunState& state) {
    state.vocabulary = TrimmedVocabulary::of(*state.dense, *state.structure, state.plan.edits);
    if (!state.vocabulary) return;
    state.calibration = calibrationSequences(state.tokenizer(), state.dense->config, state.recipe, state.control);
    if (state.recipe.recovery.enabled) state.phases = recoveryPhases(state.tokenizer(), state.recipe, state.control);
}

/// The losses of the original per token that recovery holds its own against, of the same tokens.
void referToTrimmed(RunState& state, bool stored) {
    if (!state.vocabulary) return;
    for (std::size_t p = 0; p < state.phases.size(); ++p)
        for (RecoverySource& source : state.phases[p].sources) {
            const int phase = static_cast<int>(p);
            if (!stored)
                state.reduced.references.push_back({phase, source.name,
                                                    meanNll(state.teacher(), source.validation, state.recipe.recovery.batch,
                                                            state.compute(), state.control)});
            source.reference = referenceAmong(state.reduced.references, phase, source.name, Stage::Reduce);
        }
}

}  // namespace

void reduceStage(RunState& state) {
    state.working = state.structure;
    if (state.plan.edits.empty()) return;
    const auto stored = state.begin<ReduceResult>("Cutting what goes at once");
    if (stored) state.reduced = *stored;
    trimVocabulary(state);
    referToTrimmed(state, stored.has_value());
    if (state.folder.stage(Stage::Compact)) return;  // the compact model stands for all that came before it
    TextPasses passes;
    {
        const TextPasses::Counting counting(passes);
        reduce(state);
    }
    if (stored) return;
    state.reduced.calibrationTokens = passes.tokens();
    state.reduced.parameters = state.working->parameters;
    state.reduced.texts = measurePerplexity(state.measuring(), *state.model, roleName(ModelRole::Reduced));
    state.finish(state.reduced);
}

}  // namespace lorashear
