#include "ui/graph/graph_view.h"

#include "ui/graph/graph_frames.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace lorashear::ui {

namespace {
constexpr double kBoxWidth = 168, kBoxHeight = 44;
constexpr double kLeastZoom = 0.04, kMostZoom = 3;
constexpr double kFrameMargin = 10;
}  // namespace

GraphView::GraphView(QWidget* parent) : QGraphicsView(parent) {
    setObjectName(QStringLiteral("graphView"));
    setAccessibleName(tr("Traced graph"));
    setScene(new QGraphicsScene(this));
    setDragMode(QGraphicsView::ScrollHandDrag);
    setTransformationAnchor(QGraphicsView::AnchorUnderMouse);
    setFrameShape(QFrame::NoFrame);
    setBackgroundBrush(colors(palette()).surface);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setObjectName(QStringLiteral("graphViewport"));
    viewport()->setAccessibleName(accessibleName());
    setMinimumSize(300, 240);
}

GraphView::~GraphView() = default;

void GraphView::setStructure(std::shared_ptr<const Structure> structure) {
    m_structure = std::move(structure);
    m_open.clear();
    m_cut = {};
    m_kept.clear();
    m_current = -1;
    m_fit = Fit::Readable;
    rebuild({});
}

void GraphView::rebuild(const std::string& keepKey) {
    m_boxes.clear();
    m_edges.clear();
    scene()->clear();
    m_folded = m_structure ? foldGraph(m_structure->graph, m_open) : FoldedGraph{};
    std::vector<LayoutBox> boxes(m_folded.boxes.size(), LayoutBox{kBoxWidth, kBoxHeight});
    std::vector<LayoutEdge> edges;
    for (auto [from, to] : m_folded.edges) edges.push_back({from, to});
    LayoutOptions options;
    options.layerGap += deepestNesting(m_folded) * frameBand();
    m_layout = layeredLayout(boxes, edges, options);
    placeItems(m_layout);
    m_current = m_folded.find(keepKey);
    refreshLooks();
    describe();
    if (isVisible()) fit(m_fit);
    if (m_current >= 0) ensureVisible(m_boxes[std::size_t(m_current)]);
}

double GraphView::frameBand() const {
    return fontMetrics().height() + 8.0;
}

void GraphView::placeItems(const LayoutResult& layout) {
    const Colors& c = colors(palette());
    setBackgroundBrush(c.surface);
    for (const PlacedFrame& placed :
         placedFrames(m_folded, layout, {QSizeF(kBoxWidth, kBoxHeight), frameBand(), kFrameMargin})) {
        auto* item = new FrameItem(placed.rect, frameBand(), QString::fromStdString(placed.frame->title), c);
        item->setZValue(-10 + placed.depth);
        scene()->addItem(item);
    }
    for (std::size_t e = 0; e < m_folded.edges.size(); ++e) {
        m_edges.push_back(new EdgeItem(edgeCurve(layout.routes[e]), c));
        scene()->addItem(m_edges.back());
    }
    for (int i = 0; i < int(m_folded.boxes.size()); ++i) {
        auto* item = new BoxItem(i, QSizeF(kBoxWidth, kBoxHeight), c);
        item->setPos(layout.centres[std::size_t(i)].x, layout.centres[std::size_t(i)].y);
        m_boxes.push_back(item);
        scene()->addItem(item);
    }
    scene()->setSceneRect(scene()->itemsBoundingRect().adjusted(-80, -60, 80, 60));
}

BoxItem::Look GraphView::lookOf(const FoldBox& box, int index) const {
    BoxItem::Look look;
    look.title = QString::fromStdString(box.title);
    look.subtitle = QString::fromStdString(box.subtitle);
    look.folded = box.folded;
    look.current = index == m_current;
    look.lit = std::any_of(box.nodes.begin(), box.nodes.end(), [&](int node) { return m_cut.nodes.count(node) > 0; });
    look.dimmed = !m_cut.nodes.empty() && !look.lit && !look.current;
    const bool dark = colors(palette()).dark;
    std::set<UnitKind> units;
    double kept = 0, count = 0;
    const std::set<int> inside(box.nodes.begin(), box.nodes.end());
    for (const NodeGroup& group : m_structure->nodeGroups) {
        const bool touches =
            std::any_of(group.nodes.begin(), group.nodes.end(), [&](int node) { return inside.count(node) > 0; });
        if (!touches || group.unit == UnitKind::Other) continue;
        if (group.unit != UnitKind::Hidden) units.insert(group.unit);
        if (group.prunable && std::size_t(group.id) < m_kept.size()) {
            const double weight = double(group.parametersPerGroup) * group.count;
            kept += weight * m_kept[std::size_t(group.id)];
            count += weight;
        }
        if (group.unit == UnitKind::Hidden && !box.folded) units.insert(group.unit);
    }
    for (UnitKind unit : units) look.stripes.push_back(unitColor(unit, dark));
    if (count > 0 && box.folded) look.kept = kept / count;
    return look;
}

void GraphView::refreshLooks() {
    for (int i = 0; i < int(m_boxes.size()); ++i)
        m_boxes[std::size_t(i)]->setLook(lookOf(m_folded.boxes[std::size_t(i)], i));
    for (std::size_t e = 0; e < m_edges.size(); ++e) {
        const auto [from, to] = m_folded.edges[e];
        m_edges[e]->setLit(m_boxes[std::size_t(from)]->look().lit && m_boxes[std::size_t(to)]->look().lit);
    }
}

void GraphView::setKept(std::vector<double> kept) {
    if (m_kept == kept) return;
    m_kept = std::move(kept);
    if (m_structure) refreshLooks();
}

void GraphView::lightUp(const CutTogether& cut) {
    m_cut = cut;
    if (m_structure) refreshLooks();
}

FigureTable GraphView::figureTable() const {
    FigureTable table;
    table.columns = {{tr("Box")},       {tr("Title"), false}, {tr("What it is"), false},
                     {tr("Operators")}, {tr("Share kept")},   {tr("Leads to boxes"), false}};
    std::vector<QStringList> next(m_boxes.size());
    for (const auto& [from, to] : m_folded.edges) next[std::size_t(from)] << QString::number(to);
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        const BoxItem::Look& look = m_boxes[i]->look();
        table.rows.push_back({int(i), look.title, look.subtitle, int(m_folded.boxes[i].nodes.size()),
                              look.kept >= 0 ? QVariant(look.kept) : QVariant(), next[i].join(QLatin1Char(' '))});
    }
    return table;
}

void GraphView::drawOn(QPaintDevice& device, const QSize& size, double scale) {
    QPainter painter(&device);
    painter.scale(scale, scale);
    painter.setRenderHint(QPainter::LosslessImageRendering);  // says to the items that this is no screen
    painter.fillRect(QRect({}, size), colors(palette()).surface);
    scene()->render(&painter, QRectF({}, QSizeF(size)), everything(), Qt::KeepAspectRatio);
}

void GraphView::chooseBox(int box) {
    if (box < 0 || box >= int(m_boxes.size())) return;
    m_current = box;
    refreshLooks();
    ensureVisible(m_boxes[std::size_t(box)], 60, 60);
    describe();
    Q_EMIT boxChosen(m_folded.boxes[std::size_t(box)].nodes);
}

void GraphView::describe() {
    if (m_current < 0) {
        setAccessibleDescription(
            tr("%n box(es); use the arrow keys to walk, Enter to open, Backspace to close", nullptr, int(m_boxes.size())));
        return;
    }
    const FoldBox& box = m_folded.boxes[std::size_t(m_current)];
    setAccessibleDescription(
        QStringLiteral("%1, %2").arg(QString::fromStdString(box.title), QString::fromStdString(box.subtitle)));
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void GraphView::selectNode(int node) {
    if (!m_structure || node < 0 || node >= int(m_structure->graph.nodes.size())) return;
    const std::set<std::string> around = scopesAround(m_structure->graph, node);
    const std::size_t before = m_open.size();
    m_open.insert(around.begin(), around.end());
    if (m_open.size() != before) rebuild({});
    chooseBox(m_folded.boxOfNode(node));
    centerOn(m_boxes[std::size_t(m_current)]);
}

int GraphView::currentNode() const {
    return m_current < 0 ? -1 : m_folded.boxes[std::size_t(m_current)].nodes.front();
}

bool GraphView::chooseBlock(const QString& name) {
    static const QRegularExpression kBlock(QStringLiteral("^\\s*(?:block|layer)?\\s*(\\d{1,6})\\s*$"),
                                           QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = kBlock.match(name);
    if (!m_structure || !match.hasMatch()) return false;
    const int layer = match.captured(1).toInt();
    const auto& nodes = m_structure->graph.nodes;
    const auto first = std::find_if(nodes.begin(), nodes.end(), [&](const TraceNode& node) { return node.layer == layer; });
    if (first == nodes.end()) return false;
    chooseBox(m_folded.boxOfNode(first->id));  // the folded block, or its first operator where it is open
    if (m_current >= 0) centerOn(m_boxes[std::size_t(m_current)]);
    return m_current >= 0;
}

std::vector<int> GraphView::showNodes(const std::vector<int>& nodes) {
    std::map<int, int> held;
    for (int node : nodes) ++held[m_folded.boxOfNode(node)];
    held.erase(-1);
    if (held.empty() || m_boxes.empty()) return {};
    const auto most =
        std::max_element(held.begin(), held.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    const int wanted = held.count(m_current) ? m_current : most->first;
    if (wanted != m_current) {
        m_current = wanted;
        refreshLooks();
        ensureVisible(m_boxes[std::size_t(wanted)], 60, 60);
        describe();
    }
    return m_folded.boxes[std::size_t(wanted)].nodes;
}

std::vector<int> GraphView::search(const QString& text) const {
    std::vector<int> found;
    if (!m_structure || text.isEmpty()) return found;
    for (const TraceNode& node : m_structure->graph.nodes) {
        QString all = QString::fromStdString(node.scope + ' ' + node.op);
        for (const std::string& parameter : node.parameters) all += QLatin1Char(' ') + QString::fromStdString(parameter);
        if (all.contains(text, Qt::CaseInsensitive)) found.push_back(node.id);
    }
    return found;
}

void GraphView::openCurrent() {
    if (m_current < 0 || !m_folded.boxes[std::size_t(m_current)].folded) return;
    const FoldBox box = m_folded.boxes[std::size_t(m_current)];
    m_open.insert(box.scope);
    m_fit = Fit::Free;
    rebuild({});
    chooseBox(m_folded.boxOfNode(box.nodes.front()));
}

void GraphView::closeCurrent() {
    if (m_current < 0) return;
    const int node = currentNode();
    const FoldBox box = m_folded.boxes[std::size_t(m_current)];
    bool folded = false;
    for (std::string scope = enclosingScope(box, m_open); !folded && !scope.empty(); scope = enclosingScope(box, m_open)) {
        std::erase_if(m_open, [&](const std::string& open) { return open == scope || open.starts_with(scope + "."); });
        folded = foldGraph(m_structure->graph, m_open).find("scope:" + scope) >=
                 0;  // a module of one operator is no box: go on outwards
    }
    if (!folded) return;
    m_fit = Fit::Free;
    rebuild({});
    chooseBox(m_folded.boxOfNode(node));
}

QRectF GraphView::everything() const {
    return scene()->itemsBoundingRect().adjusted(-16, -16, 16, 16);
}

void GraphView::fitAll() {
    fit(Fit::All);
}

void GraphView::fit(Fit how) {
    m_fit = how;
    if (how == Fit::Free || scene()->items().isEmpty()) return;
    const QRectF all = everything();
    for (int round = 0; round < 2; ++round) fitInView(all, Qt::KeepAspectRatio);  // again: scroll bars may have come
    const double zoom = transform().m11();
    const bool readable = zoom >= 0.5 && zoom <= 1.15;
    if (zoom > 1.15) {
        resetTransform();
        centerOn(all.center());
    }
    if (readable || zoom > 1.15 || how == Fit::All) return;
    // At first a tall graph is fitted by width and shown from its top: boxes nobody can read help nobody.
    const double wanted = std::clamp(viewport()->width() / all.width(), 0.5, 1.0);
    resetTransform();
    scale(wanted, wanted);
    centerOn(all.center().x(), all.top() + viewport()->height() / wanted / 2);
}

/// Out to where all of the graph is seen, however tall.
void GraphView::zoomBy(double factor) {
    const QRectF all = everything();
    const double whole = std::min(viewport()->width() / all.width(), viewport()->height() / all.height());
    const double zoom = std::clamp(transform().m11() * factor, std::min(kLeastZoom, whole), kMostZoom);
    if (zoom == transform().m11()) return;
    m_fit = Fit::Free;
    const double by = zoom / transform().m11();
    scale(by, by);
}

int GraphView::neighbourAlongEdges(int direction) const {
    int best = -1;
    double nearest = std::numeric_limits<double>::max();
    for (auto [from, to] : m_folded.edges) {
        const int here = direction > 0 ? from : to, there = direction > 0 ? to : from;
        if (here != m_current) continue;
        const LayoutPoint a = m_layout.centres[std::size_t(here)], b = m_layout.centres[std::size_t(there)];
        const double distance = std::hypot(b.x - a.x, b.y - a.y);
        if (distance < nearest) nearest = distance, best = there;
    }
    return best;
}

int GraphView::neighbourInLayer(int direction) const {
    int best = -1;
    double nearest = std::numeric_limits<double>::max();
    for (int i = 0; i < int(m_boxes.size()); ++i) {
        if (m_layout.layers[std::size_t(i)] != m_layout.layers[std::size_t(m_current)]) continue;
        const double away = (m_layout.centres[std::size_t(i)].x - m_layout.centres[std::size_t(m_current)].x) * direction;
        if (away > 0 && away < nearest) nearest = away, best = i;
    }
    return best;
}

void GraphView::step(int dx, int dy) {
    if (m_boxes.empty()) return;
    if (m_current < 0) return chooseBox(0);
    const int next = dy != 0 ? neighbourAlongEdges(dy) : neighbourInLayer(dx);
    if (next >= 0) chooseBox(next);
}

void GraphView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Up: return step(0, -1);
        case Qt::Key_Down: return step(0, 1);
        case Qt::Key_Left: return step(-1, 0);
        case Qt::Key_Right: return step(1, 0);
        case Qt::Key_Home: return chooseBox(0);
        case Qt::Key_End: return chooseBox(int(m_boxes.size()) - 1);
        case Qt::Key_Return:
        case Qt::Key_Enter: return openCurrent();
        case Qt::Key_Backspace: return closeCurrent();
        case Qt::Key_F: return fitAll();
        case Qt::Key_Plus:
        case Qt::Key_Equal: return zoomBy(1.25);
        case Qt::Key_Minus: return zoomBy(1 / 1.25);
        default: QGraphicsView::keyPressEvent(event);
    }
}

void GraphView::wheelEvent(QWheelEvent* event) {
    if (!(event->modifiers() & Qt::ControlModifier)) return QGraphicsView::wheelEvent(event);
    zoomBy(std::pow(1.0015, event->angleDelta().y()));
    event->accept();
}

void GraphView::mousePressEvent(QMouseEvent* event) {
    QGraphicsView::mousePressEvent(event);
    if (auto* box = qgraphicsitem_cast<BoxItem*>(itemAt(event->pos())); box && event->button() == Qt::LeftButton)
        chooseBox(box->index());
}

void GraphView::contextMenuEvent(QContextMenuEvent* event) {
    if (auto* box = qgraphicsitem_cast<BoxItem*>(itemAt(viewport()->mapFromGlobal(event->globalPos())));
        box && event->reason() != QContextMenuEvent::Keyboard)
        chooseBox(box->index());
    if (m_boxes.empty()) return;
    const QPoint below =
        m_current < 0 ? QPoint() : mapFromScene(m_boxes[std::size_t(m_current)]->sceneBoundingRect().bottomLeft());
    Q_EMIT menuWanted(event->reason() == QContextMenuEvent::Keyboard ? viewport()->mapToGlobal(below) : event->globalPos());
}

void GraphView::mouseDoubleClickEvent(QMouseEvent*) {
    openCurrent();
}

void GraphView::changeEvent(QEvent* event) {
    QGraphicsView::changeEvent(event);
    if (event->type() != QEvent::PaletteChange || !m_structure) return;
    const std::string key = m_current < 0 ? std::string() : m_folded.boxes[std::size_t(m_current)].key;
    const QPoint scrolled(horizontalScrollBar()->value(), verticalScrollBar()->value());
    rebuild(key);
    horizontalScrollBar()->setValue(scrolled.x());  // what was in sight stays there
    verticalScrollBar()->setValue(scrolled.y());
}

void GraphView::resizeEvent(QResizeEvent* event) {
    QGraphicsView::resizeEvent(event);
    fit(m_fit);
}

void GraphView::focusInEvent(QFocusEvent* event) {
    QGraphicsView::focusInEvent(event);
    const bool byKeyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    if (byKeyboard && m_current < 0 && !m_boxes.empty()) chooseBox(0);
}

}  // namespace lorashear::ui
