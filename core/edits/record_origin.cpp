#include "core/edits/record_origin.h"

#include "core/base/error.h"
#include "core/edits/edit_record.h"

#include <algorithm>
#include <functional>

namespace lorashear {

namespace {

/// One size of a model or of a block, under the name that config.json has for it in most families.
template <class Of>
struct Size {
    const char* key;
    std::function<int(const Of&)> of;
};

const std::vector<Size<ModelConfig>>& modelSizes() {
    static const std::vector<Size<ModelConfig>> kTable = {
        {"hidden_size", [](const ModelConfig& c) { return c.hidden; }},
        {"vocab_size", [](const ModelConfig& c) { return c.vocabulary; }},
        {"num_hidden_layers", [](const ModelConfig& c) { return static_cast<int>(c.layers.size()); }},
        {"head_dim", [](const ModelConfig& c) { return c.headDim; }},
        {"word_embed_proj_dim", [](const ModelConfig& c) { return c.embeddingSize; }},
    };
    return kTable;
}

const std::vector<Size<LayerShape>>& layerSizes() {
    static const std::vector<Size<LayerShape>> kTable = {
        {"num_attention_heads", [](const LayerShape& l) { return l.heads; }},
        {"num_key_value_heads", [](const LayerShape& l) { return l.kvHeads; }},
        {"intermediate_size", [](const LayerShape& l) { return l.intermediate; }},
        {"num_experts", [](const LayerShape& l) { return static_cast<int>(l.experts.size()); }},
    };
    return kTable;
}

std::string told(const std::string& key, const std::string& there, const std::string& here) {
    return key + " is " + there + " there, " + here + " here";
}

template <class Of>
std::string firstOther(const std::vector<Size<Of>>& sizes, const Of& there, const Of& here, const std::string& where) {
    for (const auto& size : sizes)
        if (size.of(there) != size.of(here))
            return told(size.key + where, std::to_string(size.of(there)), std::to_string(size.of(here)));
    return {};
}

/// The first thing in which two models are not alike; empty: nothing.
std::string difference(const ModelConfig& there, const ModelConfig& here) {
    if (there.family != here.family) return told("model_type", there.family, here.family);
    std::string found = firstOther(modelSizes(), there, here, {});
    for (std::size_t i = 0; found.empty() && i < here.layers.size(); ++i) {
        const std::string where = " of layer " + std::to_string(i);
        found = firstOther(layerSizes(), there.layers[i], here.layers[i], where);
        if (found.empty() && there.layers[i].experts != here.layers[i].experts)
            found = "the widths of the experts" + where + " are others there";
    }
    if (found.empty() && there.factors != here.factors) found = "other linears are factored there";
    return found;
}

}  // namespace

Edits editsForModel(const PruningRecord& record, const ModelConfig& config, const Structure& structure,
                    const std::string& subject) {
    if (!record.original.empty()) {
        const std::string place = subject + " /original";
        const std::string other = difference(parseConfig(record.original, place), config);
        const std::string name = record.source ? " (" + record.source->name + ")" : std::string();
        if (!other.empty())
            throw Error(
                ErrorCode::BadInput, place, "was made of another model" + name + ": " + other,
                "Take the model that it was made of: a record tells groups, layers and tokens by that one's numbers.");
    }
    return editsOfRecord(record, structure);
}

}  // namespace lorashear
