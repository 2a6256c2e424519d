#include "app/cli/preset_option.h"

#include "app/cli/setting_option.h"

#include <nlohmann/json.hpp>

#include <map>

namespace lorashear::app {

CLI::Option* addPreset(CLI::App& app, std::string& preset) {
    std::string help = "A published protocol:";
    for (const EvaluationPreset& one : evaluationPresets()) help += " " + one.id + " (" + one.title + ": " + one.help + ");";
    help.back() = '.';
    return app.add_option("--preset", preset, help)->capture_default_str()->check(within("/evaluation/preset"));
}

void usePreset(const EvaluationPreset& preset, TextProtocol& protocol, bool tokenizerHasBos) {
    protocol.window = preset.window, protocol.stride = 0;
    if (preset.bos) protocol.bos = *preset.bos && tokenizerHasBos;
}

double sevenTaskMean(const nlohmann::json& tasks) {
    std::map<std::string, double> accuracy, normalised;
    for (const auto& [task, score] : tasks.items()) {
        accuracy[task] = score.at("acc").get<double>();
        normalised[task] = score.at("acc_norm").get<double>();
    }
    return lorashear::sevenTaskMean(accuracy, normalised);
}

}  // namespace lorashear::app
