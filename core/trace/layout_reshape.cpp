#include "core/trace/layout_moves.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace lorashear::trace {

namespace {

using Sizes = std::vector<std::int64_t>;

std::int64_t product(const Sizes& sizes, int begin, int end) {
    return std::accumulate(sizes.begin() + begin, sizes.begin() + end, std::int64_t{1}, std::multiplies<>());
}

// Dimensions [begin, end) before and after that hold the same elements.
struct Segment {
    int begin, end, newBegin, newEnd;
};

std::vector<Segment> segmentsOf(const Sizes& from, const Sizes& to) {
    std::vector<Segment> segments;
    const int n = static_cast<int>(from.size()), m = static_cast<int>(to.size());
    int i = 0, j = 0;
    while (i < n && j < m) {
        Segment segment{i, i + 1, j, j + 1};
        auto left = from[static_cast<std::size_t>(i)], right = to[static_cast<std::size_t>(j)];
        while (left != right) {
            if (left < right)
                left *= from[static_cast<std::size_t>(segment.end++)];
            else
                right *= to[static_cast<std::size_t>(segment.newEnd++)];
        }
        segments.push_back(segment);
        i = segment.end, j = segment.newEnd;
    }
    if (!segments.empty()) segments.back().end = n, segments.back().newEnd = m;  // ones that are left over
    return segments;
}

// The one traced block that a merge of dimensions keeps: that of the slowest of them. Others cannot be followed.
void keepOneBlock(Dependencies& known, Layout& layout, const Segment& segment, const std::string& op) {
    const Block* kept = nullptr;
    for (int dim = segment.begin; dim < segment.end; ++dim) {
        const auto* block = layout.blockOf(dim);
        if (!block || block == kept) continue;
        if (!kept) {
            kept = block;
            continue;
        }
        const int first = kept->dims.front();
        pin(known, layout, dim, NoteKind::Shared, op);
        kept = layout.blockOf(first);
    }
}

// The block's table with its axes inside the segment flattened to one, row-major in the tensor's order of
// dimensions; dimensions of the segment that are not traced repeat the atoms. The flat axis takes the place of
// the slowest one it replaces.
Block flattened(const Block& block, const Segment& segment, const Sizes& shape) {
    Block flat;
    flat.spoiledBy = block.spoiledBy;
    int flatAxis = -1;
    for (std::size_t axis = 0; axis < block.dims.size(); ++axis) {
        const int dim = block.dims[axis];
        const bool inside = dim >= segment.begin && dim < segment.end;
        if (inside && flatAxis >= 0) continue;
        if (inside) flatAxis = static_cast<int>(flat.dims.size());
        flat.dims.push_back(inside ? segment.begin : dim);
        flat.sizes.push_back(inside ? product(shape, segment.begin, segment.end) : block.sizes[axis]);
    }
    std::vector<std::int64_t> strides(block.sizes.size(), 1);
    for (std::size_t i = block.sizes.size(); i-- > 1;) strides[i - 1] = strides[i] * block.sizes[i];
    // For every coordinate of every new axis: what it adds to the position in the old table.
    std::vector<Sizes> offsets(flat.dims.size());
    for (std::size_t axis = 0; axis < flat.dims.size(); ++axis)
        for (std::int64_t index = 0; index < flat.sizes[axis]; ++index) {
            std::int64_t offset = 0, rest = index;
            const bool isFlat = static_cast<int>(axis) == flatAxis;
            for (int dim = isFlat ? segment.end - 1 : flat.dims[axis]; dim >= (isFlat ? segment.begin : flat.dims[axis]);
                 --dim) {
                const auto size = isFlat ? shape[static_cast<std::size_t>(dim)] : flat.sizes[axis];
                if (const int old = block.axisOf(dim); old >= 0)
                    offset += rest % size * strides[static_cast<std::size_t>(old)];
                rest /= size;
            }
            offsets[axis].push_back(offset);
        }
    Sizes positions{0};
    for (const auto& axis : offsets) {
        Sizes next;
        next.reserve(positions.size() * axis.size());
        for (auto position : positions)
            for (auto offset : axis) next.push_back(position + offset);
        positions = std::move(next);
    }
    auto atoms = std::make_shared<std::vector<int>>();
    atoms->reserve(positions.size());
    for (auto position : positions) atoms->push_back((*block.atoms)[static_cast<std::size_t>(position)]);
    flat.atoms = atoms;
    return flat;
}

// While a block is rewritten, axes that have their new dimension carry it in this form, which no old dimension
// equals.
int placed(int newDim) {
    return -2 - newDim;
}

// Replaces the segment's flat axis by its new dimensions.
void split(Block& block, const Segment& segment, const Sizes& shape) {
    const int axis = block.axisOf(segment.begin);
    block.dims.erase(block.dims.begin() + axis);
    block.sizes.erase(block.sizes.begin() + axis);
    for (int dim = segment.newEnd - 1; dim >= segment.newBegin; --dim) {
        block.dims.insert(block.dims.begin() + axis, placed(dim));
        block.sizes.insert(block.sizes.begin() + axis, shape[static_cast<std::size_t>(dim)]);
    }
}

bool touches(const Block& block, const Segment& segment) {
    return std::any_of(block.dims.begin(), block.dims.end(),
                       [&](int dim) { return dim >= segment.begin && dim < segment.end; });
}

}  // namespace

Layout reshaped(Dependencies& known, const Layout& from, const Sizes& shape, const std::string& op) {
    Layout to = from;
    to.shape = shape;
    if (from.shape == shape) return to;
    Layout source = from;
    const auto segments = segmentsOf(from.shape, shape);
    for (const auto& segment : segments) keepOneBlock(known, source, segment, op);
    to.blocks.clear();
    for (Block block : source.blocks) {
        for (const auto& segment : segments) {
            if (!touches(block, segment)) continue;
            if (segment.end - segment.begin > 1) block = flattened(block, segment, source.shape);
            split(block, segment, shape);
        }
        for (int& dim : block.dims) dim = -2 - dim;
        if (!segments.empty()) to.blocks.push_back(std::move(block));
    }
    return to;
}

}  // namespace lorashear::trace
