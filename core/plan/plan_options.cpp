#include "core/plan/plan_options.h"

#include "core/base/error.h"
#include "core/plan/glob.h"
#include "core/plan/lanes.h"
#include "core/plan/plan_fields.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace lorashear {

std::string flooredPercent(double ratio) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%", std::floor(ratio * 1e4) / 100);
    return text;
}

const std::vector<std::string>& shareWays() {
    static const std::vector<std::string> kWays{"even", kMeasuredShares};
    return kWays;
}

namespace {

void checkUnit(const PlanOptions& options, const Unit& unit, const UnitSettings& asked, const std::string& pointer) {
    const auto isScore = [&](const UnitScore& score) { return score.id == asked.score; };
    if (!asked.score.empty() && std::none_of(unit.scores.begin(), unit.scores.end(), isScore))
        throw Error(ErrorCode::BadRecipe, pointer + "/score",
                    "is \"" + asked.score + "\", which " + unit.many + " do not have");
    UnitSettings meant = asked;
    if (meant.score.empty()) meant.score = defaultSettings(unit).score;
    settings::requireAllowed(recipe::unitFields(unit), meant, pointer);
    const auto refuseKeep = [&](const std::string& why, const std::string& hint) {
        throw Error(ErrorCode::BadRecipe, pointer + "/keep", "is " + std::to_string(*asked.keep) + ", " + why, hint);
    };
    if (asked.take && asked.keep && *asked.keep % asked.divisor != 0)
        refuseKeep("no multiple of " + pointer + "/divisor, " + std::to_string(asked.divisor), "Leave one of both out.");
    if (asked.take && asked.keep && *asked.keep < asked.minimum)
        refuseKeep("less than " + pointer + "/minimum, " + std::to_string(asked.minimum), "Lower the minimum too.");
    if (asked.keep && !options.uniform && unit.fades)
        throw Error(ErrorCode::BadRecipe, pointer + "/keep", "needs /plan/uniform",
                    "only a uniform plan has one count for all layers");
}

/// Shares of the units that take part: all of it where every unit has one.
void checkShares(const PlanOptions& options) {
    double sum = 0;
    bool open = false;
    for (const auto& [id, settings] : options.units) {
        if (!settings.take) continue;
        sum += settings.share.value_or(0);
        open = open || !settings.share;
    }
    if (sum > 1 + 1e-9 || (!open && sum < 1 - 1e-9))
        throw Error(ErrorCode::BadRecipe, "/plan/units",
                    "the shares add up to " + flooredPercent(sum) + (open ? ", more than the whole" : ", not to the whole"),
                    "Leave one unit without a share: it takes what the others leave.");
}

/// Of what is cut at once a count says already how many go. (Of what fades, a share may stand beside it: snapping chooses counts near to it.)
void checkCounts(const PlanOptions& options) {
    for (const auto& [id, settings] : options.units)
        if (settings.take && settings.keep && settings.share && !unitById(id).fades)
            throw Error(ErrorCode::BadRecipe, "/plan/units/" + id + "/keep",
                        "cannot stand beside /plan/units/" + id + "/share: both say how many go", "Leave one of both out.");
}

/// The measurement spends a budget step by step; a count of its own is no step.
void checkMeasured(const PlanOptions& options) {
    if (options.shares != kMeasuredShares) return;
    for (const auto& [id, settings] : options.units)
        if (settings.take && settings.keep)
            throw Error(ErrorCode::BadRecipe, "/plan/shares", "cannot be measured beside /plan/units/" + id + "/keep",
                        "Leave out the count, or set the shares by hand.");
}

void checkPatterns(const Structure& structure, const std::vector<std::string>& patterns, const std::string& key) {
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        if (const std::string problem = patternProblem(patterns[i]); !problem.empty())
            throw Error(ErrorCode::BadRecipe, "/plan/" + key + "/" + std::to_string(i),
                        "the pattern \"" + patterns[i] + "\" " + problem,
                        "An expression stands for the whole name, as in re:layers\\.[0-3]\\..*");
        const auto hit = [&](const NodeGroup& group) { return globMatches(patterns[i], group.name); };
        if (std::any_of(structure.nodeGroups.begin(), structure.nodeGroups.end(), hit)) continue;
        const auto example = structure.nodeGroups.empty() ? std::string("none") : structure.nodeGroups.front().name;
        throw Error(ErrorCode::BadRecipe, "/plan/" + key + "/" + std::to_string(i),
                    "the pattern \"" + patterns[i] + "\" matches no node group",
                    "Names look like \"" + example + "\"; * stands for any characters.");
    }
}

/// A unit that takes part, and that loses nothing anywhere since a person asks for more than any layer has. (Where a model has as few as the
/// defaults keep, the others make up the ratio.)
void checkLimits(const PlanOptions& options, const Structure& structure) {
    for (const auto& [id, settings] : options.units) {
        const Unit& unit = unitById(id);
        if (!settings.take || !unit.fades) continue;
        const UnitSettings usual = defaultSettings(unit);
        const int keep = roundUp(settings.minimum, settings.divisor), usually = roundUp(usual.minimum, usual.divisor);
        const NodeGroup* largest = nullptr;
        for (const NodeGroup& group : structure.nodeGroups)
            if (unitOf(group) == &unit && group.prunable && (!largest || group.count > largest->count)) largest = &group;
        if (!largest || largest->count > keep || largest->count <= usually) continue;
        throw Error(ErrorCode::Impossible,
                    "/plan/units/" + id + (settings.minimum > usual.minimum ? "/minimum" : "/divisor"),
                    "leaves no " + unit.many + " that can go: " + largest->name + " has " + std::to_string(largest->count) +
                        " and keeps at least " + std::to_string(keep),
                    "Lower it, or set \"take\" of this unit to false.");
    }
}

}  // namespace

const Range& planRatioRange() {
    static const Range kRange = settings::settingIn(recipe::planTable(), "ratio").range;
    return kRange;
}

void checkOptions(const PlanOptions& options) {
    for (const auto& [id, settings] : options.units) {
        checkUnit(options, unitById(id), settings, "/plan/units/" + id);
    }
    if (!options.enabled) return;  // nothing goes
    const auto takes = [](const auto& entry) { return entry.second.take; };
    if (std::none_of(options.units.begin(), options.units.end(), takes))
        throw Error(ErrorCode::BadRecipe, "/plan/units", "no unit takes part", "Set \"take\" of one of them to true.");
    checkShares(options);
    checkMeasured(options);
    checkCounts(options);
}

void checkOptions(const PlanOptions& options, const Structure& structure) {
    checkOptions(options);
    if (options.enabled) checkLimits(options, structure);
    checkPatterns(structure, options.protect, "protect");
    checkPatterns(structure, options.allow, "allow");
}

void requireKeep(const Unit& unit, int keep, int count, int mostRemovable) {
    if (keep <= count && count - keep <= mostRemovable) return;
    throw Error(ErrorCode::Impossible, "/plan/units/" + unit.id + "/keep",
                "is " + std::to_string(keep) + ", and of " + std::to_string(count) + " " + unit.many + " " +
                    std::to_string(count - mostRemovable) + " to " + std::to_string(count) + " can stay" +
                    (unit.layered() ? " in a layer" : ""),
                "Give a number in between, or null: as many as the ratio asks.");
}

}  // namespace lorashear
