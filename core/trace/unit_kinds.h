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

/// How a kind is called and shown; whoever names or colours units asks here.
struct UnitKindRow {
    UnitKind kind;
    const char* id;    ///< in files: "attention"
    const char* many;  ///< for people: "KV heads"
    int color;         ///< place in the window's palette of distinguishable colours
};

/// One row a kind, in the order of the enum.
inline constexpr std::array kUnitKinds{
    UnitKindRow{UnitKind::Attention, "attention", "KV heads", 0},
    UnitKindRow{UnitKind::QueryHeads, "query_heads", "query heads", 4},
    UnitKindRow{UnitKind::Mlp, "mlp", "neurons", 1},
    UnitKindRow{UnitKind::Experts, "experts", "experts", 6},
    UnitKindRow{UnitKind::Hidden, "hidden", "channels", 2},
    UnitKindRow{UnitKind::Vocabulary, "vocabulary", "tokens", 5},
    UnitKindRow{UnitKind::Other, "other", "rows", 3},
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
