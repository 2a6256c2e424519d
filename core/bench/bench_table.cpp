#include "core/bench/bench_table.h"

#include "core/bench/bench_folder.h"
#include "core/eval/presets.h"
#include "core/io/folder_name.h"
#include "core/run/paired_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

double perplexityOf(const BenchFigures& figures, const std::string& text) {
    const auto found = figures.texts.find(text);
    return found == figures.texts.end() ? kNothing : found->second.perplexity;
}

void setFigures(BenchRow& row, const BenchFigures& figures, const std::string& headline) {
    row.parameters = figures.parameters;
    row.perplexity = perplexityOf(figures, headline);
    row.bitsPerByte = figures.texts.count(headline) ? figures.texts.at(headline).bitsPerByte : kNothing;
    for (const auto& [name, text] : figures.texts) row.texts[name] = text.perplexity;
    row.tasks = figures.tasks;
    row.accuracy = row.normalisedAccuracy = figures.tasks.empty() ? kNothing : 0;
    std::map<std::string, double> accuracy, normalised;
    for (const auto& [name, task] : figures.tasks) {
        row.accuracy += task.accuracy / static_cast<double>(figures.tasks.size());
        row.normalisedAccuracy += task.normalisedAccuracy / static_cast<double>(figures.tasks.size());
        accuracy[name] = task.accuracy, normalised[name] = task.normalisedAccuracy;
    }
    row.sevenTasks = sevenTaskMean(accuracy, normalised);
}

BenchRow emptyRow(const std::string& method, const std::string& model) {
    BenchRow row;
    row.method = method, row.model = model;
    row.calibrationTokens = row.perplexity = row.before = row.bitsPerByte = row.retention = row.adaptedRetention = kNothing;
    row.accuracy = row.normalisedAccuracy = row.sevenTasks = kNothing;
    return row;
}

/// Assembles the rows, the dense model's before the first job of each model.
class TableMaker {
public:
    TableMaker(const Bench& bench, const BenchFolder& folder) : m_bench(bench), m_folder(folder) {
        const auto& texts = bench.jobs.front().recipe.evaluation.texts;
        if (!texts.empty()) m_table.headline = texts.front().name;
    }

    BenchTable make() {
        for (const BenchJob& job : m_bench.jobs) {
            if (job.model != m_model) beginModel(job.model);
            addJob(job);
        }
        return std::move(m_table);
    }

private:
    const std::string& nameOf(std::size_t model) const { return m_bench.spec.models[model].name; }

    /// Every job measured the dense model; the first that is there speaks for all.
    void beginModel(std::size_t model) {
        m_model = model;
        m_dense = kNothing;
        m_adapted.clear(), m_adaptedWindows.clear();
        for (const BenchJob& job : m_bench.jobs) {
            if (job.model != model) continue;
            const auto result = m_folder.result(job);
            if (!result) continue;
            BenchRow row = emptyRow(kDenseRow, nameOf(model));
            setFigures(row, result->dense, m_table.headline);
            row.retention = 1;
            m_dense = row.perplexity;
            m_table.protocol = result->protocol;
            m_table.rows.push_back(std::move(row));
            return;
        }
    }

    void addJob(const BenchJob& job) {
        const BenchSpec& spec = m_bench.spec;
        const auto result = m_folder.result(job);
        const std::string failure = m_folder.failure(job);
        if (!result) m_table.missing.push_back(jobTitle(spec, job));
        if (!result && failure.empty()) return;
        BenchRow row = emptyRow(rowName(spec, job), nameOf(job.model));
        row.seed = spec.seeds[job.seed];
        const bool adapted = job.kind == BenchJob::Kind::AdaptedDense;
        if (!adapted) row.ratio = spec.ratios[job.ratio];
        row.problem = failure;
        if (result) {
            setFigures(row, result->last, m_table.headline);
            row.steps = result->steps, row.tokens = result->tokens;
            if (result->calibrationTokens >= 0) row.calibrationTokens = static_cast<double>(result->calibrationTokens);
            row.before = adapted ? kNothing : result->before;
            if (adapted) m_adapted[*row.seed] = row.perplexity, m_adaptedWindows[*row.seed] = result->lastWindows;
            row.aboveDense = pairedDifference(result->lastWindows, result->denseWindows);
            if (const auto other = m_adaptedWindows.find(*row.seed); other != m_adaptedWindows.end())
                row.aboveAdapted = pairedDifference(result->lastWindows, other->second);
            row.retention = m_dense / row.perplexity;
            const auto peer = m_adapted.find(*row.seed);
            row.adaptedRetention = peer == m_adapted.end() ? kNothing : peer->second / row.perplexity;
            m_table.tasks = m_table.tasks || !row.tasks.empty();
            if (row.steps < job.steps)
                m_table.warnings.push_back(jobTitle(spec, job) + " trained " + std::to_string(row.steps) + " steps of " +
                                           std::to_string(job.steps) + ": its texts were used up, or recovery stalled");
        }
        row.costs = m_folder.costs(job);
        m_table.rows.push_back(std::move(row));
    }

    const Bench& m_bench;
    const BenchFolder& m_folder;
    BenchTable m_table;
    std::size_t m_model = static_cast<std::size_t>(-1);
    double m_dense = kNothing;
    std::map<std::uint64_t, double> m_adapted;  ///< by seed
    std::map<std::uint64_t, WindowLosses> m_adaptedWindows;
};

template <class Value>
BenchSpread spreadOver(const std::vector<const BenchRow*>& rows, Value value) {
    std::vector<double> values;
    for (const BenchRow* row : rows)
        if (const double one = value(*row); std::isfinite(one)) values.push_back(one);
    BenchSpread result{kNothing, kNothing, static_cast<int>(values.size())};
    if (values.empty()) return result;
    const auto n = static_cast<double>(values.size());
    double sum = 0, squares = 0;
    for (const double one : values) sum += one;
    result.mean = sum / n;
    for (const double one : values) squares += (one - result.mean) * (one - result.mean);
    if (values.size() > 1) result.spread = std::sqrt(squares / (n - 1));
    return result;
}

BenchSummary summaryOf(const std::vector<const BenchRow*>& rows) {
    const BenchRow& first = *rows.front();
    const auto of = [&](double BenchRow::*member) {
        return spreadOver(rows, [=](const BenchRow& row) { return row.*member; });
    };
    const auto rounded = [&](std::int64_t BenchRow::*member) {
        return std::llround(spreadOver(rows, [=](const BenchRow& row) { return static_cast<double>(row.*member); }).mean);
    };
    BenchSummary summary{first.method,
                         first.model,
                         first.ratio,
                         rounded(&BenchRow::parameters),
                         rounded(&BenchRow::tokens),
                         {},
                         {},
                         {},
                         {},
                         {},
                         {},
                         {},
                         {},
                         {},
                         {},
                         {}};
    summary.calibrationTokens = of(&BenchRow::calibrationTokens);
    summary.perplexity = of(&BenchRow::perplexity), summary.before = of(&BenchRow::before);
    summary.bitsPerByte = of(&BenchRow::bitsPerByte);
    summary.retention = of(&BenchRow::retention), summary.adaptedRetention = of(&BenchRow::adaptedRetention);
    summary.accuracy = of(&BenchRow::accuracy), summary.normalisedAccuracy = of(&BenchRow::normalisedAccuracy);
    summary.sevenTasks = of(&BenchRow::sevenTasks);
    summary.seconds = spreadOver(rows, [](const BenchRow& row) { return row.costs ? row.costs->seconds : kNothing; });
    summary.peakBytes = spreadOver(
        rows, [](const BenchRow& row) { return row.costs ? static_cast<double>(row.costs->peakBytes) : kNothing; });
    return summary;
}

/// Rows of one method, model and ratio stand one after another; those without figures count for nothing.
std::vector<BenchSummary> summariesOf(const std::vector<BenchRow>& rows) {
    std::vector<BenchSummary> result;
    std::vector<const BenchRow*> group;
    const auto close = [&] {
        if (!group.empty()) result.push_back(summaryOf(group));
        group.clear();
    };
    for (const BenchRow& row : rows) {
        if (!row.problem.empty()) continue;
        if (!group.empty() &&
            (group.front()->method != row.method || group.front()->model != row.model || group.front()->ratio != row.ratio))
            close();
        group.push_back(&row);
    }
    close();
    return result;
}

json numberOrNull(double value) {
    return std::isfinite(value) ? json(value) : json();
}

json countOrNull(double value) {
    return std::isfinite(value) ? json(std::llround(value)) : json();
}

json rowKey(const BenchRow& row) {
    return {
        {"method", row.method}, {"model", row.model}, {"ratio", row.ratio}, {"seed", row.seed ? json(*row.seed) : json()}};
}

json rowJson(const BenchRow& row) {
    json result = rowKey(row);
    if (!row.problem.empty()) {
        result["problem"] = row.problem;
        return result;
    }
    json texts = json::object(), tasks = json::object();
    for (const auto& [name, perplexity] : row.texts) texts[name] = numberOrNull(perplexity);
    for (const auto& [name, task] : row.tasks)
        tasks[name] = {{"acc", task.accuracy}, {"acc_norm", task.normalisedAccuracy}, {"n", task.questions}};
    result.update({{"parameters", row.parameters},
                   {"perplexity", numberOrNull(row.perplexity)},
                   {"perplexity_before_recovery", numberOrNull(row.before)},
                   {"retention", numberOrNull(row.retention)},
                   {"retention_of_adapted", numberOrNull(row.adaptedRetention)},
                   {"nll_above_dense", toJson(row.aboveDense)},
                   {"nll_above_adapted", toJson(row.aboveAdapted)},
                   {"texts", std::move(texts)},
                   {"tasks", std::move(tasks)},
                   {"steps", row.steps},
                   {"tokens", row.tokens},
                   {"calibration_tokens", countOrNull(row.calibrationTokens)}});
    if (std::isfinite(row.bitsPerByte)) result["bits_per_byte"] = row.bitsPerByte;
    if (std::isfinite(row.sevenTasks)) result["seven_task_mean"] = row.sevenTasks;
    return result;
}

void addTimes(json& row, const std::optional<BenchCosts>& costs) {
    row["seconds"] = costs ? json(costs->seconds) : json();
    row["peak_bytes"] = costs ? json(costs->peakBytes) : json();
}

json spreadJson(const BenchSpread& value) {
    if (value.count == 0) return nullptr;
    return {{"mean", value.mean}, {"spread", numberOrNull(value.spread)}, {"n", value.count}};
}

json summaryJson(const BenchSummary& summary, bool times) {
    json result = {{"method", summary.method},
                   {"model", summary.model},
                   {"ratio", summary.ratio},
                   {"parameters", summary.parameters},
                   {"tokens", summary.tokens},
                   {"calibration_tokens", countOrNull(summary.calibrationTokens.mean)},
                   {"perplexity", spreadJson(summary.perplexity)},
                   {"perplexity_before_recovery", spreadJson(summary.before)},
                   {"retention", spreadJson(summary.retention)},
                   {"retention_of_adapted", spreadJson(summary.adaptedRetention)},
                   {"acc", spreadJson(summary.accuracy)},
                   {"acc_norm", spreadJson(summary.normalisedAccuracy)}};
    if (summary.bitsPerByte.count > 0) result["bits_per_byte"] = spreadJson(summary.bitsPerByte);
    if (summary.sevenTasks.count > 0) result["seven_task_mean"] = spreadJson(summary.sevenTasks);
    if (!times) return result;
    result["seconds"] = spreadJson(summary.seconds);
    result["peak_bytes"] = spreadJson(summary.peakBytes);
    return result;
}

json tableWith(const BenchTable& table, bool times) {
    json rows = json::array(), summary = json::array();
    for (const BenchRow& row : table.rows) {
        rows.push_back(rowJson(row));
        if (times) addTimes(rows.back(), row.costs);
    }
    for (const BenchSummary& one : table.summaries) summary.push_back(summaryJson(one, times));
    return {{"rows", std::move(rows)},
            {"summary", std::move(summary)},
            {"warnings", table.warnings},
            {"missing", table.missing},
            {"headline", table.headline},
            {"protocol", table.protocol},
            {"perplexity_per", table.countedBy.empty() ? "token" : "token of " + table.countedBy}};
}

}  // namespace

BenchTable benchTable(const Bench& bench, const BenchFolder& folder, const std::string& countedBy) {
    BenchTable table = TableMaker(bench, folder).make();
    table.summaries = summariesOf(table.rows);
    table.warnings.insert(table.warnings.begin(), bench.warnings.begin(), bench.warnings.end());
    if (!countedBy.empty()) table.countedBy = ownName(countedBy);
    return table;
}

json tableJson(const BenchTable& table) {
    return tableWith(table, false);
}

json timesJson(const BenchTable& table) {
    json rows = json::array();
    for (const BenchRow& row : table.rows) {
        if (!row.costs) continue;
        rows.push_back(rowKey(row));
        addTimes(rows.back(), row.costs);
    }
    return {{"rows", std::move(rows)}};
}

json wholeJson(const BenchTable& table) {
    return tableWith(table, true);
}

}  // namespace lorashear
