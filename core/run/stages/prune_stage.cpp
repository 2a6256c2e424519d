#include "core/base/text_passes.h"
#include "core/prune/dense_refit.h"
#include "core/prune/methods/group_choice.h"
#include "core/prune/pruning_method.h"
#include "core/prune/reconstruction.h"
#include "core/run/stages/curve_points.h"
#include "core/run/stages/step_event.h"
#include "core/run/stages/training_data.h"
#include "core/trace/group_list.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <set>

namespace lorashear {

using nlohmann::json;

namespace {

/// Whether a group adds nothing any more: its rows are scaled by zero, or are zero themselves.
bool isZero(const CausalLM& model, const NodeGroup& nodeGroup, int index) {
    for (const GroupRows& rows : rowsOf(model, nodeGroup, index)) {
        const Linear& linear = *rows.linear;
        const auto none = [&](const at::Tensor& tensor) {
            return at::count_nonzero(tensor.detach().narrow(0, rows.begin, rows.length)).item<std::int64_t>() == 0;
        };
        const bool zeroRows = none(linear.weight) && (!linear.bias.defined() || none(linear.bias));
        const bool base = zeroRows || (linear.rowScale.defined() && none(linear.rowScale));
        if (!base || (linear.hasAdapter() && !none(linear.b))) return false;
    }
    return true;
}

/// Says once of every group that it was chosen and that it is zero. What was said before a checkpoint is stored with it.
class GroupReporter {
public:
    GroupReporter(RunState& state, const PruningSession& session) : m_state(state), m_session(session) {}

    void afterStep(const StepReport& report) {
        sayChosen();
        if (report.zeroGroups == m_zeroCount) return;
        m_zeroCount = report.zeroGroups;
        event::GroupsZero zero;
        for (const GroupRef& group : m_session.chosen())
            if (!m_zero.count(group) && isZero(*m_state.model, node(group), group.index)) zero.groups.push_back(group);
        m_zero.insert(zero.groups.begin(), zero.groups.end());
        zero.groups = m_state.inOriginal(zero.groups);
        if (!zero.groups.empty()) m_state.report.emit(zero);
    }
    json save() const {
        return {{"said", m_said},
                {"zero_count", m_zeroCount},
                {"period", m_period},
                {"zero", groupsToJson({m_zero.begin(), m_zero.end()})}};
    }
    void load(const json& from) {
        m_said = from.at("said").get<std::size_t>();
        m_zeroCount = from.at("zero_count").get<int>();
        m_period = from.at("period").get<int>();
        const auto zero = groupsFromJson(from.at("zero"));
        m_zero.insert(zero.begin(), zero.end());
    }

private:
    const NodeGroup& node(const GroupRef& group) const {
        return m_state.working->nodeGroups.at(static_cast<std::size_t>(group.nodeGroup));
    }
    void sayChosen() {
        const auto& chosen = m_session.chosen();
        if (chosen.size() <= m_said) return;
        event::GroupsChosen event{m_state.inOriginal({chosen.begin() + static_cast<std::ptrdiff_t>(m_said), chosen.end()}),
                                  ++m_period};
        m_said = chosen.size();
        m_state.report.emit(event);
    }

    RunState& m_state;
    const PruningSession& m_session;
    std::size_t m_said = 0;
    int m_zeroCount = 0, m_period = 0;
    std::set<GroupRef> m_zero;
};

constexpr std::int64_t kMostViews = 200;  ///< of the half-space, in a run
constexpr std::size_t kMostInView = 500;  ///< groups: some 15 kB a view

/// Six digits: what a plot and a table show, and half of what a log would hold otherwise.
double rounded(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6g", value);
    return std::strtod(text.data(), nullptr);
}

/// Says what the half-space test saw, of short runs in every step. Which steps depends on the schedule alone, so that a run that went on says
/// the same as one that was never stopped.
class HalfSpaceReporter {
public:
    HalfSpaceReporter(RunState& state, PruningSession& session)
        : m_state(state), m_session(session), m_stride((session.totalSteps() + kMostViews - 1) / kMostViews) {}

    void beforeStep(std::int64_t step) {  // its number, counted from 1
        m_due = step % std::max<std::int64_t>(1, m_stride) == 0 || step == m_session.totalSteps();
        m_session.watchProjection(m_due);
    }
    void afterStep() const {
        if (!m_due) return;
        const ProjectionReport seen = m_session.projection();
        if (seen.groups.empty()) return;
        const std::size_t all = seen.groups.size(), told = std::min(all, kMostInView);
        event::HalfSpace view{
            m_state.steps, seen.boundary, seen.last, static_cast<std::int64_t>(all), {}, {}, {}, {}, {}, {}};
        for (std::size_t i = 0; i < told; ++i) {
            const std::size_t g = i * all / told;
            view.groups.push_back(seen.groups[g]);
            view.before.push_back(rounded(seen.before[g]));
            view.cosine.push_back(rounded(seen.cosine[g]));
            view.along.push_back(rounded(seen.along[g]));
            view.norm.push_back(rounded(seen.norm[g]));
            view.returning.push_back(seen.returning[g]);
        }
        view.groups = m_state.inOriginal(view.groups);
        m_state.report.emit(view);
    }

private:
    RunState& m_state;
    PruningSession& m_session;
    std::int64_t m_stride;
    bool m_due = false;
};

/// Trainer, method and what they were made of, alive together.
struct Pruning {
    RunState& state;
    std::unique_ptr<CausalLM> before;  ///< what is pruned, as it was; null where nothing is reconstructed
    PruningPlan plan;                  ///< of the model that is left to the method
    std::vector<Sequence> texts;       ///< to train on; what the method calibrates on is drawn from all of them
    std::unique_ptr<BatchSource> source;
    Trainer trainer;
    TextPasses passes;  ///< what is read beside steps
    std::unique_ptr<PruningSession> session;
    GroupReporter groups;
    HalfSpaceReporter halfSpace;

    explicit Pruning(RunState& runState)
        : state(runState),
          before(state.recipe.method.reconstruction.steps > 0 ? frozenCopy(*state.model) : nullptr),
          plan(state.workingPlan()),
          texts(trainingSequences(state.tokenizer(), state.recipe, state.control)),
          source(shuffledSource(texts, state.recipe.seed, "training")),
          trainer(*state.model, *source, pruningTraining(state.recipe, state.compute(), state.phases),
                  state.recipe.training.distillation > 0 ? &state.teacher() : nullptr),
          session(begun()),
          groups(state, *session),
          halfSpace(state, *session) {}

    std::unique_ptr<PruningSession> begun() {
        const TextPasses::Counting counting(passes);
        return makePruning(state.recipe.method.id, state.recipe.method.optionsJson,
                           {*state.model, *state.working, plan, trainer, texts, state.control});
    }
    StepReport step() {
        const TextPasses::Counting counting(passes);
        return session->step();
    }
    void restore(const Archive& archive) {
        trainer.load(archive);
        session->load(archive);
        if (archive.values.contains("text_passes")) passes.restore(archive.values.at("text_passes").get<std::int64_t>());
        groups.load(archive.values.at("reported"));
    }
    /// After the last step. Made again by a run that goes on from the stage's last checkpoint, to the same bits: being stopped
    /// here costs all of it, since sub-blocks that are done are not stored. firstTime: nobody has said so yet.
    void reconstructSubBlocks(bool firstTime) {
        if (!before || session->chosen().empty()) return;
        const ReconstructionOptions& options = state.recipe.method.reconstruction;
        const auto calibration = spreadSequences(texts, options.calibrationSequences);
        WeightEdits edits;
        const TextPasses::Counting counting(passes);
        const auto fits = reconstruct({*state.model, *before, *state.working, calibration, options,
                                       state.recipe.training.batch, state.compute(), state.control},
                                      session->chosen(), edits);
        if (firstTime) state.report.note("info", inWords(fits));
    }
    void checkpoint(RunState::CheckpointKind kind) {
        Archive archive;
        trainer.save(archive);
        session->save(archive);
        archive.values["reported"] = groups.save();
        archive.values["text_passes"] = passes.parts();
        state.saveCheckpoint(Stage::Prune, std::move(archive), kind);
    }
};

void trainUntilDone(Pruning& pruning) {
    RunState& state = pruning.state;
    const CurvePoints curve(state);
    ProgressMeter progress(state.control, stageName(Stage::Prune), static_cast<double>(pruning.session->totalSteps()));
    progress.skip(static_cast<double>(pruning.trainer.steps()));
    while (!pruning.session->done()) {
        if (state.control.stop.stop_requested() && state.steps > 0)
            pruning.checkpoint(RunState::CheckpointKind::Periodic);  // nothing is lost by cancelling
        state.control.poll();
        pruning.halfSpace.beforeStep(state.steps + 1);
        const StepReport report = pruning.step();
        ++state.steps;
        state.report.emit(stepEvent(Stage::Prune, report, state.steps));
        pruning.halfSpace.afterStep();
        pruning.groups.afterStep(report);
        progress.update(static_cast<double>(report.step), report.phase);
        const auto due = state.checkpointDue();
        if (!due || pruning.session->done()) continue;
        if (curve.at(state.steps)) sampleCheckpoint(state.measuring(), *state.model);
        pruning.checkpoint(*due);
    }
    curve.always(state.steps);
    pruning.checkpoint(RunState::CheckpointKind::StageEnd);
}

}  // namespace

void pruneStage(RunState& state) {
    const auto stored = state.begin<PruneResult>("Pruning while training");
    if (stored && state.folder.stage(Stage::Compact)) {  // the compact model stands for all that came before it
        state.pruned = *stored;
        state.steps = stored->steps;
        return;
    }
    // All of the budget went at once. A method that has planned that trains what it has left.
    const bool trains = methodInfo(state.recipe.method.id).plan && !state.plan.edits.empty();
    if (state.plan.removed() == 0 && !trains) {
        state.pruned.calibrationTokens = 0;
        if (!stored) state.finish(state.pruned);
        return;
    }
    Pruning pruning(state);
    if (const auto archive = state.newestCheckpoint(Stage::Prune))
        pruning.restore(*archive);
    else
        CurvePoints(state).always(0);
    if (!pruning.session->done()) trainUntilDone(pruning);
    pruning.reconstructSubBlocks(!stored);
    state.pruned = {state.inOriginal(pruning.session->chosen()), state.steps, pruning.passes.tokens()};
    std::sort(state.pruned.removed.begin(), state.pruned.removed.end());
    if (!stored) state.finish(state.pruned);
}

}  // namespace lorashear
