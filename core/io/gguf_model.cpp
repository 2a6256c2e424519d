#include "core/io/gguf_model.h"

#include "core/base/error.h"
#include "core/io/gguf.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <numbers>
#include <thread>

// llama.cpp rotates neighbouring pairs (2i, 2i+1) of a head, Hugging Face pairs (i, i + d/2). A converter therefore moves the rows of
// q and k within every head, and so do we on the way back: row i of the first half comes from row 2i, row i of the second from row
// 2i+1. Forgetting it leaves a model that loads and talks nonsense (perplexity 3.7 becomes 145 on stories260K).

namespace lorashear {

using nlohmann::ordered_json;

namespace {

struct NamePair {
    std::string_view gguf, huggingFace;
};
constexpr std::array<NamePair, 3> kGlobalNames{{
    {"token_embd", "model.embed_tokens"},
    {"output_norm", "model.norm"},
    {"output", "lm_head"},
}};
constexpr std::array<NamePair, 9> kLayerNames{{
    {"attn_norm", "input_layernorm"},
    {"attn_q", "self_attn.q_proj"},
    {"attn_k", "self_attn.k_proj"},
    {"attn_v", "self_attn.v_proj"},
    {"attn_output", "self_attn.o_proj"},
    {"ffn_norm", "post_attention_layernorm"},
    {"ffn_gate", "mlp.gate_proj"},
    {"ffn_up", "mlp.up_proj"},
    {"ffn_down", "mlp.down_proj"},
}};

/// Architectures and the family whose config.json describes them.
constexpr std::array<std::string_view, 2> kArchitectures{"llama", "deci"};

/// name = layerPrefix + number + "." + stem + ending, or stem + ending.
std::string translated(const std::string& name, std::string_view NamePair::*from, std::string_view NamePair::*to,
                       std::string_view fromLayer, std::string_view toLayer) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos) return {};
    const std::string ending = name.substr(dot);
    if (ending != ".weight" && ending != ".bias") return {};
    std::string_view stem = std::string_view(name).substr(0, dot);
    if (!stem.starts_with(fromLayer)) {
        for (const NamePair& pair : kGlobalNames)
            if (pair.*from == stem) return std::string(pair.*to) + ending;
        return {};
    }
    stem.remove_prefix(fromLayer.size());
    const std::size_t digits = stem.find('.');
    if (digits == std::string_view::npos || digits == 0) return {};
    const std::string_view number = stem.substr(0, digits);
    unsigned layer = 0;
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), layer);
    if (problem != std::errc() || end != number.data() + number.size() || std::to_string(layer) != number) return {};
    stem.remove_prefix(digits + 1);
    for (const NamePair& pair : kLayerNames)
        if (pair.*from == stem) return std::string(toLayer) + std::string(number) + "." + std::string(pair.*to) + ending;
    return {};
}

struct Layer {
    std::int64_t heads = 0, kvHeads = 0, width = 0;
};

/// Reads the sizes that metadata states, and refuses what a Hugging Face Llama cannot be.
class MetadataReader {
public:
    explicit MetadataReader(const GgufFile& file) : m_file(file) {}

    void read() {
        readArchitecture();
        const auto blocks = positive("block_count");
        if (blocks > 4096) refuseKey("block_count", "is " + std::to_string(blocks));
        m_layers.resize(static_cast<std::size_t>(blocks));
        hidden = positive("embedding_length");
        readPerLayer("attention.head_count", &Layer::heads, nullptr);
        readPerLayer("attention.head_count_kv", &Layer::kvHeads, &Layer::heads);
        readPerLayer("feed_forward_length", &Layer::width, nullptr);
        for (std::size_t i = 0; i < m_layers.size(); ++i) checkLayer(i);
        if (!m_file.has(key("attention.key_length")) && hidden % m_layers.front().heads != 0)
            refuseKey("embedding_length", "(" + std::to_string(hidden) + ") is not a multiple of attention.head_count (" +
                                              std::to_string(m_layers.front().heads) +
                                              "), and there is no attention.key_length");
        headDim = positiveOr("attention.key_length", hidden / m_layers.front().heads);
        if (positiveOr("attention.value_length", headDim) != headDim) unsupported("keys and values of different head sizes");
        if (positiveOr("rope.dimension_count", headDim) != headDim) unsupported("rotary positions on a part of each head");
        if (headDim % 2 != 0) refuseKey("attention.key_length", "is odd, so heads have no rotary pairs");
        if (m_file.integer(key("expert_count")).value_or(0) != 0) unsupported("a mixture of experts");
    }

    ordered_json config(std::int64_t vocabulary) const {
        ordered_json json;
        json["architectures"] = {"LlamaForCausalLM"};
        json["model_type"] = "llama";
        json["vocab_size"] = vocabulary;
        json["hidden_size"] = hidden;
        json["num_hidden_layers"] = m_layers.size();
        json["num_attention_heads"] = perLayer(&Layer::heads);
        json["num_key_value_heads"] = perLayer(&Layer::kvHeads);
        json["intermediate_size"] = perLayer(&Layer::width);
        json["head_dim"] = headDim;
        json["hidden_act"] = "silu";
        json["max_position_embeddings"] = positive("context_length");
        json["rms_norm_eps"] = shortest("attention.layer_norm_rms_epsilon", 1e-5);
        json["rope_theta"] = shortest("rope.freq_base", 10000);
        addScaling(json);
        addToken(json, "bos_token_id", vocabulary);
        addToken(json, "eos_token_id", vocabulary);
        addToken(json, "padding_token_id", vocabulary, "pad_token_id");
        return json;
    }

    const std::vector<Layer>& layers() const { return m_layers; }
    [[noreturn]] void unsupported(const std::string& what) const {
        throw Error(ErrorCode::Unsupported, m_file.subject(), "has " + what + ", which cannot be opened here");
    }
    [[noreturn]] void refuseKey(const std::string& name, const std::string& rule) const {
        m_file.refuse("key \"" + key(name) + "\"", rule);
    }
    std::optional<std::int64_t> vocabularySize() const { return m_file.integer(key("vocab_size")); }

    std::int64_t hidden = 0, headDim = 0;

private:
    std::string key(const std::string& name) const { return m_architecture + "." + name; }

    void readArchitecture() {
        m_architecture = m_file.text("general.architecture").value_or("");
        if (m_architecture.empty()) m_file.refuse("key \"general.architecture\"", "is missing");
        if (std::find(kArchitectures.begin(), kArchitectures.end(), m_architecture) != kArchitectures.end()) return;
        const auto commonBeginning = [this](std::string_view known) {
            const auto [a, b] = std::mismatch(known.begin(), known.end(), m_architecture.begin(), m_architecture.end());
            return a - known.begin();
        };
        const auto nearest = *std::max_element(kArchitectures.begin(), kArchitectures.end(),
                                               [&](auto a, auto b) { return commonBeginning(a) < commonBeginning(b); });
        std::string shown = m_architecture.substr(0, 40);
        for (char& c : shown)
            if (c < 0x20 || c > 0x7e) c = '?';
        throw Error(ErrorCode::Unsupported, m_file.subject(),
                    "is a GGUF file of architecture \"" + shown + "\", which is not opened here",
                    "The nearest one that is: \"" + std::string(nearest) +
                        "\". If the model exists as a Hugging Face folder, open that.");
    }

    std::int64_t positive(const std::string& name) const {
        const auto value = m_file.integer(key(name));
        if (!value) refuseKey(name, "is missing");
        if (*value <= 0 || *value > 1 << 28) refuseKey(name, "is " + std::to_string(*value) + ", not a size");
        return *value;
    }
    std::int64_t positiveOr(const std::string& name, std::int64_t otherwise) const {
        return m_file.has(key(name)) ? positive(name) : otherwise;
    }

    /// One number for all layers, or an array with one for each.
    void readPerLayer(const std::string& name, std::int64_t Layer::*member, const std::int64_t Layer::*otherwise) {
        const GgufValue* value = m_file.find(key(name));
        if (!value && !otherwise) refuseKey(name, "is missing");
        std::vector<std::int64_t> numbers;
        if (value && value->type == GgufType::Array)
            numbers = *m_file.integers(key(name));
        else if (value)
            numbers.assign(m_layers.size(), *m_file.integer(key(name)));
        if (value && numbers.size() < m_layers.size())
            refuseKey(name, "lists " + std::to_string(numbers.size()) + " layers, block_count says " +
                                std::to_string(m_layers.size()));
        for (std::size_t i = 0; i < m_layers.size(); ++i) {
            m_layers[i].*member = value ? numbers[i] : m_layers[i].*otherwise;
            if (m_layers[i].*member < 0 || m_layers[i].*member > 1 << 28)
                refuseKey(name, "holds " + std::to_string(m_layers[i].*member) + " for layer " + std::to_string(i));
        }
    }

    void checkLayer(std::size_t index) const {
        const Layer& layer = m_layers[index];
        const std::string where = " in layer " + std::to_string(index);
        if (layer.heads == 0) unsupported("no attention" + where);
        if (layer.kvHeads == 0) unsupported("attention without keys and values" + where);
        if (layer.width == 0) unsupported("no MLP" + where);
        if (layer.heads % layer.kvHeads != 0)
            refuseKey("attention.head_count", "(" + std::to_string(layer.heads) + ") is not a multiple of head_count_kv (" +
                                                  std::to_string(layer.kvHeads) + ")" + where);
    }

    ordered_json perLayer(std::int64_t Layer::*member) const {
        const auto same = [&](const Layer& layer) { return layer.*member == m_layers.front().*member; };
        if (std::all_of(m_layers.begin(), m_layers.end(), same)) return m_layers.front().*member;
        ordered_json all = ordered_json::array();
        for (const Layer& layer : m_layers) all.push_back(layer.*member);
        return all;
    }

    /// A float32 in its shortest decimal spelling, so that 1e-5 stays 1e-5.
    double shortest(const std::string& name, double otherwise) const {
        const auto value = m_file.number(key(name));
        if (!value) return otherwise;
        if (!std::isfinite(*value) || *value <= 0) refuseKey(name, "is not a positive number");
        char text[32];
        std::snprintf(text, sizeof text, "%.7g", *value);
        double rounded = *value;
        std::from_chars(text, text + std::strlen(text), rounded);
        return static_cast<float>(rounded) == static_cast<float>(*value) ? rounded : *value;
    }

    void addScaling(ordered_json& json) const {
        const std::string type = m_file.text(key("rope.scaling.type")).value_or("none");
        if (type == "linear")
            json["rope_scaling"] = {{"rope_type", "linear"}, {"factor", shortest("rope.scaling.factor", 1)}};
        else if (type != "none" && !type.empty())
            unsupported("RoPE scaling of type \"" + type + "\"");
        const GgufTensor* factors = m_file.findTensor("rope_freqs.weight");
        if (!factors) return;
        if (factors->type->id != 0 || factors->count() != headDim / 2)
            m_file.refuse("tensor \"rope_freqs.weight\"", "is not F32 with half a head's numbers");
        std::vector<float> given(static_cast<std::size_t>(headDim / 2));
        std::memcpy(given.data(), factors->bytes.data(), factors->bytes.size());
        addFrequencyFactors(json, given);
    }

    /// The file keeps the factors of Llama 3's scaling, config.json the parameters they come from; all published models share three of four.
    void addFrequencyFactors(ordered_json& json, const std::vector<float>& given) const {
        constexpr double kLow = 1, kHigh = 4, kOriginal = 8192;
        const double factor = std::round(static_cast<double>(*std::max_element(given.begin(), given.end())) * 1000) / 1000;
        const double base = json["rope_theta"].get<double>();
        for (std::size_t i = 0; i < given.size(); ++i) {
            const double wave =
                2 * std::numbers::pi * std::pow(base, 2.0 * static_cast<double>(i) / static_cast<double>(headDim));
            const double smooth = std::clamp((kOriginal / wave - kLow) / (kHigh - kLow), 0.0, 1.0);
            const double expected = 1 / ((1 - smooth) / factor + smooth);
            if (!(std::abs(static_cast<double>(given[i]) - expected) <= 1e-3 * expected))
                unsupported("frequency factors (rope_freqs.weight) other than those of Llama 3's scaling");
        }
        json["rope_scaling"] = {{"rope_type", "llama3"},
                                {"factor", factor},
                                {"low_freq_factor", kLow},
                                {"high_freq_factor", kHigh},
                                {"original_max_position_embeddings", static_cast<int>(kOriginal)}};
    }

    void addToken(ordered_json& json, const std::string& name, std::int64_t vocabulary,
                  const char* configName = nullptr) const {
        const auto id = m_file.integer("tokenizer.ggml." + name);
        if (id && *id >= 0 && *id < vocabulary)
            json[configName ? configName : name] = *id;  // converters write 2^32-1 for "none"
    }

    const GgufFile& m_file;
    std::string m_architecture;
    std::vector<Layer> m_layers;
};

/// Calls work(first row, last row) on a few threads when there is much to do.
template <typename Work>
void inParallel(std::int64_t rows, std::int64_t rowLength, const Work& work) {
    constexpr std::int64_t kWorthAThread = 1 << 18;
    const std::int64_t cores = std::max(1u, std::min(16u, std::thread::hardware_concurrency()));
    const std::int64_t parts = std::clamp<std::int64_t>(rows * rowLength / kWorthAThread, 1, std::min(cores, rows));
    std::vector<std::jthread> others;
    for (std::int64_t part = 1; part < parts; ++part)
        others.emplace_back([&work, part, parts, rows] { work(rows * part / parts, rows * (part + 1) / parts); });
    work(0, rows / parts);
}

bool isPlain(const GgmlType& type) {
    return type.blockSize == 1;
}

TensorData tensorData(const GgufFile& file, const GgufTensor& tensor, const std::string& name,
                      std::int64_t permutedHeadDim) {
    const GgmlType& type = *tensor.type;
    if (!type.dequantise)
        throw Error(ErrorCode::Unsupported, file.subject(),
                    "tensor \"" + tensor.name + "\" is stored as " + std::string(type.name) + ", which is not read here",
                    "Read are F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K and Q6_K.");
    TensorData data;
    data.name = name;
    data.dtype = type.name == "F16" ? DType::F16 : type.name == "BF16" ? DType::BF16 : DType::F32;
    data.shape = tensor.shape;
    data.owner = file.owner();
    if (isPlain(type) && permutedHeadDim == 0) {
        data.data = tensor.bytes.data();
        return data;
    }
    const std::int64_t row = tensor.shape.size() > 1 ? tensor.shape.back() : 1, rows = tensor.count() / row;
    const std::size_t storedRow = static_cast<std::size_t>(row) / type.blockSize * type.blockBytes;
    auto deferred = std::make_shared<DeferredData>();
    deferred->storedType = type.name;
    deferred->stored = tensor.bytes;
    deferred->fill = [=, &type, stored = tensor.bytes.data()](std::byte* to) {
        inParallel(rows, row, [&](std::int64_t first, std::int64_t last) {
            for (std::int64_t i = first; i < last; ++i) {
                const std::int64_t from = permutedHeadDim == 0 ? i : ggufRowOf(i, permutedHeadDim);
                const std::byte* source = stored + static_cast<std::size_t>(from) * storedRow;
                if (isPlain(type))
                    std::memcpy(to + static_cast<std::size_t>(i) * storedRow, source, storedRow);
                else
                    type.dequantise(source, reinterpret_cast<float*>(to) + i * row, static_cast<std::size_t>(row));
            }
        });
    };
    data.deferred = std::move(deferred);
    return data;
}

/// The head size when a tensor's rows are in llama.cpp's rotary order, else 0.
std::int64_t permutation(const GgufFile& file, const MetadataReader& metadata, const GgufTensor& tensor,
                         const std::string& name) {
    const bool query = name.find(".q_proj.") != std::string::npos, keyRows = name.find(".k_proj.") != std::string::npos;
    if (!query && !keyRows) return 0;
    const auto index = static_cast<std::size_t>(std::stoul(name.substr(std::string_view("model.layers.").size())));
    if (index >= metadata.layers().size()) return 0;  // a tensor of no layer; nobody will ask for it
    const Layer& layer = metadata.layers()[index];
    const std::int64_t rows = (query ? layer.heads : layer.kvHeads) * metadata.headDim;
    if (tensor.shape.front() != rows)
        file.refuse("tensor \"" + tensor.name + "\"", "has " + std::to_string(tensor.shape.front()) +
                                                          " rows, head counts and head size in the metadata ask for " +
                                                          std::to_string(rows));
    return metadata.headDim;
}

/// Biases are all there or all absent in a Llama.
bool hasBiases(const MetadataReader& metadata, const std::map<std::string, TensorData>& tensors,
               std::initializer_list<const char*> stems) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < metadata.layers().size(); ++i)
        for (const char* stem : stems) found += tensors.count("model.layers." + std::to_string(i) + "." + stem + ".bias");
    if (found != 0 && found != metadata.layers().size() * stems.size())
        metadata.unsupported("biases on some of its linears only");
    return found != 0;
}

}  // namespace

std::string huggingFaceNameOf(const std::string& name) {
    return translated(name, &NamePair::gguf, &NamePair::huggingFace, "blk.", "model.layers.");
}

std::string ggufNameOf(const std::string& name) {
    return translated(name, &NamePair::huggingFace, &NamePair::gguf, "model.layers.", "blk.");
}

GgufModel readGgufModel(const GgufFile& file) {
    MetadataReader metadata(file);
    metadata.read();
    GgufModel model;
    for (const GgufTensor& tensor : file.tensors()) {
        const std::string name = huggingFaceNameOf(tensor.name);
        if (name.empty()) continue;  // rope_freqs, attn_rot_embd and the like say nothing that config.json does not
        model.tensors.emplace(name, tensorData(file, tensor, name, permutation(file, metadata, tensor, name)));
    }
    const auto embedding = model.tensors.find("model.embed_tokens.weight");
    if (embedding == model.tensors.end()) file.refuse("tensor \"token_embd.weight\"", "is missing");
    const std::int64_t vocabulary = embedding->second.shape.front();
    if (const auto stated = metadata.vocabularySize(); stated && *stated != vocabulary)
        metadata.refuseKey("vocab_size", "is " + std::to_string(*stated) + ", tensor \"token_embd.weight\" has " +
                                             std::to_string(vocabulary) + " rows");
    ordered_json config = metadata.config(vocabulary);
    config["tie_word_embeddings"] = !model.tensors.contains("lm_head.weight");
    config["attention_bias"] =
        hasBiases(metadata, model.tensors, {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"});
    config["mlp_bias"] = hasBiases(metadata, model.tensors, {"mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"});
    model.configText = config.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
    return model;
}

}  // namespace lorashear
