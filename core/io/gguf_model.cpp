#include "core/io/gguf_model.h"

#include "core/base/error.h"
#include "core/io/gguf.h"
#include "core/io/gguf_architecture.h"
#include "core/io/gguf_experts.h"
#include "core/io/gguf_metadata.h"
#include "core/io/row_parallel.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace lorashear {

using nlohmann::ordered_json;

namespace {

/// Tensors that old converters wrote and that say nothing.
constexpr std::array<std::string_view, 2> kSilent{"attn_rot_embd.weight", "rope_freqs.weight"};

bool isPlain(const GgmlType& type) {
    return type.blockSize == 1;
}

std::string storedTypeOf(const GgmlType& type) {
    return type.name == "F16" || type.name == "BF16" ? std::string(type.name) : "F32";
}

/// How a tensor's numbers come from the file's.
struct Arrangement {
    GgufRows rows = GgufRows::Same;
    std::int64_t headDim = 1;
    bool transposed = false;
    float less = 0;  ///< taken from every number
    bool asStored() const { return rows == GgufRows::Same && !transposed && less == 0; }
};

/// Row i of the result is row ggufRowOf(i) of the file.
void fillRows(const GgmlType& type, const std::byte* stored, std::byte* to, std::int64_t rows, std::int64_t row,
              const Arrangement& how) {
    const std::size_t storedRow = static_cast<std::size_t>(row) / type.blockSize * type.blockBytes;
    inParallelRows(rows, row, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) {
            const auto from = static_cast<std::size_t>(ggufRowOf(how.rows, i, rows, how.headDim));
            if (isPlain(type))
                std::memcpy(to + static_cast<std::size_t>(i) * storedRow, stored + from * storedRow, storedRow);
            else
                type.dequantise(stored + from * storedRow, reinterpret_cast<float*>(to) + i * row,
                                static_cast<std::size_t>(row));
        }
    });
}

/// A matrix of [rows, row] numbers of `size` bytes as one of [row, rows].
void transpose(const std::byte* from, std::byte* to, std::int64_t rows, std::int64_t row, std::size_t size) {
    for (std::int64_t i = 0; i < rows; ++i)
        for (std::int64_t j = 0; j < row; ++j)
            std::memcpy(to + static_cast<std::size_t>(j * rows + i) * size,
                        from + static_cast<std::size_t>(i * row + j) * size, size);
}

TensorData tensorData(const GgufFile& file, const GgufTensor& tensor, const std::string& name, const Arrangement& how) {
    const GgmlType& type = *tensor.type;
    if (!type.dequantise)
        throw Error(ErrorCode::Unsupported, file.subject(),
                    "tensor \"" + tensor.name + "\" is stored as " + std::string(type.name) + ", which is not read here",
                    "Read are " + dequantisedTypes() + ".");
    TensorData data;
    data.name = name;
    const std::string stored = storedTypeOf(type);
    data.dtype = stored == "F16" ? DType::F16 : stored == "BF16" ? DType::BF16 : DType::F32;
    data.shape = tensor.shape;
    data.owner = file.owner();
    if (how.transposed && data.shape.size() == 2) std::swap(data.shape[0], data.shape[1]);
    if (isPlain(type) && how.asStored()) {
        data.data = tensor.bytes.data();
        return data;
    }
    if (how.less != 0 && data.dtype != DType::F32)
        file.refuse("tensor \"" + tensor.name + "\"", "is a norm that is not stored as F32");
    const std::int64_t row = tensor.shape.size() > 1 ? tensor.shape.back() : 1, rows = tensor.count() / row;
    const bool block = row % type.blockSize != 0;
    if (block) file.refuse("tensor \"" + tensor.name + "\"", "is a vector in blocks of " + std::to_string(type.blockSize));
    auto deferred = std::make_shared<DeferredData>();
    deferred->storedType = type.name;
    deferred->stored = tensor.bytes;
    deferred->fill = [=, &type, bytes = tensor.bytes.data(), size = dtypeBytes(data.dtype),
                      count = tensor.count()](std::byte* to) {
        if (how.transposed && row > 1) {
            const auto whole = std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(count) * size);
            fillRows(type, bytes, whole.get(), rows, row, how);
            transpose(whole.get(), to, rows, row, size);
        } else {
            fillRows(type, bytes, to, rows, row, how);
        }
        if (how.less == 0) return;
        auto* values = reinterpret_cast<float*>(to);
        for (std::int64_t i = 0; i < count; ++i) values[i] -= how.less;
    };
    data.deferred = std::move(deferred);
    return data;
}

void requireRows(const GgufFile& file, const GgufTensor& tensor, std::int64_t rows) {
    if (tensor.shape.front() != rows)
        file.refuse("tensor \"" + tensor.name + "\"", "has " + std::to_string(tensor.shape.front()) +
                                                          " rows, head counts and head size in the metadata ask for " +
                                                          std::to_string(rows));
}

Arrangement arrangementOf(const GgufFile& file, const GgufMetadata& metadata, const GgufTensor& tensor,
                          const GgufTranslation& place) {
    Arrangement how{place.kind->rows, metadata.headDim, place.kind->transposed && tensor.shape.size() == 2,
                    place.kind->gainFromOne ? 1.0f : 0.0f};
    if (how.rows == GgufRows::Same) return how;
    const auto index = static_cast<std::size_t>(place.layer);
    if (index >= metadata.layers.size()) return {};  // a tensor of no layer; nobody will ask for it
    const GgufLayerSizes& layer = metadata.layers[index];
    const bool keys = place.kind->gguf == "attn_k";
    const std::int64_t heads = how.rows == GgufRows::PartByPart ? 3 * layer.heads : keys ? layer.kvHeads : layer.heads;
    requireRows(file, tensor, heads * metadata.headDim);
    return how;
}

void addTensor(const GgufFile& file, const GgufMetadata& metadata, const GgufTensor& tensor, const GgufTranslation& place,
               GgufModel& model) {
    for (const auto& [name, matrix] : ggufMatrices(file, metadata, tensor, place))
        if (!model.tensors.emplace(name, tensorData(file, matrix, name, arrangementOf(file, metadata, matrix, place)))
                 .second)
            file.refuse("tensor \"" + ggufPrintable(tensor.name) + "\"", "holds what another tensor holds too");
}

bool isSilent(const std::string& name) {
    return std::any_of(kSilent.begin(), kSilent.end(), [&](std::string_view end) { return name.ends_with(end); });
}

/// Blocks that have heads, or of all: whose linears have names that are asked for.
std::size_t blocksWith(const GgufMetadata& metadata, bool attention) {
    return static_cast<std::size_t>(
        std::count_if(metadata.layers.begin(), metadata.layers.end(),
                      [&](const GgufLayerSizes& layer) { return !attention || layer.heads > 0; }));
}

/// How many of the tensors of all blocks with these names are there.
std::size_t countOf(const GgufMetadata& metadata, const std::map<std::string, TensorData>& tensors,
                    std::initializer_list<const char*> names) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < metadata.layers.size(); ++i)
        for (const char* name : names)
            found += tensors.count(std::string(metadata.architecture().blocks) + std::to_string(i) + "." + name + ".bias");
    return found;
}

bool allOrNone(const GgufMetadata& metadata, const std::map<std::string, TensorData>& tensors, bool attention,
               std::initializer_list<const char*> names) {
    const std::size_t found = countOf(metadata, tensors, names);
    if (found != 0 && found != blocksWith(metadata, attention) * names.size())
        metadata.unsupported("biases on some of its linears only");
    return found != 0;
}

/// Biases of the families that have their linears apart; a Llama with biases on q, k and v alone is a Qwen 2.
void addBiases(const GgufMetadata& metadata, const GgufModel& model, ordered_json& config) {
    const bool qkv = allOrNone(metadata, model.tensors, true, {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"});
    const bool output = allOrNone(metadata, model.tensors, true, {"self_attn.o_proj"});
    const bool mlp = allOrNone(metadata, model.tensors, false, {"mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"});
    const auto& architecture = metadata.architecture();
    if (architecture.qkvBiasesOnly) {
        if (!qkv || output || mlp) metadata.unsupported("other biases than those on queries, keys and values");
        return;
    }
    if (qkv && !output && !mlp && config.at("model_type") == "llama") {
        config["model_type"] = "qwen2";
        config["architectures"] = {"Qwen2ForCausalLM"};
        return;
    }
    if (qkv != output) metadata.unsupported("biases on some of its linears only");
    config["attention_bias"] = qkv;
    const bool none = config.at("model_type") == "mistral" || config.at("model_type") == "mixtral";
    if (config.at("model_type") == "llama")
        config["mlp_bias"] = mlp;
    else if (mlp || (qkv && none))
        metadata.unsupported("biases that models of type " + config.at("model_type").get<std::string>() + " do not have");
}

}  // namespace

GgufModel readGgufModel(const GgufFile& file) {
    const GgufMetadata metadata(file);
    const GgufArchitecture& architecture = metadata.architecture();
    GgufModel model;
    for (const GgufTensor& tensor : file.tensors()) {
        const GgufTranslation place = huggingFaceNameOf(architecture, tensor.name);
        if (!place.name.empty())
            addTensor(file, metadata, tensor, place, model);
        else if (!isSilent(tensor.name) || (tensor.name == "rope_freqs.weight" && !architecture.frequencyFactors))
            metadata.unsupported("a tensor \"" + ggufPrintable(tensor.name) + "\", for which architecture " +
                                 std::string(architecture.id) + " has no place here");
    }
    requireExperts(file, metadata, model.tensors);
    const std::string embeddingName = huggingFaceNameOf(architecture, "token_embd.weight").name;
    const std::string headName = huggingFaceNameOf(architecture, "output.weight").name;
    const auto embedding = model.tensors.find(embeddingName);
    if (embedding == model.tensors.end()) file.refuse("tensor \"token_embd.weight\"", "is missing");
    const std::int64_t vocabulary = embedding->second.shape.front();
    if (const auto stated = metadata.whole("vocab_size", vocabulary); stated != vocabulary)
        metadata.refuseKey("vocab_size", "is " + std::to_string(stated) + ", tensor \"token_embd.weight\" has " +
                                             std::to_string(vocabulary) + " rows");
    ordered_json config;
    config["architectures"] = {std::string(architecture.className)};
    config["model_type"] = std::string(architecture.family);
    config["vocab_size"] = vocabulary;
    architecture.describe(metadata, config);
    metadata.addToken(config, "bos_token_id", "bos_token_id", vocabulary);
    metadata.addToken(config, "eos_token_id", "eos_token_id", vocabulary);
    metadata.addToken(config, "padding_token_id", "pad_token_id", vocabulary);
    config["tie_word_embeddings"] = !model.tensors.contains(headName);
    if (architecture.separateQueries) addBiases(metadata, model, config);
    metadata.requireAllUnderstood();
    model.configText = config.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
    return model;
}

}  // namespace lorashear
