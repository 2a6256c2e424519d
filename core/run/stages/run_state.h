#pragma once

#include "core/compact/group_masks.h"
#include "core/recover/recovery.h"
#include "core/run/run_folder.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/reporter.h"
#include "core/train/archive.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace lorashear {

/// What one run carries from stage to stage. A stage finds its own result on the disk (RunFolder::stage) or makes it, says so in
/// events, and stores it: after a kill the stages that are done are only read again, without a word.
struct RunState {
    RunFolder folder;
    EventLog& log;
    Reporter& report;
    Control control;
    Recipe recipe;

    std::optional<OpenedModel> dense;            ///< the original, never changed
    std::unique_ptr<CausalLM> model;             ///< with adapters while pruning, compact and merged afterwards
    std::shared_ptr<const Structure> structure;  ///< of the original with adapters; events and results name groups by it
    std::shared_ptr<const Structure> working;    ///< of the model that the method prunes: what is cut at once has gone
    std::vector<Sequence> calibration;
    std::vector<RecoveryPhasePlan> phases;                   ///< with the original's loss on every source
    std::shared_ptr<const KnowledgeDistribution> knowledge;  ///< null when the analysis is off
    PruningPlan plan;
    std::vector<GroupRef> removed;  ///< by the method
    double maxLogitDifference = 0;  ///< compact against masked
    std::int64_t steps = 0;         ///< optimizer steps so far
    nlohmann::json result = nlohmann::json::object();
    std::vector<int> originals = {};  ///< node group of `structure` by node group of `working`; -1: none

    Compute compute() const { return recipe.compute == "mixed" ? Compute::Mixed : Compute::Fp32; }
    bool recovers() const { return recipe.recovery.enabled && !recipe.recovery.phases.empty(); }
    const CausalLM& denseModel() const { return *dense->model; }

    /// Groups of `working` as groups of `structure`, and back.
    std::vector<GroupRef> inOriginal(const std::vector<GroupRef>& groups) const;
    std::vector<GroupRef> inWorking(const std::vector<GroupRef>& groups) const;
    /// The plan in terms of `working`.
    PruningPlan workingPlan() const;
    /// All that goes, in the original's terms: what is cut at once and what the method removed.
    Edits allEdits() const;

    /// Announces a stage; false when it is done already and only its result is to be read.
    bool begin(const std::string& id, const std::string& text);
    /// Stores a stage's result together with the place in the event log that it stands for.
    void finish(const std::string& id, nlohmann::json stageResult);
    nlohmann::json finished(const std::string& id) const;  ///< result of a stage that is done

    /// Writes checkpoints/step-… for the stage that is running and says so.
    void saveCheckpoint(const std::string& stage, Archive archive, bool stageEnd);
    /// The newest checkpoint of this stage, or nothing.
    std::optional<Archive> newestCheckpoint(const std::string& stage);
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
void exportStage(RunState& state);

/// Runs or goes on; returns result.json's object.
nlohmann::json runPipeline(RunState& state);

/// model from tensors that saveArchive wrote under stages/<name>.
std::unique_ptr<CausalLM> loadStageModel(const RunFolder& folder, const std::string& name, const std::string& device);
void saveStageModel(const RunFolder& folder, const std::string& name, const CausalLM& model);

}  // namespace lorashear
