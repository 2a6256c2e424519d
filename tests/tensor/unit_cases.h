#pragma once

#include "core/edits/edit.h"
#include "core/model/config.h"
#include "core/model/factor.h"
#include "core/trace/structure.h"

#include <algorithm>
#include <string>
#include <vector>

/// Everything that an edit can take away, as edits of any traced model: what resources/help/units-by-family.md is asked with.
namespace lorashear::testing {

/// Where layers have some of a unit each: half of it from all of them, or from the first one alone.
enum class Extent { EveryLayer, OneLayer };

struct UnitCase {
    std::string title;
    std::string unit;  ///< the row of unitTable(); empty: no plan asks for it
    bool layered;      ///< every layer has some of its own, so that one may lose other numbers than the others
    /// Empty: the model has none of it. Whether it can go is for the program to say.
    Edits (*edits)(const ModelConfig& config, const Structure& structure, Extent extent);
};

/// The last half of the groups of a kind; of what cannot be cut the first, to hear why.
template <UnitKind kind, bool inExperts = false>
Edits halfOf(const ModelConfig&, const Structure& structure, Extent extent) {
    Edits edits;
    const NodeGroup* first = nullptr;
    for (const NodeGroup& group : structure.nodeGroups) {
        if (group.unit != kind || (group.within >= 0) != inExperts) continue;
        if (kind == UnitKind::Mlp && group.layer < 0) continue;  // between embedding and blocks
        if (!first) first = &group;
        if (extent == Extent::OneLayer && group.layer != first->layer) continue;
        const int goes = std::max(1, std::min(group.count / 2, group.count - group.minimum));
        std::vector<int> groups;
        for (int j = std::max(0, group.count - goes); j < group.count; ++j) groups.push_back(j);
        edits.push_back(RemoveGroups{group.name, groups.empty() ? std::vector<int>{0} : groups});
    }
    return edits;
}

template <BlockPart part>
Edits secondBlocks(const ModelConfig&, const Structure&, Extent) {
    return {DropPart{1, part}};
}

inline Edits everySecondToken(const ModelConfig& config, const Structure&, Extent) {
    std::vector<int> keep;
    for (int id = 0; id < config.vocabulary; ++id)
        if (id % 2 == 0 || id == config.bosId || std::count(config.eosIds.begin(), config.eosIds.end(), id))
            keep.push_back(id);
    return {TrimVocabulary{keep}};
}

/// Every linear of the blocks that factors of this form make smaller, at half the rank that would save nothing.
template <int blocks>
Edits factored(const ModelConfig&, const Structure& structure, Extent) {
    Edits edits;
    for (const auto& [name, size] : structure.linears)
        if (const int most = largestSavingRank(size.out, size.in, blocks); most > 0)
            edits.push_back(FactorLinear{name, {std::max(1, most / 2), blocks}});
    return edits;
}

/// The table: columns of the page.
inline const std::vector<UnitCase>& unitCases() {
    static const std::vector<UnitCase> kCases = {
        {"KV groups", "attention", true, halfOf<UnitKind::Attention>},
        {"query heads", "query_heads", true, halfOf<UnitKind::QueryHeads>},
        {"neurons", "mlp", true, halfOf<UnitKind::Mlp>},
        {"experts", "experts", true, halfOf<UnitKind::Experts>},
        {"neurons of experts", "mlp", true, halfOf<UnitKind::Mlp, true>},
        {"channels", "hidden", false, halfOf<UnitKind::Hidden>},
        {"block", "blocks", false, secondBlocks<BlockPart::Block>},
        {"attention", "attention_layers", false, secondBlocks<BlockPart::Attention>},
        {"MLP", "mlp_layers", false, secondBlocks<BlockPart::Mlp>},
        {"vocabulary", "vocabulary", false, everySecondToken},
        {"low rank", "", false, factored<1>},
        {"low rank in blocks", "", false, factored<2>},
    };
    return kCases;
}

}  // namespace lorashear::testing
