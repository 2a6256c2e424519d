#include "core/plan/plan_fields.h"

#include "core/settings/field_kinds.h"

#include <map>

namespace lorashear::recipe {

using namespace settings;

namespace {

Field<UnitSettings> scoreField(const Unit& unit) {
    std::vector<std::string> ids;
    std::string help = "What tells which go, measured on calibration text.";
    for (const UnitScore& score : unit.scores) {
        ids.push_back(score.id);
        help += " " + score.id + ": " + score.help;
    }
    return choice("score", &UnitSettings::score, ids, help.c_str());
}

Table<UnitSettings> fieldsOf(const Unit& unit) {
    const char* many = unit.many.c_str();
    Table<UnitSettings> table{
        flag("take", &UnitSettings::take, "Takes part in this plan."),
        integer("minimum", &UnitSettings::minimum, {1, 1e6}, many,
                unit.layered() ? "So many stay at least in every layer." : "So many stay at least."),
        integer("divisor", &UnitSettings::divisor, {1, static_cast<double>(unit.mostDivisor)}, many,
                "Kept counts are a multiple of it."),
        number("share", &UnitSettings::share, {0, 1}, "",
               "Share of all removed parameters; null: what units with a share leave, one common fraction of the others."),
        integer("keep", &UnitSettings::keep, {1, 1e6}, many,
                unit.fades ? "With uniform: how many every layer keeps exactly, the others make up the ratio; null: as the "
                             "ratio asks."
                           : "How many stay exactly, the others make up the ratio; null: as the ratio asks."),
    };
    if (!unit.scores.empty()) table.push_back(scoreField(unit));
    return table;
}

std::vector<std::string> unitIds() {
    std::vector<std::string> ids;
    for (const Unit& unit : unitTable()) ids.push_back(unit.id);
    return ids;
}

void readUnits(PlanOptions& plan, const json& value, const Place& place) {
    if (!value.is_object()) fail(place, "must be an object");
    for (const auto& [id, given] : value.items()) {
        const Unit* unit = findUnit(id);
        if (!unit) {
            const std::string near = nearestName(id, unitIds());
            fail(place / id, "is not a unit that a plan knows",
                 near.empty() ? "allowed here: " + joined(unitIds()) : "did you mean \"" + near + "\"?");
        }
        readObject(unitFields(*unit), plan.units[id], given, place / id);
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

void describeUnits(std::vector<Setting>& all, const std::string& pointer) {
    for (const Unit& unit : unitTable()) {
        const std::string help =
            unit.title + ": " + unit.help + " " + unit.exports +
            (unit.maskEqualsCut ? "" : " There is no preview: no mask gives what the cut model computes.");
        Setting whole = settingOf(unit.id.c_str(), SettingType::Object, "", help.c_str());
        whole.pointer = pointer + "/" + unit.id;
        all.push_back(whole);
        describeObject(unitFields(unit), all, whole.pointer, defaultSettings(unit));
    }
}

Field<PlanOptions> unitsField() {
    return {settingOf("units", SettingType::Object, "", "What may be removed, and within which limits; see the next lines."),
            readUnits, writeUnits, describeUnits};
}

}  // namespace

const Table<UnitSettings>& unitFields(const Unit& unit) {
    static const std::map<std::string, Table<UnitSettings>> kAll = [] {
        std::map<std::string, Table<UnitSettings>> all;
        for (const Unit& one : unitTable()) all.emplace(one.id, fieldsOf(one));
        return all;
    }();
    return kAll.at(unit.id);
}

const Table<PlanOptions>& planTable() {
    static const Table<PlanOptions> table{
        flag("enabled", &PlanOptions::enabled,
             "Remove anything at all; false: the original is only trained, to hold pruned models against it."),
        number("ratio", &PlanOptions::ratio, {0, 1, true, true}, "",
               "Removed parameters over all parameters of the original, embeddings included."),
        unitsField(),
        choice(
            "shares", &PlanOptions::shares, shareWays(),
            "How units without a share of their own divide the ratio. even: each loses the same fraction of its own (of the heads, of the neurons, ...); "
            "what one cannot lose, the others do. measured: step by step to the unit whose next things raise the loss on calibration text least."),
        flag(
            "uniform", &PlanOptions::uniform,
            "Equal counts in every layer: an ordinary checkpoint, where the heads that stay divide the hidden size too (lorashear loadable --snap)."),
        textList("protect", &PlanOptions::protect, "Patterns of node groups that are not pruned (\"layers.0.*\")."),
        textList("allow", &PlanOptions::allow,
                 "Patterns of node groups that may be pruned although the analysis marked them."),
        flag("use_knowledge", &PlanOptions::useKnowledge, "Respect the marks of the analysis."),
    };
    return table;
}

}  // namespace lorashear::recipe
