#include "core/loadability/predicates.h"

#include "core/loadability/window_period.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lorashear {

namespace {

using nlohmann::json;
using Violation = std::optional<std::string>;

std::string number(std::int64_t value) {
    return std::to_string(value);
}

bool isTrue(const json& parameter) {
    return parameter.is_boolean() && parameter.get<bool>();
}

bool isFlag(const json& parameter) {
    return parameter.is_boolean();
}

bool isCount(const json& parameter) {
    return parameter.is_number_integer() && parameter.get<std::int64_t>() > 0;
}

bool isNames(const json& parameter) {
    return parameter.is_array() && !parameter.empty() &&
           std::all_of(parameter.begin(), parameter.end(), [](const json& name) { return name.is_string(); });
}

/// The first layer for which `wrong` says something.
template <class F>
Violation firstLayer(const ModelShape& shape, F wrong) {
    for (std::size_t i = 0; i < shape.layers.size(); ++i)
        if (const std::string what = wrong(shape.layers[i]); !what.empty())
            return "layer " + number(static_cast<std::int64_t>(i)) + " " + what;
    return {};
}

Violation equalCounts(const ModelShape& shape, int LayerShape::*member, const char* what) {
    if (shape.layers.empty()) return {};
    const int first = shape.layers.front().*member;
    return firstLayer(shape, [&](const LayerShape& layer) {
        return layer.*member == first ? std::string()
                                      : "has " + number(layer.*member) + " " + what + ", layer 0 has " + number(first);
    });
}

Violation familyIn(const ModelShape& shape, const json& names) {
    std::string known;
    for (const auto& name : names) {
        if (name == shape.family) return {};
        known.append(known.empty() ? "" : ", ").append(name.get<std::string>());
    }
    return shape.family + " is none of " + known;
}

Violation uniformHeads(const ModelShape& shape, const json&) {
    return equalCounts(shape, &LayerShape::heads, "query heads");
}

Violation uniformKvHeads(const ModelShape& shape, const json&) {
    return equalCounts(shape, &LayerShape::kvHeads, "key/value heads");
}

/// The first layer with a routed MLP, or with a plain one; null: there is none.
const LayerShape* firstOf(const ModelShape& shape, bool routed) {
    const auto found = std::find_if(shape.layers.begin(), shape.layers.end(),
                                    [&](const LayerShape& layer) { return layer.routed() == routed; });
    return found == shape.layers.end() ? nullptr : &*found;
}

std::string named(const ModelShape& shape, const LayerShape* layer) {
    return "layer " + number(layer - shape.layers.data());
}

Violation uniformMlp(const ModelShape& shape, const json&) {
    const LayerShape* first = firstOf(shape, false);
    return firstLayer(shape, [&](const LayerShape& layer) {
        return layer.routed() || layer.intermediate == first->intermediate
                   ? std::string()
                   : "has " + number(layer.intermediate) + " MLP neurons, " + named(shape, first) + " has " +
                         number(first->intermediate);
    });
}

/// Of layers with experts: equally many, all of one width.
Violation uniformExperts(const ModelShape& shape, const json&) {
    const LayerShape* first = firstOf(shape, true);
    return firstLayer(shape, [&](const LayerShape& layer) {
        if (!layer.routed()) return std::string();
        if (layer.experts.size() != first->experts.size())
            return "has " + number(static_cast<std::int64_t>(layer.experts.size())) + " experts, " + named(shape, first) +
                   " has " + number(static_cast<std::int64_t>(first->experts.size()));
        for (const int width : layer.experts)
            if (width != first->experts.front())
                return "has an expert of " + number(width) + " neurons, another has " + number(first->experts.front());
        return std::string();
    });
}

/// No plain MLP; one that is absent is mlp_not_empty's matter.
Violation expertsInEveryLayer(const ModelShape& shape, const json&) {
    return firstLayer(shape, [](const LayerShape& layer) {
        return layer.intermediate > 0 ? "has a plain MLP of " + number(layer.intermediate) + " neurons" : std::string();
    });
}

Violation expertWeightsNormalised(const ModelShape& shape, const json& parameter) {
    if (shape.normalised == parameter.get<bool>()) return {};
    return std::string(shape.normalised ? "they are" : "they are not");
}

/// Rows of the matrices of experts: hidden size and widths.
Violation expertRows(const ModelShape& shape, const json& parameter) {
    const int block = parameter.get<int>();
    if (shape.hidden % block != 0) return "the hidden size is " + number(shape.hidden);
    return firstLayer(shape, [&](const LayerShape& layer) {
        for (const int width : layer.experts)
            if (width % block != 0) return "has an expert of " + number(width) + " neurons";
        return std::string();
    });
}

Violation uniform(const ModelShape& shape, const json& parameter) {
    if (auto found = uniformHeads(shape, parameter)) return found;
    if (auto found = uniformKvHeads(shape, parameter)) return found;
    if (auto found = uniformMlp(shape, parameter)) return found;
    return uniformExperts(shape, parameter);
}

Violation headsMultipleOfKv(const ModelShape& shape, const json&) {
    return firstLayer(shape, [](const LayerShape& layer) {
        const bool none = layer.heads == 0 && layer.kvHeads == 0;  // attention_not_empty asks for that
        return none || (layer.kvHeads > 0 && layer.heads % layer.kvHeads == 0)
                   ? std::string()
                   : "has " + number(layer.heads) + " query heads for " + number(layer.kvHeads) + " key/value heads";
    });
}

Violation hiddenMultipleOfHeads(const ModelShape& shape, const json&) {
    return firstLayer(shape, [&](const LayerShape& layer) {
        return layer.heads == 0 || shape.hidden % layer.heads == 0
                   ? std::string()
                   : "has " + number(layer.heads) + " query heads, which do not divide the hidden size " +
                         number(shape.hidden);
    });
}

Violation headsFillHidden(const ModelShape& shape, const json&) {
    return firstLayer(shape, [&](const LayerShape& layer) {
        return layer.heads == 0 || std::int64_t{layer.heads} * shape.headDim == shape.hidden
                   ? std::string()
                   : "has " + number(layer.heads) + " heads of " + number(shape.headDim) + ", the hidden size is " +
                         number(shape.hidden);
    });
}

Violation keysFillHidden(const ModelShape& shape, const json&) {
    return firstLayer(shape, [&](const LayerShape& layer) {
        return layer.kvHeads == 0 || std::int64_t{layer.kvHeads} * shape.headDim == shape.hidden
                   ? std::string()
                   : "has " + number(layer.kvHeads) + " key/value heads of " + number(shape.headDim) +
                         ", the hidden size is " + number(shape.hidden);
    });
}

Violation attentionNotEmpty(const ModelShape& shape, const json&) {
    return firstLayer(shape, [](const LayerShape& layer) {
        return layer.heads > 0 && layer.kvHeads > 0 ? std::string() : "has no attention head";
    });
}

Violation mlpNotEmpty(const ModelShape& shape, const json&) {
    return firstLayer(shape, [](const LayerShape& layer) { return layer.hasMlp() ? std::string() : "has no MLP neuron"; });
}

Violation denseLinears(const ModelShape& shape, const json&) {
    if (shape.factored == 0) return {};
    return number(shape.factored) + (shape.factored == 1 ? " linear is" : " linears are") + " factored";
}

Violation noSlidingWindow(const ModelShape& shape, const json&) {
    if (!shape.slidingWindow) return {};
    return "some layers have one";
}

Violation noClipping(const ModelShape& shape, const json&) {
    if (!shape.clips) return {};
    return "clip_qkv is set";
}

Violation windowsRepeat(const ModelShape& shape, const json&) {
    if (windowPeriod(shape.windows).problem.empty()) return {};
    std::string list;
    for (std::size_t i = 0; i < shape.windows.size(); ++i)
        list.append(list.empty() ? "" : ", ").append(number(shape.windows[i]));
    return "its layers have windows of " + list + " tokens, 0 for none";
}

Violation olderExpertsKey(const ModelShape& shape, const json&) {
    if (!shape.newerExpertsKey) return {};
    return "config.json has num_local_experts and no num_experts";
}

Violation positionsIn(const ModelShape& shape, const json& names) {
    if (std::find(names.begin(), names.end(), json(shape.positions)) != names.end()) return {};
    return "its rotary positions are of type " + shape.positions;
}

Violation oneBaseOfPositions(const ModelShape& shape, const json&) {
    if (!shape.twoBases) return {};
    return "its layers with a window have rotary positions of their own";
}

/// As config classes reckon that do not read head_dim: whole numbers.
Violation headDimFromHidden(const ModelShape& shape, const json&) {
    return firstLayer(shape, [&](const LayerShape& layer) {
        return layer.heads > 0 && shape.hidden / layer.heads == shape.headDim
                   ? std::string()
                   : "has " + number(layer.heads) + " query heads of " + number(shape.headDim) + ", the hidden size is " +
                         number(shape.hidden);
    });
}

Violation headDimEven(const ModelShape& shape, const json&) {
    if (shape.headDim % 2 == 0) return {};
    return "heads have " + number(shape.headDim) + " dimensions";
}

Violation layersAtMost(const ModelShape& shape, const json& most) {
    if (shape.layers.size() <= most.get<std::size_t>()) return {};
    return "there are " + number(static_cast<std::int64_t>(shape.layers.size())) + " layers";
}

/// Lengths of the rows that are stored: hidden size, heads together, widths of MLPs and experts.
Violation rowsMultipleOf(const ModelShape& shape, const json& parameter) {
    const int block = parameter.get<int>();
    if (shape.hidden % block != 0) return "the hidden size is " + number(shape.hidden);
    return firstLayer(shape, [&](const LayerShape& layer) {
        if (layer.heads * shape.headDim % block != 0)
            return "has " + number(layer.heads * shape.headDim) + " attention columns";
        for (const int width : layer.experts)
            if (width % block != 0) return "has an expert of " + number(width) + " neurons";
        return layer.intermediate % block == 0 ? std::string() : "has " + number(layer.intermediate) + " MLP neurons";
    });
}

}  // namespace

const std::vector<ShapePredicate>& shapePredicates() {
    static const std::vector<ShapePredicate> kTable = {
        {"family_in", familyIn, isNames},
        {"uniform", uniform, isTrue},
        {"uniform_heads", uniformHeads, isTrue},
        {"uniform_kv_heads", uniformKvHeads, isTrue},
        {"uniform_mlp", uniformMlp, isTrue},
        {"uniform_experts", uniformExperts, isTrue},
        {"expert_rows_multiple_of", expertRows, isCount},
        {"experts_in_every_layer", expertsInEveryLayer, isTrue},
        {"expert_weights_normalised", expertWeightsNormalised, isFlag},
        {"heads_multiple_of_kv_heads", headsMultipleOfKv, isTrue},
        {"hidden_multiple_of_heads", hiddenMultipleOfHeads, isTrue},
        {"heads_fill_hidden", headsFillHidden, isTrue},
        {"keys_fill_hidden", keysFillHidden, isTrue},
        {"attention_not_empty", attentionNotEmpty, isTrue},
        {"mlp_not_empty", mlpNotEmpty, isTrue},
        {"dense_linears", denseLinears, isTrue},
        {"no_sliding_window", noSlidingWindow, isTrue},
        {"no_clipping", noClipping, isTrue},
        {"windows_repeat", windowsRepeat, isTrue},
        {"experts_by_older_key", olderExpertsKey, isTrue},
        {"positions_in", positionsIn, isNames},
        {"one_base_of_positions", oneBaseOfPositions, isTrue},
        {"head_dim_from_hidden", headDimFromHidden, isTrue},
        {"head_dim_even", headDimEven, isTrue},
        {"layers_at_most", layersAtMost, isCount},
        {"rows_multiple_of", rowsMultipleOf, isCount},
    };
    return kTable;
}

const ShapePredicate* shapePredicate(const std::string& id) {
    for (const auto& predicate : shapePredicates())
        if (predicate.id == id) return &predicate;
    return nullptr;
}

}  // namespace lorashear
