#include "app/cli/cli_commands.h"
#include "app/cli/opened_model.h"

#include "core/base/error.h"
#include "core/eval/model_stats.h"
#include "core/eval/perplexity.h"
#include "core/eval/zero_shot.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iomanip>
#include <ostream>
#include <sstream>

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
        app.add_option("--window", m_protocol.window, "Tokens per window, BOS included")->capture_default_str();
        app.add_option("--max-windows", m_protocol.maxWindows, "At most so many windows; 0: the whole text")->capture_default_str();
        app.add_flag("--bos,!--no-bos", m_bos, "Put BOS before every window");
        app.add_option("--tasks", m_tasks, "Folder with the task files");
        app.add_option("--limit", m_limit, "First so many questions of each task; 0: all")->capture_default_str();
        app.add_flag("!--no-speed", m_speed, "Do not measure speed");
    }

    void run(CliContext& context) override {
        m_protocol.bos = m_bos;
        json rows = json::array();
        for (const auto& path : m_models) rows.push_back(measure(path, context.control));
        addRetention(rows);
        if (context.json) {
            context.out << json{{"protocol", m_protocol.describe()}, {"models", rows}}.dump() << "\n";
        } else {
            print(context.out, rows);
        }
    }

private:
    json measure(const std::string& path, const Control& control) {
        const auto opened = openModel(path);
        const auto size = sizeOf(*opened.model);
        json row = {{"model", path},
                    {"parameters", size.parameters},
                    {"weight_bytes", size.weightBytes},
                    {"flops_per_token", size.flopsPerToken},
                    {"kv_bytes_per_token", size.kvBytesPerToken}};
        if (!m_text.empty()) {
            m_protocol.window = std::min(m_protocol.window, opened.model->config().maxPositions);
            const auto score = scoreText(*opened.model, *opened.tokenizer, readWholeText(m_text), m_protocol, control);
            row.update({{"nll", score.nll}, {"perplexity", score.perplexity}, {"tokens", score.tokens}});
        }
        if (m_speed) {
            const auto speed = measureSpeeds({opened.model.get()}, control).front();
            row["prefill"] = {{"tokens_per_second", speed.prefill.tokensPerSecond}, {"spread", speed.prefill.spread}, {"protocol", speed.prefill.protocol}};
            row["decode"] = {{"tokens_per_second", speed.decode.tokensPerSecond}, {"spread", speed.decode.spread}, {"protocol", speed.decode.protocol}};
        }
        if (!m_tasks.empty())
            for (const auto& [task, score] : scoreTasks(*opened.model, *opened.tokenizer, m_tasks, m_limit, control))
                row["tasks"][task] = {{"acc", score.accuracy}, {"acc_norm", score.normalisedAccuracy}, {"n", score.questions}};
        return row;
    }

    // Retention: how much of the reference is left. For perplexity, reference over this (1 = nothing lost).
    static void addRetention(json& rows) {
        const auto& first = rows.front();
        for (auto& row : rows) {
            row["retention"]["parameters"] = row.at("parameters").get<double>() / first.at("parameters").get<double>();
            if (row.contains("perplexity"))
                row["retention"]["perplexity"] = first.at("perplexity").get<double>() / row.at("perplexity").get<double>();
        }
    }

    void print(std::ostream& out, const json& rows) const {
        const auto line = [&](const std::string& label, auto cell) {
            out << std::left << std::setw(26) << label << std::right;
            for (const auto& row : rows) out << std::setw(24) << cell(row);
            out << "\n";
        };
        const auto number = [](double value, int digits, const std::string& tail = "") {
            std::ostringstream text;
            text << std::fixed << std::setprecision(digits) << value << tail;
            return text.str();
        };
        line("", [](const json& r) {
            const auto name = r.at("model").get<std::string>();
            return name.size() > 22 ? "…" + name.substr(name.size() - 21) : name;
        });
        for (const auto* key : {"parameters", "weight_bytes", "flops_per_token", "kv_bytes_per_token"})
            line(key, [&](const json& r) { return grouped(r.at(key).get<std::int64_t>()); });
        if (!m_text.empty()) line("perplexity", [&](const json& r) { return number(r.at("perplexity").get<double>(), 4); });
        if (!m_text.empty())
            line("  retention", [&](const json& r) { return number(100 * r.at("retention").at("perplexity").get<double>(), 1, " %"); });
        if (m_speed)
            for (const auto* key : {"prefill", "decode"})
                line(std::string(key) + " tokens/s", [&](const json& r) {
                    return number(r.at(key).at("tokens_per_second").get<double>(), 0) + " ± " + number(r.at(key).at("spread").get<double>(), 0);
                });
        if (rows.front().contains("tasks"))
            for (const auto& [task, unused] : rows.front().at("tasks").items())
                line(task + " acc / acc_norm", [&, t = task](const json& r) {
                    const auto& score = r.at("tasks").at(t);
                    return number(score.at("acc").get<double>(), 3) + " / " + number(score.at("acc_norm").get<double>(), 3);
                });
        if (!m_text.empty()) out << "perplexity: " << m_protocol.describe() << "\n";
    }

    std::vector<std::string> m_models;
    std::string m_text, m_tasks;
    TextProtocol m_protocol;
    bool m_bos = false, m_speed = true;
    int m_limit = 0;
};

}  // namespace

std::unique_ptr<CliCommand> makeCompareCommand() {
    return std::make_unique<CompareCommand>();
}

}  // namespace lorashear::app
