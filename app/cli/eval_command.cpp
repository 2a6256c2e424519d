#include "app/cli/cli_commands.h"
#include "app/cli/opened_model.h"
#include "app/cli/preset_option.h"
#include "app/cli/progress_line.h"
#include "app/cli/setting_option.h"

#include "core/base/error.h"
#include "core/eval/text_span.h"
#include "core/eval/zero_shot.h"
#include "core/io/atomic_file.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <iomanip>
#include <ostream>

namespace lorashear::app {

namespace {

using nlohmann::json;

class EvalCommand : public CliCommand {
public:
    std::string name() const override { return "eval"; }
    std::string help() const override { return "Measure perplexity on a text and accuracy on zero-shot tasks"; }

    void configure(CLI::App& app) override {
        app.add_option("model", m_model, "Model or run folder")->required();
        app.add_option("--adapter", m_adapter, "Folder of a PEFT LoRA adapter to merge first");
        app.add_option("--device", m_device, kDeviceHelp)->capture_default_str();
        auto* text = app.add_option("--text", m_text, "Text file for perplexity");
        auto* preset = addPreset(app, m_preset);
        app.add_option("--window", m_protocol.window, "Tokens per window, BOS included")
            ->capture_default_str()
            ->excludes(preset)
            ->check(within("/evaluation/texts/*/window"));
        app.add_option("--stride", m_protocol.stride, "Fresh tokens per window when windows overlap; 0: no overlap")
            ->capture_default_str()
            ->excludes(preset)
            ->check(within("/evaluation/texts/*/stride"));
        app.add_option("--max-windows", m_protocol.maxWindows, "At most so many windows; 0: the whole text")
            ->capture_default_str()
            ->check(within("/evaluation/texts/*/max_windows"));
        app.add_option("--skip-windows", m_protocol.skipWindows, "Leave out so many windows at the beginning")
            ->capture_default_str()
            ->check(within("/evaluation/texts/*/skip_windows"));
        app.add_flag("--bos,!--no-bos", m_bos, "Put BOS before every window");
        app.add_option(
               "--original", m_original,
               "Model that a trimmed vocabulary came from: also measure perplexity per token of its tokenizer (a run folder knows it)")
            ->needs(text);
        auto* tasks = app.add_option("--tasks", m_tasks, "Folder with the task files (boolq.jsonl, piqa.jsonl, …)");
        app.add_option("--samples", m_samples,
                       "Also write every question's log-likelihoods to this file, one JSON object a line")
            ->needs(tasks);
        app.add_option("--limit", m_limit, "First so many questions of each task; 0: all")
            ->capture_default_str()
            ->check(within("/evaluation/task_limit"));
    }

    void run(CliContext& context) override {
        if (m_text.empty() && m_tasks.empty())
            throw Error(ErrorCode::Usage, "eval", "nothing to measure", "Give --text FILE, --tasks FOLDER or both.");
        const auto opened = openModel(m_model, m_adapter, m_device);
        m_protocol.bos = m_bos;
        const EvaluationPreset* preset = evaluationPreset(m_preset);
        if (preset) usePreset(*preset, m_protocol, opened.tokenizer->bosId() >= 0);
        json result = json::object();
        if (preset) result["preset"] = preset->id;
        if (!m_text.empty()) scoreOneText(opened, context, result);
        if (!m_tasks.empty()) scoreAllTasks(opened, !preset || preset->taskBos, context, result);
        if (context.json) context.out << result.dump() << "\n";
    }

private:
    void scoreOneText(const OpenedModel& opened, CliContext& context, json& result) {
        const int contextLength = opened.model->config().maxPositions;
        if (const std::string cut = presetCut(m_preset, contextLength); !cut.empty()) {
            ProgressLine().say("warning: " + cut);
            result["preset_cut"] = contextLength;
        }
        m_protocol.window = std::min(m_protocol.window, contextLength);
        const std::string text = readWholeText(m_text);
        const auto score = scoreText(*opened.model, *opened.tokenizer, text, m_protocol, context.control);
        result.update({{"nll", score.nll},
                       {"perplexity", score.perplexity},
                       {"tokens", score.tokens},
                       {"bits_per_byte", score.bitsPerByte()},
                       {"spread", score.spread},
                       {"protocol", m_protocol.describe()}});
        if (!context.json)
            context.out << "perplexity " << std::fixed << std::setprecision(4) << score.perplexity << "  (nll " << score.nll
                        << " ± " << score.spread << " nats, " << grouped(score.tokens) << " tokens, " << score.bitsPerByte()
                        << " bits per byte, " << m_protocol.describe() << ")\n";
        if (const auto original = originalTokenizer(m_model, m_original))
            scoreByOriginal(opened, *original, text, context, result);
    }

    /// The same text with the same protocol, but by the tokens that the untrimmed tokenizer makes of it (core/eval/text_span.h).
    void scoreByOriginal(const OpenedModel& opened, const Tokenizer& original, const std::string& text, CliContext& context,
                         json& result) {
        const auto span = spanOf(original, text, m_protocol);
        const auto score = scoreSpan(*opened.model, *opened.tokenizer, span, m_protocol, context.control);
        result["by_original"] = {{"perplexity_per_original_token", score.perplexityPerOriginalToken()},
                                 {"bits_per_byte", score.bitsPerByte()},
                                 {"nll_total", score.nll},
                                 {"tokens", score.tokens},
                                 {"original_tokens", score.originalTokens},
                                 {"bytes", score.bytes}};
        if (!context.json)
            context.out << "perplexity per original token " << score.perplexityPerOriginalToken() << "  ("
                        << score.bitsPerByte() << " bits per byte, " << grouped(score.tokens)
                        << " tokens where the original makes " << grouped(score.originalTokens) << ")\n";
    }

    void scoreAllTasks(const OpenedModel& opened, bool bos, CliContext& context, json& result) {
        result["tasks"] = json::object();
        std::string samples;
        const auto scores = scoreTasks(*opened.model, *opened.tokenizer, m_tasks, m_limit, context.control, bos);
        for (const auto& [task, score] : scores) {
            result["tasks"][task] = {{"acc", score.accuracy},
                                     {"acc_norm", score.normalisedAccuracy},
                                     {"stderr", score.standardError},
                                     {"n", score.questions}};
            for (std::size_t i = 0; i < score.each.size(); ++i)
                samples += json{{"task", task},
                                {"question", i},
                                {"log_likelihoods", score.each[i].logLikelihoods},
                                {"answer", score.each[i].answer}}
                               .dump() +
                           "\n";
            if (!context.json)
                context.out << std::left << std::setw(15) << task << std::fixed << std::setprecision(3) << " acc "
                            << score.accuracy << " ± " << score.standardError << "   acc_norm " << score.normalisedAccuracy
                            << "   n " << score.questions << "\n";
        }
        if (const double mean = sevenTaskMean(result["tasks"]); std::isfinite(mean)) {
            result["seven_task_mean"] = mean;
            if (!context.json) context.out << "mean of seven    " << mean << "   (" << kSevenTaskHelp << ")\n";
        }
        if (!m_samples.empty()) writeFile(m_samples, samples);
    }

    std::string m_model, m_text, m_tasks, m_samples, m_adapter, m_original;
    std::string m_device = "cpu", m_preset = "none";
    TextProtocol m_protocol;
    bool m_bos = false;
    int m_limit = 0;
};

}  // namespace

std::unique_ptr<CliCommand> makeEvalCommand() {
    return std::make_unique<EvalCommand>();
}

}  // namespace lorashear::app
