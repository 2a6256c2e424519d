#pragma once

#include "core/base/stage.h"
#include "core/eval/paired.h"
#include "core/knowledge/knowledge_distribution.h"
#include "core/plan/plan.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

/// What stages hand over to those after them, and what they leave in the run's folder: one struct a stage, each with one description of its
/// JSON (stage_results.cpp).
namespace lorashear {

/// A perplexity protocol's outcome.
struct TextResult {
    double nll = 0, perplexity = 0, spread = 0;
    std::int64_t tokens = 0;
    std::string protocol;
    double bitsPerByte = 0;  ///< 0: of a run that did not write it
    WindowLosses windows{};  ///< empty where models' windows do not pair, or of such a run
};
struct CostResult {
    std::string name;
    double value = 0;
    std::string unit;
    double spread = 0;
    std::string protocol;
};
struct TaskResult {
    double accuracy = 0, normalisedAccuracy = 0;
    std::int64_t questions = 0;
};

/// What was measured of one model.
struct Measured {
    std::map<std::string, TextResult> texts;
    std::map<std::string, TaskResult> tasks;
    std::vector<CostResult> costs;
    std::string sample;
};

/// Of `calibrationTokens`, what a stage read beside training (core/base/text_passes.h): of a run of before.
inline constexpr std::int64_t kNotCounted = -1;

struct OpenResult {
    static constexpr Stage kStage = Stage::Open;
    std::string hash, weights;  ///< of the model, of its weights alone
};
struct TraceResult {
    static constexpr Stage kStage = Stage::Trace;
};
/// Mean nll of the original on a source of a recovery phase.
struct SourceReference {
    int phase = -1;  ///< -1: of a run that wrote only the loss
    std::string source;
    double nll = 0;
};
struct DenseResult {
    static constexpr Stage kStage = Stage::Dense;
    Measured measured;
    std::vector<SourceReference> references;
    /// Of the `at`th source of all phases one after another: runs of before wrote nothing but their losses, in this order.
    /// Error(BadInput) if it was not measured.
    double reference(std::size_t at, int phase, const std::string& source) const;
};
/// Of a source by its phase and name; Error(BadInput) with the stage whose file lacks it.
double referenceAmong(const std::vector<SourceReference>& references, int phase, const std::string& source, Stage stage);
struct AnalyseResult {
    static constexpr Stage kStage = Stage::Analyse;
    std::shared_ptr<const KnowledgeDistribution> knowledge;  ///< null when the analysis is off
};
struct PlanResult {
    static constexpr Stage kStage = Stage::Plan;
    PruningPlan plan;
    std::int64_t calibrationTokens = kNotCounted;
};
/// Of a plan that cuts something at once; other runs have no such stage.
struct ReduceResult {
    static constexpr Stage kStage = Stage::Reduce;
    std::int64_t parameters = 0;              ///< that are left
    std::map<std::string, TextResult> texts;  ///< perplexity of what is left, before any training
    /// Where tokens went: of the original with the tokens that stay, in place of DenseResult's.
    std::vector<SourceReference> references;
    std::int64_t calibrationTokens = kNotCounted;
};
struct PruneResult {
    static constexpr Stage kStage = Stage::Prune;
    std::vector<GroupRef> removed;  ///< by the method, sorted; named as in the original, as everywhere outside the stages
    std::int64_t steps = 0;         ///< optimizer steps so far
    std::int64_t calibrationTokens = kNotCounted;
};
struct CompactResult {
    static constexpr Stage kStage = Stage::Compact;
    double maxLogitDifference = 0;  ///< compact against masked
    std::map<std::string, TextResult> texts;
    std::int64_t parameters = 0;
};
/// What it cost to merge what no file can hold, on held-out text of one source (MergePrice).
struct MergedSource {
    int phase = 0;
    std::string source;
    double routed = 0, merged = 0;  ///< perplexities
    bool kept = true;
};
struct RecoverResult {
    static constexpr Stage kStage = Stage::Recover;
    std::int64_t steps = 0;
    std::vector<MergedSource> merged{};  ///< of schemes that route
    std::int64_t calibrationTokens = kNotCounted;
};
struct EvaluateResult {
    static constexpr Stage kStage = Stage::Evaluate;
    Measured measured;                                      ///< of the final model
    std::map<std::string, std::vector<CostResult>> speeds;  ///< by role
};
/// Of the original with nothing removed, trained as long; other runs have no such stage.
struct AdaptResult {
    static constexpr Stage kStage = Stage::Adapt;
    Measured measured;
    std::int64_t steps = 0, tokens = 0;  ///< of its training, as they were
    std::string problem{};               ///< why there is none; empty: there is
};
struct ExportResult {
    static constexpr Stage kStage = Stage::Export;
    nlohmann::json exports;         ///< as in result.json
    std::string simplest, because;  ///< format that stock programs open most simply
    double seconds = 0;             ///< of the whole run
};

/// Without windows.
nlohmann::json toJson(const std::map<std::string, TextResult>& texts);
nlohmann::json toJson(const std::map<std::string, TaskResult>& tasks);
nlohmann::json toJson(const std::vector<CostResult>& costs);
nlohmann::json toJson(const std::vector<MergedSource>& merged);
std::vector<MergedSource> mergedFromJson(const nlohmann::json& stored);
/// {perplexity, tasks, costs, sample}
nlohmann::json toJson(const Measured& measured);

/// One pair for each of the results above. Reading throws nlohmann::json::exception for what is missing; keys that programs of before did not
/// write keep their default.
template <class Result>
nlohmann::json resultToJson(const Result& result);
template <class Result>
Result resultFromJson(const nlohmann::json& stored);

}  // namespace lorashear
