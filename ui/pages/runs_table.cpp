#include "ui/pages/runs_table.h"

#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/theme/tr.h"

#include <QLocale>
#include <QPainter>
#include <QPixmap>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kSwatch = 14;  ///< room for the mark that its curve has

QString numberOrDash(double value) {
    return value > 0 ? formatNumber(value) : QStringLiteral("–");
}

QVariant known(double value) {
    return value >= 0 ? QVariant(value) : QVariant();
}

QString ratioWords(const RunSummary& run) {
    if (run.ratio >= 0) return formatPercent(run.ratio);
    return run.asked >= 0 ? tr("%1 asked for").arg(formatPercent(run.asked)) : QStringLiteral("–");
}

QString statusTip(const RunSummary& run) {
    return run.trouble.isEmpty() ? run.folder : run.trouble + QLatin1Char('\n') + run.folder;
}

/// All that differs, under its full name.
QString branchTip(const RunSummary& run) {
    if (run.parent.isEmpty()) return {};
    QStringList lines{tr("Branched from %1 at step %2").arg(run.parent).arg(run.parted)};
    for (const SettingChange& change : run.changes) lines << tr("%1: %2 → %3").arg(change.pointer, change.from, change.to);
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

std::vector<RunsTable::Column> RunsTable::columns(RunsTable* table) {
    const auto value = [table](double RunSummary::Text::*which) {
        return [table, which](const RunSummary& r) -> QVariant {
            const auto* text = table->textOf(r);
            return text ? known(text->*which) : QVariant();
        };
    };
    const auto words = [table](double RunSummary::Text::*which) {
        return [table, which](const RunSummary& r) {
            const auto* text = table->textOf(r);
            return numberOrDash(text ? text->*which : -1);
        };
    };
    const auto lastOf = [table](const RunSummary& r) {
        const auto* text = table->textOf(r);
        return text ? text->last() : -1;
    };
    const auto protocol = [table](const RunSummary& r) {
        const auto* text = table->textOf(r);
        return text ? tr("Per token of the original's tokenizer; %1").arg(text->key()) : tr("Not measured on this text");
    };
    const auto few = [](const RunSummary&) {
        return tr("On a few windows of the first text: not to be held against the perplexity at the end");
    };
    return {
        {tr("No."),
         [table](const RunSummary& r) { return table->numberOf(r) ? QString::number(table->numberOf(r)) : QString(); }, true,
         [](const RunSummary&) { return tr("Number of its curve"); },
         [table](const RunSummary& r) { return table->numberOf(r) ? QVariant(table->numberOf(r)) : QVariant(); }},
        {tr("Run"), [](const RunSummary& r) { return r.name; }, false, [](const RunSummary& r) { return r.folder; },
         [](const RunSummary& r) { return r.name; }},
        {tr("Status"), [](const RunSummary& r) { return statusWord(r.status); }, false, statusTip},
        {tr("Method"), [](const RunSummary& r) { return r.method; }, false, [](const RunSummary& r) { return r.setting; }},
        {tr("Recovery"), [](const RunSummary& r) { return r.recovery.isEmpty() ? QStringLiteral("–") : r.recovery; }},
        {tr("Removed"), ratioWords, true, {}, [](const RunSummary& r) { return known(r.ratio >= 0 ? r.ratio : r.asked); }},
        {tr("Parameters"),
         [](const RunSummary& r) { return r.parameters > 0 ? formatCount(r.parameters) : QStringLiteral("–"); }, true,
         [](const RunSummary& r) {
             return tr("%1 of %2").arg(formatInteger(qint64(r.parameters)), formatInteger(qint64(r.original)));
         },
         [](const RunSummary& r) { return known(r.parameters); }},
        {tr("Original"), words(&RunSummary::Text::original), true, protocol, value(&RunSummary::Text::original)},
        {tr("Perplexity"), [lastOf](const RunSummary& r) { return numberOrDash(lastOf(r)); }, true, protocol,
         [lastOf](const RunSummary& r) { return known(lastOf(r)); }},
        {tr("Best\ncheckpoint"), [](const RunSummary& r) { return numberOrDash(r.bestCheckpoint); }, true, few,
         [](const RunSummary& r) { return known(r.bestCheckpoint); }},
        {tr("Last\ncheckpoint"), [](const RunSummary& r) { return numberOrDash(r.lastCheckpoint); }, true, few,
         [](const RunSummary& r) { return known(r.lastCheckpoint); }},
        {tr("Model"), [](const RunSummary& r) { return r.model; }},
        {tr("Date"),
         [](const RunSummary& r) { return QLocale().toString(r.changed, QLocale::ShortFormat); },
         false,
         {},
         [](const RunSummary& r) { return r.changed.toString(Qt::ISODate); }},
        {tr("Branched at"), [](const RunSummary& r) { return r.parent.isEmpty() ? QStringLiteral("–") : branchWords(r); },
         false, branchTip},
    };
}

RunsTable::RunsTable(QObject* parent) : RowTable<RunSummary>(columns(this), parent) {}

void RunsTable::setRows(std::vector<RunSummary> runs) {
    std::vector<RunSummary> ordered;
    for (std::size_t i : treeOrder(runs)) ordered.push_back(std::move(runs[i]));
    m_parents.assign(ordered.size(), -1);
    for (std::size_t i = 0; i < ordered.size(); ++i)
        for (std::size_t j = 0; j < i && !ordered[i].parent.isEmpty(); ++j)
            if (ordered[j].folder == ordered[i].parent) m_parents[i] = int(j);
    RowTable<RunSummary>::setRows(std::move(ordered));
}

bool RunsTable::hasBranches() const {
    return std::any_of(rows().begin(), rows().end(), [](const RunSummary& run) { return !run.parent.isEmpty(); });
}

/// From the root to the row.
std::vector<int> RunsTable::pathTo(int row) const {
    std::vector<int> path{row};
    if (row >= int(m_parents.size())) return path;  // while rows are being exchanged
    while (m_parents[std::size_t(path.front())] >= 0) path.insert(path.begin(), m_parents[std::size_t(path.front())]);
    return path;
}

int RunsTable::depthOf(int row) const {
    return int(pathTo(row).size()) - 1;
}

std::pair<int, int> RunsTable::wherePart(int left, int right) const {
    const std::vector<int> a = pathTo(left), b = pathTo(right);
    std::size_t i = 0;
    while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
    if (i == a.size() || i == b.size()) return {a[i - 1], a[i - 1]};
    return {a[i], b[i]};
}

void RunsTable::setText(const QString& key) {
    m_text = key;
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void RunsTable::setOverlaid(const QStringList& folders) {
    if (m_overlaid == folders) return;
    m_overlaid = folders;
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0));
}

QVariant RunsTable::data(const QModelIndex& index, int role) const {
    if (role == Qt::DisplayRole && index.isValid() && index.column() == kName)
        if (const int depth = depthOf(index.row()); depth > 0)
            return QString((depth - 1) * 3, QLatin1Char(' ')) + QStringLiteral("└ ") + row(index.row()).name;
    if (role != Qt::DecorationRole || !index.isValid() || index.column() != 0 || index.row() >= rowCount())
        return RowTable<RunSummary>::data(index, role);
    const int number = numberOf(row(index.row()));
    if (number == 0) return {};
    QPixmap swatch(kSwatch, kSwatch);
    swatch.fill(Qt::transparent);
    QPainter painter(&swatch);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(kSwatch / 2.0, kSwatch / 2.0);
    painter.fillPath(markPath(number - 1, kSwatch * 0.75), okabeIto(number - 1, m_dark));
    return swatch;
}

}  // namespace lorashear::ui
