#pragma once

#include "ui/controller/session.h"
#include "ui/models/row_table.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;
class QTableView;

namespace lorashear::ui {

class SliceView;

/// What is selected in the graph, and what is cut together with it: tensors, node groups, slices. With nothing selected: what the model is made of.
class Inspector : public QWidget {
    Q_OBJECT
public:
    explicit Inspector(QWidget* parent = nullptr);
    void showNothing(const Structure* structure);  ///< null: there is no model
    /// The operators of a box; `folded` names a module.
    void showNodes(const Structure& structure, const std::vector<int>& nodes);
    void showNodeGroups(const Structure& structure, const std::vector<int>& nodeGroups, int current);
    /// Which groups of the chosen node group go, by index, and the one whose rows and columns are striped; -1: as it is.
    void showGroups(const Structure& structure, int nodeGroup, std::vector<bool> goes, int group);
    QString tensorAt(int row) const;

Q_SIGNALS:
    void tensorChosen(const QString& tensor);
    void nodeGroupChosen(int nodeGroup);
    void tensorHovered(const QString& tensor);  ///< the pointer is on it; "": on none
    void groupChosen(int group);                ///< of the chosen node group

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// A kind of groups over the whole model.
    struct UnitRow {
        UnitKind unit = UnitKind::Other;
        qint64 nodeGroups = 0, groups = 0, prunable = 0, parameters = 0;
        double share = 0;  ///< of all parameters
    };
    void showUnits(const Structure& structure);
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
    RowTable<UnitRow>* m_units;
    SliceView* m_stripes;
    QTableView *m_groupTable, *m_sliceTable, *m_unitTable;
    QLabel *m_tensorsTitle, *m_groupsTitle, *m_slicesTitle, *m_unitsTitle;
};

/// "7 rows from 14, one head" as words: where group j of the slice lies.
QString sliceWords(const GroupSlice& slice);

}  // namespace lorashear::ui
