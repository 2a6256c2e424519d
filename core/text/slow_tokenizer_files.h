#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

namespace lorashear {

/// Whether a folder has a tokenizer in the form of the first published GPT-2s: vocab.json and merges.txt.
bool hasSlowTokenizer(const std::filesystem::path& folder);

/// The tokenizer.json that means the same, as transformers makes it from vocab.json, merges.txt and the small files beside them.
/// Error(Unsupported) for a tokenizer class whose rules these two files do not say; Error(BadInput) names file and line.
nlohmann::json slowTokenizerAsJson(const std::filesystem::path& folder);

}  // namespace lorashear
