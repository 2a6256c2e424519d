#include "ui/models/table_text.h"

#include "ui/models/row_table.h"

#include <QAbstractItemModel>
#include <QStringList>

#include <algorithm>
#include <iterator>
#include <utility>

namespace lorashear::ui {

namespace {

std::vector<int> titledColumns(const QAbstractItemModel& table) {
    std::vector<int> columns;
    for (int i = 0; i < table.columnCount(); ++i)
        if (!table.headerData(i, Qt::Horizontal).toString().isEmpty()) columns.push_back(i);
    return columns;
}

QString markdownCell(QString text) {
    text.replace(QLatin1Char('\n'), QLatin1Char(' '));
    return text.isEmpty() ? QStringLiteral("–") : text.replace(QLatin1Char('|'), QStringLiteral("\\|"));
}

/// What LaTeX takes for commands, and signs that its usual fonts lack.
QString latexCell(const QString& text) {
    static const std::pair<char16_t, const char*> kSigns[] = {{u'\\', "\\textbackslash{}"},
                                                              {u'~', "\\textasciitilde{}"},
                                                              {u'^', "\\textasciicircum{}"},
                                                              {u'&', "\\&"},
                                                              {u'%', "\\%"},
                                                              {u'$', "\\$"},
                                                              {u'#', "\\#"},
                                                              {u'_', "\\_"},
                                                              {u'{', "\\{"},
                                                              {u'}', "\\}"},
                                                              {u'\u00D7', "$\\times$"},
                                                              {u'\u00B1', "$\\pm$"},
                                                              {u'\u00B7', "$\\cdot$"},
                                                              {u'\u2212', "$-$"},
                                                              {u'\u2013', "--"},
                                                              {u'\u00A0', "~"},
                                                              {u'\u202F', "\\,"},
                                                              {u'\n', " "}};
    QString result;
    for (const QChar c : text) {
        const auto sign =
            std::find_if(std::begin(kSigns), std::end(kSigns), [c](const auto& known) { return c == QChar(known.first); });
        sign == std::end(kSigns) ? result += c : result += QLatin1String(sign->second);
    }
    return result;
}

QString csvCell(const QVariant& value) {
    if (!value.isValid()) return {};
    if (value.typeId() == QMetaType::Double) return QString::number(value.toDouble(), 'g', 10);
    if (value.typeId() == QMetaType::LongLong || value.typeId() == QMetaType::Int)
        return QString::number(value.toLongLong());
    return QLatin1Char('"') +
           value.toString().replace(QLatin1Char('\n'), QLatin1Char(' ')).replace(QLatin1Char('"'), QStringLiteral("\"\"")) +
           QLatin1Char('"');
}

}  // namespace

QString tableMarkdown(const QAbstractItemModel& table) {
    const std::vector<int> columns = titledColumns(table);
    QString titles = QStringLiteral("|"), rule = QStringLiteral("|"), rows;
    for (int c : columns) {
        titles += QStringLiteral(" %1 |").arg(markdownCell(table.headerData(c, Qt::Horizontal).toString()));
        const bool right = table.headerData(c, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight;
        rule += right ? QStringLiteral("---:|") : QStringLiteral("---|");
    }
    for (int row = 0; row < table.rowCount(); ++row) {
        rows += QLatin1Char('|');
        for (int c : columns) rows += QStringLiteral(" %1 |").arg(markdownCell(table.index(row, c).data().toString()));
        rows += QLatin1Char('\n');
    }
    return titles + QLatin1Char('\n') + rule + QLatin1Char('\n') + rows;
}

QString tableLatex(const QAbstractItemModel& table) {
    const std::vector<int> columns = titledColumns(table);
    const auto line = [&](auto&& cellOf) {
        QStringList cells;
        for (int c : columns) cells << latexCell(cellOf(c).toString());
        return cells.join(QStringLiteral(" & ")) + QStringLiteral(" \\\\\n");
    };
    QString places;
    for (int c : columns)
        places +=
            QLatin1Char(table.headerData(c, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight ? 'r' : 'l');
    QString text = QStringLiteral("% \\usepackage{booktabs}\n\\begin{tabular}{%1}\n\\toprule\n").arg(places);
    text += line([&](int c) { return table.headerData(c, Qt::Horizontal); }) + QStringLiteral("\\midrule\n");
    for (int row = 0; row < table.rowCount(); ++row) text += line([&](int c) { return table.index(row, c).data(); });
    return text + QStringLiteral("\\bottomrule\n\\end{tabular}\n");
}

QString tableCsv(const QAbstractItemModel& table) {
    const std::vector<int> columns = titledColumns(table);
    QStringList lines(QString{});
    for (int c : columns)
        lines[0] += (c == columns.front() ? QString() : QStringLiteral(",")) + csvCell(table.headerData(c, Qt::Horizontal));
    for (int row = 0; row < table.rowCount(); ++row) {
        QStringList cells;
        for (int c : columns) cells << csvCell(table.index(row, c).data(kValueRole));
        lines << cells.join(QLatin1Char(','));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace lorashear::ui
