#pragma once

#include "ui/models/row_table.h"
#include "ui/widgets/group_chart.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QTableView;

namespace lorashear {
struct GroupSaliency;
}

namespace lorashear::ui {

class Session;

/// Inside the chosen node group: the saliency of each of its groups, as a chart and as a table, with what the plan in force takes.
class GroupsPanel : public QWidget {
    Q_OBJECT
public:
    GroupsPanel(Session& session, QWidget* parent);
    void refresh();

private:
    std::shared_ptr<const GroupSaliency> chosenSaliency() const;
    QString emptyWords(int nodeGroup) const;
    void fillNodes();
    void fillProxies();
    std::vector<GroupBar> barsOf(int nodeGroup) const;
    void choose(int index);
    void showCurrent();

    Session& m_session;
    QComboBox *m_node, *m_proxy, *m_order;
    QLabel *m_title, *m_words;
    GroupChart* m_chart;
    RowTable<GroupBar>* m_rows;
    QTableView* m_table;
    int m_shown = -1;  ///< node group
};

}  // namespace lorashear::ui
