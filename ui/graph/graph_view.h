#pragma once

#include "core/layout/layered_layout.h"
#include "ui/figures/figure.h"
#include "ui/graph/folded_graph.h"
#include "ui/graph/graph_items.h"

#include <QGraphicsView>

#include <memory>
#include <set>

namespace lorashear::ui {

class GraphMinimap;

/// The traced graph, folded by block. Arrows walk along edges and layers, Enter opens a module, Backspace closes it, F shows everything,
/// + and - zoom,
/// as do wheel and drag. What is cut together with the selection is lit and the rest dimmed.
class GraphView : public QGraphicsView, public Figure {
    Q_OBJECT
public:
    explicit GraphView(QWidget* parent = nullptr);
    ~GraphView() override;

    void setStructure(std::shared_ptr<const Structure> structure);
    /// What boxes show at their lower edge, and its head in the table; an empty function: nothing.
    void setOverlay(BarsOf bars, const QString& column);
    /// Shares of node groups (by id) that a run has left, 0 to 1: what was cut off a box stays as a dashed outline. Empty: nothing was cut.
    void setLeft(std::vector<double> left);
    GraphMinimap& minimap() { return *m_minimap; }
    void lightUp(const CutTogether& cut);
    /// The same beside it while the pointer is somewhere, without dimming the rest; an empty cut: no more.
    void hover(const CutTogether& cut);
    void selectNode(int node);  ///< opens what hides it, centres it, emits nodeChosen
    int currentNode() const;    ///< the operator of the current box, or the first one of a folded module; -1
    std::vector<int> search(const QString& text) const;  ///< operators whose scope, name or tensors contain it
    const FoldedGraph& folded() const { return m_folded; }
    int currentBox() const { return m_current; }
    bool isLit(int box) const { return lookAt(box).lit; }
    const BoxItem::Look& lookAt(int box) const { return m_boxes.at(std::size_t(box))->look(); }
    QRect boxOnScreen(int box) const;  ///< in the viewport
    QRectF boxInScene(int box) const;
    QRectF boxesInScene() const { return m_boxesInScene; }
    const QPainterPath& edgePath(int edge) const { return m_edges.at(std::size_t(edge))->path(); }
    void chooseBox(int box);
    /// Chooses the block that a person calls "Block 500" ("block 500", "500"); false if there is none of that number.
    bool chooseBlock(const QString& name);
    /// The box that holds most of these operators becomes the current one, without a signal; its operators. Empty: none does.
    std::vector<int> showNodes(const std::vector<int>& nodes);
    void openCurrent();
    void closeCurrent();
    void fitAll();  ///< all of it, however small
    void zoomBy(double factor);

    QWidget& figureWidget() override { return *this; }
    bool hasData() const override { return !m_boxes.empty(); }
    FigureTable figureTable() const override;  ///< a row for each box that is in sight, with what follows it
    /// All of it, whatever part the window shows, with every word: a file can be looked at from nearer.
    void drawOn(QPaintDevice& device, const QSize& size, double scale) override;

Q_SIGNALS:
    /// The box's operators; one for an operator's box.
    void boxChosen(const std::vector<int>& nodes);
    void menuWanted(const QPoint& at);  ///< on the screen, for the current box where there is one

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void focusInEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void rebuild(const std::string& keepKey);
    void placeItems(const LayoutResult& layout);
    double frameBand() const;
    /// How what is shown follows the window: not at all, readable from the top, everything.
    enum class Fit { Free, Readable, All };
    void fit(Fit how);
    QRectF everything() const;
    void refreshLooks();
    BoxItem::Look lookOf(const FoldBox& box, int index) const;
    void setCutOf(BoxItem::Look& look, const FoldBox& box) const;
    double leftOf(int box) const;
    CutTogether cutUnder(int box) const;
    void step(int dx, int dy);
    int neighbourAlongEdges(int direction) const;
    int neighbourInLayer(int direction) const;
    void describe();

    std::shared_ptr<const Structure> m_structure;
    std::set<std::string> m_open;
    FoldedGraph m_folded;
    LayoutResult m_layout;
    std::vector<BoxItem*> m_boxes;
    QRectF m_boxesInScene;
    std::vector<EdgeItem*> m_edges;
    std::vector<std::vector<int>> m_touching;  ///< node groups by box
    std::vector<double> m_left;
    GraphMinimap* m_minimap;
    BarsOf m_bars;
    QString m_column;
    CutTogether m_cut, m_hover;
    int m_current = -1, m_under = -1;  ///< the chosen box, and the one under the pointer
    Fit m_fit = Fit::Readable;
};

}  // namespace lorashear::ui
