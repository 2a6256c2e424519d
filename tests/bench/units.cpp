// What every unit of the plan costs: perplexity and bytes right after pruning, by each alone and by all of them under one budget.
//
//   lorashear-units MODEL [--text FILE] [--calibration FILE] [--out FOLDER] [--only UNIT …] [--ratios R …]
//
// Writes units.md and units.json. Nothing is trained and nothing repaired, so that the figures say what the units themselves are
// worth. What goes is chosen on a calibration text that shares nothing with the reported one.

#include "app/reexec.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/io/atomic_file.h"
#include "core/io/folder_name.h"
#include "core/knowledge/saliency_proxies.h"
#include "core/prune/method_table.h"
#include "tests/bench/unit_trials.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>

using namespace lorashear;
using namespace lorashear::bench;
using nlohmann::json;

namespace {

namespace fs = std::filesystem;
const std::string kResources = std::string(LORASHEAR_SOURCE_DIR) + "/resources";

std::string printed(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string percent(double ratio) {
    return printed("%.2f %%", 100 * ratio);
}

std::string perplexityText(double value) {
    return printed(value < 1000 ? "%.2f" : value < 1e6 ? "%.0f" : "%.1e", value);
}

/// One line of the table.
struct Row {
    std::string id, title, chosenBy;
    std::vector<std::string> units;
    std::string method = {};  ///< with a plan of its own, instead of units
};

/// Methods that take ranks of linears, which are no unit of a plan.
constexpr std::array kRankMethods{"low-rank", "structured-ffn"};

std::vector<Row> rowsFor(const UnitTrials& trials, const std::vector<std::string>& only, std::vector<std::string> mixed) {
    std::vector<Row> rows;
    const auto available = trials.available();
    for (const std::string& id : available) {
        const Unit& unit = unitById(id);
        const std::string by = unit.fades ? trials.setting().proxy : unit.scores.front().id;
        rows.push_back({id, unit.title, by, {id}});
    }
    for (const std::string id : kRankMethods) rows.push_back({id, methodInfo(id).title, "output lost", {}, id});
    std::erase_if(
        mixed, [&](const std::string& id) { return std::find(available.begin(), available.end(), id) == available.end(); });
    std::string names;
    for (const std::string& id : mixed) names += (names.empty() ? "" : ", ") + id;
    rows.push_back({"mixed", "Mixed: " + names,
                    trials.setting().shares == kMeasuredShares ? "each its own, shares measured" : "each its own", mixed});
    std::erase_if(
        rows, [&](const Row& row) { return !only.empty() && std::find(only.begin(), only.end(), row.id) == only.end(); });
    return rows;
}

json outcomeJson(const TrialOutcome& outcome) {
    if (!outcome.refused.empty()) {
        json refused = {{"refused", outcome.refused}};
        if (outcome.largestRatio > 0) refused["largest_ratio"] = outcome.largestRatio;
        return refused;
    }
    return {{"ratio", outcome.ratio},
            {"removed", outcome.removed},
            {"parameters", outcome.parameters},
            {"weight_bytes", outcome.weightBytes},
            {"perplexity_per_original_token", outcome.score.perplexityPerOriginalToken()},
            {"bits_per_byte", outcome.score.bitsPerByte()},
            {"nll_total", outcome.score.nll},
            {"tokens", outcome.score.tokens},
            {"original_tokens", outcome.score.originalTokens},
            {"bytes", outcome.score.bytes}};
}

/// Removed, perplexity and megabytes.
std::string cells(const json& outcome) {
    if (outcome.contains("largest_ratio"))
        return " at most " + percent(outcome.at("largest_ratio").get<double>()) + " | | |";
    if (outcome.contains("refused")) return " " + outcome.at("refused").get<std::string>() + " | | |";
    return " " + percent(outcome.at("ratio").get<double>()) + " | " +
           perplexityText(outcome.at("perplexity_per_original_token").get<double>()) + " | " +
           printed("%.1f", outcome.at("weight_bytes").get<double>() / 1e6) + " |";
}

json aboutFile(const std::string& path) {
    return {{"name", ownName(path)}, {"sha256", sha256OfFile(path)}};
}

json headJson(const UnitTrials& trials, const TrialOutcome& whole) {
    const TrialSetting& setting = trials.setting();
    json head;
    head["model"] = {
        {"name", ownName(setting.model)}, {"weights_sha256", trials.opened().weightsHash()}, {"whole", outcomeJson(whole)}};
    head["text"] = aboutFile(setting.text);
    head["text"]["protocol"] = setting.protocol.describe();
    head["calibration"] = aboutFile(setting.calibration);
    head["calibration"]["window"] = setting.calibrationWindow;
    head["calibration"]["windows"] = setting.calibrationWindows;
    head["calibration"]["proxy"] = setting.proxy;
    head["calibration"]["shares"] = setting.shares;
    return head;
}

std::string markdown(const json& table) {
    const json &model = table.at("model"), &whole = model.at("whole"), &text = table.at("text"),
               &calibration = table.at("calibration");
    std::string page =
        "# What each unit costs\n\n"
        "<!-- Made by one command from the repository's root, behind a build with tests; never by hand:\n"
        "     build/ci/bin/lorashear-units \"$(bash packaging/get-smollm2.sh --print)\"\n"
        "     (bash packaging/get-smollm2.sh brings the model; any folder or GGUF file will do; --help lists the texts.) -->\n\n";
    page += model.at("name").get<std::string>() +
            ", right after pruning: nothing was trained and nothing repaired. Perplexity is per token of the original's "
            "tokenizer ([vocabulary.md](vocabulary.md)), on " +
            text.at("name").get<std::string>() + " (" + std::to_string(whole.at("original_tokens").get<std::int64_t>()) +
            " tokens, " + std::to_string(whole.at("bytes").get<std::int64_t>()) + " bytes, " +
            text.at("protocol").get<std::string>() + "). What goes was chosen on " +
            calibration.at("name").get<std::string>() + " (" + std::to_string(calibration.at("windows").get<int>()) +
            " windows of " + std::to_string(calibration.at("window").get<int>()) + " tokens), which shares nothing with it" +
            (calibration.at("shares") == kMeasuredShares ? "; the mixed budget is split by losses measured there" : "") +
            ". \"Removed\" is of all parameters, embeddings included; a megabyte is a million bytes, every weight "
            "as large as the original's file stores it. Bits per byte and counts by unit: [units.json](units.json).\n\n"
            "The whole model: perplexity " +
            perplexityText(whole.at("perplexity_per_original_token").get<double>()) + ", " +
            printed("%.1f", whole.at("weight_bytes").get<double>() / 1e6) + " MB.\n\n";
    std::string names = "| what goes | chosen by |", rule = "|---|---|";
    for (const json& ratio : table.at("ratios")) {
        names += " " + printed("%.0f %%", 100 * ratio.get<double>()) + ": removed | perplexity | MB |";
        rule += "---:|---:|---:|";
    }
    page += names + "\n" + rule + "\n";
    for (const json& row : table.at("rows")) {
        page += "| " + row.at("title").get<std::string>() + " | " + row.at("chosen_by").get<std::string>() + " |";
        for (const json& outcome : row.at("outcomes")) page += cells(outcome);
        page += "\n";
    }
    return page;
}

json measure(UnitTrials& trials, const std::vector<Row>& rows, const std::vector<double>& ratios) {
    json table = headJson(trials, trials.whole());
    table["ratios"] = ratios;
    table["rows"] = json::array();
    for (const Row& row : rows) {
        json& line = table["rows"].emplace_back();
        line = {{"id", row.id}, {"title", row.title}, {"chosen_by", row.chosenBy}, {"outcomes", json::array()}};
        for (const double ratio : ratios) {
            const double begin = monotonicSeconds();
            line["outcomes"].push_back(
                outcomeJson(row.method.empty() ? trials.without(row.units, ratio) : trials.byMethod(row.method, ratio)));
            std::cerr << row.id << " " << percent(ratio) << ":" << cells(line["outcomes"].back())
                      << printed(" %.0f s\n", monotonicSeconds() - begin);
        }
    }
    return table;
}

int run(int argc, char** argv) {
    CLI::App arguments{
        "Perplexity and bytes right after pruning by every unit of the plan: writes units.md and units.json."};
    TrialSetting setting;
    setting.text = kResources + "/data/wikipedia_valid.txt";
    setting.calibration = kResources + "/data/wikipedia_train.txt";
    std::string out = kResources + "/help";
    std::vector<double> ratios{0.1, 0.2, 0.3};
    std::vector<std::string> only, mixed{"attention", "mlp", "query_heads", "experts", "hidden", "blocks", "vocabulary"};
    arguments.add_option("model", setting.model, "model folder or GGUF file")->required();
    arguments.add_option("--text", setting.text,
                         "reported text (default: WikiText-2's validation split, its last articles)");
    arguments.add_option("--windows", setting.protocol.maxWindows, "windows of it (0: all)")->check(CLI::NonNegativeNumber);
    arguments.add_option("--window", setting.protocol.window, "tokens in each")->check(CLI::Range(2, 1 << 20));
    arguments.add_option("--calibration", setting.calibration, "text that what goes is chosen on");
    arguments.add_option("--calibration-windows", setting.calibrationWindows, "windows of it")->check(CLI::PositiveNumber);
    arguments.add_option("--calibration-window", setting.calibrationWindow, "tokens in each")->check(CLI::Range(2, 1 << 20));
    arguments.add_option("--proxy", setting.proxy, "what ranks KV groups and neurons")
        ->check(CLI::IsMember(saliencyProxyIds()));
    arguments
        .add_option("--shares", setting.shares, "how the mixed budget is split: one common fraction, or by measured losses")
        ->check(CLI::IsMember(shareWays()));
    arguments.add_option("--ratios", ratios, "shares of all parameters")->check(CLI::Range(0.001, 0.999));
    arguments.add_option("--only", only, "rows to measure: units, low-rank, structured-ffn and mixed");
    arguments.add_option("--mixed", mixed, "units of the mixed budget, as far as the model has them");
    arguments.add_option("--out", out, "folder of units.md and units.json");
    CLI11_PARSE(arguments, argc, argv);
    UnitTrials trials(setting);
    const auto rows = rowsFor(trials, only, mixed);
    if (rows.empty()) throw Error(ErrorCode::Usage, "--only", "names no unit that this model has");
    const json table = measure(trials, rows, ratios);
    fs::create_directories(out);
    const std::string page = markdown(table);
    writeFile(fs::path(out) / "units.json", table.dump(2) + "\n");
    writeFile(fs::path(out) / "units.md", page);
    std::cout << page;
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    app::reexecWithPassiveWaits(argv);
    try {
        return run(argc, argv);
    } catch (const Error& error) {
        std::cerr << error.what() << "\n" << (error.hint().empty() ? "" : error.hint() + "\n");
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
    }
    return 1;
}
