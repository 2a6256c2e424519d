#pragma once

#include "ui/figures/figure.h"

#include <QString>
#include <QWidget>

#include <vector>

namespace lorashear::ui {

/// One group (a KV head with its queries, a neuron) and what its saliency makes of it.
struct GroupBar {
    int index = 0;  ///< in its node group
    double score = 0;
    int rank = 1;       ///< 1: goes first
    bool goes = false;  ///< by the plan in force
    QString words;      ///< all of it in a sentence, for screen readers and tips
};

/// The saliencies of one node group's groups, as bars in the order given; from some thousands on, neighbours share a column, which shows the largest.
/// What goes is pale, hatched and underlined. Left and right walk, Home and End jump, a click chooses.
class GroupChart : public QWidget, public Figure {
    Q_OBJECT
public:
    GroupChart(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    /// category: of okabeIto(); the colour is chosen when it is painted.
    void setBars(std::vector<GroupBar> bars, int category);
    const std::vector<GroupBar>& bars() const { return m_bars; }
    void setEmptyText(const QString& text);
    const QString& emptyText() const { return m_emptyText; }
    void setCurrent(int index);  ///< a GroupBar::index, without a signal; -1: none
    int current() const { return m_current; }
    QWidget& figureWidget() override { return *this; }
    bool hasData() const override { return !m_bars.empty(); }
    FigureTable figureTable() const override;
    QSize leastFigureSize() const override { return minimumSizeHint(); }
    QSize sizeHint() const override { return {320, 150}; }
    QSize minimumSizeHint() const override { return {200, 90}; }

Q_SIGNALS:
    void currentChanged(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF plotArea() const;
    int positionOf(int index) const;  ///< -1: not there
    int positionAt(double x) const;
    void choose(int position);
    void describe();
    void paintBars(QPainter& painter, const QRectF& area, double top) const;

    std::vector<GroupBar> m_bars;
    QString m_emptyText;
    int m_category = 0, m_current = -1;
};

}  // namespace lorashear::ui
