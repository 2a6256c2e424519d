#include "core/run/stages/run_state.h"

#include "core/run/event_json.h"
#include "core/run/stages/archive_folder.h"

namespace lorashear {

using nlohmann::json;

namespace {
constexpr int kKeptCheckpoints = 3;
}

bool RunState::begin(const std::string& id, const std::string& text) {
    control.poll();
    if (folder.stage(id)) return false;
    report.stage(id, text);
    return true;
}

void RunState::finish(const std::string& id, json stageResult) {
    log.sync();
    stageResult["events"] = log.count();
    folder.saveStage(id, stageResult);
}

json RunState::finished(const std::string& id) const {
    auto stored = folder.stage(id);
    if (!stored) throw Error(ErrorCode::Internal, folder.stageFile(id).string(), "is not there although its stage is done");
    return std::move(*stored);
}

void RunState::saveCheckpoint(const std::string& stage, Archive archive, bool stageEnd) {
    const auto path = folder.checkpointFolder(steps);
    report.emit(event::CheckpointSaved{path.string(), steps});
    log.sync();
    archive.values["run"] = {{"stage", stage}, {"step", steps}, {"events", log.count()}, {"stage_end", stageEnd}};
    saveArchive(path, archive);
    folder.tidyCheckpoints(kKeptCheckpoints);
}

std::optional<Archive> RunState::newestCheckpoint(const std::string& stage) {
    const auto all = folder.checkpoints();
    if (all.empty() || all.back().stage != stage) return std::nullopt;
    steps = all.back().step;
    return loadArchive(all.back().path);
}

std::unique_ptr<CausalLM> loadStageModel(const RunFolder& folder, const std::string& name, const std::string& device) {
    Archive archive = loadArchive(folder.stageFolder(name));
    for (auto& [tensorName, tensor] : archive.tensors) tensor = tensor.to(at::Device(device));
    return buildModel(configFromJson(archive.values.at("config")), archive.tensors);
}

void saveStageModel(const RunFolder& folder, const std::string& name, const CausalLM& model) {
    Archive archive;
    archive.tensors = model.tensors();
    archive.values["config"] = configToJson(model.config());
    saveArchive(folder.stageFolder(name), archive);
}

}  // namespace lorashear
