#include "core/trace/layout_moves.h"

#include <algorithm>

namespace lorashear::trace {

namespace {

// One operand of an elementwise operator, in the result's coordinates.
struct Operand {
    Layout layout;
    std::vector<bool> spans;  // whether it has more than one element along each dimension of the result
};

Operand aligned(const Layout& from, const std::vector<std::int64_t>& shape) {
    Operand operand{broadcast(from, shape), std::vector<bool>(shape.size(), false)};
    const auto shift = shape.size() - from.shape.size();
    for (std::size_t d = 0; d < from.shape.size(); ++d) operand.spans[d + shift] = from.shape[d] > 1;
    return operand;
}

// The dimensions of a block that matter for comparison: an axis of size one says nothing.
std::vector<int> effective(const Block& block) {
    std::vector<int> dims;
    for (std::size_t axis = 0; axis < block.dims.size(); ++axis)
        if (block.sizes[axis] > 1) dims.push_back(block.dims[axis]);
    std::sort(dims.begin(), dims.end());
    return dims;
}

bool overlap(const Block& a, const Block& b) {
    return std::any_of(a.dims.begin(), a.dims.end(), [&](int dim) { return b.axisOf(dim) >= 0; });
}

// The table of b with axes in the order of a's effective ones.
Table inOrderOf(const Block& a, const Block& b) {
    std::vector<int> order;
    for (int dim : a.dims)
        if (const int axis = b.axisOf(dim); axis >= 0 && b.sizes[at(axis)] > 1) order.push_back(axis);
    if (std::is_sorted(order.begin(), order.end())) return b.atoms;
    std::vector<std::int64_t> strides(b.sizes.size(), 1);
    for (std::size_t i = b.sizes.size(); i-- > 1;) strides[i - 1] = strides[i] * b.sizes[i];
    auto atoms = std::make_shared<std::vector<int>>(b.atoms->size());
    for (std::size_t flat = 0; flat < atoms->size(); ++flat) {
        auto rest = static_cast<std::int64_t>(flat), source = std::int64_t{0};
        for (std::size_t i = order.size(); i-- > 0;) {
            const auto size = b.sizes[at(order[i])];
            source += rest % size * strides[at(order[i])];
            rest /= size;
        }
        (*atoms)[flat] = (*b.atoms)[static_cast<std::size_t>(source)];
    }
    return atoms;
}

// Something of another operand that does not shrink lies along a traced dimension: it cannot be cut there.
bool pinAgainstFixed(Dependencies& known, std::vector<Operand>& operands, const std::string& op) {
    for (auto& operand : operands)
        for (const auto& block : operand.layout.blocks)
            for (int dim : block.dims)
                for (const auto& other : operands)
                    if (&other != &operand && other.spans[at(dim)] && !other.layout.blockOf(dim)) {
                        pin(known, operand.layout, dim, NoteKind::MeetsFixed, op);
                        return true;
                    }
    return false;
}

// Two blocks that share dimensions without being over the same ones, say heads x size against size alone: the
// slowest axis of the larger one is what may go; the others go whole with it.
void settle(Dependencies& known, Layout& a, int dimOfA, Layout& b, int dimOfB, const std::string& op) {
    const bool aIsLarger = a.blockOf(dimOfA)->dims.size() >= b.blockOf(dimOfB)->dims.size();
    auto& larger = aIsLarger ? a : b;
    auto& smaller = aIsLarger ? b : a;
    const int major = larger.blockOf(aIsLarger ? dimOfA : dimOfB)->dims.front();
    const auto rest = smaller.blockOf(aIsLarger ? dimOfB : dimOfA)->dims;
    keepOnly(known, larger, major, op);
    for (int dim : rest)
        if (dim != major) pin(known, smaller, dim, NoteKind::Shared, op);
}

// One step of bringing two operands' blocks together; true if something changed.
bool join(Dependencies& known, Layout& a, Layout& b, const std::string& op) {
    for (auto& blockA : a.blocks)
        for (auto& blockB : b.blocks) {
            if (!overlap(blockA, blockB) || (blockA.atoms == blockB.atoms && blockA.dims == blockB.dims)) continue;
            if (effective(blockA) != effective(blockB)) {
                settle(known, a, blockA.dims.front(), b, blockB.dims.front(), op);
                return true;
            }
            known.unite(blockA.atoms, inOrderOf(blockA, blockB));
            const auto spoiledBy = blockB.spoiledBy;
            blockB = blockA;
            blockB.spoiledBy = spoiledBy;
            return true;
        }
    return false;
}

bool joinAny(Dependencies& known, std::vector<Operand>& operands, const std::string& op) {
    for (std::size_t i = 0; i < operands.size(); ++i)
        for (std::size_t j = i + 1; j < operands.size(); ++j)
            if (join(known, operands[i].layout, operands[j].layout, op)) return true;
    return false;
}

// Whether the slices that removed atoms own are zero in the result; the operator's name if not.
std::string spoiled(const Block& block, const std::vector<Operand>& operands, ZeroRule rule, const std::string& op) {
    if (rule == ZeroRule::Never) return op;
    std::string worst, first;
    bool anyZero = false;
    for (std::size_t k = 0; k < operands.size(); ++k) {
        const auto* own = operands[k].layout.blockOf(block.dims.front());
        const auto state = own ? own->spoiledBy : op;
        anyZero = anyZero || state.empty();
        if (k == 0) first = state;
        if (!state.empty() && (worst.empty() || operands[k].layout.activation)) worst = state;
    }
    if (rule == ZeroRule::First) return first;
    return rule == ZeroRule::Any && anyZero ? std::string() : worst;
}

}  // namespace

Layout combined(Dependencies& known, std::vector<Layout> layouts, const std::vector<std::int64_t>& shape, ZeroRule rule,
                const std::string& op) {
    std::vector<Operand> operands;
    operands.reserve(layouts.size());
    for (const auto& layout : layouts) operands.push_back(aligned(layout, shape));
    while (pinAgainstFixed(known, operands, op) || joinAny(known, operands, op)) {
    }
    Layout result;
    result.shape = shape;
    for (const auto& operand : operands) {
        result.activation = result.activation || operand.layout.activation;
        for (const auto& block : operand.layout.blocks) {
            const bool covered = std::any_of(result.blocks.begin(), result.blocks.end(),
                                             [&](const Block& one) { return overlap(one, block); });
            if (covered) continue;
            result.blocks.push_back(block);
            result.blocks.back().spoiledBy = spoiled(block, operands, rule, op);
        }
    }
    return result;
}

namespace {

bool sameOtherAxes(const Block& a, int dimA, const Block& b) {
    if (a.dims != b.dims) return false;
    for (std::size_t axis = 0; axis < a.dims.size(); ++axis)
        if (a.dims[axis] != dimA && a.sizes[axis] != b.sizes[axis]) return false;
    return true;
}

// The parts' tables one after the other along dim.
Block chained(const std::vector<Layout>& parts, int dim) {
    Block all = *parts.front().blockOf(dim);
    const int axis = all.axisOf(dim);
    std::int64_t outer = 1, total = 0;
    for (int i = 0; i < axis; ++i) outer *= all.sizes[at(i)];
    for (const auto& part : parts) total += part.size(dim);
    auto atoms = std::make_shared<std::vector<int>>();
    for (std::int64_t o = 0; o < outer; ++o)
        for (const auto& part : parts) {
            const auto& table = *part.blockOf(dim)->atoms;
            const auto run = static_cast<std::ptrdiff_t>(static_cast<std::int64_t>(table.size()) / outer);
            atoms->insert(atoms->end(), table.begin() + o * run, table.begin() + (o + 1) * run);
        }
    for (const auto& part : parts)
        if (!part.blockOf(dim)->spoiledBy.empty()) all.spoiledBy = part.blockOf(dim)->spoiledBy;
    all.atoms = atoms;
    all.sizes[at(axis)] = total;
    return all;
}

}  // namespace

Layout concatenated(Dependencies& known, std::vector<Layout> parts, int dim, const std::vector<std::int64_t>& shape,
                    const std::string& op) {
    const bool chain = std::all_of(parts.begin(), parts.end(), [&](const Layout& part) {
        const auto* own = part.blockOf(dim);
        const auto* first = parts.front().blockOf(dim);
        return own && first && sameOtherAxes(*first, dim, *own);
    });
    std::vector<Block> traced;
    if (chain) traced.push_back(chained(parts, dim));
    for (auto& part : parts) {
        if (!chain)
            pin(known, part, dim, NoteKind::MeetsFixed, op);
        else
            part.blocks.erase(part.blocks.begin() + (part.blockOf(dim) - part.blocks.data()));
        part.shape[at(dim)] = 1;
    }
    auto common = shape;
    common[at(dim)] = 1;
    Layout result = combined(known, parts, common, ZeroRule::All, op);
    result.blocks.insert(result.blocks.end(), traced.begin(), traced.end());
    result.shape = shape;
    return result;
}

}  // namespace lorashear::trace
