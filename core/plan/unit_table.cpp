#include "core/plan/unit_table.h"

#include "core/base/error.h"

#include <algorithm>

namespace lorashear {

namespace {

/// A unit whose groups the trace finds: called as they are.
Unit ofGroups(UnitKind kind, const char* title) {
    const UnitKindRow& row = unitKindRow(kind);
    Unit unit;
    unit.id = row.id, unit.title = title, unit.one = row.one, unit.many = row.many;
    if (row.branch != UnitBranch::None)
        unit.part = row.branch == UnitBranch::Attention ? BlockPart::Attention : BlockPart::Mlp;
    return unit;
}

Unit attention() {
    Unit unit = ofGroups(UnitKind::Attention, "Attention");
    unit.help = "A key/value head with the query heads that read it.";
    unit.exports = "An ordinary checkpoint where every layer keeps equally many; otherwise GGUF or our modelling file.";
    unit.takesPart = unit.fades = true;
    unit.mostDivisor = 1024;
    return unit;
}

Unit mlp() {
    Unit unit = ofGroups(UnitKind::Mlp, "MLP");
    unit.help = "A neuron of the feed-forward part, or of one of its experts.";
    unit.exports = "An ordinary checkpoint where every layer keeps equally many; otherwise GGUF or our modelling file.";
    unit.takesPart = unit.fades = true;
    unit.minimum = 8;
    unit.mostDivisor = 4096;
    unit.blockSizes = {1, 4, 8, 16, 32, 64, 128, 256};
    return unit;
}

Unit queryHeads() {
    Unit unit = ofGroups(UnitKind::QueryHeads, "Query heads");
    unit.help = "The same query heads of all KV groups of a layer: keys and values stay.";
    unit.exports = "An ordinary checkpoint where every layer keeps equally many; otherwise our modelling file.";
    unit.mostDivisor = 64;
    unit.evenBeside = "attention";
    unit.scores = {{"contribution", "Mean square of what the heads add to the residual stream."}};
    return unit;
}

Unit experts() {
    Unit unit = ofGroups(UnitKind::Experts, "Experts");
    unit.help = "An expert of a routed MLP with its row of the router; as many as a token uses stay in any case.";
    unit.exports = "An ordinary checkpoint where every layer keeps equally many; otherwise our modelling file.";
    unit.mostDivisor = 256;
    unit.scores = {{"usage", "Share of the tokens that choose the expert."},
                   {"contribution", "Mean square, over all tokens, of what the expert says where it is chosen."}};
    return unit;
}

Unit hidden() {
    Unit unit = ofGroups(UnitKind::Hidden, "Hidden width");
    unit.help = "A channel of the residual stream, in the whole network at once.";
    unit.exports = "An ordinary checkpoint; norms carry the correction. Only models with root-mean-square norms.";
    unit.minimum = 8;
    unit.mostDivisor = 4096;
    unit.maskEqualsCut = false;
    unit.scores = {{"activation", "Mean absolute output of the norms in that channel (Minitron)."}};
    return unit;
}

Unit vocabulary() {
    Unit unit = ofGroups(UnitKind::Vocabulary, "Vocabulary");
    unit.help =
        "A row of embedding and head with its token; bytes, special tokens and what other tokens are made from stay.";
    unit.exports = "An ordinary checkpoint with a smaller tokenizer.";
    unit.sort = Unit::Sort::Tokens;
    unit.mostDivisor = 4096;
    unit.maskEqualsCut = false;
    unit.scores = {{"frequency", "How often the training and calibration texts use the token."}};
    return unit;
}

UnitScore influenceScore() {
    return {"influence", "Angle between what goes in and what comes out (ShortGPT): the smallest goes first."};
}

/// The first is the default. Of sub-layers it is a loss: one that turns a single token, the first, for all later ones to attend to, turns the mean
/// over tokens little, and without it the model says nothing any more.
std::vector<UnitScore> depthScores(bool subLayers) {
    std::vector<UnitScore> scores = {{"perplexity", "Loss of the model without it: what raises it least goes first."},
                                     {"greedy", "As perplexity, but measured again after every one that goes (SLEB)."}};
    scores.insert(subLayers ? scores.end() : scores.begin(), influenceScore());
    return scores;
}

Unit blocks() {
    Unit unit;
    unit.id = "blocks", unit.title = "Blocks", unit.one = "block", unit.many = "blocks";
    unit.help = "Whole decoder blocks: the residual stream passes by.";
    unit.exports = "An ordinary checkpoint with fewer layers.";
    unit.sort = Unit::Sort::Parts, unit.part = BlockPart::Block;
    unit.minimum = 2;
    unit.mostDivisor = 64;
    unit.scores = depthScores(false);
    return unit;
}

Unit attentionLayers() {
    Unit unit;
    unit.id = "attention_layers", unit.title = "Attention sub-layers", unit.one = "attention sub-layer",
    unit.many = "attention sub-layers";
    unit.help = "The attention of a block with its norms: the block keeps its MLP and needs no KV cache.";
    unit.exports = "GGUF or our modelling file.";
    unit.sort = Unit::Sort::Parts, unit.part = BlockPart::Attention;
    unit.mostDivisor = 64;
    unit.scores = depthScores(true);
    return unit;
}

Unit mlpLayers() {
    Unit unit;
    unit.id = "mlp_layers", unit.title = "MLP sub-layers", unit.one = "MLP sub-layer", unit.many = "MLP sub-layers";
    unit.help = "The MLP of a block with its norms: the block keeps its attention.";
    unit.exports = "GGUF or our modelling file.";
    unit.sort = Unit::Sort::Parts, unit.part = BlockPart::Mlp;
    unit.mostDivisor = 64;
    unit.scores = depthScores(true);
    return unit;
}

}  // namespace

const std::vector<Unit>& unitTable() {
    static const std::vector<Unit> kTable = {attention(),       mlp(),       queryHeads(), experts(), hidden(), blocks(),
                                             attentionLayers(), mlpLayers(), vocabulary()};
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

bool takesAtOnce(const Unit& unit, const UnitMap& units) {
    const auto found = units.find(unit.id);
    return !unit.fades && found != units.end() && found->second.take;
}

UnitSettings defaultSettings(const Unit& unit) {
    UnitSettings settings;
    settings.take = unit.takesPart;
    settings.minimum = unit.minimum;
    settings.divisor = unit.divisor;
    if (!unit.scores.empty()) settings.score = unit.scores.front().id;
    return settings;
}

UnitMap defaultUnits() {
    UnitMap units;
    for (const Unit& unit : unitTable()) units[unit.id] = defaultSettings(unit);
    return units;
}

}  // namespace lorashear
