#include "core/prune/methods/block_drop.h"

#include "core/base/error.h"
#include "core/prune/pruning_method.h"
#include "core/prune/taylor.h"

#include <ATen/ATen.h>

#include <set>
#include <string_view>
#include <utility>

namespace lorashear {

namespace {

constexpr std::string_view kWeight = ".weight";

/// Of a tensor's name; null for what is none of the blocks' linears.
Linear* blockLinear(const CausalLM& model, const std::string& tensor) {
    return tensor.ends_with(kWeight) ? model.linear(tensor.substr(0, tensor.size() - kWeight.size())) : nullptr;
}

/// All linears of the blocks but routers, whether or not groups of theirs can go: a model with one KV head has attention too.
LinearsByBlock linearsOfBlocks(const CausalLM& model, const Structure& structure) {
    std::set<const Linear*> routers;
    for (const NodeGroup& group : structure.nodeGroups)
        if (group.unit == UnitKind::Experts)
            for (const GroupSlice& slice : group.primary) routers.insert(blockLinear(model, slice.tensor));
    LinearsByBlock all;
    for (const BlockParts& parts : structure.parts) {
        auto& block = all.emplace_back();
        for (const SubLayer* part : {&parts.attention, &parts.mlp})
            for (const std::string& tensor : part->tensors)
                if (Linear* linear = blockLinear(model, tensor); linear && !routers.count(linear)) block.push_back(linear);
    }
    return all;
}

/// Of one sub-layer: norms and routers are none of its linears and do not count, as in the paper's code.
double taylorOf(const SubLayer& part, const SumsByLinear& sums) {
    double score = 0;
    for (const auto& tensor : part.tensors) {
        if (!tensor.ends_with(kWeight)) continue;
        const auto found = sums.find(tensor.substr(0, tensor.size() - kWeight.size()));
        if (found != sums.end()) score += found->second.rows.sum().item<double>();
    }
    return score;
}

void putTaylor(const PlanningTask& task, const UnitMap& units, UnitScores& scores) {
    const auto sums = taylorSums(task.model, linearsOfBlocks(task.model, task.request.structure), task.text.sequences,
                                 TaylorOrder::First, task.text.batch, task.text.compute, task.control);
    for (const char* id : {"blocks", "attention_layers", "mlp_layers"}) {
        if (!units.at(id).take) continue;
        const BlockPart part = *unitById(id).part;
        std::vector<double> lane;
        for (const BlockParts& parts : task.request.structure.parts)
            lane.push_back((part == BlockPart::Mlp ? 0 : taylorOf(parts.attention, sums)) +
                           (part == BlockPart::Attention ? 0 : taylorOf(parts.mlp, sums)));
        scores[id] = {std::move(lane)};
    }
}

}  // namespace

PruningPlan BlockDrop::plan(const PlanningTask& task, const Options& options) {
    PlanOptions wanted = task.request.options;
    wanted.units = units(wanted.units, options);
    PlanRequest request{task.request.structure, wanted,  task.request.knowledge,
                        task.request.config,    nullptr, task.request.requiredTokens};
    const PruningPlan counts = planDrops(request);
    auto scores = measureUnitScores(task.model, request, counts, task.text, task.control);
    if (options.score == Options::Score::Taylor) putTaylor(task, wanted.units, scores);
    request.scores = &scores;
    return planDrops(request);
}

std::unique_ptr<PruningSession> BlockDrop::make(PruningTask task, const Options& options) {
    return settle(kId, std::move(task), options);
}

}  // namespace lorashear
