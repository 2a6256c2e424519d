#pragma once

#include "core/base/control.h"
#include "core/export/placement.h"
#include "core/io/tensor_stream.h"

#include <filesystem>
#include <functional>
#include <string>

namespace lorashear {

class CausalLM;

/// What travels with an exported model besides its weights.
struct ExportOptions {
    std::filesystem::path source;  ///< folder of the original: its tokenizer and licence files are copied byte for byte
    std::string dtype = "source";  ///< "source" (as the original stored them), "F32", "BF16", "F16"
    std::uint64_t maxShardBytes = 5'000'000'000;
    bool modellingFile = false;  ///< modeling_lorashear.py and per-layer lists, also where plain numbers would do
};

/// Writes a Hugging Face folder: config.json (the original's keys, sizes replaced, head_dim always written), the weights in one
/// file or in shards tensor by tensor (no lm_head.weight when tied), companion files, README.md (a model card), pruning.json.
/// Layers of different size bring the modelling file along. Everything goes to a temporary neighbour first and is renamed, so the
/// destination is whole or absent. Adapters must be merged (Error(Internal) otherwise). Error(Io) if the destination exists and is
/// not an empty folder, or the disk is full.
void exportHuggingFace(const CausalLM& model, const std::filesystem::path& destination, const ExportOptions& options,
                       const PruningRecord& pruningRecord, const Placements& placements = {});

/// The same from tensors that are made one by one.
void writeHuggingFace(const ModelConfig& config, const std::vector<LazyTensor>& tensors,
                      const std::filesystem::path& destination, const ExportOptions& options,
                      const PruningRecord& pruningRecord);

/// Whether stock transformers (version 5, the stricter one) opens a model of this shape; Error(Unsupported) with the rule in the way and the
/// exports that would do instead: otherFormats says them, asked only then.
void requireVanilla(const ModelConfig& config, const std::function<std::string()>& otherFormats);

}  // namespace lorashear
