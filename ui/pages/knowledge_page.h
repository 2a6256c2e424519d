#pragma once

#include "core/knowledge/knowledge_distribution.h"
#include "ui/models/row_table.h"
#include "ui/pages/page.h"

class QButtonGroup;
class QLabel;
class QProgressBar;
class QPushButton;
class QTabWidget;

namespace lorashear::ui {

class BarList;
class Legend;
class GroupsPanel;
class KnowledgeMap;
class RankPanel;

/// Where the model keeps what it knows: the loss that masking part of each node group costs, live while it is measured.
class KnowledgePage : public Page {
    Q_OBJECT
public:
    KnowledgePage(Studio& studio, QWidget* parent);
    StageState state() const override;
    void takeFocus() override;

protected:
    void refresh() override;

private:
    struct Row {
        NodeGroupKnowledge measured;
        QString name, status;
        int rank = 0;
    };
    QWidget* makeControls();
    QWidget* makeOverride();
    void fillBars();
    void fillTable();
    void showEngine();
    void setOverride(int choice);
    int currentGroup() const;
    bool analysing() const;

    RowTable<Row>* m_rows;
    BarList* m_bars = nullptr;
    Legend* m_legend = nullptr;
    QLabel *m_summary = nullptr, *m_text = nullptr, *m_chosen = nullptr, *m_reason = nullptr;
    QPushButton *m_analyse = nullptr, *m_cancel = nullptr;
    QProgressBar* m_progress = nullptr;
    QButtonGroup* m_override = nullptr;
    QTabWidget* m_views = nullptr;
    GroupsPanel* m_groups = nullptr;
    KnowledgeMap* m_map = nullptr;
    RankPanel* m_ranks = nullptr;
};

}  // namespace lorashear::ui
