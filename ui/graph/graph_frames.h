#pragma once

#include "core/layout/layered_layout.h"
#include "ui/graph/folded_graph.h"

#include <QRectF>
#include <QSizeF>

#include <vector>

namespace lorashear::ui {

/// Where the outline of an opened module goes.
struct PlacedFrame {
    const FoldFrame* frame = nullptr;
    int depth = 0;  ///< of its module: inner ones are deeper
    QRectF rect;
};

/// How much room frames need between layers.
struct FrameMeasures {
    QSizeF box;          ///< of every box
    double band = 0;     ///< height of the strip at the top that is the name's alone
    double margin = 10;  ///< around everything else
};

/// Inner frames first. A frame goes around its boxes, the frames inside, the edges that stay inside, and, as far as they run beside it, the edges
/// that come in or go out, so that these cross its upper or lower edge alone. Of the folded graph that the layout is of, which must outlive the result.
std::vector<PlacedFrame> placedFrames(const FoldedGraph& folded, const LayoutResult& layout, const FrameMeasures& measures);

/// How many frames lie one in the other at most: those that begin at the same box need their names one above the other.
int deepestNesting(const FoldedGraph& folded);

}  // namespace lorashear::ui
