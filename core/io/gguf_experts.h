#pragma once

#include "core/io/gguf.h"
#include "core/io/gguf_architecture.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

class GgufMetadata;
struct TensorData;

/// A matrix of the folder and what of the file holds it.
struct GgufMatrix {
    std::string name;  ///< in the folder
    GgufTensor
        tensor;  ///< of the file, or the part of one that is an expert's: rows are whole blocks, so that nothing else is read for it
};

/// The matrices that a tensor of the file holds: itself, or, where it is the stacked one of all experts, one for each of them. Error(BadInput) for a
/// router or an expert of other sizes than the metadata says, and for an expert beyond expert_count.
std::vector<GgufMatrix> ggufMatrices(const GgufFile& file, const GgufMetadata& metadata, const GgufTensor& tensor,
                                     const GgufTranslation& place);

/// Error(BadInput) naming the first router, or matrix of an expert, that is not there.
void requireExperts(const GgufFile& file, const GgufMetadata& metadata, const std::map<std::string, TensorData>& tensors);

}  // namespace lorashear
