#pragma once

#include "ui/controller/session.h"
#include "ui/models/row_table.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;
class QTableView;

namespace lorashear::ui {

/// What is selected in the graph, and what is cut together with it: tensors, node groups, slices.
class Inspector : public QWidget {
    Q_OBJECT
public:
    explicit Inspector(QWidget* parent = nullptr);
    void showNothing();
    /// The operators of a box; `folded` names a module.
    void showNodes(const Structure& structure, const std::vector<int>& nodes);
    void showNodeGroups(const Structure& structure, const std::vector<int>& nodeGroups, int current);
    QString tensorAt(int row) const;

Q_SIGNALS:
    void tensorChosen(const QString& tensor);
    void nodeGroupChosen(int nodeGroup);

private:
    struct SliceRow {
        QString tensor;
        bool primary = true;
        GroupSlice slice;
    };
    void fillSlices(const NodeGroup& group);
    void fitToContents();

    QLabel *m_title, *m_facts, *m_reason;
    QListWidget* m_tensors;
    RowTable<NodeGroup>* m_groups;
    RowTable<SliceRow>* m_slices;
    QTableView *m_groupTable, *m_sliceTable;
    QLabel *m_tensorsTitle, *m_groupsTitle, *m_slicesTitle;
};

/// "7 rows from 14, one head" as words: where group j of the slice lies.
QString sliceWords(const GroupSlice& slice);

}  // namespace lorashear::ui
