#pragma once

#include "ui/pages/page.h"

class QComboBox;
class QLabel;
class QLineEdit;

namespace lorashear::ui {

class GraphView;
class Inspector;
class Legend;

/// The traced graph with its inspector, search and legend.
class GraphPage : public Page {
    Q_OBJECT
public:
    GraphPage(Studio& studio, QWidget* parent);
    StageState state() const override;
    void takeFocus() override;
    GraphView* view() const { return m_view; }

protected:
    void refresh() override;

private:
    QWidget* makeBar();
    QLayout* makeLegend();
    void showSelection();
    void showGroups(int nodeGroup);
    void listOverlays();
    void addOverview();
    void searchNext();
    void showMenu(const QPoint& at);
    std::vector<int> nodeGroupsOf(const std::vector<int>& nodes) const;
    void updateOverlay();

    GraphView* m_view;
    Inspector* m_inspector;
    QLineEdit* m_search = nullptr;
    QLabel* m_counts = nullptr;
    Legend* m_legend = nullptr;
    QLabel* m_found = nullptr;
    QComboBox* m_overlay = nullptr;  ///< what boxes show
    QLabel* m_bars = nullptr;        ///< what the boxes' bars are of, or why there are none
    const void* m_shown = nullptr;   ///< the structure the view has
    std::vector<int> m_nodes;        ///< of the chosen box
    int m_nextHit = 0;
};

}  // namespace lorashear::ui
