// What models are made of: config.json, adapters.

#include "core/adapters/adapter_folder.h"
#include "core/base/error.h"
#include "core/model/causal_lm.h"
#include "core/model/checkpoint_config.h"
#include "tests/fuzz/parts.h"
#include "tests/fuzz/targets.h"

namespace lorashear::fuzz {

namespace {

constexpr std::size_t kMostLayers = 8;

const CausalLM& smallModel() {
    static const auto kModel = randomModel(
        parseConfig(
            R"({"model_type": "llama", "vocab_size": 16, "hidden_size": 8, "intermediate_size": 6, "num_hidden_layers": 1,
                        "num_attention_heads": 2, "max_position_embeddings": 16})",
            "small"),
        1);
    return *kModel;
}

}  // namespace

void readConfig(const std::string& bytes) {
    const ModelConfig config = parseConfig(bytes, "input");
    if (config.layers.size() > kMostLayers) return;
    if (parameterCount(config) < 0) defect("a model of fewer than no parameters");
    metaModel(config);
}

void readAdapterFolder(const std::string& bytes) {
    const ScratchFolder folder;
    writeParts(partsOf(bytes), folder.path(), {"adapter_config.json", "adapter_model.safetensors"});
    withAdapter(smallModel(), folder.path());
}

}  // namespace lorashear::fuzz
