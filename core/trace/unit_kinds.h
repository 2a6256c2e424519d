#pragma once

#include <array>
#include <cstddef>

namespace lorashear {

/// What one group of a node group is, for people and for quotas.
enum class UnitKind {
    Attention,   ///< a KV group: one key/value head with its query heads
    QueryHeads,  ///< the j-th query head of every KV group of a layer
    Mlp,         ///< an MLP neuron
    Experts,     ///< an expert of a routed MLP with its row of the router
    Hidden,      ///< a channel of the residual stream
    Vocabulary,  ///< a row of embedding and head
    Other,       ///< whatever new operators bring
};

/// The half of a decoder block that a kind's groups lie in, if one.
enum class UnitBranch { None, Attention, Mlp };

/// How a kind is called and shown; whoever names or colours units asks here.
struct UnitKindRow {
    UnitKind kind;
    const char* id;          ///< in files: "attention"
    const char *one, *many;  ///< for people: "KV group", "KV groups"
    int color;               ///< place in the window's palette of distinguishable colours
    const char* fill;        ///< of its operators in a DOT drawing
    UnitBranch branch;       ///< what goes with it when it is left out whole
};

/// One row a kind, in the order of the enum.
inline constexpr std::array kUnitKinds{
    UnitKindRow{UnitKind::Attention, "attention", "KV group", "KV groups", 0, "#8ecae6", UnitBranch::Attention},
    UnitKindRow{UnitKind::QueryHeads, "query_heads", "query head", "query heads", 4, "#bde0ec", UnitBranch::Attention},
    UnitKindRow{UnitKind::Mlp, "mlp", "neuron", "neurons", 1, "#ffd166", UnitBranch::Mlp},
    UnitKindRow{UnitKind::Experts, "experts", "expert", "experts", 6, "#f4a261", UnitBranch::Mlp},
    UnitKindRow{UnitKind::Hidden, "hidden", "channel", "channels", 2, "#d9d9d9", UnitBranch::None},
    UnitKindRow{UnitKind::Vocabulary, "vocabulary", "token", "tokens", 5, "#e5d9f2", UnitBranch::None},
    UnitKindRow{UnitKind::Other, "other", "row", "rows", 3, "#f0f0f0", UnitBranch::None},
};

static_assert([] {
    for (std::size_t i = 0; i < kUnitKinds.size(); ++i)
        if (static_cast<std::size_t>(kUnitKinds[i].kind) != i) return false;
    return kUnitKinds.size() == static_cast<std::size_t>(UnitKind::Other) + 1;
}());

constexpr const UnitKindRow& unitKindRow(UnitKind kind) {
    return kUnitKinds[static_cast<std::size_t>(kind)];
}
constexpr const char* unitName(UnitKind kind) {
    return unitKindRow(kind).id;
}

}  // namespace lorashear
