#include "core/export/gguf_file.h"

#include "core/base/error.h"
#include "core/export/gguf_keys.h"
#include "core/export/gguf_layout.h"
#include "core/export/gguf_mixture.h"
#include "core/export/gguf_pieces.h"
#include "core/export/placement.h"
#include "core/export/rounding.h"
#include "core/io/folder_name.h"
#include "core/io/gguf_architecture.h"
#include "core/io/gguf_origin.h"
#include "core/io/gguf_parts.h"
#include "core/io/gguf_writer.h"
#include "core/io/row_parallel.h"
#include "core/io/taken.h"
#include "core/text/gguf_tokenizer_block.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

std::vector<std::byte> copied(const at::Tensor& tensor) {
    const auto dense = tensor.cpu().contiguous();
    std::vector<std::byte> bytes(dense.nbytes());
    std::memcpy(bytes.data(), dense.const_data_ptr(), bytes.size());
    return bytes;
}

/// Error(Numeric) where what is stored of a number is not finite: scales of blocks are halves too.
void requireFiniteBlocks(const at::Tensor& values, const std::vector<std::byte>& bytes, const GgmlType& type,
                         const std::string& name) {
    constexpr double kLargestHalf = 65504;
    if (values.numel() == 0 || values.abs().max().item<double>() <= kLargestHalf) return;
    auto read = at::empty(values.sizes(), at::kFloat);
    type.dequantise(bytes.data(), read.data_ptr<float>(), static_cast<std::size_t>(read.numel()));
    if (!at::isfinite(read).all().item<bool>())
        throw Error(ErrorCode::Numeric, name, "holds numbers that do not fit " + std::string(type.name),
                    "Store it as BF16 or F32.");
}

std::vector<std::byte> encoded(const at::Tensor& tensor, const GgmlType& type, const std::string& name) {
    if (!type.quantise) return copied(converted(tensor, scalarTypeOf(std::string(type.name)), name));
    const auto values = converted(tensor.cpu(), at::kFloat, name);
    const auto columns = values.size(-1);
    const auto rowBytes = static_cast<std::size_t>(columns) / type.blockSize * type.blockBytes;
    std::vector<std::byte> bytes(static_cast<std::size_t>(values.numel() / columns) * rowBytes);
    inParallelRows(values.numel() / columns, columns, [&](std::int64_t first, std::int64_t last) {
        type.quantise(values.const_data_ptr<float>() + first * columns,
                      bytes.data() + static_cast<std::size_t>(first) * rowBytes,
                      static_cast<std::size_t>((last - first) * columns));
    });
    requireFiniteBlocks(values, bytes, type, name);
    return bytes;
}

/// What a reader makes of the encoded numbers, in F32.
at::Tensor roundTrip(const at::Tensor& tensor, const GgmlType& type, const std::string& name) {
    if (!type.quantise) return converted(tensor, scalarTypeOf(std::string(type.name)), name).to(at::kFloat);
    const auto bytes = encoded(tensor, type, name);
    auto values = at::empty(tensor.sizes(), at::kFloat);
    type.dequantise(bytes.data(), values.data_ptr<float>(), static_cast<std::size_t>(values.numel()));
    return values;
}

/// The model in sizes that its architecture takes: itself, or filled up with zeros.
class Fitted {
public:
    explicit Fitted(const CausalLM& model) : m_model(&model) {
        if (!ggufNeedsPadding(model.config())) return;
        const LayerShape common = ggufCommonShape(model.config());
        m_padded = placedModel(model, placesFor(model, std::vector<LayerShape>(model.config().layers.size(), common)));
        m_model = m_padded.get();
        const int width = common.routed() ? common.experts.front() : common.intermediate;
        note = "all layers are filled up with zeros to " + std::to_string(common.heads) + " heads and " +
               std::to_string(width) + (common.routed() ? " neurons of each expert" : " MLP neurons") +
               ", which computes the same: llama.cpp's architecture for family " + model.config().family +
               " takes one size for all";
    }

    const CausalLM& model() const { return *m_model; }
    std::string note;  ///< empty: nothing was done

private:
    const CausalLM* m_model;
    std::unique_ptr<CausalLM> m_padded;
};

/// A model, its architecture, its tensors in the file and their types.
class GgufContents {
public:
    GgufContents(const CausalLM& fitted, const std::string& dtype)
        : model(fitted),
          architecture(ggufArchitectureFor(fitted.config())),
          pieces(ggufPieces(architecture, fitted)),
          m_tensors(fitted.tensors()) {
        m_dtype = dtype == "source" ? fitted.config().dtype : dtype;
        std::vector<GgufShape> shapes;
        for (const auto& piece : pieces) shapes.push_back({piece.name, sizesOf(piece), piece.scaled()});
        mixture = ggufMixture(m_dtype, shapes);
    }

    const CausalLM& model;
    const GgufArchitecture& architecture;
    std::vector<GgufPiece> pieces;
    GgufMixture mixture;

    /// The file's numbers before they are encoded. What is scaled beside halves is rounded as these are and then kept whole, so that the file
    /// computes what the model does that was rounded to the type asked for.
    at::Tensor arranged(std::size_t i) const {
        const GgufPiece& piece = pieces[i];
        const std::string& name = piece.tensors.front();
        const bool beforeScaling =
            piece.scaled() && !isQuantised(m_dtype) && piece.plus == 0 && m_tensors.at(name).dim() > 1;
        if (!beforeScaling) return ggufArranged(piece, m_tensors);
        return ggufArranged(piece, {{name, converted(m_tensors.at(name), scalarTypeOf(m_dtype), name)}});
    }
    std::vector<std::int64_t> sizesOf(const GgufPiece& piece) const { return ggufSizes(piece, m_tensors); }
    /// What errors call a piece: the model's name, the file's where it is made of many.
    static const std::string& nameOf(const GgufPiece& piece) { return piece.stacked ? piece.name : piece.tensors.front(); }

private:
    NamedTensors m_tensors;
    std::string m_dtype;
};

class GgufExport {
public:
    GgufExport(const CausalLM& model, const GgufOptions& options) : m_contents(model, options.dtype), m_options(options) {
        addMetadata();
        writeGgufOrigin(m_writer, options.source);
        writeTokenizerBlock(m_writer, options.source, model.config().vocabulary);
        const auto factors = ggufFrequencyFactors(model.config());
        if (!factors.empty()) addTensor("rope_freqs.weight", at::tensor(factors), *ggmlType("F32"));
        for (std::size_t i = 0; i < m_contents.pieces.size(); ++i) addPiece(i);
        addWhatIsWanted();
    }

    std::vector<std::string> write(const fs::path& destination) const {
        m_writer.write(destination, m_options.maxPartBytes);
        return m_contents.mixture.fallbacks;
    }

private:
    bool isDeci() const { return m_contents.architecture.layersMayDiffer; }

    void addMetadata() {
        m_writer.text("general.architecture", m_contents.architecture.id);
        m_writer.text("general.type", "model");
        const std::string name = ownName(m_options.source);
        m_writer.text("general.name", name.empty() ? "model" : name);
        m_writer.integer("general.file_type", m_contents.mixture.fileType);
        m_writer.integer("general.quantization_version", 2);
        const auto& config = m_contents.model.config();
        m_layers = isDeci() ? ggufLayout(config.layers).layers : std::vector<GgufLayer>();
        if (m_layers.empty())
            for (const auto& shape : config.layers) m_layers.push_back({shape});
        writeGgufKeys(m_writer, m_contents.architecture, config, m_layers);
    }

    void addTensor(const std::string& name, const at::Tensor& tensor, const GgmlType& type) {
        m_writer.tensor(name, type, tensor.sizes().vec(), [tensor, &type, name] { return encoded(tensor, type, name); });
    }

    void addPiece(std::size_t i) {
        const GgufPiece& piece = m_contents.pieces[i];
        const GgmlType& type = *m_contents.mixture.types[i];
        m_writer.tensor(piece.name, type, m_contents.sizesOf(piece), [&contents = m_contents, i, &type] {
            return encoded(contents.arranged(i), type, GgufContents::nameOf(contents.pieces[i]));
        });
    }

    /// Tensors that the loader asks for and the model does not have: zeros, or a head that is the embedding.
    void addWhatIsWanted() {
        const auto& config = m_contents.model.config();
        const GgmlType& f32 = *ggmlType("F32");
        for (std::size_t i = 0; i < m_layers.size(); ++i) {
            const std::string prefix = "blk." + std::to_string(i) + ".";
            if (isDeci()) addZeros(m_layers[i], prefix);
            if (m_contents.architecture.id != "gptneox" || config.attentionBias) continue;
            addTensor(prefix + "attn_qkv.bias", at::zeros({3 * std::int64_t{config.hidden}}), f32);
            addTensor(prefix + "attn_output.bias", at::zeros({config.hidden}), f32);
        }
        if (m_contents.architecture.id != "gptneox" || !config.tiedHead) return;
        for (std::size_t i = 0; i < m_contents.pieces.size(); ++i)
            if (m_contents.pieces[i].name == "token_embd.weight")
                addTensor("output.weight", m_contents.arranged(i), *m_contents.mixture.types[i]);
    }

    bool anyPiece(const std::string& ending) const {
        return std::any_of(m_contents.pieces.begin(), m_contents.pieces.end(),
                           [&](const GgufPiece& piece) { return piece.name.ends_with(ending); });
    }

    /// Biases too where other layers have them; a norm in front of zeros, if that is not there, is as good as any.
    void addZeros(const GgufLayer& layer, const std::string& prefix) {
        const auto zeros = [&](const std::string& name, std::int64_t rows, std::int64_t columns) {
            addTensor(prefix + name + ".weight", at::zeros({rows, columns}), *ggmlType("F32"));
            if (anyPiece("." + name + ".bias")) addTensor(prefix + name + ".bias", at::zeros({rows}), *ggmlType("F32"));
        };
        const auto norm = [&](const std::string& name) {
            if (!anyPiece(prefix + name + ".weight"))
                addTensor(prefix + name + ".weight", at::ones({m_contents.model.config().hidden}), *ggmlType("F32"));
        };
        const auto& config = m_contents.model.config();
        const std::int64_t hidden = config.hidden, head = config.headDim, width = layer.shape.intermediate;
        if (layer.zeroAttention)
            norm("attn_norm"), zeros("attn_q", head, hidden), zeros("attn_k", head, hidden), zeros("attn_v", head, hidden),
                zeros("attn_output", hidden, head);
        if (layer.zeroMlp)
            norm("ffn_norm"), zeros("ffn_gate", width, hidden), zeros("ffn_up", width, hidden),
                zeros("ffn_down", hidden, width);
    }

    GgufContents m_contents;
    GgufOptions m_options;
    std::vector<GgufLayer> m_layers;
    GgufWriter m_writer;
};

}  // namespace

std::vector<std::string> exportGguf(const CausalLM& model, const fs::path& destination, const GgufOptions& options) {
    at::NoGradGuard guard;
    if (destination.extension() != ".gguf")
        throw Error(ErrorCode::Usage, destination.string(), "is no name for a GGUF file", "End it in .gguf.");
    if (!ggufFilesOf(destination).empty())
        refuseTaken(destination, "exists already", "Choose another destination; nothing is ever overwritten.");
    requireMerged(model);
    const Fitted fitted(model);
    auto notes = GgufExport(fitted.model(), options).write(destination);
    if (!fitted.note.empty()) notes.insert(notes.begin(), fitted.note);
    return notes;
}

std::unique_ptr<CausalLM> ggufRounded(const CausalLM& model, const std::string& dtype) {
    at::NoGradGuard guard;
    const Fitted fitted(model);
    const GgufContents contents(fitted.model(), dtype);
    NamedTensors rounded;
    const auto whole = fitted.model().tensors();
    for (std::size_t i = 0; i < contents.pieces.size(); ++i) {
        const auto& piece = contents.pieces[i];
        const auto& type = *contents.mixture.types[i];
        const bool plain = !type.quantise && piece.plus == 0 && piece.factor == 1;
        for (const auto& name : piece.tensors)
            if (auto& into = rounded[name]; !into.defined())
                into = at::zeros(whole.at(name).sizes(), plain ? scalarTypeOf(std::string(type.name)) : at::kFloat);
        ggufRestore(piece, roundTrip(contents.arranged(i).cpu(), type, GgufContents::nameOf(piece)), rounded);
    }
    for (const auto& [name, tensor] : whole)
        if (tensor.numel() == 0) rounded[name] = tensor;
    return buildModel(fitted.model().config(), rounded);
}

}  // namespace lorashear
