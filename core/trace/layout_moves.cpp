#include "core/trace/layout_moves.h"

#include <algorithm>
#include <numeric>

namespace lorashear::trace {

namespace {

std::int64_t product(const std::vector<std::int64_t>& sizes) {
    return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

std::size_t index(int number) {
    return static_cast<std::size_t>(number);
}

// Elements before and after an axis in row-major order.
struct Strides {
    std::int64_t outer, size, inner;
    Strides(const Block& block, int axis) {
        outer = product({block.sizes.begin(), block.sizes.begin() + axis});
        size = block.sizes[index(axis)];
        inner = product({block.sizes.begin() + axis + 1, block.sizes.end()});
    }
    std::size_t at(std::int64_t o, std::int64_t s, std::int64_t i) const {
        return static_cast<std::size_t>((o * size + s) * inner + i);
    }
};

Table selected(const Block& block, int axis, const std::vector<std::int64_t>& indices) {
    const Strides strides(block, axis);
    auto atoms = std::make_shared<std::vector<int>>();
    atoms->reserve(static_cast<std::size_t>(strides.outer * strides.inner) * indices.size());
    for (std::int64_t o = 0; o < strides.outer; ++o)
        for (auto chosen : indices)
            for (std::int64_t i = 0; i < strides.inner; ++i) atoms->push_back((*block.atoms)[strides.at(o, chosen, i)]);
    return atoms;
}

void removeAxis(Block& block, int axis) {
    block.dims.erase(block.dims.begin() + axis);
    block.sizes.erase(block.sizes.begin() + axis);
}

void removeBlock(Layout& layout, const Block* block) {
    layout.blocks.erase(layout.blocks.begin() + (block - layout.blocks.data()));
}

}  // namespace

void spoil(Layout& layout, const std::string& op) {
    for (auto& block : layout.blocks) block.spoiledBy = op;
}

void pin(Dependencies& known, Layout& layout, int dim, NoteKind kind, const std::string& op) {
    auto* block = layout.blockOf(dim);
    if (!block) return;
    const int axis = block->axisOf(dim);
    if (block->dims.size() == 1) {
        known.note(kind, op, block->atoms);
        return removeBlock(layout, block);
    }
    const Strides strides(*block, axis);
    for (std::int64_t o = 0; o < strides.outer; ++o)
        for (std::int64_t s = 1; s < strides.size; ++s)
            for (std::int64_t i = 0; i < strides.inner; ++i)
                known.classes.unite((*block->atoms)[strides.at(o, 0, i)], (*block->atoms)[strides.at(o, s, i)]);
    block->atoms = selected(*block, axis, {0});
    removeAxis(*block, axis);
}

void keepOnly(Dependencies& known, Layout& layout, int dim, const std::string& op) {
    const auto* block = layout.blockOf(dim);
    if (!block) return;
    const auto dims = block->dims;
    for (int other : dims)
        if (other != dim) pin(known, layout, other, NoteKind::Shared, op);
}

Layout permuted(const Layout& from, const std::vector<int>& order) {
    Layout to = from;
    for (std::size_t i = 0; i < order.size(); ++i) to.shape[i] = from.shape[index(order[i])];
    for (auto& block : to.blocks)
        for (int& dim : block.dims) dim = static_cast<int>(std::find(order.begin(), order.end(), dim) - order.begin());
    return to;
}

Layout inserted(const Layout& from, int dim) {
    Layout to = from;
    to.shape.insert(to.shape.begin() + dim, 1);
    for (auto& block : to.blocks)
        for (int& own : block.dims) own += own >= dim ? 1 : 0;
    return to;
}

Layout dropped(const Layout& from, int dim) {
    Layout to = from;
    if (auto* block = to.blockOf(dim)) {
        if (block->dims.size() == 1)
            removeBlock(to, block);
        else {
            const int axis = block->axisOf(dim);
            block->atoms = selected(*block, axis, {0});
            removeAxis(*block, axis);
        }
    }
    to.shape.erase(to.shape.begin() + dim);
    for (auto& block : to.blocks)
        for (int& own : block.dims) own -= own > dim ? 1 : 0;
    return to;
}

Layout taken(const Layout& from, int dim, const std::vector<std::int64_t>& indices) {
    Layout to = from;
    to.shape[index(dim)] = static_cast<std::int64_t>(indices.size());
    if (auto* block = to.blockOf(dim)) {
        const int axis = block->axisOf(dim);
        block->atoms = selected(*block, axis, indices);
        block->sizes[index(axis)] = to.shape[index(dim)];
    }
    return to;
}

Layout broadcast(const Layout& from, const std::vector<std::int64_t>& shape) {
    Layout to = from;
    const int shift = static_cast<int>(shape.size()) - from.rank();
    for (auto& block : to.blocks) {
        for (int& dim : block.dims) dim += shift;
        for (std::size_t axis = 0; axis < block.dims.size(); ++axis) {
            const auto wanted = shape[index(block.dims[axis])];
            if (block.sizes[axis] == wanted) continue;
            block.atoms =
                selected(block, static_cast<int>(axis), std::vector<std::int64_t>(static_cast<std::size_t>(wanted), 0));
            block.sizes[axis] = wanted;
        }
    }
    to.shape = shape;
    return to;
}

void contract(Dependencies& known, Layout& a, int dimA, Layout& b, int dimB, const std::string& op) {
    for (auto [layout, dim] : {std::pair{&a, dimA}, std::pair{&b, dimB}})
        if (const auto* block = layout->blockOf(dim)) {
            if (!layout->activation) known.consumed.push_back(block->atoms);
            if (layout->activation && !block->spoiledBy.empty())
                known.note(NoteKind::NotZero, block->spoiledBy, block->atoms);
            // Summed over inside something that goes as a whole: nothing is left to tie to the other side.
            if (block->dims.size() > 1) pin(known, *layout, dim, NoteKind::Shared, op);
        }
    const auto* blockA = a.blockOf(dimA);
    const auto* blockB = b.blockOf(dimB);
    if (blockA && blockB) {
        known.unite(blockA->atoms, blockB->atoms);
        removeBlock(a, blockA);
        removeBlock(b, blockB);
        return;
    }
    pin(known, a, dimA, NoteKind::MeetsFixed, op);
    pin(known, b, dimB, NoteKind::MeetsFixed, op);
}

}  // namespace lorashear::trace
