#pragma once

#include "ui/plots/plot.h"

#include <QList>
#include <QPointF>

#include <optional>
#include <utility>
#include <vector>

class QCPItemStraightLine;
class QPushButton;

namespace lorashear::ui {

/// Curves over steps: one pixel wide (thicker pens cost fifty times as much), redrawn at most once per pass of the event loop and not at
/// all while hidden. The axes follow the data until the person zooms or moves them: wheel and drag, or + - and the arrow keys. A button that
/// is there only then, a double-click, or the 0 key follows again. Where the mouse rests, a line stands and the head says the values there. Curves of one
/// look are told apart by marks or dashes too, never by colour alone.
class CurvePlot : public Plot {
    Q_OBJECT
public:
    enum class Look { Raw, Smooth, Steps, Dashed, Points, Rings };
    struct Curve {
        QString title;
        Look look = Look::Smooth;
        int category = 0;       ///< index into the categorical palette; Raw is grey
        bool optional = false;  ///< in the legend only while it has points
    };

    CurvePlot(const QString& objectName, const QString& title, const QString& xTitle, const QString& yTitle,
              std::vector<Curve> curves, QWidget* parent = nullptr);

    /// NaN values leave a gap in the curve and a red mark on the x axis.
    void setCurve(int index, const std::vector<double>& x, const std::vector<double>& y);
    /// A line at the step that is looked at; nothing: none.
    void setMoment(std::optional<double> x);
    std::optional<double> moment() const { return m_moment; }
    void showAlways(double low, double high);        ///< values that the axis holds whatever the curves do, e.g. 0 and 100 %
    void setTitle(int index, const QString& title);  ///< what legend, cursor and screen readers call a curve
    int pointCount(int index) const;
    QList<QPointF> points(int index) const;  ///< as drawn: step and value
    /// Steps and values there, in words, as the cursor tells them; "" without points.
    QString valuesAt(double x) const;
    bool following() const { return m_following; }
    void followAgain();
    void zoomBy(double factor);      ///< above 1: closer, about the middle
    void panBy(double x, double y);  ///< in shares of what is shown
    int markCount() const { return int(m_marks.size()); }
    int replotCount() const { return m_replots; }
    bool hasData() const override;
    FigureTable figureTable() const override;  ///< a row for each step, a column for each curve
    int markOf(int index) const;               ///< category of its mark; -1: it has none
    QSize sizeHint() const override { return {420, 180}; }
    QSize minimumSizeHint() const override { return {220, 120}; }

Q_SIGNALS:
    void curvePicked(int index);  ///< a click on a curve, by the mouse
    void stepPicked(double x);    ///< a click that was no drag
    void pickTakenBack();         ///< it was the first of a double-click, which means something else

protected:
    void restyle(const Colors& c) override;
    void draw() override;
    QString summary() const override;
    void pointAt(const QPoint& at) override;
    void pointAtNothing() override;
    void addActions(QMenu& menu) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void makeFollow();
    void listenToMouse();
    void leaveTheData();  ///< the person looks at a part from now on
    void follow();
    int curveAt(const QPoint& place) const;  ///< -1: none is near
    double markRadius() const;               ///< pixels, of the largest that is drawn; 0: none is
    int before(int index, Look look) const;  ///< curves of that look among those before it
    int count(Look look) const;

    std::vector<Curve> m_curves;
    std::vector<double> m_marks;
    QPushButton* m_follow = nullptr;
    QCPItemStraightLine *m_cursor, *m_momentLine;
    std::optional<std::pair<double, double>> m_always;
    std::optional<double> m_moment;
    QPoint m_pressedAt;
    bool m_following = true, m_fitting = false, m_followedAtPress = false, m_doubled = false;
    int m_replots = 0;
    double m_followedAcross = 0;  ///< pixels that the axis was taken to have
};

}  // namespace lorashear::ui
