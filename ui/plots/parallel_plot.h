#pragma once

#include "ui/plots/plot.h"

#include <functional>
#include <utility>
#include <vector>

class QCPGraph;

namespace lorashear::ui {

/// Several figures of each of many things: an axis a figure, a line a thing, from its least value below to its largest above. Lines that are lit have a colour
/// and its mark, the others are pale; a value that is not known leaves a gap. A line is chosen by the mouse or by Up and Down, and opened by Enter or a
/// double-click.
class ParallelPlot : public Plot {
    Q_OBJECT
public:
    struct Axis {
        QString title;
        std::function<QString(double)> words;
    };
    struct Line {
        QString name, title;         ///< what is picked; what a person calls it
        std::vector<double> values;  ///< one an axis; NaN: not known
    };
    ParallelPlot(const QString& objectName, const QString& title, std::vector<Axis> axes, QWidget* parent = nullptr);

    void setLines(std::vector<Line> lines);
    void setLit(const QStringList& names);  ///< in the order of their colours
    void setCurrent(const QString& name);
    const QString& current() const { return m_current; }
    const std::vector<Line>& lines() const { return m_lines; }
    QPoint placeOf(const QString& name, int axis) const;  ///< on the canvas
    bool hasData() const override { return !m_lines.empty(); }
    FigureTable figureTable() const override;
    QSize sizeHint() const override { return {420, 220}; }
    QSize minimumSizeHint() const override { return {260, 120}; }

Q_SIGNALS:
    void picked(const QString& name);
    void activated(const QString& name);

protected:
    void restyle(const Colors&) override {}  // lines are made anew with every drawing
    void draw() override;
    QString summary() const override;
    void pointAt(const QPoint& at) override;
    void pointAtNothing() override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Ends {
        double low = 0, high = 0;
        bool known = false;
    };
    Ends endsOf(std::size_t axis) const;
    double heightOf(std::size_t axis, double value) const;  ///< 0 below, 1 above
    void drawAxes(const Colors& c);
    void drawLine(const Line& line, const Colors& c);
    const Line* find(const QString& name) const;
    const Line* nearest(const QPoint& at) const;
    QString wordsOf(const Line& line) const;
    void pick(const Line* line);

    std::vector<Axis> m_axes;
    std::vector<Line> m_lines;
    QStringList m_lit;
    QString m_current;
    std::vector<std::pair<QString, QCPGraph*>> m_drawn;
};

}  // namespace lorashear::ui
