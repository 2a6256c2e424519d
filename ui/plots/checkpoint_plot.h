#pragma once

#include "ui/plots/curve_plot.h"

namespace lorashear::ui {

/// Curves of which one stands for checkpoints, as rings that can be branched from: by a click on the ring, from the menu, or with [ and ] from ring to
/// ring and Enter.
class CheckpointPlot : public CurvePlot {
    Q_OBJECT
public:
    using CurvePlot::CurvePlot;
    void setRings(int index);  ///< of the curve; once, after it was made
    std::vector<double> ringSteps() const;
    std::optional<QPoint> ringPlace(double step) const;  ///< on the canvas

Q_SIGNALS:
    void branchWanted(double step);

protected:
    void addActions(QMenu& menu) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void pointAt(const QPoint& at) override;
    void pointAtNothing() override;
    QString summary() const override;

private:
    std::optional<double> ringAt(const QPoint& place) const;
    void addBranch(QMenu& menu, double step);
    void offer(double step);

    int m_rings = -1;
    QPoint m_pressed;
    std::optional<double> m_menuRing;
};

}  // namespace lorashear::ui
