#pragma once

#include "core/base/error.h"
#include "core/prune/methods/group_choice_options.h"

namespace lorashear {

/// What LHSPG is asked. The defaults are the paper's order of things; `overSelection`, `order`, `repairFrom`, `repairAt` and `refit` go beyond it.
struct LhspgOptions : GroupChoiceOptions {
    enum class Realisation { RowScale, Literal };
    enum class Order { Again, Dense };
    enum class RepairFrom { Present, Dense };
    enum class RepairAt { Fading, Death };
    enum class Refit { None, Death, End };

    int warmupSteps = 10;
    int periods = 5;
    int periodSteps = 8;
    double epsilon = 0;
    double overSelection = 1;
    Realisation realisation = Realisation::RowScale;
    bool mergePeriods = false;
    Order order = Order::Again;
    RepairFrom repairFrom = RepairFrom::Present;
    RepairAt repairAt = RepairAt::Fading;
    Refit refit = Refit::None;

    bool overSelects() const { return overSelection > 1; }
    /// Whether anything is taken from the model as it was before the method began.
    bool looksAtDense() const {
        return order == Order::Dense || (compensation && repairFrom == RepairFrom::Dense) || refit != Refit::None;
    }
};

inline settings::Table<LhspgOptions> lhspgTable() {
    using namespace settings;
    using O = LhspgOptions;
    Table<O> table = {
        integer("warmup_steps", &O::warmupSteps, {0, 1e6}, "steps",
                "Training of the adapters before the first groups are picked.")
            .formerly("warmupSteps"),
        integer("periods", &O::periods, {1, 1000}, "periods", "Number of times that groups are picked and shrunk to zero."),
        integer("period_steps", &O::periodSteps, {1, 1e6}, "steps", "Training steps over which a period's groups fade.")
            .formerly("periodSteps"),
        number(
            "epsilon", &O::epsilon, {0, 0.999}, "",
            "Half-space test: a fading group goes at once when its next rows point less than this along the present ones; 0: no group goes "
            "before its time (by the letter: only one whose rows turn back)."),
        number(
            "over_selection", &O::overSelection, {1, 4}, "",
            "So many times the groups of a period start to fade; half-way the half-space test decides: those whose rows point least along what "
            "they were go on to zero, the others grow back. 1: who is picked goes."),
        enumeration(
            "realisation", &O::realisation, {{O::Realisation::RowScale, "row-scale"}, {O::Realisation::Literal, "literal"}},
            "How Eq. 2 of the paper is carried out: by scales on the rows and adapters (base weights stay), or by its letter on "
            "fp32 copies of the weights."),
        flag("merge_periods", &O::mergePeriods,
             "Whether live adapters are merged into fp32 copies of the weights when a period ends.")
            .formerly("mergePeriods"),
        enumeration(
            "order", &O::order, {{O::Order::Again, "again"}, {O::Order::Dense, "dense"}},
            "Again: every period ranks the groups on the model as it then is. Dense: they are ranked once, on the model as it was before the "
            "first step, and each period takes the next of that order."),
        enumeration(
            "repair_from", &O::repairFrom, {{O::RepairFrom::Present, "present"}, {O::RepairFrom::Dense, "dense"}},
            "Whose inputs and outputs compensation goes by: those of the model as it is, or of the model as it was before the first step."),
        enumeration(
            "repair_at", &O::repairAt, {{O::RepairAt::Fading, "fading"}, {O::RepairAt::Death, "death"}},
            "When compensation is written into the consumers: in equal parts while groups fade, or when they are zero."),
        enumeration(
            "refit", &O::refit, {{O::Refit::None, "none"}, {O::Refit::Death, "death"}, {O::Refit::End, "end"}},
            "Whether the linears that lost inputs are fitted, block by block, to what they gave out before the first step: never, after every "
            "period, or after the last."),
    };
    inherit(table, groupChoiceTable());
    return table;
}

/// Error(BadRecipe) at /method/options/… for values that do not go together.
inline void requireConsistent(const LhspgOptions& o) {
    const auto refuse = [](const char* key, const char* what, const char* hint) {
        throw Error(ErrorCode::BadRecipe, std::string("/method/options/") + key, what, hint);
    };
    if (o.overSelects() && o.realisation == LhspgOptions::Realisation::Literal)
        refuse("over_selection", "needs the realisation \"row-scale\"", "by its letter Eq. 2 has no way back");
    if (o.overSelects() && o.mergePeriods)
        refuse("over_selection", "does not go with merge_periods",
               "merging picks the next period's groups before they fade");
    if (o.overSelects() && o.periodSteps < 2)
        refuse("over_selection", "needs periods of at least 2 steps", "half of them comes before the test");
    if (o.order != LhspgOptions::Order::Dense || o.saliency == "curvature") return;
    bool told = false;
    for (const SaliencyProxy& proxy : saliencyProxies()) {
        const bool counts = o.saliency == "mix" ? o.mix.count(proxy.id) && o.mix.at(proxy.id) > 0 : proxy.id == o.saliency;
        told = told || (counts && !proxy.needsAdapter);
    }
    if (!told)
        refuse("order", "cannot be \"dense\" with a saliency that is made of trained adapters",
               "before the first step all groups are alike to it: choose another saliency");
}

}  // namespace lorashear
