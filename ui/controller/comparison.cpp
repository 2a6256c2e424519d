#include "ui/controller/comparison.h"

#include "ui/theme/format.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace lorashear::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("lorashear::ui::Comparison", text);
}

QString measurementWord(const std::string& name) {
    static const QHash<QString, const char*> kWords = {
        {QStringLiteral("parameters"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Parameters")},
        {QStringLiteral("weight_bytes"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Weights")},
        {QStringLiteral("flops_per_token"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Work per token")},
        {QStringLiteral("kv_cache_bytes_per_token"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "KV cache per token")},
        {QStringLiteral("prefill_speed"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Prefill speed")},
        {QStringLiteral("decode_speed"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Decode speed")},
    };
    const QString key = QString::fromStdString(name);
    const char* word = kWords.value(key);
    return word ? tr(word) : key;
}

struct Cell {
    double value = 0;
    QString text;
};

/// One row under construction: the newest value of each model.
struct Line {
    QString name, protocol;
    std::map<std::string, Cell> cells;
    bool estimate = false, lowerIsBetter = true, isRatio = false;
};

QString valueText(const event::Measurement& m) {
    QString text = formatMeasured(m.value, m.unit);
    if (m.unit == "acc") text = formatPercent(m.value);
    if (m.spread > 0)
        text += QStringLiteral(" ± ") + (m.unit == "acc" ? formatPercent(m.spread) : formatNumber(m.spread, 2));
    return m.estimate ? tr("about %1").arg(text) : text;
}

QString changeText(const Line& line) {
    const auto before = line.cells.find("dense");
    auto after = line.cells.find("recovered");
    if (after == line.cells.end()) after = line.cells.find("pruned");
    if (before == line.cells.end() || after == line.cells.end() || before->second.value == 0) return {};
    const double ratio = after->second.value / before->second.value;
    if (!std::isfinite(ratio)) return {};
    if (line.isRatio) return tr("× %1").arg(QLocale().toString(ratio, 'f', 2));
    return QStringLiteral("%1%2").arg(ratio >= 1 ? QStringLiteral("+") : QString(), formatPercent(ratio - 1));
}

QString retention(const Line& line) {
    const auto before = line.cells.find("dense");
    auto after = line.cells.find("recovered");
    if (after == line.cells.end()) after = line.cells.find("pruned");
    if (before == line.cells.end() || after == line.cells.end() || after->second.value <= 0) return {};
    return tr("%1 kept").arg(formatPercent(before->second.value / after->second.value));
}

QString cellText(const Line& line, const char* model) {
    const auto at = line.cells.find(model);
    return at == line.cells.end() ? QString() : at->second.text;
}

ComparisonRow finish(const Line& line, const QString& change) {
    return {line.name, line.protocol, cellText(line, "dense"), cellText(line, "pruned"), cellText(line, "recovered"),
            change,    line.estimate};
}

Line& lineOf(std::vector<std::pair<std::string, Line>>& lines, const std::string& key) {
    const auto at = std::find_if(lines.begin(), lines.end(), [&](const auto& entry) { return entry.first == key; });
    if (at != lines.end()) return at->second;
    return lines.emplace_back(key, Line{}).second;
}

}  // namespace

std::vector<ComparisonRow> compareModels(const RunState& run) {
    std::vector<std::pair<std::string, Line>> sizes, texts;
    for (const event::Measurement& m : run.measurements) {
        Line& line = lineOf(sizes, m.name);
        line.name = measurementWord(m.name);
        if (!m.protocol.empty()) line.protocol = QString::fromStdString(m.protocol);
        line.isRatio = m.unit == "tokens/s" || m.unit == "acc";
        line.estimate = line.estimate || m.estimate;
        line.cells[m.model] = {m.value, valueText(m)};
    }
    for (const RunState::PerplexityPoint& point : run.perplexities) {
        const event::Perplexity& p = point.measured;
        if (p.model == "checkpoint") continue;
        Line& line = lineOf(texts, p.name);
        line.name = tr("Perplexity, %1").arg(QString::fromStdString(p.name));
        line.protocol = tr("%1 tokens predicted").arg(formatInteger(p.tokens));
        if (!p.protocol.empty()) line.protocol = QString::fromStdString(p.protocol) + QStringLiteral("; ") + line.protocol;
        line.cells[p.model] = {p.perplexity, formatNumber(p.perplexity)};
    }
    std::vector<ComparisonRow> rows;
    for (const auto& [key, line] : sizes) rows.push_back(finish(line, changeText(line)));
    for (const auto& [key, line] : texts) rows.push_back(finish(line, retention(line)));
    return rows;
}

QString comparisonMarkdown(const std::vector<ComparisonRow>& rows) {
    const auto cell = [](QString text) {
        return text.isEmpty() ? QStringLiteral("–") : text.replace(QLatin1Char('|'), QStringLiteral("\\|"));
    };
    QString text = QStringLiteral("| %1 | %2 | %3 | %4 | %5 | %6 |\n|---|---|---|---|---|---|\n")
                       .arg(tr("Measured"), tr("Original"), tr("Pruned"), tr("Recovered"), tr("Change"), tr("Protocol"));
    for (const ComparisonRow& row : rows)
        text += QStringLiteral("| %1 | %2 | %3 | %4 | %5 | %6 |\n")
                    .arg(cell(row.name), cell(row.before), cell(row.pruned), cell(row.after), cell(row.change),
                         cell(row.protocol));
    return text;
}

QString comparisonCsv(const std::vector<ComparisonRow>& rows) {
    const auto cell = [](QString text) {
        return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
    };
    const auto line = [&](const QStringList& cells) {
        QStringList quoted;
        for (const QString& text : cells) quoted << cell(text);
        return quoted.join(QLatin1Char(',')) + QLatin1Char('\n');
    };
    QString text = line({tr("Measured"), tr("Original"), tr("Pruned"), tr("Recovered"), tr("Change"), tr("Protocol")});
    for (const ComparisonRow& row : rows)
        text += line({row.name, row.before, row.pruned, row.after, row.change, row.protocol});
    return text;
}

}  // namespace lorashear::ui
