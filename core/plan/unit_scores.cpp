#include "core/plan/unit_scores.h"

#include "core/base/error.h"
#include "core/base/stage.h"
#include "core/compact/group_masks.h"
#include "core/knowledge/evaluation_batches.h"
#include "core/knowledge/saliency.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>

// How much a thing matters that is cut at once.
//
// influence     1 - mean over tokens of cos(x, y), x what enters a block or sub-layer and y what leaves it (ShortGPT's block
//               influence). The ends of a sub-layer are found with a copy of the model, weights shared, whose other halves are masked.
// perplexity    nats per token of the model without it, which masks give exactly.
// greedy        the same, measured again after each that goes (SLEB): the order in which they went is the score.
// activation    mean |x_c| over tokens and over the linears that read channel c behind a norm (Minitron's mean |norm output|).
// contribution  sum over the group's columns c of its consumers of E[x_c^2] ||W_c||^2: the mean square of what it adds, were its
//               features uncorrelated. Of an expert: of its neurons, over all tokens, also those that do not choose it.
// usage         tokens that choose an expert over all tokens.
// frequency     the rank of a token by its count, every token behind what it is made from (core/text/token_choice.h): then whatever number of the
//               lowest goes, the tokenizer works with the rest.

namespace lorashear {

namespace {

using LaneScores = std::vector<double>;
using Scores = std::vector<LaneScores>;

struct Scoring {
    CausalLM& model;
    const Structure& structure;
    const std::vector<UnitLane>& lanes;
    const Unit& unit;
    int amount;  ///< how many will go
    const ScoringText& text;
    const Control& control;
};

/// Masks of edits on a model for as long as this lives.
class Preview {
public:
    Preview(const CausalLM& model, const Structure& structure, const Edits& edits) : m_model(model), m_structure(structure) {
        previewEdits(model, structure, edits);
    }
    ~Preview() { applyMasks(m_model, m_structure, {}); }
    Preview(const Preview&) = delete;
    Preview& operator=(const Preview&) = delete;

private:
    const CausalLM& m_model;
    const Structure& m_structure;
};

/// A copy that says nothing in this half of any block.
std::unique_ptr<CausalLM> silenced(const Scoring& job, BlockPart half) {
    Edits edits;
    const auto& parts = job.structure.parts;
    for (std::size_t i = 0; i < parts.size(); ++i) edits.emplace_back(DropPart{static_cast<int>(i), half});
    auto model = cloneModel(job.model);
    previewEdits(*model, job.structure, edits);
    return model;
}

/// Sum over tokens of 1 - cos(x, y).
double angle(const at::Tensor& x, const at::Tensor& y) {
    const auto a = x.flatten(0, -2).to(at::kDouble), b = y.flatten(0, -2).to(at::kDouble);
    const auto norms = (a.norm(2, -1) * b.norm(2, -1)).clamp_min(1e-30);
    const auto cosine = (a * b).sum(-1) / norms;
    return static_cast<double>(cosine.numel()) - cosine.sum().item<double>();
}

Scores influence(const Scoring& job) {
    const at::NoGradGuard noGradients;
    const BlockPart part = *job.unit.part;
    const bool parallel = job.model.config().parallelResidual;
    LaneScores sums(job.structure.parts.size(), 0.0);
    std::int64_t tokens = 0;
    ForwardContext context;
    context.compute = job.text.compute;
    std::unique_ptr<CausalLM> attention, mlp;  // with one half alone
    if (part == BlockPart::Attention || (part == BlockPart::Mlp && !parallel)) attention = silenced(job, BlockPart::Mlp);
    if (part == BlockPart::Mlp && parallel) mlp = silenced(job, BlockPart::Attention);
    for (const EvaluationBatch& batch : batchesOf(job.text.sequences, job.text.batch, job.model.device())) {
        auto x = job.model.embed(batch.ids, context);
        tokens += batch.ids.numel();
        for (std::size_t i = 0; i < sums.size(); ++i) {
            job.control.poll();
            const int block = static_cast<int>(i);
            const auto y = job.model.block(block, x, context);
            if (part == BlockPart::Block)
                sums[i] += angle(x, y);
            else if (part == BlockPart::Attention)
                sums[i] += angle(x, attention->block(block, x, context));
            else if (parallel)
                sums[i] += angle(x, mlp->block(block, x, context));
            else
                sums[i] += angle(attention->block(block, x, context), y);
            x = y;
        }
    }
    for (double& sum : sums) sum /= static_cast<double>(std::max<std::int64_t>(1, tokens));
    return {sums};
}

/// Nats per token without each part that may go, beside those that have gone; others 0. What comes before a part says what it said with
/// it, so that only the rest is computed anew: half of what whole passes would take.
LaneScores lossesWithout(const Scoring& job, const Edits& gone, const std::vector<bool>& closed) {
    LaneScores sums(closed.size(), 0.0);
    std::int64_t tokens = 0;
    ForwardContext context;
    context.compute = job.text.compute;
    const auto batches = batchesOf(job.text.sequences, job.text.batch, job.model.device());
    ProgressMeter progress(job.control, stageName(Stage::Plan), static_cast<double>(batches.size() * closed.size()));
    double done = 0;
    for (const EvaluationBatch& batch : batches) {
        for (const auto counted : batch.counted) tokens += counted;
        std::vector<at::Tensor> inputs;  // of every block
        {
            const Preview preview(job.model, job.structure, gone);
            inputs.push_back(job.model.embed(batch.ids, context));
            for (int i = 0; i + 1 < job.model.blocks(); ++i) inputs.push_back(job.model.block(i, inputs.back(), context));
        }
        for (std::size_t i = 0; i < closed.size(); ++i) {
            job.control.poll();
            progress.update(done++);
            if (closed[i]) continue;
            auto edits = gone;
            edits.emplace_back(DropPart{static_cast<int>(i), *job.unit.part});
            const Preview preview(job.model, job.structure, edits);
            auto x = inputs[i];
            for (auto k = static_cast<int>(i); k < job.model.blocks(); ++k) x = job.model.block(k, x, context);
            for (const double loss : nllPerSequence(job.model, x, batch, job.text.compute, job.unit.one)) sums[i] += loss;
        }
    }
    for (double& sum : sums) sum /= static_cast<double>(std::max<std::int64_t>(1, tokens));
    return sums;
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
    const int rounds = std::max(1, job.amount);
    for (int round = 0; round < rounds; ++round) {
        const LaneScores losses = lossesWithout(job, gone, closed);
        std::size_t best = closed.size();
        for (std::size_t i = 0; i < closed.size(); ++i) {
            if (closed[i]) continue;
            scores[i] = rounds + losses[i];  // behind all that went
            if (best == closed.size() || losses[i] < losses[best]) best = i;
        }
        if (best == closed.size()) break;
        scores[best] = round;
        closed[best] = true;
        gone.emplace_back(DropPart{static_cast<int>(best), *job.unit.part});
    }
    return {scores};
}

/// The linear whose columns a slice is; null if it is something else.
Linear* readerOf(const CausalLM& model, const GroupSlice& slice) {
    const auto dot = slice.tensor.rfind('.');
    if (dot == std::string::npos || slice.tensor.substr(dot) != ".weight") return nullptr;
    Linear* linear = model.linear(slice.tensor.substr(0, dot));
    return linear && slice.dim == linear->columnDim() ? linear : nullptr;
}

using ColumnValue = std::function<at::Tensor(const Linear&)>;

/// Adds `value` of every column of the consumers' linears to the group that owns it: sums[group]. Statistics must be attached.
void addColumns(const CausalLM& model, const NodeGroup& group, const ColumnValue& value, LaneScores& sums) {
    std::map<const Linear*, at::Tensor> known;  // query heads lie in several places of one linear
    for (const auto* slices : {&group.primary, &group.secondary})
        for (const GroupSlice& slice : *slices) {
            const Linear* linear = readerOf(model, slice);
            if (!linear || !linear->statistics) continue;
            at::Tensor& columns = known[linear];
            if (!columns.defined()) columns = value(*linear).to(at::kCPU, at::kDouble).contiguous();
            const double* of = columns.data_ptr<double>();
            for (std::int64_t j = 0; j < group.count; ++j)
                for (std::int64_t c = 0; c < slice.length; ++c) sums[static_cast<std::size_t>(j)] += of[slice.begin(j) + c];
        }
}

class Statistics {
public:
    explicit Statistics(const Scoring& job) : m_model(job.model) {
        collectStatistics(job.model, job.text.sequences, false, job.text.batch, job.text.compute, job.control);
        for (const Linear* linear : m_model.linears())
            if (linear->statistics) m_tokens = std::max(m_tokens, linear->statistics->tokens);
    }
    ~Statistics() { clearStatistics(m_model); }
    Statistics(const Statistics&) = delete;
    Statistics& operator=(const Statistics&) = delete;
    /// Of the whole text: an expert sees fewer.
    double tokens() const { return static_cast<double>(std::max<std::int64_t>(1, m_tokens)); }

private:
    CausalLM& m_model;
    std::int64_t m_tokens = 0;
};

const NodeGroup& groupOf(const Scoring& job, const UnitLane& lane) {
    return job.structure.nodeGroups.at(static_cast<std::size_t>(lane.nodeGroup));
}

Scores activation(const Scoring& job) {
    const Statistics attached(job);
    Scores scores;
    for (const UnitLane& lane : job.lanes)
        addColumns(
            job.model, groupOf(job, lane),
            [&](const Linear& linear) { return linear.statistics->sumAbs / attached.tokens(); },
            scores.emplace_back(lane.closed.size(), 0.0));
    return scores;
}

/// visit(expert's place in its lane's scores, node group of the expert's neurons)
template <class Visit>
void forEachExpert(const Scoring& job, const UnitLane& lane, const Visit& visit) {
    for (const NodeGroup& inner : job.structure.nodeGroups)
        if (inner.within == lane.nodeGroup) visit(static_cast<std::size_t>(inner.withinGroup), inner);
}

Scores contribution(const Scoring& job) {
    const Statistics attached(job);
    const auto square = [&](const Linear& linear) {
        const auto weight = linear.weight.detach().to(at::kFloat);
        return weight.square().sum(0).to(at::kDouble) * (linear.statistics->sumSquare / attached.tokens());
    };
    Scores scores;
    for (const UnitLane& lane : job.lanes) {
        LaneScores& sums = scores.emplace_back(lane.closed.size(), 0.0);
        const NodeGroup& group = groupOf(job, lane);
        if (group.wholes.empty()) {
            addColumns(job.model, group, square, sums);
            continue;
        }
        forEachExpert(job, lane, [&](std::size_t expert, const NodeGroup& neurons) {
            LaneScores each(static_cast<std::size_t>(neurons.count), 0.0);
            addColumns(job.model, neurons, square, each);
            for (const double one : each) sums.at(expert) += one;
        });
    }
    return scores;
}

Scores usage(const Scoring& job) {
    const Statistics attached(job);
    Scores scores;
    for (const UnitLane& lane : job.lanes) {
        LaneScores& shares = scores.emplace_back(lane.closed.size(), 0.0);
        forEachExpert(job, lane, [&](std::size_t expert, const NodeGroup& neurons) {
            for (const GroupSlice& slice : neurons.secondary)
                if (const Linear* linear = readerOf(job.model, slice); linear && linear->statistics)
                    shares.at(expert) = static_cast<double>(linear->statistics->tokens) / attached.tokens();
        });
    }
    return scores;
}

Scores frequency(const Scoring& job) {
    if (!job.text.tokenRanks || job.text.tokenRanks->size() != job.lanes.front().closed.size())
        throw Error(ErrorCode::Internal, "/plan/units/" + job.unit.id, "the tokens of this vocabulary were not counted");
    return {*job.text.tokenRanks};
}

/// Unit::scores by id.
Scores measured(const std::string& id, const Scoring& job) {
    static const std::map<std::string, Scores (*)(const Scoring&)> kWays = {
        {"influence", influence},       {"perplexity", perplexity}, {"greedy", greedy},      {"activation", activation},
        {"contribution", contribution}, {"usage", usage},           {"frequency", frequency}};
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
    const CoarseTask task{*request.config, request.structure, request.options, noMarks, nullptr, text.requiredTokens};
    const SizesAfter whole(request.structure);
    for (const Unit& unit : unitTable()) {
        if (!takesAtOnce(unit, request.options.units)) continue;
        control.poll();
        const auto lanes = unitLanes(unit, task, whole);
        const std::string& asked = request.options.units.at(unit.id).score;
        scores[unit.id] = measured(asked.empty() ? unit.scores.front().id : asked,
                                   {model, request.structure, lanes, unit, plan.removed(unit.id), text, control});
    }
    return scores;
}

}  // namespace lorashear
