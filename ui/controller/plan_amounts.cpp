#include "ui/controller/plan_amounts.h"

#include "core/prune/method_table.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

enum AmountRow : std::size_t { kOfParameters, kOfGroups, kOfBytes, kOfFlops, kOfTime, kAmountRows };

/// Multiplications and additions of a token's forward pass in all linears, as core/eval counts them; attention over earlier tokens left out.
double flopsOf(const Structure& structure, const ModelConfig& config) {
    if (structure.linears.empty()) return -1;                    // not known
    double weights = double(config.vocabulary) * config.hidden;  // the head
    for (const auto& [name, linear] : structure.linears) weights += double(linear.out) * double(linear.in);
    return 2 * weights;
}

double groupsOf(const Structure& structure) {
    double all = 0;
    for (const NodeGroup& group : structure.nodeGroups)
        if (const Unit* unit = unitOf(group); unit && unit->fades && group.prunable) all += group.count;
    return all;
}

double scaleOf(double value) {
    return value >= 1e9 ? 1e9 : value >= 1e6 ? 1e6 : value >= 1e3 ? 1e3 : 1;
}

QString prefixOf(double scale) {
    return scale >= 1e9   ? QStringLiteral("G")
           : scale >= 1e6 ? QStringLiteral("M")
           : scale >= 1e3 ? QStringLiteral("k")
                          : QString();
}

}  // namespace

std::vector<PlanUnit> planUnits(const Session& session) {
    const bool open = session.structure() && session.model();
    const double bytes = open ? scaleOf(double(session.model()->weightBytes)) : 1e6;
    const double flops = open ? scaleOf(flopsOf(*session.structure(), session.model()->config)) : 1e6;
    return {{"parameters", tr("parameters"), {}, 1, 0, false},
            {"groups", tr("groups that go"), {}, 1, 0, true},
            {"bytes", tr("bytes of the export"), QLatin1Char(' ') + prefixOf(bytes) + QLatin1Char('B'), bytes, 3, false},
            {"flops", tr("FLOPs a token"), QLatin1Char(' ') + prefixOf(flops) + tr("FLOPs"), flops, 3, false},
            {"milliseconds", tr("milliseconds a token"), tr(" ms"), 1, 4, false}};
}

PlanAmounts amountsOf(const Session& session, const PruningPlan& plan, double gflops) {
    PlanAmounts amounts{std::vector<double>(kAmountRows, -1), std::vector<double>(kAmountRows, -1),
                        std::vector<bool>(kAmountRows, false)};
    if (!session.structure() || !session.model()) return amounts;
    const Structure& structure = *session.structure();
    const double all = double(structure.parameters), gone = plan.expectedRatio * all;
    const bool fades = plan.edits.empty();
    const auto set = [&](AmountRow row, double left, double whole, bool exact) {
        amounts.left[row] = left, amounts.whole[row] = whole, amounts.exact[row] = exact;
    };
    set(kOfParameters, all - gone, all, true);
    set(kOfGroups, groupsOf(structure) - plan.removed(), groupsOf(structure), fades);
    const double bytes = double(session.model()->weightBytes);
    set(kOfBytes, bytes * (all - gone) / all, bytes, false);
    // What fades are rows and columns of linears: a weight less is a multiplication and an addition less.
    const double flops = flopsOf(structure, session.model()->config), flopsLeft = std::max(0.0, flops - 2 * gone);
    if (flops < 0) return amounts;
    set(kOfFlops, flopsLeft, flops, fades);
    if (gflops > 0) set(kOfTime, flopsLeft / (gflops * 1e6), flops / (gflops * 1e6), false);
    return amounts;
}

QString amountWords(const PlanUnit& unit, double amount, bool exact) {
    if (amount < 0) return tr("not measured");
    const QString words = unit.id == "bytes"   ? formatBytes(amount)
                          : unit.id == "flops" ? formatMeasured(amount, "FLOPs")
                          : unit.decimals == 0 ? formatInteger(std::llround(amount))
                                               : formatNumber(amount) + unit.suffix;
    return exact ? words : QStringLiteral("≈ ") + words;
}

std::optional<double> ratioFor(const Session& session, std::size_t unit, double left, double gflops) {
    if (!session.structure() || !session.model()) return {};
    const Recipe& recipe = session.recipe();
    PlanOptions options = recipe.plan;
    const PlanRequest request{*session.structure(), options, session.knowledge().get(), &session.model()->config};
    const auto leftAt = [&](double ratio) -> std::optional<double> {
        options.ratio = ratio;
        try {
            const double there =
                amountsOf(session, planUnder(recipe.method.id, recipe.method.optionsJson, request), gflops).left[unit];
            if (there < 0) return {};
            return there;
        } catch (const Error&) {
            return {};
        }
    };
    // The more goes the less is left, in every unit: halved until the step is smaller than a plan can tell.
    constexpr int kHalvings = 24;
    double low = 0, high = std::max(0.0, session.plan().largest);
    std::optional<double> best;
    double error = 0;
    for (int i = 0; i < kHalvings; ++i) {
        const double middle = i == 0 ? high : (low + high) / 2;
        const auto there = leftAt(middle);
        if (!there) {
            high = middle * (1 - 1e-9);
            continue;
        }
        if (!best || std::abs(*there - left) < error) best = middle, error = std::abs(*there - left);
        if (error == 0) break;
        if (i == 0 && *there >= left) break;  // as far as it goes
        (*there > left ? low : high) = middle;
    }
    return best;
}

}  // namespace lorashear::ui
