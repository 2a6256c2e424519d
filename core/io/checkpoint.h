#pragma once

#include "core/io/tensor_data.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// A Hugging Face model folder: config.json plus model.safetensors, or shards with model.safetensors.index.json; or a GGUF file
/// (core/io/gguf_model.h), which then looks like one.
///
/// Refuses in words: a missing folder or file, pickle weights (pytorch_model*.bin, says how to convert), a shard that is missing,
/// a tensor that is in the index but not in its shard or in two shards, index entries that are not plain file names.
class Checkpoint {
public:
    /// folder may also be the path of config.json or of a weights file inside it, or of a .gguf file; a folder without config.json that
    /// holds one .gguf file stands for it.
    static Checkpoint open(const std::filesystem::path& folder);

    const std::filesystem::path& folder() const { return m_folder; }  ///< or the GGUF file
    bool isGguf() const { return m_gguf; }
    const std::string& configText() const { return m_configText; }  ///< config.json as it stands, or made from GGUF metadata
    std::string configSubject() const;                              ///< names configText in errors
    const std::map<std::string, TensorData>& tensors() const { return m_tensors; }
    /// Tensors stored in a type that we do not compute with: name and type's name, to name in an error when one is needed.
    const std::map<std::string, std::string>& otherTensors() const { return m_otherTensors; }
    /// Files beside the weights that an export copies byte for byte (tokenizer*, special_tokens_map, vocab, merges,
    /// generation_config, chat_template, LICENSE*, USE_POLICY*), in name order.
    std::vector<std::filesystem::path> companionFiles() const;
    std::uint64_t weightBytes() const;  ///< as stored
    /// SHA-256 over names, types, shapes and stored bytes of all tensors in name order; reads everything (16 GB: 10 s at best).
    std::string weightsHash() const;
    /// Tells, without reading a weight, whether a folder is still what it was: SHA-256 over config, names, types, shapes and, of every
    /// weights file, name, size and time of change. Says nothing about copies elsewhere: results are filed under weightsHash().
    std::string identity() const;

private:
    std::filesystem::path m_folder;
    std::string m_configText;
    bool m_gguf = false;
    std::map<std::string, TensorData> m_tensors;
    std::map<std::string, std::string> m_otherTensors;
    std::vector<std::filesystem::path> m_weightFiles;
};

}  // namespace lorashear
