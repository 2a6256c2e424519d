#pragma once

#include "core/edits/edit.h"
#include "core/trace/structure.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lorashear {

/// A way to tell which of a unit matter least, measured on calibration text by forward passes (core/plan/unit_scores.h).
struct UnitScore {
    std::string id;    ///< "influence"
    std::string help;  ///< one sentence
};

/// A kind of thing that a plan can take away: one row of unitTable(). What one of it costs is no constant of the unit: the trace counts it for every node group
/// and block (NodeGroup::parametersPerGroup, BlockParts), core/plan/unit_lanes for what is cut at once. Budget, quota, reachability, selection, snapping, recipes,
/// forms, charts and reports all go by these rows; nothing else names units.
struct Unit {
    std::string id;         ///< key under /plan/units; where groups of node groups are meant: unitName of their kind
    std::string title;      ///< "Attention"
    std::string one, many;  ///< "KV group", "KV groups"
    std::string help;       ///< one sentence
    std::string exports;    ///< one sentence: which exports are left afterwards
    /// Where it lives: groups of node groups, sub-layers that are left out whole, or rows of embedding and head with their tokens.
    enum class Sort { Groups, Parts, Tokens } sort = Sort::Groups;
    std::optional<BlockPart> part;  ///< of Parts: what is left out; of Groups: the sub-layer that they belong to, if one
    bool takesPart = false;         ///< by default
    int minimum = 1;                ///< default: so many stay at least, in every node group
    int divisor = 1;                ///< default: kept counts are multiples of it
    int mostDivisor = 1;            ///< the largest that may be asked for
    bool maskEqualsCut = true;      ///< a mask gives the logits of the cut model, so that there is a preview
    bool fades = false;  ///< pruning methods train its groups towards zero; otherwise it is cut at once, before training
    /// Where this unit takes part as well, every layer loses equally many, so that all its groups still cost the same. Empty: none.
    std::string evenBeside;
    std::vector<UnitScore> scores;  ///< of what does not fade: by what is chosen; the first is the default
    /// Divisors that programs like; snapping tries them. Empty: there are so few groups that snapping tries every count.
    std::vector<int> blockSizes;

    bool layered() const { return sort == Sort::Groups && part.has_value(); }  ///< counts are those of each layer
};

/// The table; core/plan/unit_table.cpp is its one place. Order of recipes, forms and reports.
const std::vector<Unit>& unitTable();
const Unit* findUnit(const std::string& id);     ///< null if there is none
const Unit* unitOf(const NodeGroup& nodeGroup);  ///< null: no plan is about these groups
const Unit& unitById(const std::string& id);     ///< Error(BadRecipe) naming the units

/// What a plan asks of one unit.
struct UnitSettings {
    bool take = true;             ///< takes part
    int minimum = 1;              ///< every node group keeps at least so many groups
    int divisor = 1;              ///< kept groups per node group are a multiple of it
    std::optional<double> share;  ///< of the removed parameters; absent: what the others leave, one common fraction
    std::optional<int> keep;      ///< exactly so many stay: of what fades in every layer of a uniform plan
    std::string score;            ///< Unit::scores of what is cut at once; empty: the first
    bool operator==(const UnitSettings&) const = default;
};

using UnitMap = std::map<std::string, UnitSettings>;       ///< by Unit::id
bool takesAtOnce(const Unit& unit, const UnitMap& units);  ///< takes part and is cut before training
UnitSettings defaultSettings(const Unit& unit);
UnitMap defaultUnits();  ///< every row with its defaults

}  // namespace lorashear
