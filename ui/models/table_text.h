#pragma once

#include <QString>

class QAbstractItemModel;

namespace lorashear::ui {

/// A table as it is shown, rows in their order. Columns without a title are left out. Markdown has the words, CSV the plain values (kValueRole) with a
/// point for decimals in every locale; LaTeX the words in a tabular of the package booktabs.
QString tableMarkdown(const QAbstractItemModel& table);
QString tableCsv(const QAbstractItemModel& table);
QString tableLatex(const QAbstractItemModel& table);

}  // namespace lorashear::ui
