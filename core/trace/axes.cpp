#include "core/trace/axes.h"

#include <algorithm>
#include <numeric>

namespace lorashear::trace {

int Classes::add(std::int64_t count) {
    const auto first = m_parent.size();
    m_parent.resize(first + static_cast<std::size_t>(count));
    std::iota(m_parent.begin() + static_cast<std::ptrdiff_t>(first), m_parent.end(), static_cast<int>(first));
    return static_cast<int>(first);
}

int Classes::find(int atom) {
    auto* parent = m_parent.data();
    while (parent[atom] != atom) atom = parent[atom] = parent[parent[atom]];
    return atom;
}

// The smaller id becomes the root: deterministic, and parameters met first lead.
void Classes::unite(int a, int b) {
    a = find(a), b = find(b);
    if (a == b) return;
    m_parent[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
}

int Block::axisOf(int dim) const {
    const auto found = std::find(dims.begin(), dims.end(), dim);
    return found == dims.end() ? -1 : static_cast<int>(found - dims.begin());
}

Block* Layout::blockOf(int dim) {
    for (auto& block : blocks)
        if (block.axisOf(dim) >= 0) return &block;
    return nullptr;
}

const Block* Layout::blockOf(int dim) const {
    for (const auto& block : blocks)
        if (block.axisOf(dim) >= 0) return &block;
    return nullptr;
}

void Dependencies::note(NoteKind kind, const std::string& op, const Table& atoms) {
    for (auto& known : notes) {
        if (known.kind != kind || known.op != op) continue;
        if (std::find(known.tables.begin(), known.tables.end(), atoms) == known.tables.end()) known.tables.push_back(atoms);
        return;
    }
    notes.push_back({kind, op, {atoms}});
}

void Dependencies::unite(const Table& a, const Table& b) {
    if (a == b) return;
    for (std::size_t i = 0; i < a->size(); ++i) classes.unite((*a)[i], (*b)[i]);
}

}  // namespace lorashear::trace
