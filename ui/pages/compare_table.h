#pragma once

#include "ui/controller/comparison.h"

#include <QAbstractTableModel>
#include <QColor>
#include <QStringList>

#include <vector>

namespace lorashear::ui {

/// What was measured of models side by side: a row for each measurement, a column for each model, the protocol last.
class CompareTable : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setRows(const QStringList& titles, std::vector<ComparisonRow> rows);
    void setMuted(const QColor& color) { m_muted = color; }  ///< of figures that are not there
    const std::vector<ComparisonRow>& rows() const { return m_rows; }
    const QStringList& titles() const { return m_titles; }

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(m_titles.size()) + 2;
    }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    const ComparisonCell* cell(const QModelIndex& index) const;  ///< null: name or protocol

    QStringList m_titles;
    std::vector<ComparisonRow> m_rows;
    QColor m_muted;
};

}  // namespace lorashear::ui
