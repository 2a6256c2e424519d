#include "core/export/hf_folder.h"

#include "core/base/error.h"
#include "core/export/model_card.h"
#include "core/export/rounding.h"
#include "core/io/atomic_file.h"
#include "core/io/companion_files.h"
#include "core/io/gguf.h"
#include "core/io/gguf_origin.h"
#include "core/io/pending_folder.h"
#include "core/loadability/rules.h"
#include "core/model/config_json.h"
#include "core/model/family.h"
#include "core/model/leftover_keys.h"
#include "core/text/gguf_tokenizer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace lorashear {

namespace fs = std::filesystem;

namespace embedded {
extern const char modellingFile[];
}

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kModellingFile = "modeling_lorashear.py";

struct PythonClass {
    const char *family, *stock;
    bool pruned;  ///< resources/export/modeling_lorashear.py has it with "Pruned" before its name
};

constexpr std::array<PythonClass, 27> kClasses{{{"llama", "LlamaForCausalLM", true},
                                                {"mistral", "MistralForCausalLM", true},
                                                {"qwen2", "Qwen2ForCausalLM", true},
                                                {"qwen3", "Qwen3ForCausalLM", true},
                                                {"gemma2", "Gemma2ForCausalLM", true},
                                                {"gemma3_text", "Gemma3ForCausalLM", true},
                                                {"gemma3", "Gemma3ForCausalLM", true},
                                                {"phi3", "Phi3ForCausalLM", true},
                                                {"mixtral", "MixtralForCausalLM", true},
                                                {"qwen3_moe", "Qwen3MoeForCausalLM", true},
                                                {"olmoe", "OlmoeForCausalLM", true},
                                                {"smollm3", "SmolLM3ForCausalLM", true},
                                                {"granite", "GraniteForCausalLM", true},
                                                {"olmo2", "Olmo2ForCausalLM", true},
                                                {"olmo3", "Olmo3ForCausalLM", true},
                                                {"ministral", "MinistralForCausalLM", true},
                                                {"glm", "GlmForCausalLM", true},
                                                {"glm4", "Glm4ForCausalLM", true},
                                                {"phi", "PhiForCausalLM", true},
                                                {"stablelm", "StableLmForCausalLM", true},
                                                {"starcoder2", "Starcoder2ForCausalLM", true},
                                                {"nemotron", "NemotronForCausalLM", true},
                                                {"cohere2", "Cohere2ForCausalLM", true},
                                                {"falcon", "FalconForCausalLM", true},
                                                {"gpt2", "GPT2LMHeadModel", false},
                                                {"gpt_neox", "GPTNeoXForCausalLM", false},
                                                {"opt", "OPTForCausalLM", false}}};

const PythonClass* stockClass(const std::string& family) {
    const auto found = std::find_if(kClasses.begin(), kClasses.end(), [&](const auto& row) { return family == row.family; });
    return found == kClasses.end() ? nullptr : &*found;
}

/// Null: the modelling file has none for this family.
const PythonClass* prunedClass(const std::string& family) {
    const auto* known = stockClass(family);
    return known && known->pruned ? known : nullptr;
}

json described(const ModelConfig& config) {
    json sizes = json::object();
    familyOf(config.family, "model").describe(config, sizes);
    return sizes;
}

/// Keys of config.json that hold one value per layer as soon as layers differ: what a family writes as lists for layers that do.
std::vector<std::string> layerKeys(const ModelConfig& config) {
    ModelConfig probe = config;
    LayerShape larger = probe.layers.front();
    larger.heads *= 2, larger.kvHeads *= 2, larger.intermediate *= 2;
    for (int& width : larger.experts) width *= 2;
    probe.layers.push_back(larger);
    std::vector<std::string> keys;
    const json plain = described(config), lists = described(probe);
    for (const auto& [key, value] : lists.items()) {
        const bool list = value.is_array() && value.size() == probe.layers.size();
        const bool already = plain.contains(key) && plain.at(key).is_array() && plain.at(key).size() == config.layers.size();
        if (list && (already || (plain.contains(key) && plain.at(key).is_number_integer()))) keys.push_back(key);
    }
    return keys;
}

/// The lists go into an object of their own; the plain keys stay as the original had them, so that stock config classes read them.
void splitLists(ordered_json& json_, const ModelConfig& config) {
    ordered_json lists = ordered_json::object();
    const auto original = ordered_json::parse(config.source, nullptr, false);
    for (const auto& key : layerKeys(config)) {
        auto values = json_.at(key);
        if (!values.is_array()) values = ordered_json(std::vector<ordered_json>(config.layers.size(), values));
        lists[key] = values;
        if (original.is_object() && original.contains(key) && original.at(key).is_number_integer())
            json_[key] = original.at(key);
        else if (original.is_object() && !original.contains(key))
            json_.erase(key);
        else
            json_[key] = *std::max_element(values.begin(), values.end());
    }
    // transformers 5 holds the hidden size against the one head count that it reads, before anything looks at the lists: one head divides every size.
    const auto heads = json_.find("num_attention_heads"), hidden = json_.find("hidden_size");
    if (heads != json_.end() && hidden != json_.end() && lists.contains("num_attention_heads") && heads->get<int>() > 0 &&
        hidden->get<int>() % heads->get<int>() != 0)
        for (const char* key : {"num_attention_heads", "num_key_value_heads"})
            if (lists.contains(key)) json_[key] = 1;
    json_[kLayerSizesKey] = lists;
    if (const auto* known = prunedClass(config.family))
        json_["auto_map"] = {{"AutoModelForCausalLM", std::string("modeling_lorashear.Pruned") + known->stock}};
}

/// What transformers 4 calls the parts of transformers 5's "rope_parameters". It does not know that key and would go on with its own
/// defaults, without a word; transformers 5 takes both side by side.
struct OlderRopeKeys {
    const char* theta = "rope_theta";
    const char* fraction = "partial_rotary_factor";
};

OlderRopeKeys olderRopeKeys(const std::string& family) {
    if (family == "gpt_neox") return {"rotary_emb_base", "rotary_pct"};
    return {};
}

/// Phi-3's class in transformers 4 takes these three keys and no other; the context of the first training stands beside them.
ordered_json olderPhi3Scaling(ordered_json& config, const ordered_json& rope) {
    ordered_json three = {{"type", ropeScalingName(RopeScaling::LongRope)}};
    for (const char* key : {"short_factor", "long_factor"})
        if (rope.contains(key)) three[key] = rope.at(key);
    const bool others = rope.contains("factor") || rope.contains("attention_factor");
    if (three.size() != 3 || others) return rope;
    if (!config.contains("original_max_position_embeddings") && rope.contains("original_max_position_embeddings"))
        config["original_max_position_embeddings"] = rope.at("original_max_position_embeddings");
    return three;
}

/// Transformers 5 does not read the names that Phi-3's first files have for longrope, or only one of them.
void renamePhi3Scaling(ordered_json& config) {
    for (const char* block : {"rope_scaling", "rope_parameters"}) {
        if (!config.contains(block) || !config[block].is_object()) continue;
        for (const char* key : {"type", "rope_type"})
            if (auto& scaling = config[block]; scaling.contains(key) && (scaling[key] == "su" || scaling[key] == "yarn"))
                scaling[key] = ropeScalingName(RopeScaling::LongRope);
    }
}

/// theta: of the layers that see all positions.
void addOlderRopeKeys(ordered_json& config, double theta) {
    if (config.value("model_type", "") == "phi3") renamePhi3Scaling(config);
    const auto found = config.find("rope_parameters");
    if (found == config.end() || !found->is_object()) {
        // The one family whose default is not the same in both versions.
        if (config.value("model_type", "") == "olmo3" && !config.contains("rope_theta")) config["rope_theta"] = theta;
        return;
    }
    const auto keys = olderRopeKeys(config.value("model_type", ""));
    const bool nested = found->contains("full_attention");  // one entry per kind of layer
    ordered_json rope = nested ? found->at("full_attention") : *found;
    if (rope.contains("rope_theta")) config[keys.theta] = rope["rope_theta"];
    if (rope.contains("partial_rotary_factor")) config[keys.fraction] = rope["partial_rotary_factor"];
    if (nested && config.at("rope_parameters").contains("sliding_attention"))
        config["rope_local_base_freq"] = config.at("rope_parameters").at("sliding_attention").value("rope_theta", 10000.0);
    if (rope.value("rope_type", "default") == "default") return;
    rope.erase("rope_theta");
    rope.erase("partial_rotary_factor");
    if (config.value("model_type", "") == "phi3") rope = olderPhi3Scaling(config, rope);
    config["rope_scaling"] = rope;
}

/// What is written is a language model with its own head, whatever class it was saved with. A config that names no class stays without.
void nameStockClass(ordered_json& config, const std::string& family) {
    const auto named = config.find("architectures");
    const auto* known = stockClass(family);
    if (named == config.end() || !known) return;
    if (!named->is_array() || std::find(named->begin(), named->end(), ordered_json(known->stock)) == named->end())
        *named = {known->stock};
}

std::string configText(const ModelConfig& config, const std::string& dtype, bool lists) {
    auto result = ordered_json::parse(config.source, nullptr, false);
    if (!result.is_object()) result = ordered_json::object();
    result.erase(kLayerSizesKey);
    result.erase(kFactorsKey);
    result.erase("per_layer_config");
    const json sizes = described(config);
    for (const auto& [key, value] : sizes.items()) result[key] = value;
    result["model_type"] = config.family;
    dropLeftoverKeys(result);
    nameStockClass(result, config.family);
    if (parseConfig(result.dump(), "config.json").tiedHead != config.tiedHead)
        result["tie_word_embeddings"] = config.tiedHead;
    result[result.contains("dtype") ? "dtype" : "torch_dtype"] = dtype == "BF16"  ? "bfloat16"
                                                                 : dtype == "F16" ? "float16"
                                                                                  : "float32";
    if (lists) splitLists(result, config);
    addOlderRopeKeys(result, config.attention.rope.theta);
    return result.dump(2) + "\n";
}

/// A tensor whose rescaling is undone stays in fp32: rounded again it would no longer be what the smaller model, rounded, has.
std::vector<LazyTensor> lazyTensors(const CausalLM& model, const std::string& dtype, const Placements& placements) {
    std::vector<LazyTensor> all;
    const auto present = std::make_shared<NamedTensors>(model.tensors());
    auto places = placements.tensors;
    if (places.empty())
        for (const auto& [name, tensor] : *present) places[name] = {name, tensor.sizes().vec(), {}};
    for (const auto& [name, place] : places) {
        const auto rounded = place.source.empty() ? scalarTypeOf(dtype == "source" ? model.config().dtype : dtype)
                                                  : storedType(present->at(place.source), dtype, model.config());
        const auto type = place.rescaled() ? at::kFloat : rounded;
        LazyTensor lazy{name, dtypeOf(type), place.shape, {}};
        lazy.load = [name = name, place = place, present, rounded, type] {
            at::NoGradGuard guard;
            NamedTensors own;
            if (!place.source.empty()) own[place.source] = converted(present->at(place.source).cpu(), rounded, name);
            const auto dense = std::make_shared<at::Tensor>(placed(place, own).to(type).cpu().contiguous());
            return TensorData{name, dtypeOf(type), dense->sizes().vec(),
                              static_cast<const std::byte*>(dense->const_data_ptr()), dense};
        };
        all.push_back(std::move(lazy));
    }
    return all;
}

/// Stock classes would fill factored linears and sub-layers that were left out with random numbers and only warn. A tensor without elements under the
/// name that they look for has not the shape that they want, so that they refuse.
std::vector<LazyTensor> withPlaceholders(std::vector<LazyTensor> tensors, const ModelConfig& config) {
    static const std::byte kNothing{};
    for (const auto& [path, factor] : config.factors)
        tensors.push_back(lazily({path + ".weight", DType::F32, {0}, &kNothing}));
    ModelConfig whole = config;
    const bool routed =
        std::any_of(whole.layers.begin(), whole.layers.end(), [](const LayerShape& layer) { return layer.routed(); });
    for (LayerShape& layer : whole.layers) {
        if (layer.heads == 0) layer.heads = layer.kvHeads = 1;
        if (layer.hasMlp()) continue;
        if (routed)
            layer.experts = {1};
        else
            layer.intermediate = 1;
    }
    if (whole.layers == config.layers) return tensors;
    const auto& family = familyOf(config.family, "model");
    const auto present = family.shapes(config);
    for (const auto& [name, shape] : family.shapes(whole))
        if (!present.contains(name)) tensors.push_back(lazily({name, DType::F32, {0}, &kNothing}));
    return tensors;
}

}  // namespace

void requireVanilla(const ModelConfig& config, const std::function<std::string()>& otherFormats) {
    const auto verdict = LoadabilityRules::builtin().verdict(shapeOf(config), "transformers5");
    if (verdict.loads == Loads::Yes) return;
    throw Error(
        ErrorCode::Unsupported, "model",
        "stock transformers does not open it: " + verdict.rule + " (" + verdict.detail + ")",
        "Prune to counts that it opens (lorashear loadable --snap transformers5), or export as " + otherFormats() + ".");
}

void writeHuggingFace(const ModelConfig& config, const std::vector<LazyTensor>& tensors, const fs::path& destination,
                      const ExportOptions& options, const PruningRecord& pruningRecord) {
    const bool lists = options.modellingFile || !config.uniform() || !config.factors.empty();
    const auto dtype = options.dtype == "source" ? config.dtype : options.dtype;
    PendingFolder folder(destination);
    writeFile(folder.path() / "config.json", configText(config, dtype, lists));
    writeShards(folder.path(), withPlaceholders(tensors, config), options.maxShardBytes);
    for (const auto& file : companionFilesOf(options.source)) copyFile(file, folder.path() / file.filename());
    if (const auto gguf = ggufFileAt(options.source); !gguf.empty()) {
        for (const auto& [name, content] : ggufCompanions(gguf)) writeFile(folder.path() / name, content);
        writeFile(folder.path() / "generation_config.json", ggufGenerationConfig(*GgufFile::open(gguf)));
    }
    const bool code = lists && prunedClass(config.family) != nullptr;
    if (code) writeFile(folder.path() / kModellingFile, embedded::modellingFile);
    writeFile(folder.path() / "README.md", modelCard(config, dtype, pruningRecord, code));
    writeFile(folder.path() / kRecordFile, recordText(pruningRecord));
    folder.commit();
}

void exportHuggingFace(const CausalLM& model, const fs::path& destination, const ExportOptions& options,
                       const PruningRecord& pruningRecord, const Placements& placements) {
    at::NoGradGuard guard;
    requireMerged(model);
    const auto& config = placements.empty() ? model.config() : placements.config;
    writeHuggingFace(config, lazyTensors(model, options.dtype, placements), destination, options, pruningRecord);
}

}  // namespace lorashear
