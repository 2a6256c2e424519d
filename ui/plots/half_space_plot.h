#pragma once

#include "core/trace/structure.h"
#include "ui/plots/plot.h"

#include <QList>
#include <QPointF>

#include <utility>
#include <vector>

class QCPGraph;
class QCPItemRect;
class QCPItemStraightLine;
class QCPItemText;
class QCPItemTracer;

namespace lorashear::ui {

/// The groups that the half-space test of one step was about. Across: how much of its present rows a group's next ones keep along them (1: all,
/// 0: none, below 0: turned back); upwards: the norm of the next rows. The test's boundary is the line; what lies left of it is set to zero
/// at once. The kind of a group is told by colour and by the mark of that colour. A point is chosen by the mouse or by the arrow keys.
class HalfSpacePlot : public Plot {
    Q_OBJECT
public:
    enum class Fate {
        Fading,     ///< full marks
        Projected,  ///< crossed out: left of the boundary, zero from this step on
        Faded,      ///< hollow: zero at the end of its period
        Returning,  ///< hollow with a plus: had faded and grows back, since others go in its place
    };
    struct Point {
        GroupRef group;
        UnitKind unit = UnitKind::Mlp;
        double along = 0, norm = 0;
        Fate fate = Fate::Fading;
        QString words;
    };

    HalfSpacePlot(const QString& objectName, const QString& title, QWidget* parent = nullptr);

    void setPoints(std::vector<Point> points, double boundary);
    /// What all steps of the run lie in: the axes stay as they are while its steps are walked through.
    void setReach(const QRectF& reach);
    const QRectF& reach() const { return m_reach; }
    void setLit(int nodeGroup);  ///< points of other node groups are pale; -1, or one that has no point: none is
    void setCurrent(const GroupRef& group,
                    const QList<QPointF>& path);  ///< a ring, and where it came from in the steps before

    const std::vector<Point>& points() const { return m_points; }
    int drawn(Fate fate) const;    ///< points of that kind on the screen
    double boundaryDrawn() const;  ///< where the line stands
    int pathLength() const { return m_pathLength; }
    bool hasData() const override { return !m_points.empty(); }
    FigureTable figureTable() const override;
    QSize sizeHint() const override { return {420, 260}; }
    QSize minimumSizeHint() const override { return {240, 140}; }

Q_SIGNALS:
    void picked(const lorashear::GroupRef& group);

protected:
    void restyle(const Colors& c) override;
    void draw() override;
    QString summary() const override;
    void pointAt(const QPoint& at) override;
    void pointAtNothing() override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    const Point* find(const GroupRef& group) const;
    const Point* nearest(const QPoint& at) const;
    void makeItems();
    void drawPoints(Fate fate, UnitKind unit, bool pale);
    void showWords(const Point* point);

    std::vector<Point> m_points;
    QList<QPointF> m_path;
    GroupRef m_current{-1, -1};
    double m_boundary = 0;
    QRectF m_reach{0, 0, 1, 1};
    int m_lit = -1, m_pathLength = 0;
    QCPItemStraightLine* m_line;
    QCPItemRect* m_behind;
    QCPItemText* m_behindWords;
    QCPItemTracer* m_ring;
    std::vector<std::pair<Fate, QCPGraph*>> m_drawn;
};

}  // namespace lorashear::ui
