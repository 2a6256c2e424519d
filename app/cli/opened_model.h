#pragma once

#include "core/model/causal_lm.h"
#include "core/text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <string>

namespace lorashear::app {

/// A model folder, or a run folder (its result is taken).
struct OpenedModel {
    std::filesystem::path folder;
    std::unique_ptr<CausalLM> model;
    std::unique_ptr<Tokenizer> tokenizer;
    std::uint64_t weightBytes = 0;
};

/// Error(BadInput) if a run folder has no finished model yet.
std::filesystem::path modelFolderOf(const std::string& path);

/// adapter: a PEFT folder to merge, or empty. device: as loadModel (core/model/causal_lm.h).
OpenedModel openModel(const std::string& path, const std::string& adapter = {}, const std::string& device = "cpu");

/// The tokenizer of the model that a trimmed vocabulary came from, by whose tokens perplexities compare: of `given` (a model or run folder or a GGUF file), else of
/// the model that a run folder's recipe names, where it is still there and has another vocabulary. Null: there is none.
std::unique_ptr<Tokenizer> originalTokenizer(const std::string& path, const std::string& given);

/// The words of --device in every command that has it.
inline constexpr const char* kDeviceHelp = "cpu, cuda or cuda:N";

/// Median wall-clock and size numbers belong to one machine; this is for tables: "1,234,567".
std::string grouped(std::int64_t number);

}  // namespace lorashear::app
