#include "core/plan/sizes_after.h"

#include "core/base/error.h"
#include "core/plan/unit_table.h"
#include "core/trace/token_tables.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

// A removed group takes a fixed length off each dimension that it lies in, whichever it is; so sizes follow from counts. Where two node
// groups lie in the same rows (a KV group and the query heads inside it) lengths must not be added up: plans cut query heads here, KV groups
// later, and price a KV group by the share of its rows that is left, which is exact since every KV group of a layer loses the same heads.

namespace lorashear {

namespace {

constexpr BlockPart kHalves[] = {BlockPart::Attention, BlockPart::Mlp};

bool includes(BlockPart whole, BlockPart half) {
    return whole == BlockPart::Block || whole == half;
}

}  // namespace

struct SizesAfter::Index {
    /// A group's share of one dimension of a tensor.
    struct Piece {
        int tensor = 0, dim = 0;
        std::int64_t length = 0;
    };

    const Structure* before = nullptr;
    std::vector<std::size_t> first;                     ///< by tensor, and one behind the last: where its dimensions begin
    std::vector<std::int64_t> sizes;                    ///< of before
    std::vector<std::vector<Piece>> pieces;             ///< by node group
    std::map<std::string, int> groups;                  ///< by name
    std::vector<std::vector<std::vector<int>>> wholes;  ///< by node group and group: tensors
    std::vector<std::vector<std::pair<int, int>>> inside;  ///< by node group: those within, with the group that they lie in
    std::vector<std::vector<int>> parts[2];                ///< by block: tensors of attention, of MLP
    std::vector<int> tokens;                               ///< tensors whose rows are tokens
    int rows = 0;                                          ///< of them

    int tensorOf(const std::string& name) const {
        const auto found = tensors.find(name);
        if (found == tensors.end()) throw Error(ErrorCode::Internal, name, "the structure has no shape of this tensor");
        return found->second;
    }
    std::map<std::string, int> tensors;

    explicit Index(const Structure& structure) : before(&structure) {
        for (const auto& [name, shape] : structure.tensors) {
            tensors[name] = static_cast<int>(first.size());
            first.push_back(sizes.size());
            sizes.insert(sizes.end(), shape.begin(), shape.end());
        }
        first.push_back(sizes.size());
        pieces.resize(structure.nodeGroups.size());
        wholes.resize(structure.nodeGroups.size());
        inside.resize(structure.nodeGroups.size());
        for (std::size_t i = 0; i < structure.nodeGroups.size(); ++i) addGroup(structure.nodeGroups[i], i);
        for (const BlockParts& block : structure.parts) {
            parts[0].push_back(tensorsOf(block.attention.tensors));
            parts[1].push_back(tensorsOf(block.mlp.tensors));
        }
        if (const NodeGroup* vocabulary = vocabularyOf(structure)) {
            rows = vocabulary->count;
            tokens = tensorsOf(tokenTables(structure, rows));
        }
    }

private:
    void addGroup(const NodeGroup& group, std::size_t at) {
        groups[group.name] = static_cast<int>(at);
        std::set<std::tuple<int, int, std::int64_t>> known;  // a slice may be listed on both sides
        for (const auto* slices : {&group.primary, &group.secondary})
            for (const GroupSlice& slice : *slices) {
                const int tensor = tensorOf(slice.tensor);
                if (known.insert({tensor, slice.dim, slice.offset}).second)
                    pieces[at].push_back({tensor, slice.dim, slice.length});
            }
        for (const auto& names : group.wholes) wholes[at].push_back(tensorsOf(names));
        if (group.within >= 0)
            inside[static_cast<std::size_t>(group.within)].emplace_back(static_cast<int>(at), group.withinGroup);
    }
    std::vector<int> tensorsOf(const std::vector<std::string>& names) const {
        std::vector<int> ids;
        ids.reserve(names.size());
        for (const std::string& name : names) ids.push_back(tensorOf(name));
        return ids;
    }
};

SizesAfter::SizesAfter(const Structure& before)
    : m_index(std::make_shared<const Index>(before)),
      m_sizes(m_index->sizes),
      m_dropped(before.tensors.size(), false),
      m_gone(before.nodeGroups.size(), false),
      m_reasons(before.nodeGroups.size()),
      m_parts{std::vector<bool>(before.parts.size(), false), std::vector<bool>(before.parts.size(), false)} {}

void SizesAfter::make(const Edits& edits) {
    for (const Edit& edit : edits) make(edit);
}

void SizesAfter::make(const Edit& edit) {
    if (const auto* remove = std::get_if<RemoveGroups>(&edit)) {
        const auto at = static_cast<std::size_t>(m_index->groups.at(remove->nodeGroup));
        for (const Index::Piece& piece : m_index->pieces[at])
            m_sizes[m_index->first[static_cast<std::size_t>(piece.tensor)] + static_cast<std::size_t>(piece.dim)] -=
                piece.length * static_cast<std::int64_t>(remove->groups.size());
        for (const int group : remove->groups) {
            if (m_index->wholes[at].empty()) break;
            for (const int tensor : m_index->wholes[at][static_cast<std::size_t>(group)]) dropTensor(tensor);
            for (const auto& [inner, owner] : m_index->inside[at])
                if (owner == group) {
                    m_gone[static_cast<std::size_t>(inner)] = true;
                    m_reasons[static_cast<std::size_t>(inner)] = "its expert goes as a whole";
                }
        }
    } else if (const auto* drop = std::get_if<DropPart>(&edit)) {
        const auto layer = static_cast<std::size_t>(drop->layer);
        for (const BlockPart half : kHalves) {
            if (!includes(drop->part, half)) continue;
            const bool mlp = half == BlockPart::Mlp;
            m_parts[mlp].at(layer) = true;
            for (const int tensor : m_index->parts[mlp].at(layer)) dropTensor(tensor);
            for (std::size_t i = 0; i < m_gone.size(); ++i) {
                const NodeGroup& group = m_index->before->nodeGroups[i];
                const Unit* unit = group.layer == drop->layer ? unitOf(group) : nullptr;
                if (!unit || unit->part != half) continue;
                m_gone[i] = true;
                m_reasons[i] =
                    drop->part == BlockPart::Block ? "its block goes as a whole" : "its sub-layer goes as a whole";
            }
        }
    } else if (const auto* trim = std::get_if<TrimVocabulary>(&edit)) {
        removeTokens(m_index->rows - static_cast<int>(trim->keep.size()));
    } else {
        throw Error(ErrorCode::Internal, "plan", "sizes after an edit of this kind are not known");
    }
}

void SizesAfter::removeTokens(int many) {
    for (const int tensor : m_index->tokens) m_sizes[m_index->first[static_cast<std::size_t>(tensor)]] -= many;
}

std::int64_t SizesAfter::parametersPerToken() const {
    std::int64_t sum = 0;
    for (const int tensor : m_index->tokens) {
        const std::int64_t rows = m_sizes[m_index->first[static_cast<std::size_t>(tensor)]];
        if (rows > 0) sum += elements(tensor) / rows;
    }
    return sum;
}

void SizesAfter::dropTensor(int tensor) {
    m_dropped[static_cast<std::size_t>(tensor)] = true;
}

std::int64_t SizesAfter::elements(int tensor) const {
    const auto at = static_cast<std::size_t>(tensor);
    if (m_dropped[at]) return 0;
    std::int64_t count = 1;
    for (std::size_t d = m_index->first[at]; d < m_index->first[at + 1]; ++d) count *= m_sizes[d];
    return count;
}

std::int64_t SizesAfter::parameters() const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < m_dropped.size(); ++i) sum += elements(static_cast<int>(i));
    return sum;
}

bool SizesAfter::dropped(int layer, BlockPart part) const {
    const auto at = static_cast<std::size_t>(layer);
    const bool attention = m_parts[0].at(at), mlp = m_parts[1].at(at);
    return part == BlockPart::Block ? attention && mlp : part == BlockPart::Attention ? attention : mlp;
}

bool SizesAfter::gone(int nodeGroup) const {
    return m_gone.at(static_cast<std::size_t>(nodeGroup));
}

/// Every piece is the same share of its dimension as before.
std::int64_t SizesAfter::priceOf(int nodeGroup) const {
    const auto id = static_cast<std::size_t>(nodeGroup);
    std::int64_t price = m_index->before->nodeGroups[id].parametersPerGroup;
    for (const Index::Piece& piece : m_index->pieces[id]) {
        const auto at = static_cast<std::size_t>(piece.tensor);
        const std::size_t first = m_index->first[at], own = first + static_cast<std::size_t>(piece.dim);
        std::int64_t before = piece.length, now = piece.length * m_sizes[own] / m_index->sizes[own];
        for (std::size_t d = first; d < m_index->first[at + 1]; ++d) {
            if (d == own) continue;
            before *= m_index->sizes[d];
            now *= m_sizes[d];
        }
        price -= before - (m_dropped[at] ? 0 : now);
    }
    return price;
}

Structure SizesAfter::structure() const {
    Structure after;
    after.parameters = parameters();
    after.nodeGroups.reserve(m_index->before->nodeGroups.size());
    for (const NodeGroup& group : m_index->before->nodeGroups) {
        NodeGroup& left = after.nodeGroups.emplace_back();
        left.id = group.id, left.name = group.name, left.kind = group.kind, left.unit = group.unit;
        left.layer = group.layer, left.within = group.within, left.withinGroup = group.withinGroup;
        left.minimum = group.minimum;
        if (gone(group.id)) {
            left.reason = m_reasons[static_cast<std::size_t>(group.id)];
            continue;
        }
        left.prunable = group.prunable, left.cuttable = group.cuttable, left.reason = group.reason;
        left.count = group.count;
        const Unit* unit = unitOf(group);
        left.parametersPerGroup = unit && unit->fades ? priceOf(group.id) : group.parametersPerGroup;
    }
    return after;
}

}  // namespace lorashear
