#pragma once

#include "ui/plots/plot.h"

#include <QList>
#include <QPointF>
#include <QString>

#include <optional>
#include <vector>

class QCPGraph;
class QCPItemStraightLine;
class QCPItemTracer;

namespace lorashear::ui {

/// Points over a size, perplexity upwards on a logarithmic axis. What was measured and what is estimated are never in the same ink: measured points
/// are filled discs, an estimate is a dashed line between hollow rings with a band of its uncertainty. A point is chosen by the mouse or
/// by the arrow keys; Enter or a double-click wants more of it.
class PointPlot : public Plot {
    Q_OBJECT
public:
    enum class Ink {
        Measured,   ///< filled discs
        Estimate,   ///< dashed, with a band
        Reference,  ///< hollow diamonds: measured, of what is compared with
        Frontier,   ///< a thin line through measured points, in steps
    };
    struct Series {
        QString title;
        Ink ink = Ink::Measured;
    };
    struct Point {
        double x = 0, y = 0;
        QString name;  ///< what is picked; "": cannot be
        QString words;
        double low = 0, high = 0;  ///< of estimates: the band
    };

    PointPlot(const QString& objectName, const QString& title, const QString& xTitle, const QString& yTitle,
              std::vector<Series> series, QWidget* parent = nullptr);

    /// In any order. A value that is no number is left out.
    void setPoints(int series, std::vector<Point> points);
    /// A vertical line at the size that is looked at; nothing: none.
    void setPosition(std::optional<double> x, const QString& words = {});
    void setCurrent(const QString& name);  ///< a ring around the point of that name
    const QString& current() const { return m_current; }

    QList<QPointF> points(int series) const;  ///< as drawn
    QList<QPointF> band() const;              ///< low and high of every estimate
    Ink ink(int series) const { return m_series[std::size_t(series)].ink; }
    bool drawnFilled(int series) const;  ///< discs that are full, or rings
    bool hasData() const override;
    FigureTable figureTable() const override;
    QSize sizeHint() const override { return {420, 220}; }
    QSize minimumSizeHint() const override { return {260, 120}; }

Q_SIGNALS:
    void picked(const QString& name);
    void activated(const QString& name);

protected:
    void restyle(const Colors& c) override;
    void draw() override;
    QString summary() const override;
    void pointAt(const QPoint& at) override;
    void pointAtNothing() override;
    void addActions(QMenu& menu) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Drawn {
        QCPGraph *graph = nullptr, *low = nullptr, *high = nullptr;  ///< the edges of the band: of estimates only
    };
    const Point* find(const QString& name) const;
    const Point* nearest(const QPoint& at) const;
    std::vector<const Point*> pickable() const;  ///< by size
    void addSeries();
    void listenToMouse();
    void fit();
    void pick(const Point* point);
    void showWords(const Point* point);

    QString m_current;
    std::vector<Series> m_series;
    std::vector<std::vector<Point>> m_points;
    std::vector<Drawn> m_drawn;
    QString m_positionWords;
    QCPItemStraightLine* m_position;
    QCPItemTracer* m_ring;
    std::optional<double> m_at;
};

}  // namespace lorashear::ui
