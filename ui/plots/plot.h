#pragma once

#include "ui/figures/figure.h"

#include <QRectF>
#include <QWidget>

class QCustomPlot;
class QHBoxLayout;
class QLabel;
class QMenu;

namespace lorashear::ui {

struct Colors;

/// What all plots are: a heading, the values under the mouse beside it, a canvas, a frame for the keyboard's focus, a menu, and all that a figure can do.
/// Drawn at most once per pass of the event loop, and not at all while hidden. A plot says what it draws and which keys it knows.
class Plot : public QWidget, public Figure {
    Q_OBJECT
public:
    void refresh();               ///< after anything was set
    QString cursorWords() const;  ///< what the head says
    QRectF shown() const;         ///< the part of the axes: left, lowest value as top, sizes
    void setEmptyText(const QString& text);

    QWidget& figureWidget() override { return *this; }
    void drawOn(QPaintDevice& device, const QSize& size, double scale) override;
    void bringUpToDate() override;

protected:
    struct Head {
        QString title;
        QString help;          ///< of the heading: mouse and keys
        QString values;        ///< what a screen reader calls the words of the head
        bool ownLine = false;  ///< the words stand below the heading
    };
    Plot(const QString& objectName, const Head& head, QWidget* parent);

    /// Colours and pens of all that is drawn. Called by finish() and whenever theme or type changes.
    virtual void restyle(const Colors& c) = 0;
    virtual void draw() = 0;  ///< what was set becomes what is drawn, axes included
    virtual QString summary() const = 0;
    virtual void pointAt(const QPoint& at) = 0;  ///< on the canvas: the mouse is there
    virtual void pointAtNothing() = 0;           ///< it has left
    virtual void addActions(QMenu&) {}           ///< before those of every figure

    void setAxisTitles(const QString& x, const QString& y);
    const QString& xTitle() const { return m_xTitle; }
    const QString& yTitle() const { return m_yTitle; }
    void finish();  ///< at the end of the constructor of what is drawn
    void touch() { m_dirty = true; }
    void setWords(const QString& words);
    const QString& emptyText() const { return m_emptyText; }
    QCustomPlot& canvas() const { return *m_canvas; }
    QHBoxLayout& head() const { return *m_head; }
    void replot();
    /// Pixels between the y axis and the right end of what is drawn next. A guess before the first layout.
    double axisWidth() const;

    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void applyTheme();
    void arrange(const QSize& room);

    QCustomPlot* m_canvas;
    QHBoxLayout* m_head;
    QLabel *m_words, *m_empty;
    QString m_emptyText, m_xTitle, m_yTitle;
    QSize m_room;  ///< of what is drawn: the canvas, or the picture that it is drawn into
    bool m_dirty = false;
};

}  // namespace lorashear::ui
