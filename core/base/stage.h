#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace lorashear {

/// The stages of a run, in order. Their names stand in events, in checkpoints and as files of a run's folder.
enum class Stage { Open, Trace, Dense, Analyse, Plan, Reduce, Prune, Compact, Recover, Evaluate, Adapt, Export };

inline constexpr std::array<const char*, 12> kStageNames{"open",  "trace",   "dense",   "analyse",  "plan",  "reduce",
                                                         "prune", "compact", "recover", "evaluate", "adapt", "export"};

constexpr const char* stageName(Stage stage) {
    return kStageNames.at(static_cast<std::size_t>(stage));
}

/// The stage of a name of today, or of one that it once had; nothing for any other.
inline std::optional<Stage> stageNamed(const std::string& name) {
    if (name == "knowledge") return Stage::Analyse;
    for (std::size_t i = 0; i < kStageNames.size(); ++i)
        if (name == kStageNames[i]) return static_cast<Stage>(i);
    return std::nullopt;
}

/// What a run calls its models in tables, events and files.
enum class ModelRole { Dense, Reduced, Pruned, Recovered, Adapted, Checkpoint };

inline constexpr std::array<const char*, 6> kRoleNames{"dense", "reduced", "pruned", "recovered", "adapted", "checkpoint"};

constexpr const char* roleName(ModelRole role) {
    return kRoleNames.at(static_cast<std::size_t>(role));
}

}  // namespace lorashear
