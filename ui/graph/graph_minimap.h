#pragma once

#include <QPixmap>
#include <QWidget>

namespace lorashear::ui {

class GraphView;

/// All of the graph in small over a corner of its view, with the part that is in sight; dragging moves there. For the pointer alone: keys walk the graph itself.
class GraphMinimap : public QWidget {
    Q_OBJECT
public:
    explicit GraphMinimap(GraphView& view);
    void setWanted(bool wanted);
    bool wanted() const { return m_wanted; }
    void graphChanged();     ///< other boxes, or other colours
    void arrange();          ///< the view or what it shows has moved: place, and whether there is anything out of sight
    QRectF inSight() const;  ///< what the view shows, in the widget
    QPointF placeOf(const QPointF& inScene) const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    double zoom() const;
    void goTo(const QPointF& place);

    GraphView& m_view;
    QPixmap m_picture;  ///< of the boxes
    bool m_wanted = true;
};

}  // namespace lorashear::ui
