#pragma once

#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/run/run_event.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lorashear {

/// A model folder, opened without reading a weight: what a person needs to look at a model of any size.
struct OpenedFolder {
    Checkpoint checkpoint;
    ModelConfig config;
    std::unique_ptr<Tokenizer> tokenizer;

    event::ModelOpened asEvent() const;
    std::vector<std::string> notes() const;  ///< checkpointNotes()
};

/// Checks all that can be checked so: config against names, types and shapes. A tokenizer that knows more than the model refuses texts that hold such a token
/// (core/text/vocabulary_limit.h).
OpenedFolder openFolder(const std::filesystem::path& folder);

/// A model folder, opened: weights as stored, on the device asked for.
struct OpenedModel : OpenedFolder {
    std::unique_ptr<CausalLM> model;

    /// Checkpoint::weightsHash(), on the first call: every weight is read once more.
    const std::string& weightsHash() const;
    /// SHA-256 over weightsHash(), the config and the merged adapter's files: what results are filed under, and /model/hash.
    const std::string& modelHash() const;

    std::filesystem::path adapter;  ///< merged into model; empty: none

private:
    mutable std::string m_weightsHash, m_modelHash;
};

/// device: as loadModel (core/model/causal_lm.h). adapter: folder of a PEFT adapter to merge, or empty.
OpenedModel openModel(const std::filesystem::path& folder, const std::string& device = "cpu",
                      const std::filesystem::path& adapter = {});

}  // namespace lorashear
