#include "core/run/stages/run_state.h"

#include "core/run/event_json.h"
#include "core/run/stages/archive_folder.h"

#include <algorithm>

namespace lorashear {

using nlohmann::json;

namespace {
constexpr int kKeptCheckpoints = 3;
constexpr std::size_t kScoringSequences = 32;
}  // namespace

std::vector<Sequence> RunState::scoringSequences() const {
    const auto count = static_cast<std::ptrdiff_t>(std::min(calibration.size(), kScoringSequences));
    return {calibration.begin(), calibration.begin() + count};
}

std::optional<json> RunState::storedOrBegun(Stage stage, const std::string& text) {
    control.poll();
    auto stored = folder.stage(stage);
    if (!stored) report.stage(stage, text);
    return stored;
}

void RunState::store(Stage stage, json stageResult) {
    log.sync();
    stageResult["events"] = log.count();
    folder.saveStage(stage, stageResult);
}

void RunState::saveCheckpoint(Stage stage, Archive archive, CheckpointKind kind) {
    const auto path = folder.checkpointFolder(steps);
    report.emit(event::CheckpointSaved{path.string(), steps});
    log.sync();
    archive.values["run"] = {{"stage", stageName(stage)},
                             {"step", steps},
                             {"events", log.count()},
                             {"stage_end", kind == CheckpointKind::StageEnd}};
    if (kind == CheckpointKind::Asked) archive.values["run"]["asked"] = true;
    saveArchive(path, archive);
    folder.tidyCheckpoints(kKeptCheckpoints);
}

std::optional<RunState::CheckpointKind> RunState::checkpointDue() const {
    if (control.takeCheckpointWish()) return CheckpointKind::Asked;
    if (steps % recipe.checkpointSteps == 0) return CheckpointKind::Periodic;
    return std::nullopt;
}

std::optional<Archive> RunState::newestCheckpoint(Stage stage) {
    const auto all = folder.checkpoints();
    if (all.empty() || all.back().stage != stage) return std::nullopt;
    steps = all.back().step;
    return loadArchive(all.back().path);
}

std::unique_ptr<CausalLM> loadStageModel(const RunFolder& folder, ModelRole role, const std::string& device) {
    Archive archive = loadArchive(folder.stageFolder(roleName(role)));
    for (auto& [tensorName, tensor] : archive.tensors) tensor = tensor.to(at::Device(device));
    return buildModel(configFromJson(archive.values.at("config")), archive.tensors);
}

void saveStageModel(const RunFolder& folder, ModelRole role, const CausalLM& model) {
    Archive archive;
    archive.tensors = model.tensors();
    archive.values["config"] = configToJson(model.config());
    saveArchive(folder.stageFolder(roleName(role)), archive);
}

}  // namespace lorashear
