#pragma once

#include <vector>

namespace lorashear {

/// A box to place; sizes in any unit, kept by the result.
struct LayoutBox {
    double width = 1, height = 1;
};

/// An edge between boxes by index. Must not form a cycle; a repeated edge and a loop are drawn once and not at all.
struct LayoutEdge {
    int from = 0, to = 0;
};

struct LayoutPoint {
    double x = 0, y = 0;
};

struct LayoutOptions {
    double columnGap = 24;  ///< least space between two boxes of one layer
    double layerGap = 34;   ///< space between layers
    int iterations = 60;    ///< of crossing reduction
};

struct LayoutResult {
    std::vector<LayoutPoint> centres;  ///< one per box
    std::vector<int> layers;           ///< one per box, 0 at the top
    std::vector<std::vector<LayoutPoint>>
        routes;  ///< one per edge: from the box's lower edge to the other's upper one, bends between
};

/// Places boxes in layers from top to bottom, every edge pointing down, with few crossings. Deterministic.
/// Error(Internal) with the edge as subject when the edges form a cycle or name no box.
LayoutResult layeredLayout(const std::vector<LayoutBox>& boxes, const std::vector<LayoutEdge>& edges,
                           const LayoutOptions& options = {});

}  // namespace lorashear
