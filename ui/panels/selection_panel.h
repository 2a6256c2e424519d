#pragma once

#include <QWidget>

class QButtonGroup;
class QLabel;
class QPushButton;

namespace lorashear::ui {

class PanelHost;
class Studio;

/// The chosen node group on every page: what the analysis found, what the plan does and why, what the run shown left, and the person's word on it.
class SelectionPanel : public QWidget {
    Q_OBJECT
public:
    SelectionPanel(Studio& studio, PanelHost& host, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QLabel* addBlock(const char* name, const QString& heading);
    QWidget* makeWord();
    void refresh();
    void showRun();

    Studio& m_studio;
    QWidget* m_inside;
    QLabel *m_title, *m_facts, *m_found, *m_plan, *m_run;
    QButtonGroup* m_word;
    QPushButton *m_graph, *m_groups;
};

}  // namespace lorashear::ui
