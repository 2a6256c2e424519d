#include "core/layout/layered_layout.h"

#include "core/base/error.h"

#include <igraph/igraph.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>

// Layered drawing after Sugiyama, in four steps.
//
// 1. Layers. A box lies one layer below the lowest of its producers (longest path from the sources). Then boxes without
//    producers, for example rotary tables or masks, are pulled down to just above their first consumer: a constant belongs beside
//    what reads it, not at the top of the page.
// 2. Order and columns. igraph cuts long edges by dummy vertices, one per layer crossed, reduces crossings by barycentres, and assigns
//    columns so that long edges run straight (Brandes and Koepf). We give it our layers: its own layering solves an integer program.
// 3. Rows. igraph knows no sizes. Columns are as wide as the widest box; rows are as high as their highest box.
// 4. Routes. The dummy vertices of an edge, found again through igraph's map from extended to original edges, are its bends.
//
// Not done: ports, edge labels, incremental stability between two layouts of nearly the same graph.

namespace lorashear {
namespace {

using Pairs = std::vector<std::pair<int, int>>;

void require(igraph_error_t code, const char* what) {
    if (code != IGRAPH_SUCCESS)
        throw Error(ErrorCode::Internal, what, std::string("graph layout failed: ") + igraph_strerror(code));
}

/// igraph's default handler ends the process; ours lets the return code speak.
class QuietErrors {
public:
    QuietErrors() : m_lock(mutex()), m_before(igraph_set_error_handler(igraph_error_handler_ignore)) {}
    ~QuietErrors() { igraph_set_error_handler(m_before); }
    QuietErrors(const QuietErrors&) = delete;
    QuietErrors& operator=(const QuietErrors&) = delete;

private:
    static std::mutex& mutex() {
        static std::mutex one;
        return one;
    }
    std::lock_guard<std::mutex> m_lock;
    igraph_error_handler_t* m_before;
};

struct IntVector {
    igraph_vector_int_t v;
    explicit IntVector(igraph_integer_t size = 0) { require(igraph_vector_int_init(&v, size), "vector"); }
    ~IntVector() { igraph_vector_int_destroy(&v); }
    IntVector(const IntVector&) = delete;
    IntVector& operator=(const IntVector&) = delete;
};

struct Graph {
    igraph_t g{};
    bool made = false;
    Graph() = default;
    ~Graph() {
        if (made) igraph_destroy(&g);
    }
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;
};

struct Matrix {
    igraph_matrix_t m;
    Matrix() { require(igraph_matrix_init(&m, 0, 0), "matrix"); }
    ~Matrix() { igraph_matrix_destroy(&m); }
    Matrix(const Matrix&) = delete;
    Matrix& operator=(const Matrix&) = delete;
};

Pairs distinctEdges(const std::vector<LayoutEdge>& edges, int boxes) {
    Pairs pairs;
    for (const LayoutEdge& e : edges) {
        if (e.from < 0 || e.to < 0 || e.from >= boxes || e.to >= boxes)
            throw Error(ErrorCode::Internal, std::to_string(e.from) + "->" + std::to_string(e.to),
                        "an edge names a box that is not there");
        if (e.from != e.to) pairs.emplace_back(e.from, e.to);
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    return pairs;
}

std::vector<int> longestPathLayers(int boxes, const Pairs& pairs) {
    std::vector<std::vector<int>> next(boxes);
    std::vector<int> open(boxes, 0), layers(boxes, 0), ready;
    for (auto [a, b] : pairs) next[a].push_back(b), ++open[b];
    const std::vector<int> producers = open;
    for (int i = 0; i < boxes; ++i)
        if (open[i] == 0) ready.push_back(i);
    for (std::size_t k = 0; k < ready.size(); ++k)
        for (int to : next[ready[k]]) {
            layers[to] = std::max(layers[to], layers[ready[k]] + 1);
            if (--open[to] == 0) ready.push_back(to);
        }
    if (int(ready.size()) != boxes) throw Error(ErrorCode::Internal, "edges", "the edges form a cycle");
    for (int i = 0; i < boxes; ++i) {
        if (producers[i] != 0 || next[i].empty()) continue;
        int first = layers[next[i][0]];
        for (int to : next[i]) first = std::min(first, layers[to]);
        layers[i] = first - 1;
    }
    return layers;
}

/// Bends per distinct edge and a column for every box and bend, in igraph's units (1 = one column).
struct Placed {
    std::vector<double> columns;          ///< of boxes, then of bends
    std::vector<std::vector<int>> bends;  ///< per distinct edge: indices into columns, top down
};

Placed placeColumns(int boxes, const Pairs& pairs, const std::vector<int>& layers, int iterations) {
    QuietErrors quiet;
    IntVector ends(igraph_integer_t(pairs.size() * 2)), layerVector(boxes), original;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        VECTOR(ends.v)[2 * i] = pairs[i].first;
        VECTOR(ends.v)[2 * i + 1] = pairs[i].second;
    }
    for (int i = 0; i < boxes; ++i) VECTOR(layerVector.v)[i] = layers[i];
    Graph graph, extended;
    require(igraph_create(&graph.g, &ends.v, boxes, IGRAPH_DIRECTED), "graph");
    graph.made = true;
    Matrix positions;
    require(igraph_layout_sugiyama(&graph.g, &positions.m, &extended.g, &original.v, &layerVector.v, 1.0, 1.0, iterations,
                                   nullptr),
            "layout");
    extended.made = true;

    Placed placed;
    const igraph_integer_t vertices = igraph_vcount(&extended.g);
    for (igraph_integer_t v = 0; v < vertices; ++v) placed.columns.push_back(MATRIX(positions.m, v, 0));
    std::map<igraph_integer_t, std::map<igraph_integer_t, igraph_integer_t>>
        hops;  // original edge -> from vertex -> to vertex
    for (igraph_integer_t e = 0; e < igraph_ecount(&extended.g); ++e)
        hops[VECTOR(original.v)[e]][IGRAPH_FROM(&extended.g, e)] = IGRAPH_TO(&extended.g, e);
    placed.bends.resize(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto& hop = hops[igraph_integer_t(i)];
        auto step = hop.find(pairs[i].first);
        while (step != hop.end() && step->second != pairs[i].second) {
            placed.bends[i].push_back(int(step->second));
            step = hop.find(step->second);
        }
    }
    return placed;
}

}  // namespace

LayoutResult layeredLayout(const std::vector<LayoutBox>& boxes, const std::vector<LayoutEdge>& edges,
                           const LayoutOptions& options) {
    LayoutResult result;
    const int count = int(boxes.size());
    result.centres.resize(boxes.size());
    result.routes.resize(edges.size());
    const Pairs pairs = distinctEdges(edges, count);
    if (count == 0) return result;
    result.layers = longestPathLayers(count, pairs);
    const Placed placed = placeColumns(count, pairs, result.layers, options.iterations);

    double columnWidth = 0;
    std::vector<double> rowHeight(1 + *std::max_element(result.layers.begin(), result.layers.end()), 0.0);
    for (int i = 0; i < count; ++i) {
        columnWidth = std::max(columnWidth, boxes[i].width + options.columnGap);
        rowHeight[result.layers[i]] = std::max(rowHeight[result.layers[i]], boxes[i].height);
    }
    std::vector<double> rowCentre(rowHeight.size());
    double top = 0;
    for (std::size_t r = 0; r < rowHeight.size(); ++r) {
        rowCentre[r] = top + rowHeight[r] / 2;
        top += rowHeight[r] + options.layerGap;
    }
    for (int i = 0; i < count; ++i) result.centres[i] = {placed.columns[i] * columnWidth, rowCentre[result.layers[i]]};

    for (std::size_t e = 0; e < edges.size(); ++e) {
        const auto [from, to] = std::pair(edges[e].from, edges[e].to);
        const auto at = std::lower_bound(pairs.begin(), pairs.end(), std::pair(from, to));
        if (from == to || at == pairs.end()) continue;
        auto& route = result.routes[e];
        route.push_back({result.centres[from].x, result.centres[from].y + boxes[from].height / 2});
        int layer = result.layers[from];
        for (int bend : placed.bends[std::size_t(at - pairs.begin())]) {
            ++layer;  // both ends of the row, so that the line passes boxes of that row upright
            const double x = placed.columns[bend] * columnWidth, half = rowHeight[layer] / 2;
            route.push_back({x, rowCentre[layer] - half});
            route.push_back({x, rowCentre[layer] + half});
        }
        route.push_back({result.centres[to].x, result.centres[to].y - boxes[to].height / 2});
    }
    return result;
}

}  // namespace lorashear
