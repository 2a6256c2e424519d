#include "core/bench/table_texts.h"

#include "core/bench/bench_jobs.h"
#include "core/bench/bench_table.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <set>

namespace lorashear {

namespace {

std::string decimals(double value, int digits) {
    if (!std::isfinite(value)) return {};
    char text[64];
    std::snprintf(text, sizeof text, std::abs(value) < 1e5 ? "%.*f" : "%.*e", digits, value);
    return text;
}

std::string withSpread(const BenchSpread& value, int digits, double scale, const char* plusMinus) {
    if (value.count == 0) return {};
    const std::string mean = decimals(value.mean * scale, digits);
    return std::isfinite(value.spread) ? mean + plusMinus + decimals(value.spread * scale, digits) : mean;
}

/// A column of the table of means.
struct MeanColumn {
    const char* title;
    bool right;
    std::function<std::string(const BenchSummary&, const char* plusMinus)> cell;
    bool timed = false, ofTasks = false, ofVocabularies = false;
};

constexpr const char* kAboveDense = "nats above dense (95 %)";
constexpr const char* kAboveAdapted = "above adapted (95 %)";

std::string withInterval(const PairedDifference& paired) {
    if (paired.windows < 2) return {};
    return decimals(paired.mean, 3) + " (" + decimals(paired.low, 3) + " to " + decimals(paired.high, 3) + ")";
}

std::string ratioCell(double ratio) {
    return ratio > 0 ? percentText(ratio) + " %" : std::string();
}

std::string countCell(double value) {
    return std::isfinite(value) ? std::to_string(std::llround(value)) : std::string();
}

const std::vector<MeanColumn>& meanColumns() {
    using S = BenchSummary;
    const auto spread = [](BenchSpread S::*member, int digits, double scale) {
        return [=](const S& row, const char* sign) { return withSpread(row.*member, digits, scale, sign); };
    };
    constexpr double kMega = 1e-6, kPercent = 100;
    static const std::vector<MeanColumn> columns{
        {"model", false, [](const S& row, const char*) { return row.model; }},
        {"removed", true, [](const S& row, const char*) { return ratioCell(row.ratio); }},
        {"method", false, [](const S& row, const char*) { return row.method; }},
        {"perplexity", true, spread(&S::perplexity, 3, 1)},
        {"before recovery", true, spread(&S::before, 3, 1)},
        {"bits per byte", true, spread(&S::bitsPerByte, 4, 1), false, false, true},
        {"of dense, %", true, spread(&S::retention, 1, kPercent)},
        {"of adapted, %", true, spread(&S::adaptedRetention, 1, kPercent)},
        {"accuracy, %", true, spread(&S::accuracy, 1, kPercent), false, true},
        {"normalised, %", true, spread(&S::normalisedAccuracy, 1, kPercent), false, true},
        {"seven tasks, %", true, spread(&S::sevenTasks, 1, kPercent), false, true},
        {"parameters", true, [](const S& row, const char*) { return std::to_string(row.parameters); }},
        {"tokens", true, [](const S& row, const char*) { return std::to_string(row.tokens); }},
        {"calibration", true, [](const S& row, const char*) { return countCell(row.calibrationTokens.mean); }},
        {"seeds", true,
         [](const S& row, const char*) { return row.method == kDenseRow ? "" : std::to_string(row.perplexity.count); }},
        {"seconds", true, spread(&S::seconds, 0, 1), true},
        {"peak, MB", true, spread(&S::peakBytes, 0, kMega), true},
    };
    return columns;
}

std::vector<MeanColumn> shownColumns(const BenchTable& table, bool times) {
    std::vector<MeanColumn> shown;
    for (const MeanColumn& column : meanColumns()) {
        if (column.timed && !times) continue;
        if (column.ofTasks && !table.tasks) continue;
        if (column.ofVocabularies && table.countedBy.empty()) continue;
        shown.push_back(column);
    }
    return shown;
}

std::string forMarkdown(const std::string& text) {
    std::string result;
    for (const char c : text) result += c == '|' ? std::string("\\|") : std::string(1, c);
    return result;
}

std::string forLatex(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (std::string("&%$#_{}").find(c) != std::string::npos)
            result += std::string("\\") + c;
        else if (c == '\\')
            result += "\\textbackslash{}";
        else if (c == '~')
            result += "\\textasciitilde{}";
        else if (c == '^')
            result += "\\textasciicircum{}";
        else
            result += c;
    }
    return result;
}

std::string forCsv(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + "\"";
}

/// As JSON writes it: the shortest digits that give the number back.
std::string fullNumber(double value) {
    return std::isfinite(value) ? nlohmann::json(value).dump() : std::string();
}

std::string inWords(const BenchTable& table) {
    std::string words = table.headline.empty() ? "No text is measured." : "Perplexity of " + table.headline;
    if (!table.headline.empty()) {
        words += " (" + table.protocol + ")";
        if (!table.countedBy.empty())
            words += ", all nats of the text over the tokens that " + table.countedBy + " makes of it";
        words += ".";
    }
    return words +
           " Mean ± sample standard deviation over seeds. Tokens: of training; calibration: what was read beside it, by "
           "analysis, scores, repairs and reconstruction.";
}

std::string joinedBy(const std::vector<std::string>& cells, const std::string& between) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) line += (i > 0 ? between : "") + cells[i];
    return line;
}

std::string markdownLine(std::vector<std::string> cells) {
    for (std::string& cell : cells) cell = forMarkdown(cell);
    return "| " + joinedBy(cells, " | ") + " |\n";
}

std::vector<std::string> taskNames(const BenchTable& table) {
    std::set<std::string> names;
    for (const BenchRow& row : table.rows)
        for (const auto& [name, task] : row.tasks) names.insert(name);
    return {names.begin(), names.end()};
}

std::vector<std::string> textNames(const BenchTable& table) {
    std::set<std::string> names;
    for (const BenchRow& row : table.rows)
        for (const auto& [name, perplexity] : row.texts) names.insert(name);
    return {names.begin(), names.end()};
}

std::string markdownRows(const BenchTable& table) {
    std::vector<std::string> head{"model", "removed", "method", "seed"}, rule{"---", "---:", "---", "---:"};
    const auto texts = textNames(table), tasks = taskNames(table);
    for (const std::string& name : texts) head.push_back(name), rule.emplace_back("---:");
    for (const std::string& name : tasks) head.push_back(name), rule.emplace_back("---:");
    for (const char* title : {kAboveDense, kAboveAdapted, "parameters", "tokens", "calibration"})
        head.emplace_back(title), rule.emplace_back("---:");
    std::string result = markdownLine(head) + markdownLine(rule);
    for (const BenchRow& row : table.rows) {
        std::vector<std::string> cells{row.model, ratioCell(row.ratio), row.method,
                                       row.seed ? std::to_string(*row.seed) : ""};
        if (!row.problem.empty()) {
            cells.push_back(row.problem);
            cells.resize(head.size());
            result += markdownLine(cells);
            continue;
        }
        for (const std::string& name : texts) cells.push_back(row.texts.count(name) ? decimals(row.texts.at(name), 4) : "");
        for (const std::string& name : tasks)
            cells.push_back(row.tasks.count(name) ? decimals(100 * row.tasks.at(name).accuracy, 1) + " / " +
                                                        decimals(100 * row.tasks.at(name).normalisedAccuracy, 1)
                                                  : "");
        cells.push_back(withInterval(row.aboveDense));
        cells.push_back(withInterval(row.aboveAdapted));
        cells.push_back(std::to_string(row.parameters));
        cells.push_back(std::to_string(row.tokens));
        cells.push_back(countCell(row.calibrationTokens));
        result += markdownLine(cells);
    }
    return result;
}

std::string markdownList(const char* title, const std::vector<std::string>& entries) {
    if (entries.empty()) return {};
    std::string result = std::string("\n") + title + "\n\n";
    for (const std::string& entry : entries) result += "- " + entry + "\n";
    return result;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
    std::size_t letters = 0;  // columns on the screen: bytes that go on a character take none
    for (const char c : text) letters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    const std::string blanks(letters < width ? width - letters : 0, ' ');
    return right ? blanks + text : text + blanks;
}

}  // namespace

std::string tableMarkdown(const BenchTable& table) {
    const auto columns = shownColumns(table, false);
    std::vector<std::string> head, rule;
    for (const MeanColumn& column : columns)
        head.emplace_back(column.title), rule.emplace_back(column.right ? "---:" : "---");
    std::string result = inWords(table) + "\n\n" + markdownLine(head) + markdownLine(rule);
    for (const BenchSummary& summary : table.summaries) {
        std::vector<std::string> cells;
        cells.reserve(columns.size());
        for (const MeanColumn& column : columns) cells.push_back(column.cell(summary, " ± "));
        result += markdownLine(cells);
    }
    result += "\nEvery row; texts as perplexity" + std::string(table.tasks ? ", tasks as accuracy / normalised" : "") +
              ":\n\n" + markdownRows(table);
    return result + markdownList("Warnings:", table.warnings) + markdownList("Not done:", table.missing);
}

std::string tableLatex(const BenchTable& table) {
    const auto columns = shownColumns(table, false);
    std::string kinds, result = "% " + inWords(table) + "\n";
    std::vector<std::string> head;
    for (const MeanColumn& column : columns) kinds += column.right ? "r" : "l", head.push_back(forLatex(column.title));
    result += "\\begin{tabular}{" + kinds + "}\n\\hline\n" + joinedBy(head, " & ") + " \\\\\n\\hline\n";
    for (const BenchSummary& summary : table.summaries) {
        std::vector<std::string> cells;
        for (const MeanColumn& column : columns) {
            std::string cell = forLatex(column.cell(summary, "±"));
            if (const auto sign = cell.find("±"); sign != std::string::npos) cell.replace(sign, 2, " $\\pm$ ");
            cells.push_back(std::move(cell));
        }
        result += joinedBy(cells, " & ") + " \\\\\n";
    }
    return result + "\\hline\n\\end{tabular}\n";
}

std::string tableCsv(const BenchTable& table) {
    const auto texts = textNames(table), tasks = taskNames(table);
    std::vector<std::string> head{"method",
                                  "model",
                                  "ratio",
                                  "seed",
                                  "parameters",
                                  "perplexity",
                                  "perplexity_before_recovery",
                                  "retention",
                                  "retention_of_adapted",
                                  "nll_above_dense",
                                  "nll_above_dense_low",
                                  "nll_above_dense_high",
                                  "nll_above_adapted",
                                  "nll_above_adapted_low",
                                  "nll_above_adapted_high",
                                  "bits_per_byte",
                                  "acc",
                                  "acc_norm",
                                  "steps",
                                  "tokens",
                                  "calibration_tokens",
                                  "problem"};
    for (const std::string& name : texts) head.push_back(forCsv("perplexity_" + name));
    for (const std::string& name : tasks) head.push_back(forCsv("acc_" + name)), head.push_back(forCsv("acc_norm_" + name));
    std::string result = joinedBy(head, ",") + "\n";
    for (const BenchRow& row : table.rows) {
        const bool done = row.problem.empty();
        std::vector<std::string> cells{forCsv(row.method),
                                       forCsv(row.model),
                                       fullNumber(row.ratio),
                                       row.seed ? std::to_string(*row.seed) : "",
                                       done ? std::to_string(row.parameters) : "",
                                       fullNumber(row.perplexity),
                                       fullNumber(row.before),
                                       fullNumber(row.retention),
                                       fullNumber(row.adaptedRetention),
                                       fullNumber(row.aboveDense.mean),
                                       fullNumber(row.aboveDense.low),
                                       fullNumber(row.aboveDense.high),
                                       fullNumber(row.aboveAdapted.mean),
                                       fullNumber(row.aboveAdapted.low),
                                       fullNumber(row.aboveAdapted.high),
                                       fullNumber(row.bitsPerByte),
                                       fullNumber(row.accuracy),
                                       fullNumber(row.normalisedAccuracy),
                                       done ? std::to_string(row.steps) : "",
                                       done ? std::to_string(row.tokens) : "",
                                       countCell(row.calibrationTokens),
                                       forCsv(row.problem)};
        for (const std::string& name : texts) cells.push_back(row.texts.count(name) ? fullNumber(row.texts.at(name)) : "");
        for (const std::string& name : tasks) {
            const auto found = row.tasks.find(name);
            cells.push_back(found == row.tasks.end() ? "" : fullNumber(found->second.accuracy));
            cells.push_back(found == row.tasks.end() ? "" : fullNumber(found->second.normalisedAccuracy));
        }
        result += joinedBy(cells, ",") + "\n";
    }
    return result;
}

std::string timesCsv(const BenchTable& table) {
    std::string result = "method,model,ratio,seed,seconds,peak_bytes\n";
    for (const BenchRow& row : table.rows)
        if (row.costs)
            result += joinedBy({forCsv(row.method), forCsv(row.model), fullNumber(row.ratio),
                                row.seed ? std::to_string(*row.seed) : "", fullNumber(row.costs->seconds),
                                std::to_string(row.costs->peakBytes)},
                               ",") +
                      "\n";
    return result;
}

std::string tablePlain(const BenchTable& table) {
    const auto columns = shownColumns(table, true);
    std::vector<std::vector<std::string>> lines(1);
    for (const MeanColumn& column : columns) lines.front().emplace_back(column.title);
    for (const BenchSummary& summary : table.summaries) {
        lines.emplace_back();
        for (const MeanColumn& column : columns) lines.back().push_back(column.cell(summary, " ± "));
    }
    std::string result;
    for (const auto& line : lines) {
        for (std::size_t c = 0; c < columns.size(); ++c) {
            std::size_t width = 0;
            for (const auto& other : lines) {
                std::size_t letters = 0;
                for (const char byte : other[c]) letters += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
                width = std::max(width, letters);
            }
            result += (c > 0 ? "  " : "") + padded(line[c], width, columns[c].right);
        }
        result.erase(result.find_last_not_of(' ') + 1);
        result += "\n";
    }
    result += "\n" + inWords(table) + "\n";
    for (const std::string& warning : table.warnings) result += "warning: " + warning + "\n";
    for (const BenchRow& row : table.rows)
        if (!row.problem.empty())
            result += "failed: " + row.method + (row.ratio > 0 ? " at " + ratioCell(row.ratio) : "") + " of " + row.model +
                      (row.seed ? ", seed " + std::to_string(*row.seed) : "") + ": " + row.problem + "\n";
    return result;
}

}  // namespace lorashear
