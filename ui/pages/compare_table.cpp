#include "ui/pages/compare_table.h"

#include "ui/models/row_table.h"

namespace lorashear::ui {

void CompareTable::setRows(const QStringList& titles, std::vector<ComparisonRow> rows) {
    if (titles == m_titles && rows.size() == m_rows.size()) {  // same shape: keep selection and scroll position
        m_rows = std::move(rows);
        if (!m_rows.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_titles = titles;
    m_rows = std::move(rows);
    endResetModel();
}

const ComparisonCell* CompareTable::cell(const QModelIndex& index) const {
    const auto& cells = m_rows[std::size_t(index.row())].cells;
    const int column = index.column() - 1;
    return column >= 0 && column < int(cells.size()) ? &cells[std::size_t(column)] : nullptr;
}

QVariant CompareTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) return {};
    const ComparisonRow& row = m_rows[std::size_t(index.row())];
    const ComparisonCell* figure = cell(index);
    switch (role) {
        case Qt::DisplayRole: return figure ? figure->text : index.column() == 0 ? row.name : row.protocol;
        case kValueRole:
            if (figure) return figure->measured() ? QVariant(figure->value) : QVariant();
            return index.column() == 0 ? row.name : row.protocol;
        case Qt::ToolTipRole: return figure ? figure->toolTip : row.protocol;
        case Qt::TextAlignmentRole: return int((figure ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
        case Qt::ForegroundRole: return figure && !figure->measured() && m_muted.isValid() ? QVariant(m_muted) : QVariant();
        default: return {};
    }
}

QVariant CompareTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const bool figures = section > 0 && section <= m_titles.size();
    if (role == Qt::TextAlignmentRole) return int((figures ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    return figures ? m_titles[section - 1] : section == 0 ? tr("Measured") : tr("Protocol");
}

}  // namespace lorashear::ui
