#pragma once

#include "ui/figures/figure.h"

#include <QAbstractScrollArea>
#include <QString>

#include <vector>

class QLabel;

namespace lorashear::ui {

/// One horizontal bar with its words. `value` and `second` are drawn one after the other on a track of length `full`.
struct BarRow {
    int id = 0;
    QString label;
    double value = 0;
    double second = 0;    ///< drawn hatched after value: on its way, or forecast
    double spread = 0;    ///< whisker either side of value
    double full = 0;      ///< the track; 0: no track
    int category = 0;     ///< of okabeIto(): the colour is chosen when it is painted
    bool marked = false;  ///< hatched bar: protected
    int lock = 0;         ///< 0 none, 1 open padlock (may be locked), 2 closed, 3 closed by the analysis
    QString text;         ///< at the right, the number in words
    QString note{};       ///< in front of it, muted, where there is room: an estimate
    QString toolTip;      ///< also the line below the list, and what a screen reader says
};

/// A list of bars with one common scale, in the order given; arrows walk, Space or a click on the padlock toggles it. What a row's tip says
/// stands below the list for the current row.
/// Colour never carries meaning alone: marks are hatching and padlocks.
class BarList : public QAbstractScrollArea, public Figure {
    Q_OBJECT
public:
    BarList(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    void setRows(std::vector<BarRow> rows);
    const std::vector<BarRow>& rows() const { return m_rows; }
    bool showsNotes() const { return geometryOf().noteWidth > 0; }
    void setCurrent(int id);  ///< without a signal
    int current() const { return m_current; }
    QString line() const;  ///< the words below the list: of the current row
    void setEmptyText(const QString& text) { m_emptyText = text; }
    QWidget& figureWidget() override { return *this; }
    bool hasData() const override { return !m_rows.empty(); }
    FigureTable figureTable() const override;
    void drawOn(QPaintDevice& device, const QSize& size, double scale) override;  ///< every row, none chosen
    QSize leastFigureSize() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void currentChanged(int id);
    void lockToggled(int id);
    void menuWanted(int id, const QPoint& at);  ///< on the screen; by the right button or the menu key

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Geometry {
        int labelLeft, labelWidth, barLeft, barWidth, noteWidth, textLeft, textWidth;
    };
    Geometry geometryOf() const;
    int leastRowHeight() const;
    int rowHeight() const;  ///< rows grow where there is room
    int rowAt(int y) const;
    int indexOf(int id) const;
    void choose(int index);
    void describe();
    QString summary() const;
    void placeLine();
    void showRow(int index);
    void updateScroll();
    void paintRow(QPainter& painter, const BarRow& row, const QRect& rect, const Geometry& g, double low, double high) const;

    std::vector<BarRow> m_rows;
    QString m_emptyText;
    QLabel* m_line;
    int m_current = -1;
};

/// A padlock in the given rectangle; drawn, so that no font is needed for it.
void drawPadlock(QPainter& painter, const QRectF& rect, const QColor& color, bool closed);

}  // namespace lorashear::ui
