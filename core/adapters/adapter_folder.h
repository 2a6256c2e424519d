#pragma once

#include "core/adapters/adapter.h"

#include <filesystem>
#include <string>

namespace lorashear {

/// A PEFT folder (adapter_config.json, adapter_model.safetensors) read for this model. Every tensor must belong to a targeted linear and every
/// targeted linear must have both of its tensors. Error(Unsupported) naming what is not plain LoRA (DoRA, embeddings, the head …),
/// Error(BadInput) naming tensor and both shapes, or both models where the adapter carries a note on its base (ours do, PEFT's do not)
/// and this is another one.
Adapter readAdapter(const std::filesystem::path& folder, const CausalLM& model);

/// SHA-256 over the bytes of both files; Error(Io) if one is not there.
std::string adapterHash(const std::filesystem::path& folder);

/// Reads, attaches and merges: what `--adapter` does. Merged weights are fp32.
std::unique_ptr<CausalLM> withAdapter(const CausalLM& model, const std::filesystem::path& folder);

/// What is written beside the numbers.
struct AdapterNotes {
    std::string base;  ///< base_model_name_or_path
    std::string what;  ///< one sentence for README.md
};

/// Writes a folder that PEFT opens, whole or absent: alpha is scale * rank, so that alpha / rank is the scale; patterns where linears differ.
/// base: the model that it belongs on, whose mark (base_mark.h) travels in the file's metadata, where PEFT does not look.
void writeAdapter(const Adapter& adapter, const std::filesystem::path& folder, const AdapterNotes& notes,
                  const CausalLM& base);

}  // namespace lorashear
