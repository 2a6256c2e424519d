#pragma once

#include <QAbstractTableModel>

#include <functional>
#include <utility>
#include <vector>

namespace lorashear::ui {

inline constexpr int kValueRole =
    Qt::UserRole;  ///< a cell's plain value: a number without unit, invalid where there is none

/// A read-only table over a list of values: a new table is its columns and nothing else. GUI thread only.
template <class Row>
class RowTable : public QAbstractTableModel {
public:
    using Words = std::function<QString(const Row&)>;
    using Value = std::function<QVariant(const Row&)>;
    struct Column {
        Column(QString columnTitle, Words cell, bool isNumber = false, Words tip = Words(), Value plain = Value())
            : title(std::move(columnTitle)),
              text(std::move(cell)),
              number(isNumber),
              toolTip(std::move(tip)),
              value(std::move(plain)) {}
        QString title;
        Words text;
        bool number;    ///< right-aligned
        Words toolTip;  ///< units, longer words; may be empty
        Value value;    ///< what is sorted by and written for spreadsheets, under kValueRole; empty: the words
    };

    explicit RowTable(std::vector<Column> columns, QObject* parent = nullptr)
        : QAbstractTableModel(parent), m_columns(std::move(columns)) {}

    void setRows(std::vector<Row> rows) {
        if (rows.size() == m_rows.size()) {  // same shape: keep selection and scroll position of live tables
            m_rows = std::move(rows);
            if (!m_rows.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
            return;
        }
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    const std::vector<Row>& rows() const { return m_rows; }
    const Row& row(int i) const { return m_rows.at(std::size_t(i)); }

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_columns.size()); }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override {
        if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) return {};
        const Column& column = m_columns[std::size_t(index.column())];
        const Row& row = m_rows[std::size_t(index.row())];
        if (role == Qt::DisplayRole) return column.text(row);
        if (role == kValueRole) return column.value ? column.value(row) : QVariant(column.text(row));
        if (role == Qt::ToolTipRole && column.toolTip) return column.toolTip(row);
        if (role == Qt::TextAlignmentRole) return int(alignment(column));
        return {};
    }
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override {
        if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
        if (role == Qt::DisplayRole) return m_columns[std::size_t(section)].title;
        if (role == Qt::TextAlignmentRole) return int(alignment(m_columns[std::size_t(section)]));
        return {};
    }

private:
    static Qt::Alignment alignment(const Column& column) {
        return (column.number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
    }
    std::vector<Column> m_columns;
    std::vector<Row> m_rows;
};

}  // namespace lorashear::ui
