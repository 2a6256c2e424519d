#include "app/cli/protocol_options.h"

#include "app/cli/setting_option.h"
#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace lorashear::app {

namespace {

[[noreturn]] void refuseBeside(const EvaluationPreset& preset, const std::string& option, const std::string& is,
                               const std::string& fixed) {
    throw Error(ErrorCode::Usage, option, is + ", but --preset " + preset.id + " fixes " + fixed,
                "leave out one of the two: a number under another protocol is not " + preset.id + "'s");
}

bool isGiven(const CLI::Option* option) {
    return option != nullptr && option->count() > 0;
}

}  // namespace

void ProtocolOptions::addPreset(CLI::App& app) {
    std::string help = "A published protocol:";
    for (const EvaluationPreset& one : evaluationPresets()) help += " " + one.id + " (" + one.title + ": " + one.help + ");";
    help.back() = '.';
    app.add_option("--preset", m_preset, help)->capture_default_str()->check(within("/evaluation/preset"));
}

void ProtocolOptions::addStride(CLI::App& app) {
    m_stride = app.add_option("--stride", m_asked.stride, "Fresh tokens per window when windows overlap; 0: no overlap")
                   ->capture_default_str()
                   ->check(within("/evaluation/texts/*/stride"));
}

void ProtocolOptions::addWindows(CLI::App& app, const std::string& mostHelp) {
    m_window = app.add_option("--window", m_asked.window, "Tokens per window, BOS included")
                   ->capture_default_str()
                   ->check(within("/evaluation/texts/*/window"));
    app.add_option("--max-windows", m_asked.maxWindows, mostHelp)
        ->capture_default_str()
        ->check(within("/evaluation/texts/*/max_windows"));
    app.add_option("--skip-windows", m_asked.skipWindows, "Leave out so many windows at the beginning")
        ->capture_default_str()
        ->check(within("/evaluation/texts/*/skip_windows"));
    m_bos = app.add_flag("--bos,!--no-bos", m_asked.bos, "Put BOS before every window");
}

void ProtocolOptions::requireTogether() const {
    const EvaluationPreset* fixed = preset();
    if (!fixed) return;
    if (isGiven(m_window) && m_asked.window != fixed->window)
        refuseBeside(*fixed, "--window", "is " + std::to_string(m_asked.window),
                     "windows of " + std::to_string(fixed->window) + " tokens");
    if (isGiven(m_stride) && m_asked.stride != 0)
        refuseBeside(*fixed, "--stride", "is " + std::to_string(m_asked.stride), "windows side by side");
    if (isGiven(m_bos) && fixed->bos && *fixed->bos != m_asked.bos)
        refuseBeside(*fixed, m_asked.bos ? "--bos" : "--no-bos", "is given",
                     *fixed->bos ? "BOS before every window" : "windows without BOS");
}

TextProtocol ProtocolOptions::protocol(bool tokenizerHasBos, int longest) const {
    TextProtocol result = m_asked;
    if (const EvaluationPreset* fixed = preset()) {
        result.window = fixed->window, result.stride = 0;
        if (fixed->bos) result.bos = *fixed->bos && tokenizerHasBos;
    }
    if (longest > 0) result.window = std::min(result.window, longest);
    return result;
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
