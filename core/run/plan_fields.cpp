#include "core/run/plan_fields.h"

#include "core/run/recipe_field_kinds.h"

#include <algorithm>

namespace lorashear::recipe {

namespace {

Field<UnitSettings> shareField() {
    const Range range{0, 1};
    return {
        "share",
        "number or null",
        range.text(),
        "",
        "Share of all removed parameters; null: what units with a share leave, one common fraction of the others.",
        false,
        [range](UnitSettings& settings, const json& value, const std::string& pointer) {
            settings.share.reset();
            if (!value.is_null()) settings.share = readNumber(value, range, pointer);
        },
        [](const UnitSettings& settings) { return settings.share ? ordered_json(*settings.share) : ordered_json(nullptr); },
        {}};
}

Field<UnitSettings> keepField(const Unit& unit) {
    const Range range{1, 1e6};
    return {
        "keep",
        "integer or null",
        range.text(),
        unit.many,
        unit.fades
            ? "With uniform: how many every layer keeps exactly, the others make up the ratio; null: as the ratio asks."
            : "How many stay exactly, the others make up the ratio; null: as the ratio asks.",
        false,
        [range](UnitSettings& settings, const json& value, const std::string& pointer) {
            settings.keep.reset();
            if (!value.is_null()) settings.keep = static_cast<int>(readInteger(value, range, pointer));
        },
        [](const UnitSettings& settings) { return settings.keep ? ordered_json(*settings.keep) : ordered_json(nullptr); },
        {}};
}

Field<UnitSettings> scoreField(const Unit& unit) {
    std::vector<std::string> ids;
    std::string help = "What says which go, measured on calibration text.";
    for (const UnitScore& score : unit.scores) {
        ids.push_back(score.id);
        help += " " + score.id + ": " + score.help;
    }
    return choice("score", &UnitSettings::score, ids, help.c_str());
}

std::vector<std::string> unitIds() {
    std::vector<std::string> ids;
    for (const Unit& unit : unitTable()) ids.push_back(unit.id);
    return ids;
}

void readUnits(PlanOptions& plan, const json& value, const std::string& pointer) {
    if (!value.is_object()) fail(pointer, "must be an object");
    for (const auto& [id, settings] : value.items()) {
        const Unit* unit = findUnit(id);
        if (!unit) {
            const std::string near = nearestName(id, unitIds());
            fail(pointer + "/" + escaped(id), "is not a unit that a plan knows",
                 near.empty() ? "allowed here: " + joined(unitIds()) : "did you mean \"" + near + "\"?");
        }
        readObject(unitFields(*unit), plan.units[id], settings, pointer + "/" + id);
    }
}

/// Units that take part, and those whose settings differ from the table's.
ordered_json writeUnits(const PlanOptions& plan) {
    ordered_json result = ordered_json::object();
    for (const Unit& unit : unitTable()) {
        const auto found = plan.units.find(unit.id);
        if (found != plan.units.end() && (found->second.take || !(found->second == defaultSettings(unit))))
            result[unit.id] = writeObject(unitFields(unit), found->second);
    }
    return result;
}

void describeUnits(std::vector<FieldHelp>& lines, const std::string& pointer) {
    for (const Unit& unit : unitTable()) {
        lines.push_back({pointer + "/" + unit.id, "object", "", "", "", unit.title + ": " + unit.help + " " + unit.exports});
        describeObject(unitFields(unit), lines, pointer + "/" + unit.id, defaultSettings(unit));
    }
}

Field<PlanOptions> unitsField() {
    return {
        "units", "object",  "",         "",           "What may be removed, and within which limits; see the next lines.",
        false,   readUnits, writeUnits, describeUnits};
}

struct Former {
    const char *key, *unit, *now;
};
constexpr Former kFormer[] = {
    {"attention_share", "attention", "share"},     {"attention_keep", "attention", "keep"},
    {"min_attention", "attention", "minimum"},     {"min_mlp", "mlp", "minimum"},
    {"attention_divisor", "attention", "divisor"}, {"mlp_divisor", "mlp", "divisor"},
};

}  // namespace

Table<UnitSettings> unitFields(const Unit& unit) {
    Table<UnitSettings> table{
        flag("take", &UnitSettings::take, "Takes part in this plan."),
        integer("minimum", &UnitSettings::minimum, {1, 1e6}, unit.many.c_str(), "So many stay at least in every layer."),
        integer("divisor", &UnitSettings::divisor, {1, static_cast<double>(unit.mostDivisor)}, unit.many.c_str(),
                "Kept counts are a multiple of it."),
        shareField(),
        keepField(unit),
    };
    if (!unit.scores.empty()) table.push_back(scoreField(unit));
    return table;
}

const Table<PlanOptions>& planTable() {
    static const Table<PlanOptions> table{
        number("ratio", &PlanOptions::ratio, {0, 1, true, true}, "",
               "Removed parameters over all parameters of the original, embeddings included."),
        unitsField(),
        flag("uniform", &PlanOptions::uniform, "Equal counts in every layer, so that the result is an ordinary checkpoint."),
        textList("protect", &PlanOptions::protect, "Patterns of node groups that are not pruned (\"layers.0.*\")."),
        textList("allow", &PlanOptions::allow,
                 "Patterns of node groups that may be pruned although the analysis marked them."),
        flag("use_knowledge", &PlanOptions::useKnowledge, "Respect the marks of the analysis."),
    };
    return table;
}

void moveFormerPlanKeys(json& document, std::vector<std::string>& notes) {
    const auto plan = document.find("plan");
    if (plan == document.end() || !plan->is_object()) return;
    for (const Former& former : kFormer) {
        const auto found = plan->find(former.key);
        if (found == plan->end()) continue;
        const std::string then = std::string("/plan/") + former.key,
                          now = std::string("/plan/units/") + former.unit + "/" + former.now;
        json& units = (*plan)["units"];
        if (units.is_null()) units = json::object();
        if (!units.is_object()) fail("/plan/units", "must be an object");
        json& settings = units[former.unit];
        if (settings.is_null()) settings = json::object();
        if (!settings.is_object()) fail(std::string("/plan/units/") + former.unit, "must be an object");
        if (settings.contains(former.now))
            fail(then, "is the former name of " + now + ", which is there too", "remove one of them");
        settings[former.now] = *plan->find(former.key);
        plan->erase(former.key);
        notes.push_back(then + " is " + now + " now");
    }
}

}  // namespace lorashear::recipe
