#include "core/io/gguf_experts.h"

#include "core/io/gguf_metadata.h"
#include "core/io/tensor_data.h"

namespace lorashear {

namespace {

constexpr std::string_view kRouter = "ffn_gate_inp";

std::string sizesText(const std::vector<std::int64_t>& sizes) {
    std::string text;
    for (const std::int64_t size : sizes) text += (text.empty() ? "" : " x ") + std::to_string(size);
    return text;
}

/// Of a router, a stacked tensor or one expert's, row-major.
std::vector<std::int64_t> wantedSizes(const GgufMetadata& metadata, const GgufName& kind) {
    if (kind.gguf == kRouter) return {metadata.experts, metadata.hidden};
    std::vector<std::int64_t> sizes{metadata.expertWidth, metadata.hidden};
    if (kind.gguf.starts_with("ffn_down")) std::swap(sizes[0], sizes[1]);
    if (kind.stacked()) sizes.insert(sizes.begin(), metadata.experts);
    return sizes;
}

}  // namespace

std::vector<GgufMatrix> ggufMatrices(const GgufFile& file, const GgufMetadata& metadata, const GgufTensor& tensor,
                                     const GgufTranslation& place) {
    const GgufName& kind = *place.kind;
    if (!kind.ofExperts() && kind.gguf != kRouter) return {{place.name, tensor}};
    const std::string what = "tensor \"" + ggufPrintable(tensor.name) + "\"";
    if (place.expert >= metadata.experts)
        file.refuse(what, "is of an expert beyond expert_count, which is " + std::to_string(metadata.experts));
    if (const auto wanted = wantedSizes(metadata, kind); tensor.shape != wanted)
        file.refuse(what, "has sizes " + sizesText(tensor.shape) + ", expert_count, embedding_length and " +
                              std::string(metadata.architecture().expertWidthKey) + " ask for " + sizesText(wanted));
    if (!kind.stacked()) return {{place.name, tensor}};
    std::vector<GgufMatrix> matrices;
    const std::size_t each = tensor.bytes.size() / static_cast<std::size_t>(metadata.experts);
    for (std::int64_t expert = 0; expert < metadata.experts; ++expert) {
        GgufTensor part = tensor;
        part.shape.erase(part.shape.begin());
        part.bytes = tensor.bytes.subspan(static_cast<std::size_t>(expert) * each, each);
        matrices.push_back({ggufOfExpert(place.name, expert), std::move(part)});
    }
    return matrices;
}

void requireExperts(const GgufFile& file, const GgufMetadata& metadata, const std::map<std::string, TensorData>& tensors) {
    const GgufArchitecture& architecture = metadata.architecture();
    if (!architecture.routed()) return;
    for (std::size_t layer = 0; layer < metadata.layers.size(); ++layer)
        for (const GgufName& kind : architecture.inBlocks) {
            if (!kind.stacked() && kind.gguf != kRouter) continue;
            const std::string number = std::to_string(layer) + ".",
                              name = std::string(architecture.blocks) + number + std::string(kind.huggingFace) + ".weight";
            const std::int64_t count = kind.stacked() ? metadata.experts : 1;
            for (std::int64_t expert = 0; expert < count; ++expert)
                if (!tensors.contains(ggufOfExpert(name, expert)))
                    file.refuse("tensor \"blk." + number + std::string(kind.gguf) + ".weight\"",
                                kind.stacked() ? "is missing, and so is expert " + std::to_string(expert) + " by itself"
                                               : "is missing");
        }
}

}  // namespace lorashear
