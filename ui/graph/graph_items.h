#pragma once

#include "core/layout/layered_layout.h"
#include "ui/graph/box_bars.h"
#include "ui/theme/theme.h"

#include <QGraphicsItem>
#include <QPainterPath>

#include <vector>

namespace lorashear::ui {

/// Below this zoom no words are drawn: nobody can read them, and they cost ten times the rest.
inline constexpr double kLabelZoom = 0.4;

/// A box of the graph. Holds an index and how it looks now; the folded graph is the truth.
class BoxItem : public QGraphicsItem {
public:
    struct Look {
        QString title, subtitle;
        bool folded = false;
        bool lit = false, dimmed = false, current = false;
        std::vector<QColor> stripes;         ///< one per kind of node group that touches it
        double left = -1;                    ///< what a run has left of it, 0 to 1; the rest is an outline. -1: all of it
        BoxBars bars;                        ///< of the overlay
        bool rows = false, columns = false;  ///< of its tensor, cut with what is lit: drawn as stripes
        QColor cut;                          ///< their colour
        bool operator==(const Look&) const = default;
        QString leftWords() const;  ///< that it was wider, or is gone; "": it is whole
    };
    enum { Type = UserType + 1 };

    BoxItem(int index, QSizeF size, const Colors& colors) : m_index(index), m_size(size), m_colors(colors) {}
    int type() const override { return Type; }
    int index() const { return m_index; }
    void setLook(Look look);
    const Look& look() const { return m_look; }
    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void paintWords(QPainter& painter, const QRectF& words, double less) const;
    void paintBars(QPainter& painter, const QRectF& box) const;
    void paintCut(QPainter& painter, const QRectF& box) const;

    int m_index;
    QSizeF m_size;
    const Colors& m_colors;
    Look m_look;
};

/// From point to point, leaving and arriving vertically: one cubic piece a step.
QPainterPath edgeCurve(const std::vector<LayoutPoint>& route);

/// An edge as a smooth line with an arrow head.
class EdgeItem : public QGraphicsItem {
public:
    enum { Type = UserType + 2 };
    EdgeItem(const QPainterPath& path, const Colors& colors);
    int type() const override { return Type; }
    const QPainterPath& path() const { return m_path; }
    void setLit(bool lit);
    QRectF boundingRect() const override { return m_bounds; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    QPainterPath m_path;
    QPointF m_tip;
    QRectF m_bounds;
    const Colors& m_colors;
    bool m_lit = false;
};

/// The outline of an opened module, with its name.
class FrameItem : public QGraphicsItem {
public:
    enum { Type = UserType + 3 };
    /// band: height of the strip at the top that is the name's alone.
    FrameItem(const QRectF& rect, double band, const QString& title, const Colors& colors)
        : m_rect(rect), m_band(band), m_title(title), m_colors(colors) {}
    int type() const override { return Type; }
    const QRectF& rect() const { return m_rect; }
    QRectF label() const { return {m_rect.left(), m_rect.top(), m_rect.width(), m_band}; }
    const QString& title() const { return m_title; }
    QRectF boundingRect() const override { return m_rect.adjusted(-2, -2, 2, 2); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    QRectF m_rect;
    double m_band;
    QString m_title;
    const Colors& m_colors;
};

}  // namespace lorashear::ui
