#include "core/plan/unit_table.h"

#include "core/base/error.h"

#include <algorithm>

namespace lorashear {

namespace {

Unit attention() {
    Unit unit;
    unit.id = "attention", unit.title = "Attention", unit.one = "KV group", unit.many = "KV groups";
    unit.help = "A key/value head with the query heads that read it.";
    unit.exports = "An ordinary checkpoint where every layer keeps equally many; otherwise GGUF or our modelling file.";
    unit.takesPart = unit.fades = true;
    unit.mostDivisor = 1024;
    return unit;
}

Unit mlp() {
    Unit unit;
    unit.id = "mlp", unit.title = "MLP", unit.one = "neuron", unit.many = "neurons";
    unit.help = "A neuron of the feed-forward part.";
    unit.exports = "An ordinary checkpoint where every layer keeps equally many; otherwise GGUF or our modelling file.";
    unit.takesPart = unit.fades = true;
    unit.minimum = 8;
    unit.mostDivisor = 4096;
    unit.blockSizes = {1, 32, 64, 128, 256};
    return unit;
}

}  // namespace

const std::vector<Unit>& unitTable() {
    static const std::vector<Unit> kTable = {attention(), mlp()};
    return kTable;
}

const Unit* findUnit(const std::string& id) {
    const auto& all = unitTable();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Unit& unit) { return unit.id == id; });
    return found == all.end() ? nullptr : &*found;
}

const Unit* unitOf(const NodeGroup& nodeGroup) {
    return findUnit(unitName(nodeGroup.unit));
}

const Unit& unitById(const std::string& id) {
    if (const Unit* unit = findUnit(id)) return *unit;
    std::string names;
    for (const Unit& unit : unitTable()) names += (names.empty() ? "" : ", ") + unit.id;
    throw Error(ErrorCode::BadRecipe, "/plan/units/" + id, "is not a unit that a plan knows", "known: " + names);
}

UnitSettings defaultSettings(const Unit& unit) {
    UnitSettings settings;
    settings.take = unit.takesPart;
    settings.minimum = unit.minimum;
    settings.divisor = unit.divisor;
    return settings;
}

UnitMap defaultUnits() {
    UnitMap units;
    for (const Unit& unit : unitTable()) units[unit.id] = defaultSettings(unit);
    return units;
}

}  // namespace lorashear
