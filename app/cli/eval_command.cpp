#include "app/cli/cli_commands.h"
#include "app/cli/opened_model.h"
#include "app/cli/output_file.h"
#include "app/cli/progress_line.h"
#include "app/cli/protocol_options.h"
#include "app/cli/setting_option.h"
#include "app/cli/span_json.h"

#include "core/base/error.h"
#include "core/eval/few_tokens.h"
#include "core/eval/text_span.h"
#include "core/eval/zero_shot.h"
#include "core/io/strict_json.h"
#include "core/text/named_text.h"
#include "core/text/source_reading.h"

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
        m_options.addPreset(app);
        m_options.addWindows(app);
        m_options.addStride(app);
        app.add_option(
               "--original", m_original,
               "Model that a trimmed vocabulary came from: also measure perplexity per token of its tokenizer (a run folder knows it)")
            ->needs(text);
        auto* tasks = app.add_option("--tasks", m_tasks, "Folder with the task files (boolq.jsonl, piqa.jsonl, …)");
        m_samples.add(app, "--samples", "Also write every question's log-likelihoods to this file, one JSON object a line")
            ->needs(tasks);
        app.add_option("--limit", m_limit, "First so many questions of each task; 0: all")
            ->capture_default_str()
            ->check(within("/evaluation/task_limit"));
    }

    void run(CliContext& context) override {
        if (m_text.empty() && m_tasks.empty())
            throw Error(ErrorCode::Usage, "eval", "nothing to measure", "Give --text FILE, --tasks FOLDER or both.");
        m_options.requireTogether();
        m_samples.requireFree();
        const auto opened = openModel(m_model, m_adapter, m_device);
        const EvaluationPreset* preset = m_options.preset();
        m_protocol = m_options.protocol(opened.tokenizer->bosId() >= 0, opened.model->config().maxPositions);
        json result = json::object();
        if (preset) result["preset"] = preset->id;
        if (!m_text.empty()) scoreOneText(opened, context, result);
        if (!m_tasks.empty()) scoreAllTasks(opened, !preset || preset->taskBos, context, result);
        if (context.json) context.out << jsonText(result) << "\n";
    }

private:
    static void warn(const std::string& warning, json& result) {
        ProgressLine().say("warning: " + warning);
        result["warnings"].push_back(warning);
    }

    void scoreOneText(const OpenedModel& opened, CliContext& context, json& result) {
        const int contextLength = opened.model->config().maxPositions;
        result["warnings"] = json::array();
        if (const std::string cut = m_options.windowsCut(contextLength); !cut.empty()) {
            warn(cut, result);
            if (m_options.preset()) result["preset_cut"] = contextLength;
        }
        const std::string text = readWholeText(m_text, context.control);
        const auto score =
            ofFile(m_text, [&] { return scoreText(*opened.model, *opened.tokenizer, text, m_protocol, context.control); });
        if (const std::string few = fewTokensWarning(m_text, score.tokens); !few.empty()) warn(few, result);
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
        const auto span = ofFile(m_text, [&] { return spanOf(original, text, m_protocol); });
        const auto score = scoreSpan(*opened.model, *opened.tokenizer, span, m_protocol, context.control);
        result["by_original"] = toJson(score);
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
        m_samples.write(samples);
    }

    std::string m_model, m_text, m_tasks, m_adapter, m_original;
    std::string m_device = "cpu";
    OutputFile m_samples;
    ProtocolOptions m_options;
    TextProtocol m_protocol;
    int m_limit = 0;
};

}  // namespace

std::unique_ptr<CliCommand> makeEvalCommand() {
    return std::make_unique<EvalCommand>();
}

}  // namespace lorashear::app
