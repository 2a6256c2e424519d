#include "core/prune/reconstruction.h"

#include "core/base/error.h"
#include "core/base/stage.h"
#include "core/kernels/ops.h"
#include "core/knowledge/evaluation_batches.h"
#include "core/model/causal_lm.h"
#include "core/prune/group_members.h"
#include "core/prune/output_watch.h"
#include "core/train/adamw.h"
#include "core/train/cosine_fall.h"
#include "core/train/own_weights.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <set>
#include <utility>

// A least-squares repair changes one matrix, the last of a sub-block, and takes what it reads for given. Here the window holds the nonlinearity as well:
// of attention the projections of queries, keys and values, the softmax and the output projection, of an MLP gate, up, activation and down. With y the
// output of the window's last linear (its consumer) and t the same in the dense model,
//
//   minimise   sum ||y(W; x) - t||^2 / sum ||t||^2      over the weights W of all its linears.
//
// Where x comes from: "dense" inputs are what the block reads in the dense model, and the other sub-blocks of the block give out what they give out there, so
// that every window is a problem of its own; "own" inputs are what the blocks before it, reconstructed already, give out now.
//
// Adam moves every weight by about its rate, whatever the error's scale; the rate is therefore a share of each matrix's root mean square, and falls along
// half a cosine. Rows of groups that have gone get no gradient: a row that some method has written zeros into would otherwise come back to life.

namespace lorashear {

namespace {

/// A linear of a window, with zeros at the rows of groups that have gone.
struct WindowLinear {
    Linear* linear = nullptr;
    at::Tensor stays;  ///< [out, 1] fp32
};

struct Window {
    int block = 0;
    Linear* consumer = nullptr;
    std::vector<WindowLinear> linears;  ///< in network order, the consumer the last
};

at::Tensor rowsThatStay(const Reconstruction& task, const Linear& linear, const std::vector<GroupRef>& removed) {
    auto stays = at::ones({linear.out(), 1}, at::kFloat);
    for (const auto& ref : removed)
        for (const auto& slice : task.structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)].primary)
            if (slice.tensor == linear.name + ".weight" && slice.dim == linear.rowDim())
                stays.narrow(0, slice.begin(ref.index), slice.length).zero_();
    return stays.to(linear.weight.device());
}

std::vector<Window> windowsOf(const Reconstruction& task, const std::vector<GroupRef>& removed) {
    std::set<int> cut;
    for (const auto& ref : removed) cut.insert(ref.nodeGroup);
    std::vector<Window> windows;
    for (auto* consumer : consumersOf(task.model, task.structure)) {
        if (task.model.shareOfTokens(*consumer) < 1) continue;
        std::set<const Linear*> members;
        Window window{-1, consumer, {}};
        for (const int id : cut) {
            const auto& nodeGroup = task.structure.nodeGroups[static_cast<std::size_t>(id)];
            const auto all = weightMembers(task.model, nodeGroup);
            const bool reads = std::any_of(all.begin(), all.end(), [&](const GroupMember& member) {
                return member.columns && member.linear == consumer;
            });
            if (!reads) continue;
            window.block = nodeGroup.layer;
            for (const auto& member : all) members.insert(member.linear);
        }
        if (window.block < 0) continue;
        for (auto* linear : task.model.linears())
            if (members.count(linear)) window.linears.push_back({linear, rowsThatStay(task, *linear, removed)});
        windows.push_back(std::move(window));
    }
    return windows;
}

/// Where sub-blocks without a window end: what writes into the residual stream, also of an attention or MLP that can lose nothing.
std::vector<Linear*> otherEndsOf(const Reconstruction& task, const std::vector<Window>& windows) {
    std::set<const Linear*> ends;
    for (const auto* consumer : consumersOf(task.model, task.structure)) ends.insert(consumer);
    for (const auto& nodeGroup : task.structure.nodeGroups)
        if (nodeGroup.unit == UnitKind::Hidden)
            for (const auto& member : weightMembers(task.model, nodeGroup))
                if (!member.columns) ends.insert(member.linear);
    for (const auto& window : windows) ends.erase(window.consumer);
    std::vector<Linear*> all;
    for (auto* linear : task.model.linears())
        if (ends.count(linear) && task.model.shareOfTokens(*linear) == 1) all.push_back(linear);
    return all;
}

/// Adapters take no part: no gradients for them while this lives.
class StillAdapters {
public:
    explicit StillAdapters(const CausalLM& model) {
        for (auto* linear : model.linears()) {
            if (!linear->hasAdapter() || !linear->a.requires_grad()) continue;
            set(*linear, false);
            m_linears.push_back(linear);
        }
    }
    ~StillAdapters() {
        for (auto* linear : m_linears) set(*linear, true);
    }
    StillAdapters(const StillAdapters&) = delete;
    StillAdapters& operator=(const StillAdapters&) = delete;

private:
    static void set(const Linear& linear, bool trained) {
        linear.a.set_requires_grad(trained);
        linear.b.set_requires_grad(trained);
    }
    std::vector<Linear*> m_linears;
};

AdamWOptions withoutClipping() {
    AdamWOptions options;
    options.learningRate = 1;  // every step says its own
    options.clipNorm = 0;
    return options;
}

/// A linear's weight as a leaf with an optimizer of its own, as long as this lives.
class TrainedWeight {
public:
    TrainedWeight(const WindowLinear& of, WeightEdits& edits)
        : m_of(of),
          m_former(edits.own(*of.linear).detach().clone()),
          m_leaf(of.linear->weight.detach().set_requires_grad(true)),
          m_optimizer(Trainables{{of.linear->name, m_leaf}}, withoutClipping()),
          m_size(m_former.square().mean().sqrt().item<double>()) {
        const c10::AutoGradMode gradients(true);
        of.linear->weight = m_leaf;
        of.linear
            ->storedWeight();  // a view that gradients pass through; made while an error is measured, it would stop them
    }
    ~TrainedWeight() { m_of.linear->weight = m_leaf.detach(); }
    TrainedWeight(const TrainedWeight&) = delete;
    TrainedWeight& operator=(const TrainedWeight&) = delete;

    void step(double rate) {
        if (auto gradient = m_leaf.grad(); gradient.defined()) gradient.mul_(m_of.stays);
        if (m_size > 0) m_optimizer.step(rate * m_size);
    }
    void putBack() {
        const at::NoGradGuard guard;
        m_leaf.copy_(m_former);
    }

private:
    const WindowLinear& m_of;
    at::Tensor m_former, m_leaf;
    AdamW m_optimizer;
    double m_size;  ///< root mean square of the weight as it was
};

using States = std::vector<at::Tensor>;  ///< one a batch

/// Goes through the blocks, the dense model beside the other.
class Rebuilder {
public:
    Rebuilder(const Reconstruction& task, const std::vector<GroupRef>& removed, WeightEdits& edits)
        : m_task(task), m_edits(edits), m_windows(windowsOf(task, removed)) {
        m_context.compute = task.compute;
        if (!own()) m_otherEnds = otherEndsOf(task, m_windows);
    }

    std::vector<SubBlockFit> run() {
        std::vector<SubBlockFit> fits;
        if (m_windows.empty()) return fits;
        const StillAdapters still(m_task.model);
        begin();
        ProgressMeter progress(m_task.control, stageName(Stage::Prune), static_cast<double>(m_windows.size()));
        for (int b = 0; b < m_task.model.blocks(); ++b) {
            hearDense(b);
            for (std::size_t w = 0; w < m_windows.size(); ++w) {
                if (m_windows[w].block != b) continue;
                progress.update(static_cast<double>(fits.size()), "reconstructing " + m_windows[w].consumer->name);
                fits.push_back(fit(w));
            }
            if (b + 1 < m_task.model.blocks()) advance(b);
        }
        return fits;
    }

private:
    bool own() const { return m_task.options.inputs == ReconstructionOptions::Inputs::Own; }

    void begin() {
        const at::NoGradGuard guard;
        for (const auto& part : batchesOf(m_task.calibration, m_task.batch, m_task.model.device())) {
            m_dense.push_back(m_task.dense.embed(part.ids, m_context));
            if (own()) m_present.push_back(m_task.model.embed(part.ids, m_context));
        }
    }

    // What the dense block's sub-blocks give out. Whoever is not of the block says nothing while it runs.
    void hearDense(int block) {
        const at::NoGradGuard guard;
        m_wanted.assign(m_windows.size(), {});
        m_said.assign(m_otherEnds.size(), {});
        std::vector<std::unique_ptr<OutputWatch>> watches;
        const auto hear = [&](const Linear& end, States& into) {
            watches.push_back(std::make_unique<OutputWatch>(
                *m_task.dense.linear(end.name),
                [&into](const at::Tensor&, const at::Tensor& y) { into.push_back(y.detach().clone()); }));
        };
        for (std::size_t w = 0; w < m_windows.size(); ++w)
            if (m_windows[w].block == block) hear(*m_windows[w].consumer, m_wanted[w]);
        for (std::size_t e = 0; !watches.empty() && e < m_otherEnds.size(); ++e) hear(*m_otherEnds[e], m_said[e]);
        m_next.clear();
        for (const auto& state : m_dense) {
            m_task.control.poll();
            m_next.push_back(m_task.dense.block(block, state, m_context));
        }
    }

    void advance(int block) {
        const at::NoGradGuard guard;
        m_dense = std::move(m_next);
        for (auto& state : m_present) {
            m_task.control.poll();
            state = m_task.model.block(block, state, m_context);
        }
    }

    // What the window gives out for a batch. With dense inputs the block's other sub-blocks say what they say in the dense model.
    at::Tensor output(std::size_t w, std::size_t batch) const {
        const ops::PlainScope plain;  // the fused operators know no gradients of weights
        const c10::AutoGradMode restores(c10::GradMode::is_enabled());
        const auto& window = m_windows[w];
        at::Tensor given;
        std::vector<std::unique_ptr<OutputWatch>> watches;
        watches.push_back(std::make_unique<OutputWatch>(*window.consumer, [&](const at::Tensor&, const at::Tensor& y) {
            given = y;
            c10::GradMode::set_enabled(false);  // what follows it in the block is not looked at
        }));
        const auto say = [&](Linear& end, const States& said) {
            if (said.empty()) return;  // of another block
            watches.push_back(std::make_unique<OutputWatch>(
                end, [&said, batch](const at::Tensor&, const at::Tensor& y) { y.detach().copy_(said[batch]); }));
        };
        for (std::size_t v = 0; v < m_windows.size(); ++v)
            if (v != w && !own()) say(*m_windows[v].consumer, m_wanted[v]);
        for (std::size_t e = 0; e < m_otherEnds.size(); ++e) say(*m_otherEnds[e], m_said[e]);
        m_task.model.block(window.block, own() ? m_present[batch] : m_dense[batch], ForwardContext());
        return given;
    }

    double error(std::size_t w, double energy) const {
        const at::NoGradGuard guard;
        double sum = 0;
        for (std::size_t i = 0; i < m_dense.size(); ++i) {
            m_task.control.poll();
            sum += (output(w, i) - m_wanted[w][i]).square().sum(at::kDouble).item<double>();
        }
        return sum / energy;
    }

    using Weights = std::vector<std::unique_ptr<TrainedWeight>>;

    // Whether all gradients were finite. A rate that is too large for one sub-block must not end a run that has trained for hours.
    bool descend(std::size_t w, double energy, const Weights& weights) const {
        const auto n = m_dense.size();
        try {
            for (int step = 0; step < m_task.options.steps; ++step) {
                m_task.control.poll();
                const auto batch = static_cast<std::size_t>(step) % n;
                const c10::AutoGradMode gradients(true);
                const auto loss = (output(w, batch) - m_wanted[w][batch]).square().sum() * (static_cast<double>(n) / energy);
                if (loss.requires_grad()) loss.backward();
                for (const auto& weight : weights)
                    weight->step(m_task.options.learningRate * cosineFall(step, m_task.options.steps));
            }
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Numeric) throw;
            return false;
        }
        return true;
    }

    SubBlockFit fit(std::size_t w) {
        const auto& window = m_windows[w];
        double energy = 0;
        for (const auto& wanted : m_wanted[w]) energy += wanted.square().sum(at::kDouble).item<double>();
        energy = std::max(energy, 1e-30);
        Weights weights;
        for (const auto& linear : window.linears) weights.push_back(std::make_unique<TrainedWeight>(linear, m_edits));
        SubBlockFit result{window.consumer->name, error(w, energy), 0};
        result.finite = descend(w, energy, weights);
        if (result.finite) result.after = error(w, energy);
        result.finite = result.finite && std::isfinite(result.after);
        if (result.finite && result.after < result.before) return result;
        for (auto& weight : weights) weight->putBack();
        result.after = result.before;
        return result;
    }

    const Reconstruction& m_task;
    WeightEdits& m_edits;
    std::vector<Window> m_windows;
    std::vector<Linear*> m_otherEnds;  ///< with dense inputs
    ForwardContext m_context;
    States m_dense, m_present;     ///< what the block at hand reads; m_present with own inputs alone
    States m_next;                 ///< what the dense block gives out
    std::vector<States> m_wanted;  ///< by window of the block at hand
    std::vector<States> m_said;    ///< by other end, likewise
};

}  // namespace

std::vector<SubBlockFit> reconstruct(const Reconstruction& task, const std::vector<GroupRef>& removed, WeightEdits& edits) {
    if (task.options.steps == 0 || removed.empty()) return {};
    return Rebuilder(task, removed, edits).run();
}

std::string inWords(const std::vector<SubBlockFit>& fits) {
    double before = 0, after = 0;
    std::size_t wild = 0;
    for (const auto& fit : fits) before += fit.before, after += fit.after, wild += !fit.finite;
    const double n = std::max<double>(1, static_cast<double>(fits.size()));
    char text[160];
    std::snprintf(text, sizeof text, "%zu sub-blocks reconstructed: mean error of their outputs %.4f before, %.4f after",
                  fits.size(), before / n, after / n);
    if (wild == 0) return text;
    return text + ("; left as they were, their errors not finite: " + std::to_string(wild)) +
           ". Lower /method/reconstruction/learning_rate.";
}

}  // namespace lorashear
