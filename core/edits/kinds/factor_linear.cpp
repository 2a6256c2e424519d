#include "core/edits/blueprint_draft.h"
#include "core/edits/edit_kind.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr char kWeight[] = ".weight", kBias[] = ".bias";

Edit read(const json& object, const std::string& subject, const std::string& pointer) {
    FactorLinear factor{readName(object, "linear", subject, pointer), {readCount(object, "rank", 1, subject, pointer), 1}};
    if (object.contains("blocks")) factor.factor.blocks = readCount(object, "blocks", 1, subject, pointer);
    return factor;
}

void write(const Edit& edit, json& object) {
    const auto& [linear, factor] = std::get<FactorLinear>(edit);
    object["linear"] = linear;
    object["rank"] = factor.rank;
    if (factor.blocks > 1) object["blocks"] = factor.blocks;
}

std::string namesLike(const Structure& structure) {
    if (structure.linears.empty()) return "This model has none that is whole.";
    return "Names look like " + structure.linears.begin()->first + "; lorashear inspect --json lists them.";
}

/// The first few, in words.
std::string divisorsOf(std::int64_t number) {
    constexpr int kMost = 8;
    std::vector<std::int64_t> found;
    for (std::int64_t i = 1; i <= number && found.size() < kMost; ++i)
        if (number % i == 0) found.push_back(i);
    std::string text;
    for (const auto one : found) text += (text.empty() ? "" : ", ") + std::to_string(one);
    return text + (found.back() < number ? " …" : "");
}

void requireSmaller(const FactorLinear& edit, const LinearSize& size, const BlueprintDraft& draft,
                    const std::string& pointer) {
    const auto& [linear, factor] = edit;
    const std::string shape = std::to_string(size.out) + " x " + std::to_string(size.in);
    if (largestRank(size.out, size.in, factor.blocks) == 0)
        draft.fail(pointer + "/blocks",
                   "is " + std::to_string(factor.blocks) + ", which does not divide the sizes of " + linear + ", " + shape,
                   "Both are divided by " + divisorsOf(std::gcd(size.out, size.in)) + ".");
    const int most = largestSavingRank(size.out, size.in, factor.blocks);
    if (factor.rank > most)
        draft.fail(pointer + "/rank",
                   "is " + std::to_string(factor.rank) + ": two thin linears of that rank hold " +
                       std::to_string(std::int64_t{factor.blocks} * factor.rank * (size.out + size.in)) + " weights, " +
                       linear + " (" + shape + ") holds " + std::to_string(size.out * size.in),
                   most > 0 ? "Ranks up to " + std::to_string(most) + " save something." : "No rank saves anything here.");
}

void apply(const Edit& edit, BlueprintDraft& draft, const std::string& pointer) {
    const auto& factor = std::get<FactorLinear>(edit);
    if (draft.config.factors.contains(factoredPath(factor.linear)))
        draft.fail(pointer + "/linear", factor.linear + " is factored already", "Factor it once, at the lower rank.");
    const auto found = draft.structure.linears.find(factor.linear);
    if (found == draft.structure.linears.end())
        draft.fail(pointer + "/linear", "is \"" + factor.linear + "\", which is no linear of this model's blocks",
                   namesLike(draft.structure));
    if (const auto earlier = draft.factored.find(factor.linear); earlier != draft.factored.end())
        draft.fail(pointer, "factors " + factor.linear + ", which " + earlier->second.pointer + " factors already",
                   "Leave one of both edits out.");
    requireSmaller(factor, found->second, draft, pointer);
    draft.factored[factor.linear] = {factor.factor, pointer};
}

/// Rows and columns that groups lose: cut first and then factored would be another matrix than factored first and then cut.
void requireUncut(const std::string& linear, const BlueprintDraft& draft, const std::string& pointer) {
    for (const NodeGroup& group : draft.structure.nodeGroups) {
        const auto by = draft.removedBy.find(group.name);
        if (by == draft.removedBy.end()) continue;
        const auto touches = [&](const GroupSlice& slice) {
            return slice.tensor == linear + kWeight || slice.tensor == linear + kBias;
        };
        if (std::any_of(group.primary.begin(), group.primary.end(), touches) ||
            std::any_of(group.secondary.begin(), group.secondary.end(), touches))
            draft.fail(pointer, "factors " + linear + ", of which " + by->second + " removes groups of " + group.name,
                       "One after the other: remove the groups, then factor what is left of it in a second list.");
    }
}

/// The edit that a linear goes with as a whole: a sub-layer or an expert.
std::string goneBy(const std::string& linear, const BlueprintDraft& draft) {
    const auto holds = [&](const std::vector<std::string>& tensors) {
        return std::find(tensors.begin(), tensors.end(), linear + kWeight) != tensors.end();
    };
    for (const auto& [part, pointer] : draft.dropped) {
        const BlockParts& parts = draft.structure.parts.at(static_cast<std::size_t>(part.first));
        if (holds((part.second == BlockPart::Attention ? parts.attention : parts.mlp).tensors)) return pointer;
    }
    for (const NodeGroup& group : draft.structure.nodeGroups) {
        const auto removed = draft.removed.find(group.name);
        if (removed == draft.removed.end()) continue;
        for (const int index : removed->second)
            if (!group.wholes.empty() && holds(group.wholes.at(static_cast<std::size_t>(index))))
                return draft.removedBy.at(group.name);
    }
    return {};
}

void settle(const BlueprintDraft& draft, Blueprint& blueprint) {
    for (const auto& [linear, marked] : draft.factored) {
        if (const auto by = goneBy(linear, draft); !by.empty())
            draft.fail(marked.pointer,
                       std::string("factors ").append(linear).append(", which ").append(by).append(" leaves out as a whole"),
                       "Leave one of both edits out.");
        requireUncut(linear, draft, marked.pointer);
        std::string after;
        for (const auto& [name, making] : blueprint.tensors)
            if (making.source == linear + kWeight) after = moduleOfTensor(name);
        addFactor(blueprint, after, marked.factor, draft.structure.linears.at(linear));
    }
}

EditWords words(const Edit& edit, const ModelConfig&, const Structure& structure) {
    const auto& [linear, factor] = std::get<FactorLinear>(edit);
    EditWords result{linear + ": rank " + std::to_string(factor.rank), 0, 0, "weights"};
    if (const auto found = structure.linears.find(linear); found != structure.linears.end()) {
        const LinearSize& size = found->second;
        result.part += " of " + std::to_string(size.out) + " x " + std::to_string(size.in);
        result.kept = std::int64_t{factor.blocks} * factor.rank * (size.out + size.in);
        result.of = size.out * size.in;
    }
    if (factor.blocks > 1) result.part += ", in " + std::to_string(factor.blocks) + " blocks";
    return result;
}

}  // namespace

void addFactor(Blueprint& blueprint, const std::string& path, const Factor& factor, const LinearSize& size) {
    const auto weight = blueprint.tensors.extract(path + kWeight).mapped().source;
    const std::string bias = size.bias ? blueprint.tensors.extract(path + kBias).mapped().source : std::string();
    const std::int64_t inner = std::int64_t{factor.blocks} * factor.rank, rows = size.out / factor.blocks,
                       columns = size.in / factor.blocks;
    for (int i = 0; i < factor.blocks; ++i) {
        const auto first = path + "." + firstName(factor, i), second = path + "." + secondName(factor, i);
        blueprint.tensors[first + kWeight] = {
            weight, {}, 1, 0, {inner, columns}, FactorPart{factor, false, i, size.transposed}};
        blueprint.tensors[second + kWeight] = {
            weight, {}, 1, 0, {rows, inner}, FactorPart{factor, true, i, size.transposed}};
        if (!size.bias) continue;
        TensorMaking own{bias, {}, 1, 0, {rows}};
        for (std::int64_t row = 0; factor.blocks > 1 && row < rows; ++row) own.kept[0].push_back(i * rows + row);
        blueprint.tensors[second + kBias] = std::move(own);
    }
    blueprint.config.factors[path] = factor;
}

EditKind factorLinearKind() {
    return {"factor",
            "Puts two thin linears in the place of one of the blocks: of low rank, or with \"blocks\" block-diagonal with a "
            "shuffle between them. Fitted to its inputs on a calibration text where one is given.",
            R"({"op": "factor", "linear": "model.layers.4.mlp.down_proj", "rank": 32})",
            {"linear", "rank"},
            [](const Edit& edit) { return std::holds_alternative<FactorLinear>(edit); },
            read,
            write,
            apply,
            words,
            {"blocks"},
            "two thin linears have no mask; it can be cut",
            "what the factors of a linear lack is in no zeros; merged exports multiply them out",
            settle,
            [](const Edit& edit) { return std::vector{std::get<FactorLinear>(edit).linear}; }};
}

}  // namespace lorashear
