#pragma once

#include "core/base/control.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

namespace lorashear {

class CausalLM;

/// What travels with an exported model besides its weights.
struct ExportOptions {
    std::filesystem::path source;  ///< folder of the original: its tokenizer and licence files are copied byte for byte
    std::string dtype = "source";  ///< "source" (as the original stored them), "F32", "BF16", "F16"
};

/// Writes a Hugging Face folder: config.json (the original's keys, sizes replaced, head_dim always written; layers of different size as
/// per-layer lists, which we read back), model.safetensors (no lm_head.weight when tied), companion files, pruning.json.
/// Everything goes to a temporary neighbour first and is renamed, so the destination is whole or absent. Adapters must be merged
/// (Error(Internal) otherwise). Error(Io) if the destination exists and is not an empty folder, or the disk is full.
void exportHuggingFace(const CausalLM& model, const std::filesystem::path& destination, const ExportOptions& options,
                       const nlohmann::json& pruningRecord);

}  // namespace lorashear
