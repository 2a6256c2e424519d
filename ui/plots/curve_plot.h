#pragma once

#include <QWidget>

#include <vector>

class QCustomPlot;

namespace lorashear::ui {

/// Curves over steps: one pixel wide (thicker pens cost fifty times as much), redrawn at most once per pass of the event loop and not at
/// all while hidden. The axes follow the data until the person zooms (wheel, drag); double-click or the 0 key follows again.
class CurvePlot : public QWidget {
    Q_OBJECT
public:
    enum class Look { Raw, Smooth, Steps, Dashed, Points };
    struct Curve {
        QString title;
        Look look = Look::Smooth;
        int category = 0;  ///< index into the categorical palette; Raw is grey
    };

    CurvePlot(const QString& objectName, const QString& title, const QString& xTitle, const QString& yTitle, std::vector<Curve> curves,
              QWidget* parent = nullptr);

    /// NaN values leave a gap in the curve and a red mark on the x axis.
    void setCurve(int index, const std::vector<double>& x, const std::vector<double>& y);
    void refresh();  ///< after the curves of one batch were set
    int pointCount(int index) const;
    int markCount() const { return int(m_marks.size()); }
    int replotCount() const { return m_replots; }
    QSize sizeHint() const override { return {420, 180}; }
    QSize minimumSizeHint() const override { return {220, 120}; }

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void placeLegend();
    void applyTheme();
    void follow();
    void describe();

    QString m_title;
    std::vector<Curve> m_curves;
    std::vector<double> m_marks;
    QCustomPlot* m_plot;
    bool m_following = true, m_dirty = false;
    int m_replots = 0;
};

}  // namespace lorashear::ui
