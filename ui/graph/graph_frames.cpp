#include "ui/graph/graph_frames.h"

#include "ui/graph/graph_items.h"

#include <algorithm>
#include <set>

namespace lorashear::ui {

namespace {

bool lies(const FoldFrame& inner, const FoldFrame& outer) {
    return inner.scope.starts_with(outer.scope + ".");
}

QRectF around(const LayoutPoint& centre, QSizeF size) {
    return {centre.x - size.width() / 2, centre.y - size.height() / 2, size.width(), size.height()};
}

/// Widens the frame to the points of the curve that lie at its heights.
void widen(QRectF& rect, const QPainterPath& curve, double margin) {
    constexpr int kSteps = 24;  // a piece; the curve bends little between two of them
    const double top = rect.top(), bottom = rect.bottom();
    const auto take = [&](QPointF point) {
        if (point.y() < top || point.y() > bottom) return;
        rect.setLeft(std::min(rect.left(), point.x() - margin));
        rect.setRight(std::max(rect.right(), point.x() + margin));
    };
    for (int i = 1; i + 2 < curve.elementCount(); i += 3) {
        const QPointF a = curve.elementAt(i - 1), b = curve.elementAt(i), c = curve.elementAt(i + 1),
                      d = curve.elementAt(i + 2);
        for (int step = 0; step <= kSteps; ++step) {
            const double t = double(step) / kSteps, s = 1 - t;
            take(s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d);
        }
    }
}

}  // namespace

std::vector<PlacedFrame> placedFrames(const FoldedGraph& folded, const LayoutResult& layout, const FrameMeasures& measures) {
    std::vector<PlacedFrame> placed;
    for (const FoldFrame& frame : folded.frames)
        placed.push_back({&frame, int(std::count(frame.scope.begin(), frame.scope.end(), '.')), {}});
    std::stable_sort(placed.begin(), placed.end(),
                     [](const PlacedFrame& a, const PlacedFrame& b) { return a.depth > b.depth; });
    std::vector<QPainterPath> curves;
    for (const auto& route : layout.routes) curves.push_back(edgeCurve(route));
    for (auto one = placed.begin(); one != placed.end(); ++one) {
        const std::set<int> inside(one->frame->boxes.begin(), one->frame->boxes.end());
        QRectF hull;
        for (int box : inside) hull |= around(layout.centres[std::size_t(box)], measures.box);
        for (auto inner = placed.begin(); inner != one; ++inner)
            if (lies(*inner->frame, *one->frame)) hull |= inner->rect;
        const auto ends = [&](std::size_t edge) {
            return inside.count(folded.edges[edge].first) + inside.count(folded.edges[edge].second);
        };
        for (std::size_t e = 0; e < curves.size(); ++e)
            if (ends(e) == 2) hull |= curves[e].boundingRect();
        const double margin = measures.margin;
        one->rect = hull.adjusted(-margin, -measures.band, margin, margin);
        for (std::size_t e = 0; e < curves.size(); ++e)
            if (ends(e) == 1) widen(one->rect, curves[e], margin);
    }
    return placed;
}

int deepestNesting(const FoldedGraph& folded) {
    std::ptrdiff_t most = 0;
    for (const FoldFrame& frame : folded.frames)
        most = std::max(most, std::count_if(folded.frames.begin(), folded.frames.end(), [&](const FoldFrame& outer) {
                            return frame.scope == outer.scope || lies(frame, outer);
                        }));
    return int(most);
}

}  // namespace lorashear::ui
