#include "core/plan/coarse_plan.h"

#include "core/base/error.h"
#include "core/plan/lanes.h"

#include <algorithm>
#include <cmath>
#include <set>

// The coarse part of one budget.
//
// Blocks, sub-layers, experts, channels, query heads and tokens are cut at once, before a method trains; KV groups and neurons fill what is left of
// the budget exactly. What one of them saves depends on what went before (a channel is cheaper in a model with fewer blocks), so
// amounts are settled one unit after another, the coarsest first, each by the exact count of the model that the edits so far leave
// (sizes_after.h). A unit's part of the budget is its share, or what one common fraction of everything that takes part comes to.
// Rounding never goes beyond the budget while finer units follow. Where these cannot take what is left, more goes here, from the finest
// unit upwards, and those that are finer are settled again; units with a share or a count of their own keep to it.
//
// Units that fade may come in larger steps than some that are cut at once: a KV group saves more than a token. What rounding them leaves over or
// takes too much is made good at last by the finest unit of all, by one with a share of its own if no other is fine enough: the ratio comes
// before the shares, which hold as well as the coarsest step allows.
//
// Without scores any things of a unit will do, the last ones go, of blocks of unequal size the smallest: counts are the same in a model whose layers
// are alike, and an estimate in others, whose largest ratio is the lower one of two extreme choices. The run settles it again with the scores that it has
// measured, and the units that fade make up the difference.
//
// A block that has lost one half keeps the other, so that attention and MLP sub-layers stand in each other's way: where all units together cannot reach
// the ratio, one of these stays out of it.

namespace lorashear {

namespace {

/// What a unit offers in the model that earlier edits leave.
struct Offer {
    std::vector<UnitLane> lanes;
    ReachableCounts reachable;
    double cost = 0;      ///< parameters of one, by the smallest amount that can go
    std::string reason;   ///< why nothing can go, if so
    bool byPlan = false;  ///< UnitLane::byPlan
};

class CoarseSettling {
public:
    CoarseSettling(const CoarseTask& task, FineRoomOf fineRoom)
        : m_task(task), m_fineRoom(std::move(fineRoom)), m_whole(task.structure), m_left(m_whole) {
        for (const Unit& unit : unitTable())
            if (takesAtOnce(unit, task.options.units)) m_units.push_back(&unit);
        std::stable_sort(m_units.begin(), m_units.end(), [&](auto* a, auto* b) { return extent(*a).one > extent(*b).one; });
        for (const Unit* unit : m_units)
            for (const UnitLane& lane : unitLanes(*unit, task, m_whole)) m_lanes[unit->id].push_back(lane.nodeGroup);
    }

    CoarsePlan run() {
        CoarsePlan plan;
        requireOffers();
        plan.largestRatio = largest();
        if (m_task.options.ratio > plan.largestRatio) plan.largestRatio = largestWithoutOne(plan.largestRatio);
        if (!m_task.scores && partsDiffer()) plan.largestRatio = std::min(plan.largestRatio, largestFromTheLargest());
        settleAt(m_task.options.ratio);
        trueUp();
        plan.remove = m_amounts;
        for (const Unit& unit : unitTable())
            if (takesAtOnce(unit, m_task.options.units)) plan.remove.try_emplace(unit.id, 0);
        for (const auto& [id, took] : m_took) plan.parameters[id] = took.parameters;
        plan.edits = m_edits;
        for (const Unit* unit : m_units)
            if (unit->sort == Unit::Sort::Tokens && m_amounts.at(unit->id) > 0) plan.edits.push_back(trimmed(*unit));
        plan.after = m_left.structure();
        plan.grain = m_grain;
        return plan;
    }

private:
    /// Of one unit: what went, and what one step of it would be.
    struct Took {
        double parameters = 0, step = 0;
    };

    double all() const { return static_cast<double>(m_task.structure.parameters); }
    double leftParameters() const { return static_cast<double>(m_left.parameters()); }
    double budget() const { return m_ratio * all(); }
    double missing() const { return budget() - (all() - leftParameters()); }
    const UnitSettings& settingsFor(const Unit& unit) const { return m_task.options.units.at(unit.id); }

    void begin() {
        m_edits.clear();
        m_amounts.clear();
        m_left = m_whole;
    }

    UnitExtent extent(const Unit& unit) const { return extentOf(unit, m_task, m_whole); }

    /// Whether all lanes lose equally many.
    bool evenly(const Unit& unit) const {
        if (unit.sort != Unit::Sort::Groups) return false;
        const auto beside = m_task.options.units.find(unit.evenBeside);
        return m_task.options.uniform ||
               (beside != m_task.options.units.end() && beside->second.take && beside->second.share != 0);
    }

    Offer offerOf(const Unit& unit) const {
        const UnitSettings& settings = settingsFor(unit);
        Offer offer;
        offer.lanes = unitLanes(unit, m_task, m_left);
        if (offer.lanes.empty()) offer.reason = "this model has none";
        std::vector<LaneLimits> limits;
        for (const UnitLane& lane : offer.lanes) {
            if (!lane.reason.empty()) offer.reason = lane.reason, offer.byPlan = lane.byPlan;
            if (lane.mostRemovable > 0) limits.push_back({lane.count, lane.mostRemovable});
        }
        const bool uneven = m_task.options.uniform && limits.size() != offer.lanes.size();
        if (limits.empty() || uneven) return offer;
        offer.reason.clear();
        if (settings.keep) {
            for (const LaneLimits& lane : limits) requireKeep(unit, *settings.keep, lane.count, lane.mostRemovable);
            offer.reachable = exactCounts(limits, *settings.keep);
        } else if (evenly(unit)) {
            offer.reachable = uniformCounts(limits, settings.divisor);
        } else {
            offer.reachable = freeCounts(limits, settings.divisor);
        }
        if (offer.reachable.most() == 0 && !settings.keep)
            offer.reason = "there is no count that every layer can keep", offer.byPlan = true;
        if (offer.reachable.most() > 0) {
            const int many = offer.reachable.at(0) > 0 ? offer.reachable.at(0) : offer.reachable.at(1);
            offer.cost = saving(unit, offer, many) / many;
        }
        return offer;
    }

    double saving(const Unit& unit, const Offer& offer, int many) const {
        SizesAfter left = m_left;
        if (unit.sort == Unit::Sort::Tokens)
            left.removeTokens(many);
        else
            left.make(choose(unit, offer, many));
        return static_cast<double>(m_left.parameters() - left.parameters());
    }

    /// Scores of a lane; without any, the last ones are the lowest.
    std::vector<double> scoresOf(const Unit& unit, const UnitLane& lane) const {
        std::vector<double> scores(lane.closed.size());
        if (!m_task.scores) {
            for (std::size_t i = 0; i < scores.size(); ++i)
                scores[i] = (unit.sort != Unit::Sort::Parts ? 0
                             : m_largestFirst               ? -parametersOfPart(unit, i)
                                                            : parametersOfPart(unit, i)) -
                            static_cast<double>(i);
            return scores;
        }
        const auto& lanes = m_lanes.at(unit.id);
        const auto at = static_cast<std::size_t>(std::find(lanes.begin(), lanes.end(), lane.nodeGroup) - lanes.begin());
        const auto found = m_task.scores->find(unit.id);
        if (found == m_task.scores->end() || at >= found->second.size() || found->second[at].size() != scores.size())
            throw Error(ErrorCode::Internal, unit.id, "there is no score for each of them");
        return found->second[at];
    }

    double parametersOfPart(const Unit& unit, std::size_t block) const {
        const BlockParts& parts = m_task.structure.parts[block];
        return static_cast<double>((*unit.part != BlockPart::Mlp ? parts.attention.parameters : 0) +
                                   (*unit.part != BlockPart::Attention ? parts.mlp.parameters : 0));
    }

    Edits choose(const Unit& unit, const Offer& offer, int many) const {
        const UnitSettings& settings = settingsFor(unit);
        std::vector<std::vector<double>> scores(offer.lanes.size());
        std::vector<Lane> lanes;
        int there = 0;
        for (std::size_t i = 0; i < offer.lanes.size(); ++i) {
            const UnitLane& from = offer.lanes[i];
            if (from.mostRemovable == 0) continue;
            scores[i] = scoresOf(unit, from);
            Lane& lane = lanes.emplace_back();
            lane.id = static_cast<int>(i);
            lane.count = from.count;
            lane.mostRemovable = from.mostRemovable;
            orderLane(lane, from.name, scores[i], from.closed);
            there += from.count;
        }
        std::vector<GroupRef> chosen;
        if (settings.keep || evenly(unit)) {
            const int keep = settings.keep ? *settings.keep : (there - many) / static_cast<int>(lanes.size());
            for (Lane& lane : lanes) lane.removeExactly = lane.count - keep;
            selectFixed(lanes, 1.0, chosen);
        } else {
            selectRanked(lanes, settings.divisor, many, 1.0, chosen);
        }
        return editsFor(unit, offer, chosen);
    }

    /// Which tokens stay is settled once at the end: what they save is the same for all.
    TrimVocabulary trimmed(const Unit& unit) const {
        const Offer offer = offerOf(unit);
        const UnitLane& from = offer.lanes.front();
        const std::vector<double> scores = scoresOf(unit, from);
        Lane lane;
        orderLane(lane, from.name, scores, from.closed);
        std::vector<bool> stays(from.closed.size(), true);
        for (int i = 0; i < m_amounts.at(unit.id); ++i)
            stays[static_cast<std::size_t>(lane.order.at(static_cast<std::size_t>(i)))] = false;
        TrimVocabulary trim;
        for (std::size_t id = 0; id < stays.size(); ++id)
            if (stays[id]) trim.keep.push_back(static_cast<int>(id));
        return trim;
    }

    static Edits editsFor(const Unit& unit, const Offer& offer, const std::vector<GroupRef>& chosen) {
        Edits edits;
        std::map<int, std::set<int>> byLane;
        for (const GroupRef& ref : chosen) byLane[ref.nodeGroup].insert(ref.index);
        for (const auto& [lane, indices] : byLane) {
            if (unit.sort == Unit::Sort::Groups)
                edits.emplace_back(
                    RemoveGroups{offer.lanes[static_cast<std::size_t>(lane)].name, {indices.begin(), indices.end()}});
            else
                for (const int index : indices) edits.emplace_back(DropPart{index, *unit.part});
        }
        return edits;
    }

    void take(const Unit& unit, const Offer& offer, int many) {
        int& amount = m_amounts[unit.id];
        amount = 0;
        const double before = leftParameters();
        m_took[unit.id] = {0, offer.cost * std::max(1, offer.reachable.widestStep())};
        if (many == 0) return;
        if (unit.sort == Unit::Sort::Tokens) {
            amount = many;
            m_left.removeTokens(many);
            m_took[unit.id].parameters = before - leftParameters();
            return;
        }
        for (const Edit& edit : choose(unit, offer, many)) {
            const auto* groups = std::get_if<RemoveGroups>(&edit);
            amount += groups ? static_cast<int>(groups->groups.size()) : 1;
            m_edits.push_back(edit);
            m_left.make(edit);
        }
        m_took[unit.id].parameters = before - leftParameters();
    }

    QuotaClusters room() const { return m_fineRoom(m_left.structure()); }

    /// Every unit that takes part can lose something in the whole model.
    void requireOffers() const {
        for (const Unit* unit : m_units)
            if (const Offer offer = offerOf(*unit); !offer.reason.empty())
                throw Error(offer.byPlan ? ErrorCode::Impossible : ErrorCode::Unsupported, "/plan/units/" + unit->id,
                            "no " + unit->many + " can go: " + offer.reason,
                            offer.byPlan
                                ? "Protect less, lower its minimum or divisor, or set \"take\" of this unit to false."
                                : "Set \"take\" of this unit to false.");
    }

    /// The most that all units can lose together, whatever their shares.
    double mostTogether() {
        begin();
        for (const Unit* unit : m_units) {
            const Offer offer = offerOf(*unit);
            take(*unit, offer, offer.reachable.most());
        }
        return all() - leftParameters() + mostOf(room());
    }

    double largest() { return anyShare() ? largestWithShares() : mostTogether() / all(); }

    bool partsDiffer() const {
        return std::any_of(m_units.begin(), m_units.end(), [&](const Unit* unit) {
            if (unit->sort != Unit::Sort::Parts) return false;
            for (std::size_t i = 1; i < m_task.structure.parts.size(); ++i)
                if (parametersOfPart(*unit, i) != parametersOfPart(*unit, 0)) return true;
            return false;
        });
    }

    /// The same where the largest blocks go first: which ones do is known to the scores, and others may save less together.
    double largestFromTheLargest() {
        m_largestFirst = true;
        const double ratio = largest();
        m_largestFirst = false;
        return ratio;
    }

    /// The same without the sub-layers that stand most in the way of the others, which then take no part.
    double largestWithoutOne(double most) {
        const auto units = m_units;
        auto best = units;
        for (const Unit* out : units) {
            if (out->sort != Unit::Sort::Parts || settingsFor(*out).share || settingsFor(*out).keep || units.size() < 2)
                continue;
            m_units = units;
            std::erase(m_units, out);
            if (const double ratio = largest(); ratio > most * (1 + 1e-9)) most = ratio, best = m_units;
        }
        m_units = best;
        return most;
    }

    bool anyShare() const {
        const auto& units = m_task.options.units;
        return std::any_of(units.begin(), units.end(), [](const auto& one) { return one.second.take && one.second.share; });
    }

    /// What one unit can lose depends on how much of the others has gone, so the largest ratio that keeps all shares is searched.
    double largestWithShares() {
        double reached = 0, beyond = mostTogether() / all();
        for (int i = 0; i < 24; ++i) {
            const double ratio = i == 0 ? beyond : (reached + beyond) / 2;
            settleAt(ratio);
            (keepsShares() ? reached : beyond) = ratio;
            if (reached == beyond) break;
        }
        return reached;
    }

    /// Within one step of the coarsest unit.
    bool keepsShares() const {
        const QuotaClusters fine = room();
        const double step = finestGrain(fine) > 0 ? finestGrain(fine) : m_grain;
        if (distance(fine) > step / 2 * (1 + 1e-9)) return false;
        double coarsest = 0;
        for (const auto& [id, took] : m_took) coarsest = std::max(coarsest, took.step);
        for (const QuotaCluster& cluster : fine) coarsest = std::max(coarsest, cluster.grain());
        for (const Unit* unit : m_units)
            if (const auto& share = settingsFor(*unit).share; share && *share > 0) {
                const Took& took = m_took.at(unit->id);
                if (std::abs(*share * budget() - took.parameters) > coarsest) return false;
            }
        return std::all_of(fine.begin(), fine.end(), [&](const QuotaCluster& cluster) {
            return !cluster.share || *cluster.share * budget() <= cluster.most() + cluster.grain() / 2;
        });
    }

    void settleAt(double ratio) {
        m_ratio = ratio > 0 && ratio < 1 ? ratio : 0;  // others are refused later, with the largest one
        begin();
        settle();
        fill();
    }

    /// First amounts, never beyond the budget while others follow.
    void settle() {
        double shares = 0, price = 0;
        for (const auto& [id, settings] : m_task.options.units)
            if (settings.take) shares += settings.share.value_or(0);
        for (const Unit* unit : m_units)
            if (!settingsFor(*unit).share) price += extent(*unit).all;
        const QuotaClusters fine = room();
        price += openPrice(fine);
        m_fades = mostOf(fine) > 0;
        for (const Unit* unit : m_units) {
            const UnitSettings& settings = settingsFor(*unit);
            const Offer offer = offerOf(*unit);
            const double part = settings.share ? *settings.share * budget()
                                : price > 0    ? (1 - shares) * budget() * extent(*unit).all / price
                                               : 0;
            if (offer.cost > 0) m_grain = offer.cost * std::max(1, offer.reachable.widestStep());
            const int wanted = offer.cost > 0 ? offer.reachable.nearest(part / offer.cost) : 0;
            take(*unit, offer, isLast(*unit) ? closest(*unit, offer) : fitting(offer, wanted, settings));
        }
    }

    bool isLast(const Unit& unit) const { return &unit == m_units.back() && !m_fades; }

    /// Not beyond the budget, but for half a step of what fills it.
    int fitting(const Offer& offer, int many, const UnitSettings& settings) const {
        if (settings.keep || offer.cost <= 0) return offer.cost > 0 ? offer.reachable.most() : 0;
        return offer.reachable.atMost(std::min<double>(many, (missing() + finestGrain(room()) / 2) / offer.cost + 1e-9));
    }

    /// What comes closest to the budget, by exact counts: things of a unit may differ in size.
    int closest(const Unit& unit, const Offer& offer) const {
        if (offer.cost <= 0 || settingsFor(unit).keep) return offer.reachable.most();
        const double wanted = missing();
        const auto error = [&](int many) { return std::abs(wanted - (many > 0 ? saving(unit, offer, many) : 0)); };
        const int first = offer.reachable.nearest(wanted / offer.cost);
        int at = 0, best = first;
        while (at + 1 < offer.reachable.size() && offer.reachable.at(at) < first) ++at;
        for (const int step : {-1, 1})
            for (int i = at + step; i >= 0 && i < offer.reachable.size(); i += step) {
                if (error(offer.reachable.at(i)) >= error(best)) break;
                best = offer.reachable.at(i);
            }
        return best;
    }

    struct Settled {
        std::map<std::string, int> amounts;
        std::map<std::string, Took> took;
        Edits edits;
        SizesAfter left;
    };
    Settled settled() const { return {m_amounts, m_took, m_edits, m_left}; }
    void settleAs(const Settled& was) { m_amounts = was.amounts, m_took = was.took, m_edits = was.edits, m_left = was.left; }

    /// How far what is settled here and what can be filled up stay from the budget.
    double shortfall(const QuotaClusters& fine) const { return missing() - mostOf(fine); }
    double distance(const QuotaClusters& fine) const { return std::max({0.0, shortfall(fine), -missing()}); }

    /// What the units that fade cannot take goes here too, from the finest unit upwards.
    void fill() {
        for (auto at = m_units.rbegin(); at != m_units.rend(); ++at) {
            const UnitSettings& settings = settingsFor(**at);
            if (settings.share || settings.keep) continue;
            for (;;) {
                const QuotaClusters fine = room();
                const double lacks = shortfall(fine), before = distance(fine);
                if (lacks <= (finestGrain(fine) > 0 ? finestGrain(fine) : m_grain) / 2 * (1 + 1e-9)) return;
                if (isLast(**at)) break;  // it is closest already
                const Settled was = settled();
                settleAgain(**at, lacks, was.amounts);
                if (distance(room()) < before) continue;
                settleAs(was);
                break;
            }
        }
    }

    /// All amounts again, with so many more of `raised` as save what is lacking, and what then still fits of the finer ones.
    void settleAgain(const Unit& raised, double lacks, const std::map<std::string, int>& amounts) {
        begin();
        bool finer = false;
        for (const Unit* unit : m_units) {
            const Offer offer = offerOf(*unit);
            const int before = offer.reachable.atMost(amounts.at(unit->id));
            if (unit == &raised) {
                const int more = offer.cost > 0 ? before + static_cast<int>(std::ceil(lacks / offer.cost)) : 0;
                take(*unit, offer, std::max(offer.reachable.nearest(more), firstAbove(offer.reachable, before)));
                finer = true;
            } else if (!finer || settingsFor(*unit).keep) {
                take(*unit, offer, before);
            } else {
                take(*unit, offer, isLast(*unit) ? closest(*unit, offer) : fitting(offer, before, settingsFor(*unit)));
            }
        }
    }

    /// What is missing once the units that fade have taken what comes closest; negative: they went beyond.
    double residual() const {
        const QuotaClusters fine = room();
        return missing() - resolveQuota(fine, wishedCounts(fine, missing(), budget()), missing()).parameters;
    }

    void trueUp() {
        constexpr int kRounds = 4;  // what one saves depends a little on the others
        if (m_ratio == 0) return;
        for (const bool shared : {false, true})
            for (int round = 0; round < kRounds; ++round) {
                const Unit* finest = finestUnit(shared);
                const double left = residual(), step = finestGrain(room());
                if (!finest || std::abs(left) <= m_took.at(finest->id).step / 2 * (1 + 1e-9)) break;
                // Where it can go no further that way, the units that fade take a step less, or one more.
                if (!movesCloser(*finest, left) && !movesCloser(*finest, left < 0 ? left + step : left - step)) break;
            }
    }

    /// All amounts again, that of one unit changed by what saves so many parameters; as before if that comes no closer to the budget.
    bool movesCloser(const Unit& unit, double parameters) {
        const Settled was = settled();
        const double before = residual();
        begin();
        for (const Unit* each : m_units) {
            const Offer offer = offerOf(*each);
            const int many = offer.reachable.atMost(was.amounts.at(each->id));
            const bool moves = each == &unit && offer.cost > 0;
            take(*each, offer, moves ? offer.reachable.nearest(many + parameters / offer.cost) : many);
        }
        if (std::abs(residual()) < std::abs(before)) return true;
        settleAs(was);
        return false;
    }

    /// Of those that are cut at once and have no count of their own; null: there is none. shared: those with a share too.
    const Unit* finestUnit(bool shared) const {
        const Unit* finest = nullptr;
        for (const Unit* unit : m_units) {
            const UnitSettings& settings = settingsFor(*unit);
            const double step = m_took.at(unit->id).step;
            if (settings.keep || step <= 0 || (settings.share && (!shared || *settings.share == 0))) continue;
            if (!finest || step < m_took.at(finest->id).step) finest = unit;
        }
        return finest;
    }

    static int firstAbove(const ReachableCounts& counts, int many) {
        for (int i = 0; i < counts.size(); ++i)
            if (counts.at(i) > many) return counts.at(i);
        return counts.most();
    }

    const CoarseTask& m_task;
    FineRoomOf m_fineRoom;
    const SizesAfter m_whole;
    SizesAfter m_left;
    std::vector<const Unit*> m_units;                 ///< coarsest first
    std::map<std::string, std::vector<int>> m_lanes;  ///< node groups of the lanes in the whole model, as scores go
    std::map<std::string, int> m_amounts;
    std::map<std::string, Took> m_took;
    Edits m_edits;
    double m_ratio = 0;
    double m_grain = 0;    ///< parameters of the finest coarse step
    bool m_fades = false;  ///< units that fade take part
    bool m_largestFirst = false;
};

}  // namespace

CoarsePlan planCoarse(const CoarseTask& task, const FineRoomOf& fineRoom) {
    return CoarseSettling(task, fineRoom).run();
}

bool takesAnyAtOnce(const PlanOptions& options) {
    if (!options.enabled) return false;
    return std::any_of(unitTable().begin(), unitTable().end(),
                       [&](const Unit& unit) { return takesAtOnce(unit, options.units); });
}

}  // namespace lorashear
