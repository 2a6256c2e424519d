#include "core/plan/measured_shares.h"

#include "core/base/error.h"
#include "core/plan/unit_lanes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

// What one budget is best spent on.
//
// A common fraction of everything costs more than the best unit alone: on SmolLM2-135M 10 % of all parameters as tokens that the text hardly uses
// raise the perplexity from 30 to 38, spread over six units to 107. Prices of units differ by orders of magnitude, from model to model, and rise
// as a unit is used up, so they are measured: the budget is spent step by step, each step on the unit whose next things raise the loss of
// the model that the steps so far leave by the least per parameter.
//
// The next step of a unit is the smallest, from a whole step on, after which a plan takes more of it and no less of the others: a block of a small
// model may be two steps. Prices are lazy: as a rule a unit becomes dearer while others go, so that the last
// known price is a lower bound, and only the unit that seems cheapest is measured again until it stays the cheapest.
//
// A step that is the cheapest may make all that follow dearer, so at the end the common fraction is measured too, and the better one stays.
//
// The loss before any training is not what recovery ends at, but it is what can be measured in a minute, and it keeps the budget away
// from what no training mends.

namespace lorashear {

namespace {

/// Of the budget: shares of the whole would close the unit that takes the rest.
constexpr double kLeftOpen = 1e-6;

double shareSum(const PlanOptions& options) {
    double sum = 0;
    for (const auto& [id, settings] : options.units)
        if (settings.take) sum += settings.share.value_or(0);
    return sum;
}

class Spending {
public:
    Spending(const PlanRequest& request, int steps, const PlanLoss& loss) : m_request(request), m_loss(loss) {
        const PlanOptions& options = request.options;
        const SizesAfter whole(request.structure);
        const std::vector<bool> marks(request.structure.nodeGroups.size(), false);
        const CoarseTask task{*request.config, request.structure, options, marks, nullptr, request.requiredTokens};
        std::pair<bool, double> finest{
            true, std::numeric_limits<double>::infinity()};  // units that fade fill the rest in any case
        for (const Unit& unit : unitTable()) {
            const UnitSettings& settings = options.units.at(unit.id);
            if (!settings.take || settings.share) continue;
            m_open.emplace_back().id = unit.id;
            const std::pair grain{!unit.fades, extentOf(unit, task, whole).one};
            if (grain < finest) finest = grain, m_finest = unit.id;
        }
        m_fixed = shareSum(options) * options.ratio;
        m_budget = options.ratio - m_fixed;
        m_step = m_budget / std::max(1, steps);
    }

    MeasuredShares run() {
        MeasuredShares found;
        found.options = m_request.options;
        if (m_open.size() < 2 || m_budget <= 0) return found;
        const PlanOptions fixed = optionsWith(nullptr, 0);
        const auto begin = !fixed.enabled || planned(fixed) ? lossOf(fixed) : std::nullopt;
        if (!begin) return found;
        m_now = *begin;
        while (m_budget - m_spent > m_step / 2)
            if (OpenUnit* best = cheapest())
                spendOn(*best);
            else
                break;
        for (const OpenUnit& unit : m_open) found.amounts[unit.id] = unit.amount;
        const PlanOptions shared = sharing(found.amounts, m_request.options.ratio);
        const auto loss = planned(shared) ? lossOf(shared) : std::nullopt;
        const auto even = planned(m_request.options) ? lossOf(m_request.options) : std::nullopt;
        if (loss && (!even || *loss <= *even)) found.options = shared;
        found.even = found.options.units == m_request.options.units;
        found.trials = m_trials;
        return found;
    }

private:
    struct OpenUnit {
        std::string id;
        double amount = 0;          ///< of all parameters, spent so far
        int count = 0;              ///< how many that is
        double next = 0, loss = 0;  ///< the next step, and the loss of what is left then
        double price = 0;           ///< nats per parameter (of all) of that step, as it was last measured
        int round = -1;             ///< when it was
        bool closed = false;        ///< no further amount can be planned
    };

    PlanRequest requestOf(const PlanOptions& options) const {
        return {m_request.structure, options,          m_request.knowledge,
                m_request.config,    m_request.scores, m_request.requiredTokens};
    }
    std::optional<PruningPlan> planned(const PlanOptions& options) const {
        try {
            return makePlan(requestOf(options));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Impossible && error.code() != ErrorCode::Unsupported) throw;
            return std::nullopt;
        }
    }

    void spendOn(OpenUnit& unit) {
        m_spent += unit.next;
        unit.amount += unit.next;
        m_now = unit.loss;
        ++m_round;
        if (const auto plan = planned(optionsWith(nullptr, 0)))
            for (OpenUnit& each : m_open) each.count = plan->removed(each.id);
    }

    /// The options asked for with these amounts of the open units. The last step may have gone a little beyond the budget: shares do not.
    PlanOptions sharing(const std::map<std::string, double>& amounts, double ratio) const {
        PlanOptions options = m_request.options;
        options.ratio = ratio;
        double others = 0;
        for (const auto& [id, amount] : amounts)
            if (id != m_finest) others += amount;
        const double most = (ratio - m_fixed) * (1 - kLeftOpen);
        const double shrink = others > most ? most / others : 1;
        for (auto& [id, settings] : options.units) {
            const auto amount = amounts.find(id);
            if (amount != amounts.end()) {
                if (id != m_finest) settings.share = amount->second * shrink / ratio;
            } else if (settings.take && settings.share) {
                settings.share = *settings.share * m_request.options.ratio / ratio;
            }
        }
        return options;
    }

    /// With so much more of one unit (null: of none).
    PlanOptions optionsWith(const OpenUnit* more, double by) const {
        std::map<std::string, double> amounts;
        for (const OpenUnit& unit : m_open) amounts[unit.id] = unit.amount + (&unit == more ? by : 0);
        const double ratio = m_fixed + m_spent + by;
        PlanOptions options = sharing(amounts, std::max(ratio, 1e-12));
        options.enabled = ratio > 0;
        return options;
    }

    /// The smallest step of a unit after which a plan really takes more of it, no less of the others, and as much as was asked for;
    /// nothing: none that fits into the budget.
    std::optional<double> stepOf(const OpenUnit& unit) const {
        const double left = m_budget - m_spent;
        for (double by = m_step; by < left + m_step / 2; by += m_step / 2) {
            const double asked = std::min(by, left);
            const auto plan = planned(optionsWith(&unit, asked));
            if (plan && takesMore(*plan, unit) && std::abs(plan->expectedRatio - plan->options.ratio) < m_step / 4)
                return asked;
        }
        return std::nullopt;
    }
    bool takesMore(const PruningPlan& plan, const OpenUnit& of) const {
        return std::all_of(m_open.begin(), m_open.end(), [&](const OpenUnit& unit) {
            const int now = plan.removed(unit.id);
            // The finest gives way by what rounding asks of it.
            return &unit == &of ? now > unit.count
                                : now >= (unit.id == m_finest ? unit.count - unit.count / 10 : unit.count);
        });
    }

    /// With `next`, `loss` and `price` of now; null: the budget fits nothing any more.
    OpenUnit* cheapest() {
        for (;;) {
            OpenUnit* best = nullptr;
            for (OpenUnit& unit : m_open)
                if (!unit.closed && (!best || seemsCheaper(unit, *best))) best = &unit;
            if (!best || best->round == m_round) return best;
            measure(*best);
        }
    }
    static bool seemsCheaper(const OpenUnit& one, const OpenUnit& other) {
        const auto price = [](const OpenUnit& unit) {
            return unit.round < 0 ? -std::numeric_limits<double>::infinity() : unit.price;
        };
        return price(one) < price(other);
    }
    void measure(OpenUnit& unit) {
        const auto by = stepOf(unit);
        const auto loss = by ? lossOf(optionsWith(&unit, *by)) : std::nullopt;
        unit.closed = !loss || !std::isfinite(*loss);
        if (unit.closed) return;
        unit.next = *by, unit.loss = *loss;
        unit.price = (*loss - m_now) / *by;
        unit.round = m_round;
    }
    std::optional<double> lossOf(const PlanOptions& options) {
        ++m_trials;
        return m_loss(options);
    }

    const PlanRequest& m_request;
    const PlanLoss& m_loss;
    std::vector<OpenUnit> m_open;
    std::string m_finest;  ///< takes what the others leave
    double m_fixed = 0, m_budget = 0, m_step = 0, m_spent = 0;
    double m_now = 0;  ///< loss of what the steps so far leave
    int m_round = 0, m_trials = 0;
};

}  // namespace

int openUnits(const PlanOptions& options) {
    return static_cast<int>(std::count_if(options.units.begin(), options.units.end(), [](const auto& unit) {
        return unit.second.take && !unit.second.share && !unit.second.keep;
    }));
}

MeasuredShares measureShares(const PlanRequest& request, int steps, const PlanLoss& loss) {
    return Spending(request, steps, loss).run();
}

}  // namespace lorashear
