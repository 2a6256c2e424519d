#include "ui/controller/comparison.h"

#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <QHash>
#include <QLocale>

#include <algorithm>

namespace lorashear::ui {

namespace {

QString measurementWord(const std::string& name) {
    static const QHash<QString, const char*> kWords = {
        {QStringLiteral("parameters"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Parameters")},
        {QStringLiteral("active_parameters"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Parameters per token")},
        {QStringLiteral("weight_bytes"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Weights")},
        {QStringLiteral("flops_per_token"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Work per token")},
        {QStringLiteral("kv_cache_bytes_per_token"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "KV cache per token")},
        {QStringLiteral("prefill_speed"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Prefill speed")},
        {QStringLiteral("decode_speed"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Decode speed")},
        {QStringLiteral("kl"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "KL from the original, mean")},
        {QStringLiteral("same_choice"), QT_TRANSLATE_NOOP("lorashear::ui::Comparison", "Same likeliest token")},
    };
    const QString key = QString::fromStdString(name);
    const char* word = kWords.value(key);
    return word ? tr(word) : key;
}

bool isRatio(const event::Measurement& m) {
    return m.unit == "tokens/s" || m.unit == "acc";
}

QString timesText(double ratio) {
    return tr("× %1").arg(QLocale().toString(ratio, 'f', 2));
}

QString valueText(const event::Measurement& m) {
    QString text = formatMeasured(m.value, m.unit);
    if (m.unit == "acc") text = formatPercent(m.value);
    if (m.spread > 0)
        text += QStringLiteral(" ± ") + (m.unit == "acc" ? formatPercent(m.spread) : formatNumber(m.spread, 2));
    return m.estimate ? tr("about %1").arg(text) : text;
}

QString joined(const QString& value, const QString& relation) {
    return relation.isEmpty() ? value : QStringLiteral("%1 · %2").arg(value, relation);
}

ComparisonCell absent() {
    ComparisonCell cell;
    cell.text = notMeasured();
    return cell;
}

/// What may stand in one row: shares of 200 and of 2,000 questions say nothing about each other.
bool sameMeasurement(const event::Measurement& a, const event::Measurement& b) {
    return a.name == b.name && a.unit == b.unit && a.protocol == b.protocol;
}

const event::Measurement* measurementOf(const std::vector<event::Measurement>& all, const event::Measurement& like) {
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const event::Measurement& m) { return sameMeasurement(m, like); });
    return at == all.end() ? nullptr : &*at;
}

const event::Measurement* measurementOf(const ModelFigures* figures, const event::Measurement& like) {
    return figures ? measurementOf(figures->measurements, like) : nullptr;
}

QString relationTo(const event::Measurement& now, const event::Measurement* before) {
    if (!before || before->value == 0) return {};
    const double ratio = now.value / before->value;
    if (!std::isfinite(ratio)) return {};
    if (isRatio(now)) return timesText(ratio);
    return (ratio >= 1 ? QStringLiteral("+") : QString()) + formatPercent(ratio - 1);
}

ComparisonCell cellOf(const event::Measurement* now, const event::Measurement* before) {
    if (!now) return absent();
    ComparisonCell cell;
    cell.value = now->value, cell.spread = now->spread;
    cell.text = joined(valueText(*now), relationTo(*now, before));
    cell.toolTip = QString::fromStdString(now->protocol);
    return cell;
}

bool sameText(const ModelFigures::Text& a, const ModelFigures::Text& b) {
    return a.name == b.name && a.path == b.path && a.protocol == b.protocol && a.tokens == b.tokens;
}

const ModelFigures::Text* textOf(const ModelFigures* figures, const ModelFigures::Text& like) {
    if (!figures) return nullptr;
    const auto at = std::find_if(figures->texts.begin(), figures->texts.end(),
                                 [&](const ModelFigures::Text& text) { return sameText(text, like); });
    return at == figures->texts.end() ? nullptr : &*at;
}

ComparisonCell perplexityCell(const ModelFigures::Text* now, const ModelFigures::Text* before, bool isOriginal) {
    if (!now) return absent();
    ComparisonCell cell;
    cell.value = now->perplexity;
    cell.text = formatNumber(now->perplexity);
    if (isOriginal) return cell;
    if (!before || !(before->perplexity > 0)) {
        cell.toolTip = tr("The original was not measured beside it.");
        return cell;
    }
    cell.ratio = now->perplexity / before->perplexity;
    QString times = timesText(cell.ratio);
    const PairedDifference paired = pairedDifference(now->windows, before->windows);
    if (paired.windows > 1 && std::isfinite(paired.low) && std::isfinite(paired.high)) {
        cell.low = std::exp(paired.low), cell.high = std::exp(paired.high);
        const int digits = cell.high - cell.low < 0.02 ? 3 : 2;
        times = tr("× %1 (%2 to %3)")
                    .arg(QLocale().toString(cell.ratio, 'f', digits), QLocale().toString(cell.low, 'f', digits),
                         QLocale().toString(cell.high, 'f', digits));
        cell.toolTip =
            tr("In brackets the 95 % interval of the paired difference over %1 windows that both were measured on.")
                .arg(paired.windows);
    } else {
        cell.toolTip = tr("No interval: the losses of single windows were not kept, or do not pair.");
    }
    cell.toolTip += QLatin1Char(' ') + tr("%1 of the original is kept.").arg(formatPercent(1 / cell.ratio));
    cell.text = joined(cell.text, times);
    return cell;
}

/// Measurements over all columns, one for each row, in the order in which they are first met.
std::vector<const event::Measurement*> namedIn(const std::vector<ComparedColumn>& columns) {
    std::vector<const event::Measurement*> named;
    for (const ComparedColumn& column : columns)
        if (column.figures)
            for (const event::Measurement& m : column.figures->measurements)
                if (std::none_of(named.begin(), named.end(), [&](const auto* known) { return sameMeasurement(*known, m); }))
                    named.push_back(&m);
    return named;
}

ComparisonRow measurementRow(const event::Measurement& named, const std::vector<ComparedColumn>& columns) {
    ComparisonRow row{
        measurementWord(named.name), QString::fromStdString(named.unit), QString::fromStdString(named.protocol), {}};
    for (const ComparedColumn& column : columns)
        row.cells.push_back(cellOf(measurementOf(column.figures, named),
                                   column.isOriginal ? nullptr : measurementOf(column.original, named)));
    return row;
}

ComparisonRow perplexityRow(const ModelFigures::Text& text, const std::vector<ComparedColumn>& columns) {
    QString protocol = tr("%1 tokens predicted").arg(formatInteger(text.tokens));
    if (!text.protocol.empty()) protocol = QString::fromStdString(text.protocol) + QStringLiteral("; ") + protocol;
    ComparisonRow row{tr("Perplexity, %1").arg(QString::fromStdString(text.name)), {}, protocol, {}};
    for (const ComparedColumn& column : columns)
        row.cells.push_back(perplexityCell(textOf(column.figures, text), textOf(column.original, text), column.isOriginal));
    return row;
}

QString whyNoDivergence(const ComparedColumn& column) {
    if (column.isOriginal) return tr("The original itself.");
    if (!column.whyNoDivergence.isEmpty()) return tr("Not measured: it %1.").arg(column.whyNoDivergence);
    return column.divergence.empty() ? tr("\"Measure KL\" measures it.") : tr("Measured otherwise, in another row.");
}

ComparisonRow divergenceRow(const event::Measurement& named, const std::vector<ComparedColumn>& columns) {
    ComparisonRow row{
        measurementWord(named.name), QString::fromStdString(named.unit), QString::fromStdString(named.protocol), {}};
    for (const ComparedColumn& column : columns) {
        ComparisonCell cell = cellOf(measurementOf(column.divergence, named), nullptr);
        if (column.isOriginal) cell.text = QStringLiteral("–");
        if (!cell.measured()) cell.toolTip = whyNoDivergence(column);
        row.cells.push_back(std::move(cell));
    }
    return row;
}

/// One a protocol; one without figures before anything was measured.
void addDivergenceRows(std::vector<ComparisonRow>& rows, const char* name, const char* unit,
                       const std::vector<ComparedColumn>& columns) {
    std::vector<event::Measurement> named;
    for (const ComparedColumn& column : columns)
        for (const event::Measurement& m : column.divergence)
            if (m.name == name && !measurementOf(named, m)) named.push_back(m);
    if (named.empty()) named.push_back({{}, name, unit, 0, 0, false, {}});
    for (const event::Measurement& m : named) rows.push_back(divergenceRow(m, columns));
}

QString csvNumber(double value) {
    return std::isfinite(value) ? QString::number(value, 'g', 10) : QString();
}

/// Names come from files: what a spreadsheet would take for a formula begins with an apostrophe, as its own text cells do.
QString csvWords(QString text) {
    bool number = false;
    text.toDouble(&number);
    if (!number && !text.isEmpty() && QStringLiteral("=+-@\t\r").contains(text.front())) text.prepend(QLatin1Char('\''));
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

}  // namespace

QString notMeasured() {
    return tr("not measured");
}

std::vector<ComparisonRow> compareModels(const std::vector<ComparedColumn>& columns) {
    std::vector<ComparisonRow> rows;
    for (const event::Measurement* named : namedIn(columns)) rows.push_back(measurementRow(*named, columns));
    std::vector<const ModelFigures::Text*> texts;
    for (const ComparedColumn& column : columns)
        if (column.figures)
            for (const ModelFigures::Text& text : column.figures->texts)
                if (std::none_of(texts.begin(), texts.end(), [&](const auto* known) { return sameText(*known, text); }))
                    texts.push_back(&text);
    for (const ModelFigures::Text* text : texts) rows.push_back(perplexityRow(*text, columns));
    const bool others = std::any_of(columns.begin(), columns.end(), [](const auto& column) { return !column.isOriginal; });
    if (rows.empty() || !others) return rows;
    addDivergenceRows(rows, "kl", "nats/token", columns);
    addDivergenceRows(rows, "same_choice", "acc", columns);
    return rows;
}

QString comparisonCsv(const QStringList& titles, const std::vector<ComparisonRow>& rows) {
    QString text;
    const auto line = [&](const QString& name, const ComparisonRow& row, auto&& number) {
        text += csvWords(name);
        for (const ComparisonCell& cell : row.cells) text += QLatin1Char(',') + number(cell);
        text += QLatin1Char(',') + csvWords(row.unit) + QLatin1Char(',') + csvWords(row.protocol) + QLatin1Char('\n');
    };
    const auto anyOf = [](const ComparisonRow& row, auto&& test) {
        return std::any_of(row.cells.begin(), row.cells.end(), test);
    };
    text += csvWords(tr("Measured"));
    for (const QString& title : titles) text += QLatin1Char(',') + csvWords(title);
    text += QLatin1Char(',') + csvWords(tr("Unit")) + QLatin1Char(',') + csvWords(tr("Protocol")) + QLatin1Char('\n');
    for (const ComparisonRow& row : rows) {
        line(row.name, row, [](const ComparisonCell& cell) { return csvNumber(cell.value); });
        if (anyOf(row, [](const ComparisonCell& cell) { return cell.spread > 0; }))
            line(tr("%1: spread").arg(row.name), row,
                 [](const ComparisonCell& cell) { return cell.spread > 0 ? csvNumber(cell.spread) : QString(); });
        if (anyOf(row, [](const ComparisonCell& cell) { return std::isfinite(cell.ratio); }))
            line(tr("%1: times the original's").arg(row.name), row,
                 [](const ComparisonCell& cell) { return csvNumber(cell.ratio); });
        if (!anyOf(row, [](const ComparisonCell& cell) { return std::isfinite(cell.low); })) continue;
        line(tr("%1: 95 % from").arg(row.name), row, [](const ComparisonCell& cell) { return csvNumber(cell.low); });
        line(tr("%1: 95 % to").arg(row.name), row, [](const ComparisonCell& cell) { return csvNumber(cell.high); });
    }
    return text;
}

}  // namespace lorashear::ui
