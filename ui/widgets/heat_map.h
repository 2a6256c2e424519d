#pragma once

#include "ui/figures/figure.h"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace lorashear::ui {

/// One value at a place of a map.
struct HeatCell {
    int id = 0;
    int along = 0, across = 0;     ///< places in the two lists of names
    bool measured = false;         ///< else hatched
    double value = 0, spread = 0;  ///< spread: standard error
    bool locked = false;           ///< a padlock: kept whole
    QString name, words;           ///< words: all of it in a sentence, for screen readers and tips
};

/// Values over two lists of names, by colour and, where there is room, as numbers; a scale below says which colour is how much. The longer side of the widget
/// takes the first list. Colours rise with the logarithm. Arrow keys walk to the next cell there, Home and End jump, Space toggles the lock, a click chooses.
class HeatMap : public QWidget, public Figure {
    Q_OBJECT
public:
    HeatMap(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    /// alongTitle: what one name of `along` is, before its number ("layer").
    void setCells(std::vector<HeatCell> cells, const QStringList& along, const QString& alongTitle,
                  const QStringList& across);
    const std::vector<HeatCell>& cells() const { return m_cells; }
    void setScaleWords(const QString& words) { m_scaleWords = words; }  ///< what a colour is, with its unit
    void setEmptyText(const QString& text);
    void setCurrent(int id);  ///< without a signal; -1: none
    int current() const { return m_current; }
    QRectF placeOf(int id) const;  ///< of its cell, in the widget; empty: not there
    /// 0 to 1 on the colour scale; logarithmic, from the smallest value above a thousandth of the largest.
    double positionOf(double value) const;
    QWidget& figureWidget() override { return *this; }
    bool hasData() const override;
    FigureTable figureTable() const override;
    QSize leastFigureSize() const override { return minimumSizeHint(); }
    QSize sizeHint() const override { return {360, 240}; }
    QSize minimumSizeHint() const override { return {220, 120}; }

Q_SIGNALS:
    void currentChanged(int id);
    void lockToggled(int id);
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
        QRectF area;  ///< of the cells
        bool turned;  ///< the first list goes down, not to the right
        double wide, high;
    };
    Frame frame() const;
    QRectF rectOf(const Frame& frame, const HeatCell& cell) const;
    const HeatCell* at(const QPointF& place) const;
    const HeatCell* cellOf(int id) const;
    void step(int right, int down);
    void choose(const HeatCell* cell);
    void describe();
    QString summary() const;
    void paintCell(QPainter& painter, const Frame& frame, const HeatCell& cell) const;
    void paintNames(QPainter& painter, const Frame& frame) const;
    void paintScale(QPainter& painter, const QRectF& below) const;

    std::vector<HeatCell> m_cells;
    QStringList m_along, m_across;
    QString m_alongTitle, m_scaleWords, m_emptyText;
    double m_low = 0, m_high = 0;
    int m_current = -1;
};

}  // namespace lorashear::ui
