#pragma once

#include "ui/figures/figure.h"

#include <QString>
#include <QWidget>

#include <vector>

namespace lorashear::ui {

/// One measured value in a ranking.
struct RankPoint {
    int id = 0;
    double value = 0, spread = 0;  ///< spread: standard error, the whisker either side; 0: none was measured
    int category = 0;              ///< of okabeIto() and markPath(): never told apart by colour alone
    bool ringed = false;           ///< kept whole
    QString name{};                ///< in the table of the figure
    QString words{};               ///< all of it in a sentence, for screen readers and tips
};

/// Values from the largest to the smallest, each with its whisker: how they are distributed, and where a share of them ends. Left and Right walk, Home and
/// End jump, a click chooses.
class RankChart : public QWidget, public Figure {
    Q_OBJECT
public:
    RankChart(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    void setPoints(std::vector<RankPoint> points);  ///< in order: the first is the largest
    const std::vector<RankPoint>& points() const { return m_points; }
    /// A line behind so many of the first, with words at its head; 0: none.
    void setCut(int count, const QString& words);
    int cut() const { return m_cut; }
    void setEmptyText(const QString& text);
    void setCurrent(int id);  ///< without a signal; -1: none
    int current() const { return m_current; }
    QWidget& figureWidget() override { return *this; }
    bool hasData() const override { return !m_points.empty(); }
    FigureTable figureTable() const override;
    QSize leastFigureSize() const override { return minimumSizeHint(); }
    QPointF placeOf(int id) const;  ///< of its mark, in the widget; null: not there
    QSize sizeHint() const override { return {360, 220}; }
    QSize minimumSizeHint() const override { return {220, 110}; }

Q_SIGNALS:
    void currentChanged(int id);
    void menuWanted(int id, const QPoint& at);  ///< on the screen; id -1: none is chosen

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Frame {
        QRectF area;
        double low = 0, high = 1, step = 1;  ///< of the values; step: between two lines
        double y(double value) const { return area.bottom() - (value - low) / (high - low) * area.height(); }
    };
    Frame frame() const;
    double xOf(const Frame& frame, int position) const;
    int positionOf(int id) const;
    int positionAt(double x) const;
    void choose(int position);
    void describe();
    void paintScale(QPainter& painter, const Frame& frame) const;
    void paintPoint(QPainter& painter, const Frame& frame, int position) const;

    std::vector<RankPoint> m_points;
    QString m_emptyText, m_cutWords;
    int m_current = -1, m_cut = 0;
};

}  // namespace lorashear::ui
