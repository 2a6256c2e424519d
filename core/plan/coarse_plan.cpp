#include "core/plan/coarse_plan.h"

#include "core/base/error.h"
#include "core/plan/glob.h"
#include "core/plan/lanes.h"
#include "core/plan/structure_after.h"

#include <algorithm>
#include <cmath>
#include <set>

// The coarse part of one budget.
//
// Blocks, sub-layers, channels and query heads are cut at once, before a method trains; attention groups and neurons fill what is
// left of the budget exactly. What one of them saves depends on what went before (a channel is cheaper in a model with fewer blocks),
// so amounts are settled one unit after another, the coarsest first, each by the exact count of the model that the edits so far leave
// (core/edits/blueprint.h). A unit's part of the budget is its share, or what one common fraction of everything that takes part comes to.
// Rounding never goes beyond the budget while finer units follow. Where these cannot take what is left, more goes here, from the finest
// unit upwards; units with a share of their own keep to it.
//
// Without scores any things of a unit will do, the last ones go: counts are the same in a model whose layers are alike, and an estimate in
// others. The run settles it again with the scores that it has measured, and the units that fade make up the difference.

namespace lorashear {

namespace {

using Gone = std::map<BlockPart, std::vector<bool>>;

bool isGone(const Gone& gone, BlockPart part, std::size_t layer) {
    const auto found = gone.find(part);
    return found != gone.end() && found->second.at(layer);
}

bool matchesAny(const std::vector<std::string>& patterns, const std::string& name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return globMatches(pattern, name); });
}

bool covers(BlockPart whole, BlockPart part) {
    return whole == BlockPart::Block || whole == part;
}

/// Layers whose part holds a protected or marked node group.
std::vector<bool> guardedLayers(const CoarseTask& task, BlockPart part) {
    std::vector<bool> guarded(task.structure.parts.size(), false);
    for (const NodeGroup& group : task.structure.nodeGroups) {
        const Unit* unit = unitOf(group);
        if (group.layer < 0 || static_cast<std::size_t>(group.layer) >= guarded.size() || !unit || !unit->part) continue;
        const bool marked = task.marks[static_cast<std::size_t>(group.id)] && !task.options.uniform;
        if (covers(part, *unit->part) && (marked || matchesAny(task.options.protect, group.name)))
            guarded[static_cast<std::size_t>(group.layer)] = true;
    }
    return guarded;
}

bool hasPart(const BlockParts& parts, BlockPart part) {
    const bool attention = !parts.attention.tensors.empty(), mlp = !parts.mlp.tensors.empty();
    return part == BlockPart::Attention ? attention : part == BlockPart::Mlp ? mlp : attention || mlp;
}

std::int64_t parametersOf(const BlockParts& parts, BlockPart part) {
    return (part != BlockPart::Mlp ? parts.attention.parameters : 0) +
           (part != BlockPart::Attention ? parts.mlp.parameters : 0);
}

const UnitSettings& settingsOf(const CoarseTask& task, const Unit& unit) {
    return task.options.units.at(unit.id);
}

std::vector<UnitLane> partLanes(const Unit& unit, const CoarseTask& task, const Gone& gone) {
    const auto& parts = task.structure.parts;
    const auto guarded = guardedLayers(task, *unit.part);
    const UnitSettings& settings = settingsOf(task, unit);
    UnitLane lane;
    lane.name = unit.id;
    int open = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        // A block that has lost one half keeps the other: losing both is what blocks are for.
        const bool touched = isGone(gone, BlockPart::Attention, i) || isGone(gone, BlockPart::Mlp, i);
        const bool there = hasPart(parts[i], *unit.part) && !isGone(gone, *unit.part, i);
        const bool whole =
            *unit.part == BlockPart::Block || (hasPart(parts[i], BlockPart::Attention) && hasPart(parts[i], BlockPart::Mlp));
        lane.count += there && !touched;
        lane.closed.push_back(!there || touched || !whole || guarded[i]);
        open += !lane.closed.back();
    }
    lane.mostRemovable = std::min(open, std::max(0, lane.count - roundUp(settings.minimum, settings.divisor)));
    if (lane.mostRemovable == 0)
        lane.reason =
            lane.count == 0 ? "this model has none" : "it has " + std::to_string(lane.count) + " and they must stay";
    return {lane};
}

std::vector<UnitLane> groupLanes(const Unit& unit, const CoarseTask& task, const Gone& gone) {
    const UnitSettings& settings = settingsOf(task, unit);
    const auto guarded = unit.part ? guardedLayers(task, *unit.part) : std::vector<bool>();
    std::vector<UnitLane> lanes;
    for (const NodeGroup& group : task.structure.nodeGroups) {
        if (unitOf(group) != &unit) continue;
        const auto layer = static_cast<std::size_t>(std::max(0, group.layer));
        if (group.layer >= 0 && unit.part && isGone(gone, *unit.part, layer)) continue;
        UnitLane& lane = lanes.emplace_back();
        lane.name = group.name;
        lane.nodeGroup = group.id;
        lane.count = group.count;
        lane.closed.assign(static_cast<std::size_t>(group.count), false);
        lane.mostRemovable = std::max(0, group.count - roundUp(settings.minimum, settings.divisor));
        const bool own = matchesAny(task.options.protect, group.name) ||
                         (task.marks[static_cast<std::size_t>(group.id)] && !task.options.uniform);
        if (!group.cuttable)
            lane.reason = group.reason;
        else if (own || (group.layer >= 0 && unit.part && guarded.at(layer)))
            lane.reason = group.name + " is protected";
        else if (lane.mostRemovable == 0)
            lane.reason = group.name + " has " + std::to_string(group.count) + " and they must stay";
        if (!lane.reason.empty()) lane.mostRemovable = 0;
    }
    return lanes;
}

/// What a unit offers in the model that earlier edits leave.
struct Offer {
    std::vector<UnitLane> lanes;
    ReachableCounts reachable;
    double cost = 0;  ///< parameters of one
    std::string reason;
};

class Settling {
public:
    Settling(const CoarseTask& task, FineRoomOf fineRoom) : m_task(task), m_fineRoom(std::move(fineRoom)) {
        for (const Unit& unit : unitTable())
            if (takesAtOnce(unit, task.options.units)) m_units.push_back(&unit);
        std::stable_sort(m_units.begin(), m_units.end(), [&](auto* a, auto* b) { return grainOf(*a) > grainOf(*b); });
        begin();
    }

    CoarsePlan run() {
        CoarsePlan plan;
        requireOffers();
        plan.largestRatio = largest() / all();
        settle();
        fill();
        plan.remove = m_amounts;
        plan.edits = m_edits;
        plan.after = structureAfter(m_task.structure, m_blueprint, m_edits);
        plan.grain = m_grain;
        return plan;
    }

private:
    double all() const { return static_cast<double>(m_task.structure.parameters); }
    double left() const { return static_cast<double>(m_blueprint.parameters()); }
    double budget() const { return m_task.options.ratio * all(); }
    double missing() const { return budget() - (all() - left()); }

    void begin() {
        m_edits.clear();
        m_gone.clear();
        m_amounts.clear();
        m_blueprint = blueprintOf(m_task.config, m_task.structure, m_edits);
    }

    /// Parameters of one of a unit in the whole model, roughly: what the units are ordered by.
    double grainOf(const Unit& unit) const {
        double most = 0;
        if (unit.sort == Unit::Sort::Parts) {
            for (const BlockParts& parts : m_task.structure.parts)
                most = std::max(most, static_cast<double>(parametersOf(parts, *unit.part)));
        } else {
            for (const NodeGroup& group : m_task.structure.nodeGroups)
                if (unitOf(group) == &unit) most = std::max(most, static_cast<double>(group.parametersPerGroup));
        }
        return most;
    }

    /// Parameters of all of a unit in the whole model.
    double priceOf(const Unit& unit) const {
        double price = 0;
        if (unit.sort == Unit::Sort::Parts) {
            for (const BlockParts& parts : m_task.structure.parts)
                price += static_cast<double>(parametersOf(parts, *unit.part));
        } else {
            for (const NodeGroup& group : m_task.structure.nodeGroups)
                if (unitOf(group) == &unit) price += static_cast<double>(group.parametersPerGroup) * group.count;
        }
        return price;
    }

    Offer offerOf(const Unit& unit) const {
        const UnitSettings& settings = settingsOf(m_task, unit);
        Offer offer;
        offer.lanes = unitLanes(unit, m_task, m_gone);
        std::vector<LaneLimits> limits;
        for (const UnitLane& lane : offer.lanes) {
            if (!lane.reason.empty()) offer.reason = lane.reason;
            if (lane.mostRemovable > 0) limits.push_back({lane.count, lane.mostRemovable});
        }
        if (offer.lanes.empty()) offer.reason = "this model has none";
        const bool uneven = m_task.options.uniform && limits.size() != offer.lanes.size();
        if (limits.empty() || uneven) return offer;
        offer.reason.clear();
        if (settings.keep) {
            for (const LaneLimits& lane : limits)
                if (*settings.keep > lane.count || lane.count - *settings.keep > lane.mostRemovable)
                    throw Error(ErrorCode::Impossible, "/plan/units/" + unit.id + "/keep",
                                "is " + std::to_string(*settings.keep) + " of " + std::to_string(lane.count) +
                                    ", of which " + std::to_string(lane.mostRemovable) + " can go");
            offer.reachable = exactCounts(limits, *settings.keep);
        } else {
            offer.reachable = m_task.options.uniform && unit.sort == Unit::Sort::Groups
                                  ? uniformCounts(limits, settings.minimum, settings.divisor)
                                  : freeCounts(limits, settings.divisor);
        }
        if (offer.reachable.most() > 0) offer.cost = costOf(unit, offer);
        return offer;
    }

    /// Exact, by the smallest amount that can go.
    double costOf(const Unit& unit, const Offer& offer) const {
        const int many = offer.reachable.at(0) > 0 ? offer.reachable.at(0) : offer.reachable.at(1);
        auto edits = m_edits;
        const Edits more = choose(unit, offer, many);
        edits.insert(edits.end(), more.begin(), more.end());
        return (left() - static_cast<double>(blueprintOf(m_task.config, m_task.structure, edits).parameters())) / many;
    }

    /// Scores of a lane; without any, the last ones are the lowest.
    std::vector<double> scoresOf(const Unit& unit, std::size_t lane, std::size_t size) const {
        if (m_task.scores) {
            const auto found = m_task.scores->find(unit.id);
            if (found == m_task.scores->end() || lane >= found->second.size() || found->second[lane].size() != size)
                throw Error(ErrorCode::Internal, unit.id, "there is no score for each of them");
            return found->second[lane];
        }
        std::vector<double> scores(size);
        for (std::size_t i = 0; i < size; ++i) scores[i] = -static_cast<double>(i);
        return scores;
    }

    Edits choose(const Unit& unit, const Offer& offer, int many) const {
        const UnitSettings& settings = settingsOf(m_task, unit);
        const auto everyLane = unitLanes(unit, m_task);  // scores go by these
        std::vector<std::vector<double>> scores(offer.lanes.size());
        std::vector<Lane> lanes;
        int places = 0;
        for (const UnitLane& lane : offer.lanes) places += lane.mostRemovable > 0;
        for (std::size_t i = 0; i < offer.lanes.size(); ++i) {
            const UnitLane& from = offer.lanes[i];
            if (from.mostRemovable == 0) continue;
            const auto same = [&](const UnitLane& lane) { return lane.name == from.name; };
            const auto index = std::find_if(everyLane.begin(), everyLane.end(), same) - everyLane.begin();
            scores[i] = scoresOf(unit, static_cast<std::size_t>(index), from.closed.size());
            Lane& lane = lanes.emplace_back();
            lane.id = static_cast<int>(i);
            lane.count = from.count;
            lane.mostRemovable = from.mostRemovable;
            lane.removeExactly = settings.keep ? from.count - *settings.keep : many / places;
            orderLane(lane, from.name, scores[i], from.closed);
        }
        std::vector<GroupRef> chosen;
        if (settings.keep || (m_task.options.uniform && unit.sort == Unit::Sort::Groups))
            selectFixed(lanes, 1.0, chosen);
        else
            selectRanked(lanes, settings.divisor, many, 1.0, chosen);
        return editsFor(unit, offer, chosen);
    }

    static Edits editsFor(const Unit& unit, const Offer& offer, const std::vector<GroupRef>& chosen) {
        Edits edits;
        std::map<int, std::set<int>> byLane;
        for (const GroupRef& ref : chosen) byLane[ref.nodeGroup].insert(ref.index);
        for (const auto& [lane, indices] : byLane) {
            if (unit.sort == Unit::Sort::Groups)
                edits.push_back(
                    RemoveGroups{offer.lanes[static_cast<std::size_t>(lane)].name, {indices.begin(), indices.end()}});
            else
                for (const int index : indices) edits.push_back(DropPart{index, *unit.part});
        }
        return edits;
    }

    void take(const Unit& unit, const Offer& offer, int many) {
        m_amounts[unit.id] = many;
        if (many == 0) return;
        const Edits more = choose(unit, offer, many);
        m_edits.insert(m_edits.end(), more.begin(), more.end());
        for (const Edit& edit : more)
            if (const auto* drop = std::get_if<DropPart>(&edit))
                for (const BlockPart part : {BlockPart::Attention, BlockPart::Mlp, BlockPart::Block}) {
                    auto& gone = m_gone[part];
                    gone.resize(m_task.structure.parts.size(), false);
                    if (covers(drop->part, part)) gone[static_cast<std::size_t>(drop->layer)] = true;
                }
        m_blueprint = blueprintOf(m_task.config, m_task.structure, m_edits);
    }

    FineRoom room() const { return m_fineRoom(structureAfter(m_task.structure, m_blueprint, m_edits)); }

    /// Every unit that takes part can lose something in the whole model.
    void requireOffers() const {
        for (const Unit* unit : m_units)
            if (const Offer offer = offerOf(*unit); !offer.reason.empty())
                throw Error(ErrorCode::Unsupported, "/plan/units/" + unit->id,
                            "no " + unit->many + " can go: " + offer.reason, "Set \"take\" of this unit to false.");
    }

    /// The most that all units can lose together; where units have shares, the most that keeps them.
    double largest() {
        begin();
        QuotaClusters clusters;
        const auto add = [&](double most, const std::optional<double>& share) {
            QuotaCluster cluster;
            cluster.cost = most, cluster.groups = 1;
            cluster.reachable.least = 1;
            cluster.share = share;
            clusters.push_back(cluster);
        };
        for (const Unit* unit : m_units) {
            const Offer offer = offerOf(*unit);
            const double before = left();
            take(*unit, offer, offer.reachable.most());
            add(before - left(), settingsOf(m_task, *unit).share);
        }
        const FineRoom fine = room();
        double shared = 0;
        for (const Unit& unit : unitTable())
            if (unit.fades && m_task.options.units.at(unit.id).take)
                shared += m_task.options.units.at(unit.id).share.value_or(0);
        if (fine.any) add(fine.most, shared > 0 ? std::optional(shared) : std::nullopt);
        begin();
        return mostParameters(clusters);
    }

    /// First amounts, never beyond the budget while others follow.
    void settle() {
        double shares = 0, price = 0;
        for (const auto& [id, settings] : m_task.options.units)
            if (settings.take) shares += settings.share.value_or(0);
        for (const Unit* unit : m_units)
            if (!settingsOf(m_task, *unit).share) price += priceOf(*unit);
        const FineRoom fine = room();
        price += fine.price;
        for (std::size_t i = 0; i < m_units.size(); ++i) {
            const Unit& unit = *m_units[i];
            const UnitSettings& settings = settingsOf(m_task, unit);
            const Offer offer = offerOf(unit);
            const bool last = i + 1 == m_units.size() && !fine.any;
            if (offer.cost <= 0) {
                m_amounts[unit.id] = 0;
                continue;
            }
            const double part = settings.share ? *settings.share * budget()
                                : price > 0    ? (1 - shares) * budget() * priceOf(unit) / price
                                               : 0;
            int many = offer.reachable.nearest((last ? missing() : part) / offer.cost);
            if (!last && !settings.keep)
                while (many > 0 && many * offer.cost > missing() + fine.grain / 2) many = below(offer.reachable, many);
            m_grain = offer.cost * std::max(1, offer.reachable.widestStep());
            take(unit, offer, many);
        }
    }

    static int below(const ReachableCounts& counts, int many) {
        int found = counts.least;
        for (int i = 0; i < counts.size() && counts.at(i) < many; ++i) found = counts.at(i);
        return found < many ? found : 0;
    }

    /// What the units that fade cannot take goes here too, from the finest unit upwards.
    void fill() {
        for (auto at = m_units.rbegin(); at != m_units.rend(); ++at) {
            const UnitSettings& settings = settingsOf(m_task, **at);
            if (settings.share || settings.keep) continue;
            for (;;) {
                const FineRoom fine = room();
                const double lacks = missing() - fine.most;
                if (lacks <= (fine.any ? std::max(fine.grain, 1.0) : m_grain) / 2) return;
                const int before = m_amounts.at((*at)->id);
                replay(**at, lacks, fine.any);
                if (m_amounts.at((*at)->id) <= before) break;
            }
        }
    }

    /// All amounts again, with so many more of `raised` as save what is lacking.
    void replay(const Unit& raised, double lacks, bool fades) {
        const auto amounts = m_amounts;
        begin();
        for (const Unit* unit : m_units) {
            const Offer offer = offerOf(*unit);
            int many = std::min(amounts.at(unit->id), offer.reachable.most());
            if (unit == &raised && offer.cost > 0) {
                const int wanted = many + static_cast<int>(std::ceil(lacks / offer.cost));
                for (int i = 0; i < offer.reachable.size() && many < wanted; ++i)
                    many = std::max(many, offer.reachable.at(i));
            } else if (unit == m_units.back() && !fades && offer.cost > 0 && !settingsOf(m_task, *unit).keep) {
                many = offer.reachable.nearest(missing() / offer.cost);
            }
            take(*unit, offer, many);
        }
    }

    const CoarseTask& m_task;
    FineRoomOf m_fineRoom;
    std::vector<const Unit*> m_units;  ///< coarsest first
    std::map<std::string, int> m_amounts;
    Edits m_edits;
    Gone m_gone;
    Blueprint m_blueprint;
    double m_grain = 0;
};

}  // namespace

std::vector<UnitLane> unitLanes(const Unit& unit, const CoarseTask& task,
                                const std::map<BlockPart, std::vector<bool>>& gone) {
    return unit.sort == Unit::Sort::Parts ? partLanes(unit, task, gone) : groupLanes(unit, task, gone);
}

CoarsePlan planCoarse(const CoarseTask& task, const FineRoomOf& fineRoom) {
    return Settling(task, fineRoom).run();
}

bool takesAnyAtOnce(const PlanOptions& options) {
    return std::any_of(unitTable().begin(), unitTable().end(),
                       [&](const Unit& unit) { return takesAtOnce(unit, options.units); });
}

}  // namespace lorashear
