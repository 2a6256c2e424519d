#pragma once

#include "ui/figures/figure.h"

#include <QString>
#include <QWidget>

#include <vector>

namespace lorashear::ui {

/// How many values lie where: equal bins from the smallest to the largest, zero among them, one dot-marked line where the chosen value is. Left and Right walk
/// over the bins, whose words are then the widget's.
class Histogram : public QWidget, public Figure {
    Q_OBJECT
public:
    struct Value {
        int id = 0;
        double value = 0;
    };
    struct Bin {
        double from = 0, to = 0;
        int count = 0;
    };
    Histogram(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    void setValues(std::vector<Value> values);
    void setUnit(const QString& unit) { m_unit = unit; }  ///< below the axis
    const std::vector<Bin>& bins() const { return m_bins; }
    void setEmptyText(const QString& text);
    void setCurrent(int id);  ///< whose value is marked; -1: none
    QWidget& figureWidget() override { return *this; }
    bool hasData() const override { return !m_values.empty(); }
    FigureTable figureTable() const override;
    QSize leastFigureSize() const override { return minimumSizeHint(); }
    QSize sizeHint() const override { return {320, 150}; }
    QSize minimumSizeHint() const override { return {200, 84}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;

private:
    QRectF area() const;
    int most() const;
    double xOf(const QRectF& area, double value) const;
    int binAt(double x) const;
    QString wordsOf(int bin) const;
    void choose(int bin);
    void describe();

    std::vector<Value> m_values;
    std::vector<Bin> m_bins;
    QString m_unit, m_emptyText;
    int m_current = -1, m_bin = -1;
};

}  // namespace lorashear::ui
