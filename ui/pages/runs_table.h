#pragma once

#include "ui/controller/run_summary.h"
#include "ui/models/row_table.h"

#include <QStringList>

#include <array>
#include <utility>
#include <vector>

namespace lorashear::ui {

inline constexpr int kMostOverlaid = 6;  ///< runs whose curves lie over each other: as many as colours are told apart

/// One run a row. The first column numbers those whose curves are shown, beside their colour. Perplexities are those of one text under one protocol.
class RunsTable : public RowTable<RunSummary> {
public:
    static constexpr int kName = 1;  ///< its column
    /// Columns in the order in which they give way: model, original, last checkpoint, recovery, date, best checkpoint, method.
    static constexpr std::array<int, 7> kGiveWay{11, 7, 10, 4, 12, 9, 3};
    static constexpr int kBranch = 13;  ///< of what differs from the parent
    explicit RunsTable(QObject* parent = nullptr);

    void setRows(std::vector<RunSummary> runs);  ///< in any order: branches stand below their parents
    bool hasBranches() const;
    int depthOf(int row) const;  ///< of its branching: 0 of a run that is none, or whose parent is not here
    /// Where the trees of two rows part: the ancestors (or the rows themselves) that are siblings. One row twice: it is the other's ancestor.
    std::pair<int, int> wherePart(int left, int right) const;
    void setText(const QString& key);              ///< RunSummary::Text::key() of the perplexities shown
    void setOverlaid(const QStringList& folders);  ///< in the order of their numbers
    void setDark(bool dark) { m_dark = dark; }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    std::vector<int> pathTo(int row) const;
    static std::vector<Column> columns(RunsTable* table);
    const RunSummary::Text* textOf(const RunSummary& run) const { return run.text(m_text); }
    int numberOf(const RunSummary& run) const { return int(m_overlaid.indexOf(run.folder)) + 1; }  ///< 0: not shown

    QString m_text;
    QStringList m_overlaid;
    std::vector<int> m_parents;  ///< rows; -1: none
    bool m_dark = false;
};

}  // namespace lorashear::ui
