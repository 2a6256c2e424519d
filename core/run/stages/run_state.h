#pragma once

#include "core/compact/group_masks.h"
#include "core/recover/recovery.h"
#include "core/run/run_folder.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/reporter.h"
#include "core/run/stages/stage_results.h"
#include "core/run/stages/trimmed_vocabulary.h"
#include "core/train/archive.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace lorashear {

/// What one run carries from stage to stage. A stage finds its own result on the disk (RunFolder::stage) or makes it, says so in
/// events, and stores it: after a kill the stages that are done are only read again, without a word.
struct RunState {
    /// The recipe is the folder's.
    RunState(const RunFolder& runFolder, EventLog& runLog, Reporter& reporter, Control runControl)
        : folder(runFolder), log(runLog), report(reporter), control(std::move(runControl)), recipe(folder.recipe()) {}

    RunFolder folder;
    EventLog& log;
    Reporter& report;
    Control control;
    Recipe recipe;

    std::optional<OpenedModel> dense;               ///< the original, never changed
    std::unique_ptr<CausalLM> model;                ///< with adapters while pruning, compact and merged afterwards
    std::shared_ptr<const Structure> structure;     ///< of the original with adapters; events and results name groups by it
    std::shared_ptr<const Structure> working;       ///< of the model that the method prunes: what is cut at once has gone
    std::unique_ptr<TrimmedVocabulary> vocabulary;  ///< from the reduced model on, where the plan takes tokens away
    std::vector<Sequence> calibration;              ///< in tokens of tokenizer()
    std::vector<RecoveryPhasePlan> phases;          ///< with the original's loss on every source
    DenseResult original;
    std::shared_ptr<const KnowledgeDistribution> knowledge;  ///< null when the analysis is off
    PruningPlan plan;
    ReduceResult reduced;
    PruneResult pruned;
    CompactResult compact;
    RecoverResult recovered;
    EvaluateResult last;
    std::int64_t steps = 0;           ///< optimizer steps so far
    std::int64_t planned = 0;         ///< PlanResult::calibrationTokens
    std::vector<int> originals = {};  ///< node group of `structure` by node group of `working`; -1: none
    nlohmann::json result = nlohmann::json::object();

    Compute compute() const { return recipe.compute == "mixed" ? Compute::Mixed : Compute::Fp32; }
    bool recovers() const { return recipe.recovery.enabled && !recipe.recovery.phases.empty(); }
    /// What the run ends with: without recovery the pruned model is the last one, measured once.
    ModelRole finalRole() const { return recovers() ? ModelRole::Recovered : ModelRole::Pruned; }
    const CausalLM& denseModel() const { return *dense->model; }
    /// Of what is trained and measured now, and what its losses are held against: the original's, or with the tokens that stay.
    const Tokenizer& tokenizer() const { return vocabulary ? *vocabulary->tokenizer : *dense->tokenizer; }
    const CausalLM& teacher() const { return vocabulary ? *vocabulary->original : denseModel(); }
    /// What exports take the tokenizer and all else besides weights from.
    const std::filesystem::path& companions() const {
        return vocabulary ? vocabulary->files->path() : dense->checkpoint.folder();
    }
    MeasureContext measuring() const {
        return {recipe, *dense, report, control, vocabulary ? vocabulary->tokenizer.get() : nullptr};
    }

    /// The beginning of `calibration`, by which is decided what is cut at once and what thin linears are fitted to.
    std::vector<Sequence> scoringSequences() const;
    /// Groups of `working` as groups of `structure`, and back.
    std::vector<GroupRef> inOriginal(const std::vector<GroupRef>& groups) const;
    std::vector<GroupRef> inWorking(const std::vector<GroupRef>& groups) const;
    /// The plan in terms of `working`.
    PruningPlan workingPlan() const;
    /// All that goes, in the original's terms: what is cut at once and what the method removed.
    Edits allEdits() const;

    /// A stage's result if it is done already; otherwise announces the stage and returns nothing.
    template <class Result>
    std::optional<Result> begin(const std::string& text) {
        const auto stored = storedOrBegun(Result::kStage, text);
        if (!stored) return std::nullopt;
        return resultFromJson<Result>(*stored);
    }
    /// Stores a stage's result together with the place in the event log that it stands for.
    template <class Result>
    void finish(const Result& stageResult) {
        store(Result::kStage, resultToJson(stageResult));
    }

    enum class CheckpointKind { Periodic, Asked, StageEnd };  ///< of Periodic ones only the newest stay
    /// Writes checkpoints/step-… for the stage that is running and says so.
    void saveCheckpoint(Stage stage, Archive archive, CheckpointKind kind);
    /// What has to be saved behind this step, if anything. A wish is taken.
    std::optional<CheckpointKind> checkpointDue() const;
    /// The newest checkpoint of this stage, or nothing.
    std::optional<Archive> newestCheckpoint(Stage stage);

private:
    std::optional<nlohmann::json> storedOrBegun(Stage stage, const std::string& text);
    void store(Stage stage, nlohmann::json stageResult);
};

// The stages in order; see run_pipeline.cpp.
void openStage(RunState& state);
void referenceStage(RunState& state);
void structureStage(RunState& state);
void analyseStage(RunState& state);
void planStage(RunState& state);
void reduceStage(RunState& state);
void pruneStage(RunState& state);
void compactStage(RunState& state);
void recoverStage(RunState& state);
void evaluateStage(RunState& state);
void adaptStage(RunState& state);
void exportStage(RunState& state);

/// Puts what was measured of the original after the same training into the result.
void addAdapted(RunState& state, const AdaptResult& adapted);

/// Runs or goes on; returns result.json's object.
nlohmann::json runPipeline(RunState& state);

/// stages/<this>: adapters of pruning that recovery goes on with.
inline constexpr const char* kPruningAdapters = "pruning-adapters";

/// model from tensors that saveArchive wrote under stages/<role>.
std::unique_ptr<CausalLM> loadStageModel(const RunFolder& folder, ModelRole role, const std::string& device);
void saveStageModel(const RunFolder& folder, ModelRole role, const CausalLM& model);

}  // namespace lorashear
