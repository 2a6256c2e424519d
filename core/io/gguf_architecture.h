#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lorashear {

class GgufMetadata;

/// How the rows of a tensor lie in a GGUF file compared with those in a Hugging Face folder.
enum class GgufRows {
    Same,
    RotaryPairs,  ///< rows that are turned together lie side by side in the file, half a head apart in the folder
    PartByPart,   ///< all queries, all keys, all values in the file; q, k, v of one head after the other in the folder
};

/// One kind of tensor: its name in both, without ".weight" or ".bias" and what stands before the block's number. A star is the number of an expert.
struct GgufName {
    std::string_view gguf, huggingFace;
    GgufRows rows = GgufRows::Same;
    bool gainFromOne = false;  ///< a norm that multiplies by 1 + weight in the folder; the file holds 1 + weight
    bool transposed = false;   ///< a matrix [out, in] in the file, [in, out] in the folder

    constexpr bool ofExperts() const { return huggingFace.find('*') != std::string_view::npos; }
    /// One tensor [experts, out, in] in the file, a matrix for each expert in the folder.
    constexpr bool stacked() const { return ofExperts() && gguf.find('*') == std::string_view::npos; }
};

/// One of llama.cpp's architectures and the family of models in Hugging Face's terms that it computes. The table in gguf_architecture.cpp is the one
/// place that knows tensor names and their arrangement; readers and writers both go by it.
struct GgufArchitecture {
    std::string_view id;                ///< general.architecture
    std::string_view family;            ///< config.json's model_type
    std::string_view className;         ///< config.json's architectures
    std::string_view blocks;            ///< before the number of a block in the folder: "model.layers."
    std::span<const GgufName> globals;  ///< tensors outside the blocks
    std::span<const GgufName> inBlocks;
    bool layersMayDiffer = false;          ///< its loader takes sizes per layer
    bool headsFillHidden = false;          ///< its loader wants heads times head size to be the hidden size
    bool frequencyFactors = false;         ///< its loader takes rope_freqs.weight
    bool partialRotary = false;            ///< rope.dimension_count may be less than a head
    bool qkvBiasesOnly = false;            ///< biases on queries, keys and values belong to it
    bool separateQueries = true;           ///< queries, keys and values are three tensors
    std::string_view expertWidthKey = {};  ///< what says how wide its experts are; empty: its MLPs are not routed
    bool normalisesChosen = false;         ///< the weights of a token's experts are divided by their sum
    int layersOfOtherScale = 0;  ///< a model of so many layers scales scores by hidden / heads instead of the head size
    void (*describe)(const GgufMetadata& in, nlohmann::ordered_json& config) = nullptr;  ///< its metadata as config.json

    constexpr bool routed() const { return !expertWidthKey.empty(); }
};

std::span<const GgufArchitecture> ggufArchitectures();
/// null: none of ours. Of a name that stands for models with and without experts, the one that is asked for.
const GgufArchitecture* ggufArchitecture(std::string_view id, bool routed = false);

/// What becomes of a name, with the kind of tensor it is.
struct GgufTranslation {
    std::string name;                ///< empty: no tensor of this architecture; with a star: those of all experts
    const GgufName* kind = nullptr;  ///< of which
    int layer = -1;                  ///< -1: outside the blocks
    int expert = -1;                 ///< -1: of none, or of all
};
GgufTranslation huggingFaceNameOf(const GgufArchitecture& architecture, const std::string& ggufName);
GgufTranslation ggufNameOf(const GgufArchitecture& architecture, const std::string& huggingFaceName);
/// A name with the number of an expert in the place of its star.
std::string ggufOfExpert(std::string_view name, std::int64_t expert);

/// Row of the file's tensor that is row `row` of the folder's, of `count` rows in all.
constexpr std::int64_t ggufRowOf(GgufRows rows, std::int64_t row, std::int64_t count, std::int64_t headDim) {
    const std::int64_t head = row / headDim, inside = row % headDim, half = headDim / 2;
    switch (rows) {
        case GgufRows::Same: break;
        case GgufRows::RotaryPairs: return head * headDim + inside % half * 2 + inside / half;
        case GgufRows::PartByPart: return head % 3 * (count / 3) + head / 3 * headDim + inside;
    }
    return row;
}

}  // namespace lorashear
