#pragma once

#include "ui/models/row_table.h"
#include "ui/plots/half_space_plot.h"

#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;
class QStackedLayout;
class QTableView;

namespace lorashear {
struct Structure;
}

namespace lorashear::ui {

class Legend;
class Session;
struct RunMoment;

/// What LHSPG's half-space test saw in the step of the run that is looked at: as a plot, or as a table of the same groups.
class HalfSpacePanel : public QWidget {
    Q_OBJECT
public:
    HalfSpacePanel(Session& session, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Row {
        GroupRef group;
        QString nodeGroup, state;
        double before = 0, norm = 0, angle = 0, along = 0;
    };
    void refresh();
    void showSelected();
    void fill(const RunMoment& moment);
    void fillReach();
    QList<QPointF> pathOf(const GroupRef& group, const RunMoment& moment) const;
    void select(const GroupRef& group);

    Session& m_session;
    HalfSpacePlot* m_plot;
    RowTable<Row>* m_rows;
    QTableView* m_table;
    QStackedLayout* m_views;
    QLabel* m_summary;
    Legend* m_legend;
    QPushButton* m_asTable;
    std::shared_ptr<const Structure> m_structure;
    std::size_t m_reached = 0;  ///< views of the run whose values are in the axes' reach
    std::string m_run;          ///< whose
};

}  // namespace lorashear::ui
