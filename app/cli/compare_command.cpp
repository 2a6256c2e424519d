#include "app/cli/cli_commands.h"
#include "app/cli/opened_model.h"
#include "app/cli/progress_line.h"
#include "app/cli/protocol_options.h"
#include "app/cli/setting_option.h"
#include "app/cli/span_json.h"

#include "core/base/error.h"
#include "core/eval/few_tokens.h"
#include "core/eval/model_stats.h"
#include "core/eval/perplexity.h"
#include "core/eval/retention.h"
#include "core/eval/text_span.h"
#include "core/eval/zero_shot.h"
#include "core/io/checkpoint.h"
#include "core/io/strict_json.h"
#include "core/model/checkpoint_config.h"
#include "core/model/generate.h"
#include "core/run/paired_json.h"
#include "core/text/named_text.h"
#include "core/text/same_vocabulary.h"
#include "core/text/source_reading.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <limits>
#include <memory>
#include <ostream>
#include <sstream>
#include <utility>
#include <vector>

namespace lorashear::app {

namespace {

using nlohmann::json;

/// All models under one protocol in one run; the first is what the others are held against.
class CompareCommand : public CliCommand {
public:
    std::string name() const override { return "compare"; }
    std::string help() const override { return "Put models side by side under one protocol; the first is the reference"; }

    void configure(CLI::App& app) override {
        app.add_option("models", m_models, "Two or more model or run folders")->required()->expected(2, 16);
        app.add_option("--text", m_text, "Text file for perplexity");
        m_options.addPreset(app);
        m_options.addWindows(app);
        app.add_option("--tasks", m_tasks, "Folder with the task files");
        app.add_option("--limit", m_limit, "First so many questions of each task; 0: all")
            ->capture_default_str()
            ->check(within("/evaluation/task_limit"));
        app.add_flag("!--no-speed", m_speed, "Do not measure speed (for which all models stay open until the end)");
        app.add_option("--prompt", m_prompt, "Also let every model continue this text, greedily");
        app.add_option("--max-tokens", m_sampleTokens, "New tokens at most, for --prompt")
            ->capture_default_str()
            ->check(within(generationSetting("max_tokens")));
    }

    void run(CliContext& context) override {
        m_options.requireTogether();
        const auto* preset = m_options.preset();
        if (preset) m_taskBos = preset->taskBos;
        const int longest = m_text.empty() ? 0 : shortestContext();
        m_protocol = m_options.protocol(preset && allHaveBos(), longest);
        warn(m_options.windowsCut(longest));
        if (!m_text.empty()) m_reference = referenceTokenizer();
        json rows = json::array();
        std::vector<std::unique_ptr<CausalLM>> models;
        for (const auto& path : m_models) {
            auto opened = openModel(path);
            rows.push_back(measure(path, opened, context.control));
            if (m_speed) models.push_back(std::move(opened.model));
        }
        if (m_speed) addSpeeds(rows, models, context.control);
        addRetention(rows);
        if (context.json) {
            context.out << jsonText(json{{"preset", m_options.presetId()},
                                         {"protocol", m_protocol.describe()},
                                         {"models", rows},
                                         {"warnings", m_warnings}})
                        << "\n";
        } else {
            print(context.out, rows);
        }
    }

private:
    /// Each once, whatever the number of models it is true of.
    void warn(const std::string& warning) {
        if (warning.empty() || std::find(m_warnings.begin(), m_warnings.end(), warning) != m_warnings.end()) return;
        ProgressLine().say("warning: " + warning);
        m_warnings.push_back(warning);
    }

    // Found before anything is measured: numbers of different windows do not compare.
    int shortestContext() const {
        int shortest = std::numeric_limits<int>::max();
        for (const auto& path : m_models)
            shortest = std::min(shortest, configOf(Checkpoint::open(modelFolderOf(path))).maxPositions);
        return shortest;
    }

    bool allHaveBos() const {
        return std::all_of(m_models.begin(), m_models.end(),
                           [](const std::string& path) { return Tokenizer::open(modelFolderOf(path))->bosId() >= 0; });
    }

    // Where vocabularies differ, perplexities per own token do not compare: everything is counted in the tokens of the largest one then, from which the others were
    // trimmed. Null: all are the same.
    std::unique_ptr<Tokenizer> referenceTokenizer() const {
        std::unique_ptr<Tokenizer> largest;
        bool differ = false;
        for (const auto& path : m_models) {
            auto tokenizer = Tokenizer::open(modelFolderOf(path));
            differ = differ || (largest && !sameVocabulary(*largest, *tokenizer));
            if (!largest || tokenizer->vocabularySize() > largest->vocabularySize()) largest = std::move(tokenizer);
        }
        return differ ? std::move(largest) : nullptr;
    }

    // Windows that pair are held against the first model's.
    json measureText(const OpenedModel& opened, const Control& control) {
        const std::string text = readWholeText(m_text, control);
        if (!m_reference) {
            const auto score =
                ofFile(m_text, [&] { return scoreText(*opened.model, *opened.tokenizer, text, m_protocol, control); });
            warn(fewTokensWarning(m_text, score.tokens));
            if (m_first.nll.empty()) m_first = score.windows;
            json row = {{"nll", score.nll},
                        {"perplexity", score.perplexity},
                        {"tokens", score.tokens},
                        {"bits_per_byte", score.bitsPerByte()}};
            const PairedDifference paired = pairedDifference(score.windows, m_first);
            if (paired.windows > 1) row["above_first"] = toJson(paired);
            return row;
        }
        const auto span = ofFile(m_text, [&] { return spanOf(*m_reference, text, m_protocol); });
        const auto score = scoreSpan(*opened.model, *opened.tokenizer, span, m_protocol, control);
        warn(fewTokensWarning(m_text, score.originalTokens));
        return toJson(score);
    }

    json measure(const std::string& path, const OpenedModel& opened, const Control& control) {
        const auto size = sizeOf(*opened.model);
        json row = {{"model", path},
                    {"parameters", size.parameters},
                    {"active_parameters", size.activeParameters},
                    {"weight_bytes", opened.weightBytes},
                    {"flops_per_token", size.flopsPerToken},
                    {"kv_bytes_per_token", size.kvBytesPerToken}};
        if (!m_text.empty()) row.update(measureText(opened, control));
        if (!m_tasks.empty())
            for (const auto& [task, score] :
                 scoreTasks(*opened.model, *opened.tokenizer, m_tasks, m_limit, control, m_taskBos))
                row["tasks"][task] = {
                    {"acc", score.accuracy}, {"acc_norm", score.normalisedAccuracy}, {"n", score.questions}};
        if (!m_tasks.empty())
            if (const double mean = sevenTaskMean(row.at("tasks")); std::isfinite(mean)) row["seven_task_mean"] = mean;
        if (!m_prompt.empty()) row["sample"] = sample(*opened.model, *opened.tokenizer, control);
        return row;
    }

    // Of all models in turn, at the end: minutes apart another load of the machine would pass for a difference of the models.
    static void addSpeeds(json& rows, const std::vector<std::unique_ptr<CausalLM>>& models, const Control& control) {
        std::vector<const CausalLM*> inOrder;
        for (const auto& model : models) inOrder.push_back(model.get());
        const auto speeds = measureSpeeds(inOrder, control);
        const auto asJson = [](const Speed& speed) {
            return json{
                {"tokens_per_second", speed.tokensPerSecond}, {"spread", speed.spread}, {"protocol", speed.protocol}};
        };
        for (std::size_t i = 0; i < speeds.size(); ++i)
            rows[i].update({{"prefill", asJson(speeds[i].prefill)}, {"decode", asJson(speeds[i].decode)}});
    }

    std::string sample(const CausalLM& model, const Tokenizer& tokenizer, const Control& control) const {
        GenerateOptions options;
        options.maxTokens = m_sampleTokens;
        options.stopIds = endIds(tokenizer, model.config().eosIds);
        auto ids = promptIds(tokenizer, m_prompt);
        const auto fresh = generate(model, ids, options, {}, control);
        ids.insert(ids.end(), fresh.begin(), fresh.end());
        return tokenizer.decode(ids);
    }

    // How much of the reference is left (core/eval/retention.h): of everything that was measured.
    static void addRetention(json& rows) {
        const json first = rows.front();
        for (auto& row : rows) {
            json kept = json::object();
            for (const char* size : kSizes) kept[size] = retained(row.at(size).get<double>(), first.at(size).get<double>());
            for (const char* perplexity : {"perplexity", kPerOriginal})
                if (row.contains(perplexity))
                    kept[perplexity] =
                        retainedPerplexity(row.at(perplexity).get<double>(), first.at(perplexity).get<double>());
            for (const char* speed : kSpeeds)
                if (row.contains(speed))
                    kept[speed] = retained(row.at(speed).at("tokens_per_second").get<double>(),
                                           first.at(speed).at("tokens_per_second").get<double>());
            if (row.contains("tasks")) kept.update(retainedTasks(row.at("tasks"), first.at("tasks")));
            row["retention"] = std::move(kept);
        }
    }

    /// " (80.0 %)": the share of the reference that is left.
    static std::string share(const json& row, const std::string& pointer) {
        const json& kept = row.at("retention").at(json::json_pointer(pointer));
        return kept.is_number() ? " (" + fixed(100 * kept.get<double>(), 1) + " %)" : std::string();
    }

    static std::string fixed(double value, int digits) {
        std::ostringstream text;
        text << std::fixed << std::setprecision(digits) << value;
        return text.str();
    }

    void print(std::ostream& out, const json& rows) const {
        const auto* preset = m_options.preset();
        const auto line = [&](const std::string& label, auto cell) {
            out << std::left << std::setw(26) << label << std::right;
            for (const auto& row : rows) out << std::setw(28) << cell(row);
            out << "\n";
        };
        line("", [](const json& r) {
            const auto name = r.at("model").get<std::string>();
            return name.size() > 22 ? "…" + name.substr(name.size() - 21) : name;
        });
        for (const auto* key : kSizes)
            line(key,
                 [&](const json& r) { return grouped(r.at(key).get<std::int64_t>()) + share(r, std::string("/") + key); });
        if (!m_text.empty()) {
            const char* perplexity = m_reference ? kPerOriginal : "perplexity";
            line(m_reference ? "perplexity, original token" : "perplexity", [&](const json& r) {
                return fixed(r.at(perplexity).get<double>(), 4) + share(r, std::string("/") + perplexity);
            });
            if (!m_reference)
                line("nll above the first, 95 %", [](const json& r) {
                    if (!r.contains("above_first")) return std::string();
                    const json& above = r.at("above_first");
                    return fixed(above.at("nll").get<double>(), 4) + " (" + fixed(above.at("low").get<double>(), 4) +
                           " to " + fixed(above.at("high").get<double>(), 4) + ")";
                });
            line("bits per byte", [&](const json& r) { return fixed(r.at("bits_per_byte").get<double>(), 4); });
        }
        if (m_speed)
            for (const auto* key : kSpeeds)
                line(std::string(key) + " tokens/s", [&](const json& r) {
                    return fixed(r.at(key).at("tokens_per_second").get<double>(), 0) + " ± " +
                           fixed(r.at(key).at("spread").get<double>(), 0) + share(r, std::string("/") + key);
                });
        if (rows.front().contains("tasks")) printTasks(rows.front().at("tasks"), line);
        out << "\nIn brackets: how much of the first model is left"
            << (m_text.empty() ? "" : " (perplexity: the first one's over this)") << ".\n";
        if (!m_text.empty()) out << "perplexity: " << (preset ? preset->id + ", " : "") << m_protocol.describe() << "\n";
        if (m_reference)
            out << "The models have different vocabularies: all nats of the same text over the tokens that the largest one makes of it.\n";
        if (!m_prompt.empty())
            for (const auto& row : rows)
                out << "\n" << row.at("model").get<std::string>() << ": " << row.at("sample").get<std::string>() << "\n";
    }

    template <typename Line>
    static void printTasks(const json& tasks, const Line& line) {
        for (const auto& [task, unused] : tasks.items())
            line(task + " acc / acc_norm", [t = task](const json& r) {
                const json& score = r.at("tasks").at(t);
                return fixed(score.at("acc").get<double>(), 3) + " / " + fixed(score.at("acc_norm").get<double>(), 3) +
                       share(r, "/tasks/" + t + "/acc");
            });
        line("  mean acc retention", [](const json& r) { return share(r, "/task_mean/acc"); });
        line("  mean of seven", [](const json& r) {
            return r.contains("seven_task_mean") ? fixed(r.at("seven_task_mean").get<double>(), 4) : std::string();
        });
    }

    static constexpr const char* kSizes[] = {"parameters", "weight_bytes", "flops_per_token", "kv_bytes_per_token"};
    static constexpr const char* kSpeeds[] = {"prefill", "decode"};

    static constexpr const char* kPerOriginal = "perplexity_per_original_token";

    std::vector<std::string> m_models, m_warnings;
    std::unique_ptr<Tokenizer> m_reference;
    std::string m_text, m_tasks, m_prompt;
    ProtocolOptions m_options;
    TextProtocol m_protocol;
    WindowLosses m_first;  ///< the reference's
    bool m_taskBos = true, m_speed = true;
    int m_limit = 0, m_sampleTokens = 60;
};

}  // namespace

std::unique_ptr<CliCommand> makeCompareCommand() {
    return std::make_unique<CompareCommand>();
}

}  // namespace lorashear::app
