#include "ui/pages/compare_columns.h"

#include "ui/widgets/pieces.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>

namespace lorashear::ui {

CompareColumns::CompareColumns(QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    auto* words = makeMuted(tr("Columns"), this);
    words->setWordWrap(false);
    row->addWidget(words);
    for (int i = 0; i < kMostColumns; ++i) {
        auto* box = new QComboBox(this);
        box->setObjectName(QStringLiteral("column%1").arg(i + 1));
        box->setAccessibleName(tr("Model in column %1").arg(i + 1));
        box->setToolTip(
            i == 0 ? tr("What texts are held against; figures are always held against the original")
                   : tr("A model to hold against the others: of the run shown, or of another run on the same original"));
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(10);
        connect(box, &QComboBox::activated, this, [this, i, box] { choose(i, box->currentData().toString()); });
        row->addWidget(box, 1);
        m_boxes[std::size_t(i)] = box;
    }
}

void CompareColumns::setEntries(const std::vector<LineupEntry>& entries, const QStringList& columns) {
    QStringList shown = columns;
    for (const LineupEntry& entry : entries) shown << entry.id << entry.title << entry.toolTip;
    if (shown == m_shown) return;  // a list that is open stays open
    m_shown = shown;
    m_columns = columns;
    for (int i = 0; i < kMostColumns; ++i) {
        QComboBox* box = m_boxes[std::size_t(i)];
        box->clear();
        if (i >= columns.size() || columns.size() > kFewestColumns)
            box->addItem(i < columns.size() ? tr("(none)") : tr("(one more)"), QString());
        for (const LineupEntry& entry : entries) {
            box->addItem(entry.title, entry.id);
            box->setItemData(box->count() - 1, entry.toolTip, Qt::ToolTipRole);
        }
        box->setCurrentIndex(i < columns.size() ? box->findData(columns[i]) : 0);
        box->setVisible(i <= columns.size() && i < int(entries.size()));
    }
}

/// A model that stands in another column changes places with this one's.
void CompareColumns::choose(int column, const QString& id) {
    QStringList columns = m_columns;
    const int elsewhere = int(columns.indexOf(id));
    if (id.isEmpty()) {
        if (column < columns.size()) columns.removeAt(column);
    } else if (column >= columns.size()) {
        if (elsewhere < 0) columns << id;
    } else {
        if (elsewhere >= 0) columns[elsewhere] = columns[column];
        columns[column] = id;
    }
    m_shown.clear();  // the boxes say what holds, whatever was chosen
    Q_EMIT chosen(columns);
}

}  // namespace lorashear::ui
