#pragma once

#include "core/text/tokenizer.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace lorashear {

class GgufFile;

/// tokenizer.ggml.token_type of a token.
namespace ggufTokenTypes {
enum Type : std::int32_t { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };
}

/// The tokenizer block of a GGUF file as the tokenizer.json that means the same: `llama` (SentencePiece-style BPE with scores and byte tokens) and
/// `gpt2` (byte-level BPE with merges; tokenizer.ggml.pre names its regular expression). Error(Unsupported) names any other kind or `pre`;
/// Error(BadInput) a block that contradicts itself.
nlohmann::json tokenizerJsonOf(const GgufFile& file);

/// Opens the tokenizer of a GGUF file.
std::unique_ptr<Tokenizer> openGgufTokenizer(const std::filesystem::path& file);

/// The tokenizer_config.json that says what the file's block says: special tokens, chat template.
nlohmann::json ggufTokenizerConfig(const std::filesystem::path& file);

/// What a Hugging Face folder made from this file needs besides weights and config.json: file names and contents
/// (tokenizer.json, tokenizer_config.json).
std::map<std::string, std::string> ggufCompanions(const std::filesystem::path& file);

}  // namespace lorashear
