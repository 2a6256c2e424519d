#pragma once

#include "core/trace/structure.h"

#include <QAbstractTableModel>
#include <QColor>

#include <optional>
#include <vector>

namespace lorashear::ui {

/// What became of one head: what was guessed, and what masking it was measured to do to perplexity (0.05: 5 % more).
struct HeadAnswer {
    std::optional<double> change;
    int guess = -1;        ///< 0: hardly, 1: a little, 2: a lot; -1: nothing
    bool waiting = false;  ///< asked for, not measured yet
};

/// 0: hardly (below 1 %), 1: a little (below 10 %), 2: a lot.
int gradeOf(double change);
/// "+17.2 %".
QString changeWords(double change);

/// The heads of a model: a row for each block, a column for each head. The words say everything; the colour only helps the eye.
class HeadTable : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setStructure(const Structure* structure);     ///< null: none
    void setAnswers(std::vector<HeadAnswer> answers);  ///< by number()
    void setColors(const QColor& card, const QColor& much);
    int heads() const { return int(m_heads.size()); }
    const GroupRef& head(int number) const { return m_heads.at(std::size_t(number)); }
    int number(const QModelIndex& index) const;  ///< -1: there is no head
    QModelIndex indexOf(int number) const;
    QString name(int number) const;  ///< "Block 2, head 1"

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : m_columns; }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    struct BlockRow {
        int block = 0, first = 0, count = 0;  ///< its heads are m_heads[first …]
    };
    QString words(int number) const;

    std::vector<GroupRef> m_heads;
    std::vector<BlockRow> m_rows;
    std::vector<HeadAnswer> m_answers;
    QColor m_card, m_much;
    int m_columns = 0;
};

}  // namespace lorashear::ui
