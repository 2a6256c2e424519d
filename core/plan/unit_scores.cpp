#include "core/plan/unit_scores.h"

#include "core/base/error.h"
#include "core/edits/apply.h"
#include "core/eval/perplexity.h"
#include "core/knowledge/evaluation_batches.h"
#include "core/knowledge/saliency.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>

// How much a thing matters that is cut at once.
//
// influence     1 - mean over tokens of cos(x, y), x what enters a block or sub-layer and y what leaves it (ShortGPT's block
//               influence). A sub-layer's ends are found with models that lack the other sub-layer in every block: theirs is what one half
//               alone adds to the residual stream.
// perplexity    nats per token of the model without it.
// greedy        the same, measured again after each that goes (SLEB): the order in which they went is the score.
// activation    mean |x_c| over tokens and over the linears that read channel c behind a norm (Minitron's mean |norm output|).
// contribution  sum over the group's columns c of its consumers of E[x_c^2] ||W_c||^2: the mean square of what it adds.

namespace lorashear {

namespace {

using LaneScores = std::vector<double>;
using Scores = std::vector<LaneScores>;

struct Scoring {
    CausalLM& model;
    const PlanRequest& request;
    const std::vector<UnitLane>& lanes;
    const Unit& unit;
    int amount;
    const ScoringText& text;
    const Control& control;
};

/// A model that lacks some parts, with the place of every block of the whole one in it; -1: it has gone.
struct Partial {
    std::unique_ptr<CausalLM> model;
    std::vector<int> place;
};

Partial without(const Scoring& job, const Edits& edits) {
    const Blueprint blueprint = blueprintOf(*job.request.config, job.request.structure, edits);
    Partial partial{applyEdits(job.model, blueprint), std::vector<int>(job.request.structure.parts.size(), -1)};
    for (std::size_t i = 0; i < blueprint.blocks.size(); ++i)
        partial.place[static_cast<std::size_t>(blueprint.blocks[i])] = static_cast<int>(i);
    return partial;
}

Partial withoutAll(const Scoring& job, BlockPart part) {
    Edits edits;
    const auto& parts = job.request.structure.parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const SubLayer& sub = part == BlockPart::Attention ? parts[i].attention : parts[i].mlp;
        if (!sub.tensors.empty()) edits.push_back(DropPart{static_cast<int>(i), part});
    }
    return without(job, edits);
}

at::Tensor through(const Partial& partial, int block, const at::Tensor& x, const ForwardContext& context) {
    const int place = partial.place[static_cast<std::size_t>(block)];
    return place < 0 ? x : partial.model->block(place, x, context);
}

double angle(const at::Tensor& x, const at::Tensor& y) {
    const auto a = x.flatten(0, -2).to(at::kDouble), b = y.flatten(0, -2).to(at::kDouble);
    const auto norms = (a.norm(2, -1) * b.norm(2, -1)).clamp_min(1e-30);
    return ((a * b).sum(-1) / norms).rsub(1).sum().item<double>();
}

Scores influence(const Scoring& job) {
    const at::NoGradGuard noGradients;
    const BlockPart part = *job.unit.part;
    const auto blocks = job.request.structure.parts.size();
    LaneScores sums(blocks, 0.0);
    std::int64_t tokens = 0;
    ForwardContext context;
    context.compute = job.text.compute;
    const bool parallel = job.model.config().parallelResidual;
    Partial attention, mlp;  // models with one half of every block
    if (part != BlockPart::Block) attention = withoutAll(job, BlockPart::Mlp);
    if (part == BlockPart::Mlp && parallel) mlp = withoutAll(job, BlockPart::Attention);
    for (const EvaluationBatch& batch : batchesOf(job.text.sequences, job.text.batch, job.model.device())) {
        auto x = job.model.embed(batch.ids, context);
        tokens += batch.ids.numel();
        for (std::size_t i = 0; i < blocks; ++i) {
            job.control.poll();
            const int block = static_cast<int>(i);
            const auto y = job.model.block(block, x, context);
            if (part == BlockPart::Block)
                sums[i] += angle(x, y);
            else if (part == BlockPart::Attention)
                sums[i] += angle(x, through(attention, block, x, context));
            else if (parallel)
                sums[i] += angle(x, through(mlp, block, x, context));
            else
                sums[i] += angle(through(attention, block, x, context), y);
            x = y;
        }
    }
    for (double& sum : sums) sum /= static_cast<double>(std::max<std::int64_t>(1, tokens));
    return {sums};
}

double lossOf(const Scoring& job, const Edits& edits) {
    const Partial partial = without(job, edits);
    double sum = 0;
    std::int64_t tokens = 0;
    for (const SequenceLoss& loss :
         sequenceLosses(*partial.model, job.text.sequences, job.text.batch, job.text.compute, job.control, "plan")) {
        sum += loss.sum;
        tokens += loss.tokens;
    }
    return sum / static_cast<double>(std::max<std::int64_t>(1, tokens));
}

/// Losses without each part that may go, behind those that have gone; others 0.
LaneScores lossesWithout(const Scoring& job, const Edits& gone, const std::vector<bool>& closed) {
    LaneScores losses(closed.size(), 0.0);
    for (std::size_t i = 0; i < closed.size(); ++i) {
        if (closed[i]) continue;
        auto edits = gone;
        edits.push_back(DropPart{static_cast<int>(i), *job.unit.part});
        losses[i] = lossOf(job, edits);
    }
    return losses;
}

Scores perplexity(const Scoring& job) {
    const at::NoGradGuard noGradients;
    return {lossesWithout(job, {}, job.lanes.front().closed)};
}

Scores greedy(const Scoring& job) {
    const at::NoGradGuard noGradients;
    auto closed = job.lanes.front().closed;
    LaneScores scores(closed.size(), 0.0);
    Edits gone;
    for (int round = 0; round < std::max(1, job.amount); ++round) {
        const LaneScores losses = lossesWithout(job, gone, closed);
        std::size_t best = closed.size();
        for (std::size_t i = 0; i < closed.size(); ++i) {
            if (closed[i]) continue;
            scores[i] = job.amount + losses[i];  // behind all that went
            if (best == closed.size() || losses[i] < losses[best]) best = i;
        }
        if (best == closed.size()) break;
        scores[best] = round;
        closed[best] = true;
        gone.push_back(DropPart{static_cast<int>(best), *job.unit.part});
    }
    return {scores};
}

/// The linear whose columns a slice is; null if it is something else.
Linear* columnsOf(const CausalLM& model, const GroupSlice& slice) {
    const auto dot = slice.tensor.rfind('.');
    if (dot == std::string::npos || slice.tensor.substr(dot) != ".weight") return nullptr;
    Linear* linear = model.linear(slice.tensor.substr(0, dot));
    return linear && slice.dim == linear->columnDim() ? linear : nullptr;
}

/// Adds `value` of every column of the consumers' linears to the group that owns it. Statistics must be attached.
Scores byColumns(const Scoring& job, const std::function<at::Tensor(const Linear&)>& value) {
    Scores scores;
    for (const UnitLane& lane : job.lanes) {
        const NodeGroup& group = job.request.structure.nodeGroups.at(static_cast<std::size_t>(lane.nodeGroup));
        LaneScores& sums = scores.emplace_back(static_cast<std::size_t>(group.count), 0.0);
        for (const auto* slices : {&group.primary, &group.secondary})
            for (const GroupSlice& slice : *slices) {
                const Linear* linear = columnsOf(job.model, slice);
                if (!linear || !linear->statistics) continue;
                const at::Tensor columns = value(*linear).to(at::kCPU, at::kDouble).contiguous();
                const double* of = columns.data_ptr<double>();
                for (std::int64_t j = 0; j < group.count; ++j)
                    for (std::int64_t c = 0; c < slice.length; ++c)
                        sums[static_cast<std::size_t>(j)] += of[slice.begin(j) + c];
            }
    }
    return scores;
}

class Statistics {
public:
    explicit Statistics(const Scoring& job) : m_model(job.model) {
        collectStatistics(job.model, job.text.sequences, false, job.text.batch, job.text.compute, job.control);
    }
    ~Statistics() { clearStatistics(m_model); }
    Statistics(const Statistics&) = delete;
    Statistics& operator=(const Statistics&) = delete;

private:
    CausalLM& m_model;
};

double tokensOf(const Linear& linear) {
    return static_cast<double>(std::max<std::int64_t>(1, linear.statistics->tokens));
}

Scores activation(const Scoring& job) {
    const Statistics attached(job);
    return byColumns(job, [](const Linear& linear) { return linear.statistics->sumAbs / tokensOf(linear); });
}

Scores contribution(const Scoring& job) {
    const Statistics attached(job);
    return byColumns(job, [](const Linear& linear) {
        const auto weight = linear.weight.detach().to(at::kFloat);
        return weight.square().sum(0).to(at::kDouble) * (linear.statistics->sumSquare / tokensOf(linear));
    });
}

/// Unit::scores by id.
Scores measured(const std::string& id, const Scoring& job) {
    static const std::map<std::string, Scores (*)(const Scoring&)> kWays = {{"influence", influence},
                                                                            {"perplexity", perplexity},
                                                                            {"greedy", greedy},
                                                                            {"activation", activation},
                                                                            {"contribution", contribution}};
    const auto found = kWays.find(id);
    if (found == kWays.end())
        throw Error(ErrorCode::Internal, "/plan/units/" + job.unit.id + "/score", "has no way to measure it");
    return found->second(job);
}

}  // namespace

UnitScores measureUnitScores(CausalLM& model, const PlanRequest& request, const PruningPlan& plan, const ScoringText& text,
                             const Control& control) {
    if (text.sequences.empty())
        throw Error(ErrorCode::BadInput, "calibration", "there is no text to measure what is cut at once with");
    UnitScores scores;
    const std::vector<bool> noMarks(request.structure.nodeGroups.size(), false);
    const CoarseTask task{*request.config, request.structure, request.options, noMarks};
    for (const Unit& unit : unitTable()) {
        if (!takesAtOnce(unit, request.options.units)) continue;
        control.poll();
        const auto lanes = unitLanes(unit, task);
        const std::string& asked = request.options.units.at(unit.id).score;
        const auto amount = plan.remove.find(unit.id);
        scores[unit.id] =
            measured(asked.empty() ? unit.scores.front().id : asked,
                     {model, request, lanes, unit, amount == plan.remove.end() ? 0 : amount->second, text, control});
    }
    return scores;
}

}  // namespace lorashear
