#pragma once

#include "core/eval/perplexity.h"
#include "core/eval/presets.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json_fwd.hpp>

#include <string>

namespace lorashear::app {

/// The options of commands that measure perplexity on a text: --window, --max-windows, --skip-windows, --bos, and where a command wants them
/// --stride and --preset. What a preset fixes is refused beside it in words, unless it
/// asks for the same.
class ProtocolOptions {
public:
    explicit ProtocolOptions(TextProtocol standard = withoutBos()) : m_asked(standard) {}

    void addPreset(CLI::App& app);
    void addStride(CLI::App& app);
    void addWindows(CLI::App& app, const std::string& mostHelp = "At most so many windows; 0: the whole text");

    /// Error(Usage) for an option that the preset fixes otherwise. To be asked before anything is opened.
    void requireTogether() const;
    /// The preset's windows, and its BOS where the tokenizer has one; BOS that it leaves open and the limit of windows are as asked for.
    /// longest: the model's context, which windows are cut to; 0: no limit.
    TextProtocol protocol(bool tokenizerHasBos, int longest) const;

    /// What there is to say of windows that protocol() cuts (core/eval/presets.h).
    std::string windowsCut(int longest) const { return lorashear::windowsCut(m_preset, m_asked.window, longest); }

    const EvaluationPreset* preset() const { return evaluationPreset(m_preset); }
    const std::string& presetId() const { return m_preset; }

private:
    static TextProtocol withoutBos() {
        TextProtocol protocol;
        protocol.bos = false;
        return protocol;
    }

    TextProtocol m_asked;
    std::string m_preset = "none";
    CLI::Option *m_window = nullptr, *m_stride = nullptr, *m_bos = nullptr;
};

/// Of {task: {acc, acc_norm}} (core/eval/presets.h); NaN unless all seven are there.
double sevenTaskMean(const nlohmann::json& tasks);
inline constexpr const char* kSevenTaskHelp = "acc_norm of HellaSwag, ARC-challenge and OpenBookQA, acc of the others";

}  // namespace lorashear::app
