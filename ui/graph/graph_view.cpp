#include "ui/graph/graph_view.h"

#include "ui/graph/graph_frames.h"
#include "ui/graph/graph_minimap.h"

#include <QAccessible>
#include <QPainter>
#include <QRegularExpression>
#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <map>

namespace lorashear::ui {

namespace {
constexpr double kBoxWidth = 168, kBoxHeight = 44;
constexpr int kBlocksAtOnce = 12;  ///< a stack of more begins folded: nobody can read so many boxes at once
constexpr double kLeastZoom = 0.04, kMostZoom = 3;
constexpr double kFrameMargin = 10;

/// Adapters are smaller than what they adapt.
QSizeF sizeOfBox(const FoldBox& box) {
    switch (box.part) {
        case AdapterPart::Down:
        case AdapterPart::Up: return {124, 38};
        case AdapterPart::Merge: return {44, 30};
        default: return {kBoxWidth, kBoxHeight};
    }
}

}  // namespace

GraphView::GraphView(QWidget* parent) : QGraphicsView(parent), m_minimap(new GraphMinimap(*this)) {
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
    viewport()->setMouseTracking(true);
    setMinimumSize(300, 240);
}

GraphView::~GraphView() = default;

void GraphView::setStructure(std::shared_ptr<const Structure> structure) {
    m_structure = std::move(structure);
    m_open.clear();
    if (m_structure)
        for (const BlockStack& stack : stacksOf(m_structure->graph))
            if (stack.blocks() <= kBlocksAtOnce) m_open.insert(stack.scope);
    m_cut = m_hover = {};
    m_bars = {};
    m_left.clear();
    m_current = m_under = -1;
    m_fit = Fit::Readable;
    rebuild({});
}

void GraphView::rebuild(const std::string& keepKey) {
    m_boxes.clear();
    m_boxesInScene = {};
    m_edges.clear();
    m_hover = {};
    m_under = -1;
    scene()->clear();
    m_folded = m_structure ? foldGraph(m_structure->graph, m_open) : FoldedGraph{};
    m_touching = m_structure ? nodeGroupsByBox(*m_structure, m_folded) : std::vector<std::vector<int>>{};
    std::vector<LayoutBox> boxes;
    for (const FoldBox& box : m_folded.boxes) boxes.push_back({sizeOfBox(box).width(), sizeOfBox(box).height()});
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
    m_minimap->graphChanged();
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
        auto* item = new BoxItem(i, sizeOfBox(m_folded.boxes[std::size_t(i)]), c);
        item->setPos(layout.centres[std::size_t(i)].x, layout.centres[std::size_t(i)].y);
        m_boxes.push_back(item);
        scene()->addItem(item);
        m_boxesInScene |= item->sceneBoundingRect();
    }
    scene()->setSceneRect(scene()->itemsBoundingRect().adjusted(-80, -60, 80, 60));
}

BoxItem::Look GraphView::lookOf(const FoldBox& box, int index) const {
    BoxItem::Look look;
    look.title = QString::fromStdString(box.title);
    look.subtitle = QString::fromStdString(box.subtitle);
    look.folded = box.folded;
    look.current = index == m_current;
    const auto in = [&](const CutTogether& cut) {
        return !cut.nodes.empty() &&
               std::any_of(box.nodes.begin(), box.nodes.end(), [&](int node) { return cut.nodes.count(node) > 0; });
    };
    const bool chosen = in(m_cut);
    look.lit = chosen || in(m_hover);
    look.dimmed = !m_cut.nodes.empty() && !look.lit && !look.current;
    const bool dark = colors(palette()).dark;
    std::set<UnitKind> units;
    for (const int id : m_touching[std::size_t(index)]) {
        const UnitKind unit = m_structure->nodeGroups[std::size_t(id)].unit;
        if (unit != UnitKind::Other && (unit != UnitKind::Hidden || !box.folded)) units.insert(unit);
    }
    for (UnitKind unit : units) look.stripes.push_back(unitColor(unit, dark));
    const bool owns = std::any_of(box.nodes.begin(), box.nodes.end(),
                                  [&](int node) { return !m_structure->graph.nodes[std::size_t(node)].parameters.empty(); });
    look.left = leftOf(index);
    if (m_bars && owns && box.part == AdapterPart::None) look.bars = m_bars(box, m_touching[std::size_t(index)]);
    if (look.lit && !box.folded) setCutOf(look, box);
    return look;
}

/// By parameters; -1: nothing was cut off it.
double GraphView::leftOf(int box) const {
    if (m_left.empty()) return -1;
    double left = 0, sum = 0;
    for (const int id : m_touching[std::size_t(box)]) {
        const NodeGroup& group = m_structure->nodeGroups[std::size_t(id)];
        if (!group.prunable || std::size_t(id) >= m_left.size()) continue;
        const double weight = double(group.parametersPerGroup) * group.count;
        left += weight * m_left[std::size_t(id)];
        sum += weight;
    }
    return sum > 0 && left < sum ? left / sum : -1;
}

void GraphView::setCutOf(BoxItem::Look& look, const FoldBox& box) const {
    const CutTogether& cut = m_hover.nodes.empty() ? m_cut : m_hover;
    for (const int node : box.nodes)
        for (const std::string& parameter : m_structure->graph.nodes[std::size_t(node)].parameters) {
            const CutWays ways = waysCut(cut, parameter);
            look.rows |= ways.rows, look.columns |= ways.columns;
        }
    if (!cut.nodeGroups.empty())
        look.cut = unitColor(m_structure->nodeGroups[std::size_t(cut.nodeGroups.front())].unit, colors(palette()).dark);
}

void GraphView::refreshLooks() {
    for (int i = 0; i < int(m_boxes.size()); ++i)
        m_boxes[std::size_t(i)]->setLook(lookOf(m_folded.boxes[std::size_t(i)], i));
    for (std::size_t e = 0; e < m_edges.size(); ++e) {
        const auto [from, to] = m_folded.edges[e];
        m_edges[e]->setLit(m_boxes[std::size_t(from)]->look().lit && m_boxes[std::size_t(to)]->look().lit);
    }
}

void GraphView::setOverlay(BarsOf bars, const QString& column) {
    m_bars = std::move(bars);
    m_column = column;
    if (m_structure) refreshLooks();
    if (m_current >= 0) describe();
}

void GraphView::lightUp(const CutTogether& cut) {
    m_cut = cut;
    if (m_structure) refreshLooks();
}

void GraphView::setLeft(std::vector<double> left) {
    if (m_left == left) return;
    m_left = std::move(left);
    if (m_structure) refreshLooks();
}

void GraphView::hover(const CutTogether& cut) {
    if (m_hover.nodes == cut.nodes && m_hover.nodeGroups == cut.nodeGroups) return;
    m_hover = cut;
    if (m_structure) refreshLooks();
}

/// What a click on the box would light: of a folded one, its first node group that can be pruned.
CutTogether GraphView::cutUnder(int box) const {
    if (box < 0) return {};
    const std::vector<int>& nodes = m_folded.boxes[std::size_t(box)].nodes;
    if (nodes.size() == 1) return cutWithNode(*m_structure, nodes.front());
    for (const int id : m_touching[std::size_t(box)])
        if (m_structure->nodeGroups[std::size_t(id)].prunable) return cutWithNodeGroup(*m_structure, id);
    return {};
}

QRectF GraphView::boxInScene(int box) const {
    return m_boxes.at(std::size_t(box))->sceneBoundingRect();
}

QRect GraphView::boxOnScreen(int box) const {
    return mapFromScene(boxInScene(box)).boundingRect();
}

FigureTable GraphView::figureTable() const {
    FigureTable table;
    table.columns = {{tr("Box")},
                     {tr("Title"), false},
                     {tr("What it is"), false},
                     {tr("Operators")},
                     {m_column.isEmpty() ? tr("Overlay") : m_column},
                     {tr("Leads to boxes"), false}};
    std::vector<QStringList> next(m_boxes.size());
    for (const auto& [from, to] : m_folded.edges) next[std::size_t(from)] << QString::number(to);
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        const BoxItem::Look& look = m_boxes[i]->look();
        table.rows.push_back({int(i), look.title, look.subtitle, int(m_folded.boxes[i].nodes.size()), look.bars.number,
                              next[i].join(QLatin1Char(' '))});
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
    QStringList words{QString::fromStdString(box.title), QString::fromStdString(box.subtitle), lookAt(m_current).bars.words,
                      lookAt(m_current).leftWords()};
    words.removeAll(QString());
    setAccessibleDescription(words.join(QStringLiteral(", ")));
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
    const std::vector<BlockStack> stacks = stacksOf(m_structure->graph);
    if (const BlockStack* stack = stackAround(stacks, first->scope); stack && m_open.insert(stack->scope).second)
        rebuild({});
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
        std::erase_if(m_open, [&](const std::string& open) {
            return open == scope || open.starts_with(scope + ".") || liesInStack(open, scope);
        });
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
    m_minimap->arrange();
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
    m_minimap->arrange();
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
    m_minimap->arrange();
}

void GraphView::scrollContentsBy(int dx, int dy) {
    QGraphicsView::scrollContentsBy(dx, dy);
    m_minimap->arrange();
}

}  // namespace lorashear::ui
