#pragma once

#include "core/model/causal_lm.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lorashear {

class Checkpoint;
struct TensorData;

/// Keys of config.json that give every projection of a branch a bias, where the family's class in transformers has them; null: it has none.
struct BiasKeys {
    const char* attention = nullptr;
    const char* mlp = nullptr;
};

/// How a model family is read and built. Stateless; one per file in core/model/families.
/// It contributes its module and its tensor names and not one line about groups.
struct Family {
    std::string id;  ///< config.json's model_type
    /// Fills everything but source and dtype. Throws Error(BadInput / Unsupported) naming the key.
    std::function<ModelConfig(const nlohmann::json& config, const std::string& subject)> parse;
    /// Names and shapes of every tensor of a model with this config (a tied head excluded).
    std::function<std::map<std::string, std::vector<std::int64_t>>(const ModelConfig&)> shapes;
    /// Per-layer sizes read back from (possibly sliced) tensors.
    std::function<std::vector<LayerShape>(const ModelConfig&, const NamedTensors&)> layersOf;
    /// The module over tensors that already have the right shapes.
    std::function<std::unique_ptr<CausalLM>(const ModelConfig&, const NamedTensors&)> build;
    /// config.json keys for these sizes, merged over config.source by exports (uniform models only carry plain numbers).
    std::function<void(const ModelConfig&, nlohmann::json& config)> describe;
    /// Beginnings of tensor names in checkpoints of the model without its head, or of a larger one that it is the language model of, and what they
    /// stand for.
    std::vector<std::pair<std::string, std::string>> otherPrefixes = {};
    /// Tensors of the word embedding and of the head that may be tied to it.
    std::string embedding = {}, head = {};
    BiasKeys biasKeys = {};   ///< biases that it can be given (core/model/added_biases.h)
    std::string models = {};  ///< published models that are of this family, for people
};

/// The table; core/model/families/builtin_families.cpp is its one place.
const std::vector<Family>& families();
const Family& familyOf(const std::string& id, const std::string& subject);  ///< refuseFamily() otherwise

/// A checkpoint's tensors by the names that shapes(config) gives them, for those it gives; what else a checkpoint holds (buffers
/// of old releases) is left out. A tied model's embedding is found under its head's name too, and an output projection's bias that is nowhere while
/// queries have theirs is zero, as in transformers. Error(BadInput) if two claim one name.
std::map<std::string, TensorData> modelTensors(const Family& family, const ModelConfig& config,
                                               const Checkpoint& checkpoint);

}  // namespace lorashear
