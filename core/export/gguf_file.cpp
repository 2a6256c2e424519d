#include "core/export/gguf_file.h"

#include "core/base/error.h"
#include "core/export/gguf_layout.h"
#include "core/export/rounding.h"
#include "core/io/folder_name.h"
#include "core/io/gguf_model.h"
#include "core/io/gguf_writer.h"
#include "core/text/gguf_tokenizer_block.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

struct StoredType {
    std::string_view name;
    std::uint32_t fileType;  ///< general.file_type, llama.cpp's number for "mostly this"
};
constexpr std::array<StoredType, 4> kStoredTypes{{{"F32", 0}, {"F16", 1}, {"Q8_0", 7}, {"BF16", 32}}};

const StoredType& storedType(const std::string& dtype) {
    for (const StoredType& type : kStoredTypes)
        if (type.name == dtype) return type;
    throw Error(ErrorCode::Usage, dtype, "is not a type that GGUF exports store", "known: F32, F16, BF16, Q8_0");
}

/// The type of one tensor: vectors stay F32, as llama.cpp's operators want them.
const GgmlType& tensorType(const at::Tensor& tensor, const std::string& dtype) {
    if (tensor.dim() < 2) return *ggmlType("F32");
    const GgmlType& wanted = *ggmlType(dtype);
    return tensor.size(-1) % wanted.blockSize == 0 ? wanted : *ggmlType("F16");
}

std::vector<std::byte> copied(const at::Tensor& tensor) {
    const auto dense = tensor.cpu().contiguous();
    std::vector<std::byte> bytes(dense.nbytes());
    std::memcpy(bytes.data(), dense.const_data_ptr(), bytes.size());
    return bytes;
}

std::vector<std::byte> encoded(const at::Tensor& tensor, const GgmlType& type, const std::string& name) {
    if (type.name != "Q8_0") return copied(converted(tensor, scalarTypeOf(std::string(type.name)), name));
    const auto values = tensor.to(at::kFloat).cpu().contiguous();
    const auto count = static_cast<std::size_t>(values.numel());
    std::vector<std::byte> bytes(count / type.blockSize * type.blockBytes);
    quantiseQ8_0(values.const_data_ptr<float>(), bytes.data(), count);
    return bytes;
}

/// q and k with the rows of every head in llama.cpp's order.
at::Tensor interleaved(const at::Tensor& tensor, std::int64_t headDim) {
    auto source = at::empty({tensor.size(0)}, at::kLong);
    for (std::int64_t row = 0; row < tensor.size(0); ++row) source.data_ptr<std::int64_t>()[ggufRowOf(row, headDim)] = row;
    return tensor.index_select(0, source.to(tensor.device()));
}

bool isRotary(const std::string& name) {
    return name.find(".q_proj.") != std::string::npos || name.find(".k_proj.") != std::string::npos;
}

/// Families whose maths is llama.cpp's llama.
void requireLlama(const ModelConfig& config) {
    const bool sliding = std::any_of(config.attention.windows.begin(), config.attention.windows.end(),
                                     [&](int window) { return window > 0 && window < config.maxPositions; });
    if (!sliding && (config.family == "llama" || config.family == "mistral")) return;
    throw Error(
        ErrorCode::Unsupported, "gguf",
        sliding ? "models with a sliding window are not written as GGUF"
                : "models of family \"" + config.family + "\" are not written as GGUF",
        "GGUF exports exist for families llama and mistral without a sliding window; export a Hugging Face folder instead.");
}

class GgufExport {
public:
    GgufExport(const CausalLM& model, const GgufOptions& options)
        : m_model(model),
          m_config(model.config()),
          m_options(options),
          m_dtype(options.dtype == "source" ? m_config.dtype : options.dtype),
          m_layout(ggufLayout(m_config.layers)) {
        requireLlama(m_config);
        addMetadata();
        writeTokenizerBlock(m_writer, options.source, m_config.vocabulary);
        addRope();
        addTensors();
    }

    void write(const fs::path& destination) const { m_writer.write(destination); }

private:
    std::string key(const char* name) const { return m_layout.architecture + "." + name; }
    void size(const char* name, int value) { m_writer.integer(key(name), static_cast<std::uint32_t>(value)); }

    void perLayer(const char* name, int LayerShape::*member) {
        if (m_layout.architecture == "llama") return size(name, m_layout.layers.front().shape.*member);
        std::vector<std::int32_t> all;
        for (const GgufLayer& layer : m_layout.layers) all.push_back(layer.shape.*member);
        m_writer.integers(key(name), all);
    }

    void addMetadata() {
        m_writer.text("general.architecture", m_layout.architecture);
        m_writer.text("general.type", "model");
        const std::string name = ownName(m_options.source);
        m_writer.text("general.name", name.empty() ? "model" : name);
        m_writer.integer("general.file_type", storedType(m_dtype).fileType);
        m_writer.integer("general.quantization_version", 2);
        size("vocab_size", m_config.vocabulary);
        size("context_length", m_config.maxPositions);
        size("embedding_length", m_config.hidden);
        size("block_count", static_cast<int>(m_layout.layers.size()));
        perLayer("feed_forward_length", &LayerShape::intermediate);
        perLayer("attention.head_count", &LayerShape::heads);
        perLayer("attention.head_count_kv", &LayerShape::kvHeads);
        size("attention.key_length", m_config.headDim);
        size("attention.value_length", m_config.headDim);
        size("rope.dimension_count", m_config.headDim);
        m_writer.number(key("attention.layer_norm_rms_epsilon"), static_cast<float>(m_config.normEps));
        m_writer.number(key("rope.freq_base"), static_cast<float>(m_config.attention.rope.theta));
    }

    /// Llama 3's scaling is one factor a pair, by which llama.cpp divides the frequency.
    void addRope() {
        const RopeSettings& rope = m_config.attention.rope;
        if (rope.scaling == RopeScaling::Linear) {
            m_writer.text(key("rope.scaling.type"), "linear");
            m_writer.number(key("rope.scaling.factor"), static_cast<float>(rope.factor));
        }
        if (rope.scaling == RopeScaling::Dynamic || rope.scaling == RopeScaling::Yarn || rope.scaling == RopeScaling::LongRope)
            throw Error(ErrorCode::Unsupported, "gguf",
                        std::string("rotary positions of type ") + ropeScalingName(rope.scaling) + " are not written as GGUF",
                        "Export a Hugging Face folder instead.");
        if (rope.scaling != RopeScaling::Llama3) return;
        RopeSettings plain = rope;
        plain.scaling = RopeScaling::None;
        const auto before = ropeFrequencies(plain, m_config.headDim), after = ropeFrequencies(rope, m_config.headDim);
        std::vector<float> factors;
        for (std::size_t i = 0; i < before.size(); ++i) factors.push_back(static_cast<float>(before[i] / after[i]));
        addTensor("rope_freqs.weight", at::tensor(factors));
    }

    void addTensor(const std::string& name, const at::Tensor& tensor, bool rotary = false) {
        const GgmlType& type = tensorType(tensor, m_dtype);
        m_writer.tensor(name, type, tensor.sizes().vec(), [tensor, rotary, &type, name, headDim = m_config.headDim] {
            return encoded(rotary ? interleaved(tensor, headDim) : tensor, type, name);
        });
    }

    void addTensors() {
        for (const auto& [name, tensor] : m_model.tensors()) {
            const std::string stored = ggufNameOf(name);
            if (stored.empty()) throw Error(ErrorCode::Internal, name, "has no name in GGUF");
            const bool replaced = tensor.numel() == 0;  // of a layer whose attention or MLP has gone
            if (!replaced) addTensor(stored, tensor.detach(), isRotary(name));
        }
        for (std::size_t i = 0; i < m_layout.layers.size(); ++i)
            addZeros(m_layout.layers[i], "blk." + std::to_string(i) + ".");
    }

    void addZeros(const GgufLayer& layer, const std::string& prefix) {
        const auto zeros = [&](const char* name, std::int64_t rows, std::int64_t columns) {
            addTensor(prefix + name + ".weight", at::zeros({rows, columns}));
        };
        const std::int64_t hidden = m_config.hidden, head = m_config.headDim, width = layer.shape.intermediate;
        if (layer.zeroAttention)
            zeros("attn_q", head, hidden), zeros("attn_k", head, hidden), zeros("attn_v", head, hidden),
                zeros("attn_output", hidden, head);
        if (layer.zeroMlp)
            zeros("ffn_gate", width, hidden), zeros("ffn_up", width, hidden), zeros("ffn_down", hidden, width);
    }

    const CausalLM& m_model;
    const ModelConfig& m_config;
    GgufOptions m_options;
    std::string m_dtype;
    GgufLayout m_layout;
    GgufWriter m_writer;
};

}  // namespace

void exportGguf(const CausalLM& model, const fs::path& destination, const GgufOptions& options) {
    at::NoGradGuard guard;
    if (destination.extension() != ".gguf")
        throw Error(ErrorCode::Usage, destination.string(), "is no name for a GGUF file", "End it in .gguf.");
    std::error_code ignored;
    if (fs::exists(destination, ignored))
        throw Error(ErrorCode::Io, destination.string(), "exists already",
                    "Choose another destination; nothing is ever overwritten.");
    requireMerged(model);
    GgufExport(model, options).write(destination);
}

NamedTensors ggufRounded(const CausalLM& model, const std::string& dtype) {
    at::NoGradGuard guard;
    auto tensors = model.tensors();
    for (auto& [name, tensor] : tensors) {
        const GgmlType& type = tensorType(tensor, dtype == "source" ? model.config().dtype : dtype);
        if (type.name != "Q8_0") {
            tensor = converted(tensor, scalarTypeOf(std::string(type.name)), name);
            continue;
        }
        const auto bytes = encoded(tensor, type, name);
        auto values = at::empty(tensor.sizes(), at::kFloat);
        type.dequantise(bytes.data(), values.data_ptr<float>(), static_cast<std::size_t>(values.numel()));
        tensor = values;
    }
    return tensors;
}

}  // namespace lorashear
