#pragma once

#include "core/base/stage.h"
#include "core/run/recipe.h"
#include "core/run/run_holder.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lorashear {

/// One checkpoint of a run, as its folder tells.
struct CheckpointInfo {
    std::filesystem::path path;  ///< checkpoints/step-000025
    Stage stage = Stage::Prune;  ///< the one it stands in
    std::int64_t step = 0;       ///< optimizer steps of the whole run
    std::int64_t events = 0;     ///< events that count up to it
    bool stageEnd = false;       ///< kept when older ones go
    bool asked = false;          ///< a person wanted it: kept too
};

/// A run on the disk: a folder of plain files that is enough to look at the run, go on with it and repeat it.
///
///   recipe.json    what was asked, paths absolute, threads and hash filled in        events.jsonl   everything the engine said
///   stages/*.json  results of finished stages, stages/pruned/ the compact model      checkpoints/   of stages in the middle
///   model/         the result as a Hugging Face folder                               result.json    what `lorashear run --json` prints
///   branch.json    of branches: whose, and from which step (core/run/branch_record.h)
class RunFolder {
public:
    /// Error(Io) if there is something in the folder already. What a create() left that was killed before it wrote the recipe does not count.
    static void requireFree(const std::filesystem::path& folder);
    /// Makes the folder. Error(Io) if there is something in it already, or if it cannot be written.
    static RunFolder create(const std::filesystem::path& folder, const Recipe& recipe);
    /// Error(BadInput) if it is not a run's folder.
    static RunFolder open(const std::filesystem::path& folder);

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path eventsFile() const { return m_path / "events.jsonl"; }
    std::filesystem::path modelFolder() const { return m_path / "model"; }
    std::filesystem::path resultFile() const { return m_path / "result.json"; }
    std::filesystem::path stageFile(Stage stage) const {
        return m_path / "stages" / (std::string(stageName(stage)) + ".json");
    }
    std::filesystem::path stageFolder(const std::string& name) const { return m_path / "stages" / name; }
    std::filesystem::path checkpointFolder(std::int64_t step) const;

    Recipe recipe() const;
    void saveRecipe(const Recipe& recipe) const;

    std::optional<nlohmann::json> stage(Stage stage) const;  ///< nothing if it is not finished
    void saveStage(Stage stage, const nlohmann::json& result) const;
    std::vector<Stage> finishedStages() const;  ///< those with a result, in no order

    std::vector<CheckpointInfo> checkpoints() const;  ///< oldest first; half-written ones do not appear
    /// Removes half-written checkpoints and all but the newest `keep` and those at stage ends.
    void tidyCheckpoints(int keep) const;
    /// stages/adapting-000004: the original's own training so far (adapt_stage.cpp). No checkpoint, since nothing could branch from it.
    std::filesystem::path adaptingFolder(std::int64_t step) const;
    std::vector<std::filesystem::path> adaptings() const;  ///< oldest first; half-written or half-removed ones do not appear
    /// Removes all but the newest, and all once the stage is finished.
    void tidyAdaptings() const;
    /// Removes all that a killed process left half-written. Only with the run's lock.
    void sweep() const;

private:
    explicit RunFolder(std::filesystem::path path) : m_path(std::move(path)) {}
    std::filesystem::path m_path;
};

}  // namespace lorashear
