#include "core/export/gguf_pieces.h"

#include "core/base/error.h"
#include "core/export/gguf_layout.h"
#include "core/io/gguf_architecture.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace lorashear {

namespace {

/// The model's rows from `first` on, `count` of them, in the file's order.
std::vector<std::int64_t> orderOf(GgufRows kind, std::int64_t first, std::int64_t count, std::int64_t headDim) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
    for (std::int64_t row = 0; row < count; ++row)
        rows[static_cast<std::size_t>(ggufRowOf(kind, row, count, headDim))] = first + row;
    return rows;
}

/// What scales of scores and epsilons do to queries and keys.
struct ScaleFactors {
    double scores = 1;     ///< by which scores are to be larger than llama.cpp makes them
    double headNorms = 1;  ///< by which queries and keys are to be larger before their norms
    bool norms = false;    ///< heads have norms, behind which `scores` goes
};

ScaleFactors factorsOf(const GgufArchitecture& architecture, const ModelConfig& c, bool headNorms) {
    const double own = c.attention.scale > 0 ? c.attention.scale : 1 / std::sqrt(static_cast<double>(c.headDim));
    ScaleFactors factors{own / ggufAttentionScale(architecture, c), 1, headNorms};
    if (std::abs(factors.scores - 1) < 1e-12) factors.scores = 1;
    // x / sqrt(mean x^2 + a) is y / sqrt(mean y^2 + b) for y = x sqrt(b / a).
    if (headNorms && c.attention.headNormEps != c.normEps) {
        if (!(c.attention.headNormEps > 0 && c.normEps > 0))
            throw Error(ErrorCode::Unsupported, "gguf",
                        "norms of heads and of layers have different epsilons, one of them 0",
                        "Export a Hugging Face folder instead.");
        factors.headNorms = std::sqrt(c.normEps / c.attention.headNormEps);
    }
    return factors;
}

class PieceList {
public:
    PieceList(const GgufArchitecture& architecture, const CausalLM& model)
        : m_architecture(architecture), m_config(model.config()), m_tensors(model.tensors()) {
        bool headNorms = false;
        for (const auto& [name, tensor] : m_tensors) headNorms |= name.find("self_attn.q_norm.") != std::string::npos;
        m_factors = factorsOf(architecture, m_config, headNorms);
        for (const auto& [name, tensor] : m_tensors)
            if (tensor.numel() > 0) add(name, tensor);  // nothing is left of a layer whose attention or MLP has gone
    }

    std::vector<GgufPiece> take() { return std::move(m_pieces); }

private:
    /// Phi 3's fused projections in an architecture that has them apart.
    bool addParts(const std::string& name, const at::Tensor& tensor) {
        const auto at = name.find(".qkv_proj."), gate = name.find(".gate_up_proj.");
        if (!m_architecture.separateQueries || (at == std::string::npos && gate == std::string::npos)) return false;
        const std::string prefix = name.substr(0, at != std::string::npos ? at : gate),
                          ending = name.substr(name.rfind('.'));
        const auto layer = static_cast<std::size_t>(std::stoul(prefix.substr(m_architecture.blocks.size())));
        const LayerShape& shape = m_config.layers.at(layer);
        struct Part {
            const char* name;
            std::int64_t rows;
        };
        const std::int64_t q = std::int64_t{shape.heads} * m_config.headDim,
                           kv = std::int64_t{shape.kvHeads} * m_config.headDim;
        const std::vector<Part> parts =
            at != std::string::npos
                ? std::vector<Part>{{".q_proj", q}, {".k_proj", kv}, {".v_proj", kv}}
                : std::vector<Part>{{".gate_proj", shape.intermediate}, {".up_proj", shape.intermediate}};
        std::int64_t first = 0;
        for (const Part& part : parts) {
            addPiece(prefix + part.name + ending, name, tensor, first, part.rows);
            first += part.rows;
        }
        return true;
    }

    void add(const std::string& name, const at::Tensor& tensor) {
        if (!addParts(name, tensor)) addPiece(name, name, tensor, 0, -1);
    }

    void addPiece(const std::string& meant, const std::string& name, const at::Tensor& tensor, std::int64_t first,
                  std::int64_t count) {
        const auto place = ggufNameOf(m_architecture, meant);
        if (place.name.empty()) throw Error(ErrorCode::Internal, meant, "has no name in GGUF");
        if (place.kind->stacked()) return addExpert(place, name);
        GgufPiece piece;
        piece.name = place.name;
        piece.tensors = {name};
        piece.transposed = place.kind->transposed && tensor.dim() == 2;
        piece.plus = place.kind->gainFromOne ? 1 : 0;
        if (count >= 0 || place.kind->rows != GgufRows::Same)
            piece.rows = orderOf(place.kind->rows, first, count >= 0 ? count : tensor.size(0), m_config.headDim);
        const bool queries = place.kind->gguf == "attn_q", keys = place.kind->gguf == "attn_k";
        if (queries || keys) piece.factor *= m_factors.headNorms;
        if (m_factors.norms ? place.kind->gguf == "attn_q_norm" : queries) piece.factor *= m_factors.scores;
        if (place.kind->gguf == "attn_qkv" && m_factors.scores != 1) {
            piece.factor = m_factors.scores;
            piece.factorRows = queriesIn(place.layer);
        }
        m_pieces.push_back(std::move(piece));
    }

    void addExpert(const GgufTranslation& place, const std::string& name) {
        const auto [known, isNew] = m_stacked.try_emplace(place.name, m_pieces.size());
        if (isNew) m_pieces.emplace_back();
        GgufPiece& piece = m_pieces[known->second];
        piece.name = place.name;
        piece.stacked = true;
        auto& tensors = piece.tensors;
        tensors.resize(std::max(tensors.size(), static_cast<std::size_t>(place.expert) + 1));
        tensors[static_cast<std::size_t>(place.expert)] = name;
    }

    std::int64_t queriesIn(int layer) const {
        return std::int64_t{m_config.layers.at(static_cast<std::size_t>(layer)).heads} * m_config.headDim;
    }

    const GgufArchitecture& m_architecture;
    const ModelConfig& m_config;
    NamedTensors m_tensors;
    ScaleFactors m_factors;
    std::vector<GgufPiece> m_pieces;
    std::map<std::string, std::size_t> m_stacked;  ///< where the piece of a name is
};

at::Tensor indexOf(const std::vector<std::int64_t>& rows, at::Device device) {
    return at::tensor(rows, at::kLong).to(device);
}

at::Tensor multiplied(at::Tensor values, const GgufPiece& piece, double factor) {
    if (factor == 1) return values;
    if (piece.factorRows < 0) return values * factor;
    values = values.clone();
    values.narrow(0, 0, piece.factorRows).mul_(factor);
    return values;
}

at::Tensor arranged(const GgufPiece& piece, const at::Tensor& tensor) {
    auto values = tensor.detach();
    if (piece.transposed) values = values.t();
    if (!piece.rows.empty()) values = values.index_select(0, indexOf(piece.rows, values.device()));
    if (piece.plus != 0 || piece.factor != 1) values = values.to(at::kFloat) + piece.plus;
    return multiplied(values, piece, piece.factor);
}

void restore(const GgufPiece& piece, const at::Tensor& values, at::Tensor& into) {
    const auto plain = (multiplied(values, piece, 1 / piece.factor) - piece.plus).to(into.scalar_type());
    auto target = piece.transposed ? into.t() : into;
    if (piece.rows.empty())
        target.copy_(plain);
    else
        target.index_copy_(0, indexOf(piece.rows, into.device()), plain);
}

}  // namespace

bool GgufPiece::scaled() const {
    int exponent = 0;
    return std::abs(std::frexp(factor, &exponent)) != 0.5;
}

std::vector<GgufPiece> ggufPieces(const GgufArchitecture& architecture, const CausalLM& model) {
    return PieceList(architecture, model).take();
}

std::vector<std::int64_t> ggufSizes(const GgufPiece& piece, const NamedTensors& tensors) {
    auto sizes = tensors.at(piece.tensors.front()).sizes().vec();
    if (piece.transposed) std::swap(sizes[0], sizes[1]);
    if (!piece.rows.empty()) sizes[0] = static_cast<std::int64_t>(piece.rows.size());
    if (piece.stacked) sizes.insert(sizes.begin(), static_cast<std::int64_t>(piece.tensors.size()));
    return sizes;
}

at::Tensor ggufArranged(const GgufPiece& piece, const NamedTensors& tensors) {
    if (!piece.stacked) return arranged(piece, tensors.at(piece.tensors.front()));
    std::vector<at::Tensor> experts;
    auto type = tensors.at(piece.tensors.front()).scalar_type();
    for (const auto& name : piece.tensors) {
        experts.push_back(arranged(piece, tensors.at(name)));
        if (experts.back().scalar_type() != type) type = at::kFloat;  // experts of zeros beside others
    }
    for (auto& expert : experts) expert = expert.to(type);
    return at::stack(experts);
}

void ggufRestore(const GgufPiece& piece, const at::Tensor& values, NamedTensors& into) {
    if (!piece.stacked) return restore(piece, values, into.at(piece.tensors.front()));
    for (std::size_t i = 0; i < piece.tensors.size(); ++i)
        restore(piece, values.select(0, static_cast<std::int64_t>(i)), into.at(piece.tensors[i]));
}

}  // namespace lorashear
