#include "core/run/kept_windows.h"

#include "core/run/paired_json.h"
#include "core/run/run_folder.h"
#include "core/run/value_json.h"

#include <nlohmann/json.hpp>

namespace lorashear {

namespace {

/// Stages write what they measured of texts under "perplexity" (stages/stage_results.h).
TextWindows windowsIn(const RunFolder& folder, Stage stage) {
    TextWindows result;
    try {
        const auto stored = folder.stage(stage);
        if (!stored || !stored->contains("perplexity")) return result;
        for (const auto& [name, text] : stored->at("perplexity").items())
            if (text.contains("windows")) {
                KeptWindows& kept = result[name];
                value_json::Reader::read(text.at("windows"), static_cast<WindowLosses&>(kept));
                kept.protocol = text.value("protocol", std::string());
            }
        std::erase_if(result, [](const auto& entry) { return entry.second.nll.empty(); });
    } catch (const nlohmann::json::exception&) {
        result.clear();
    } catch (const Error&) {
        result.clear();
    }
    return result;
}

}  // namespace

std::map<std::string, TextWindows> keptWindows(const std::filesystem::path& run) {
    std::map<std::string, TextWindows> result;
    try {
        const RunFolder folder = RunFolder::open(run);
        const Recipe recipe = folder.recipe();
        const bool recovers = recipe.recovery.enabled && !recipe.recovery.phases.empty();
        const auto take = [&](ModelRole role, Stage stage) {
            if (TextWindows found = windowsIn(folder, stage); !found.empty()) result[roleName(role)] = std::move(found);
        };
        take(ModelRole::Dense, Stage::Dense);
        take(ModelRole::Pruned, Stage::Compact);
        take(ModelRole::Adapted, Stage::Adapt);
        take(recovers ? ModelRole::Recovered : ModelRole::Pruned, Stage::Evaluate);
    } catch (const Error&) {  // no run's folder any more
    }
    return result;
}

}  // namespace lorashear
