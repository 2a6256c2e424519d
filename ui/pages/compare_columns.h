#pragma once

#include "ui/controller/lineup.h"

#include <QStringList>
#include <QWidget>

#include <array>

class QComboBox;

namespace lorashear::ui {

/// Which models stand in the columns: a box for each, and one to add another as long as there is room.
class CompareColumns : public QWidget {
    Q_OBJECT
public:
    explicit CompareColumns(QWidget* parent);

    void setEntries(const std::vector<LineupEntry>& entries, const QStringList& columns);

Q_SIGNALS:
    void chosen(const QStringList& columns);  ///< by the person

private:
    void choose(int column, const QString& id);

    std::array<QComboBox*, kMostColumns> m_boxes{};
    QStringList m_columns, m_shown;  ///< ids in the columns; what the boxes were filled with
};

}  // namespace lorashear::ui
