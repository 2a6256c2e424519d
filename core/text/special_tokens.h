#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lorashear {

/// What the small files beside a tokenizer say about its special tokens.
struct SpecialTokens {
    std::string bos, eos, unknown;  ///< token text by tokenizer_config.json, else special_tokens_map.json; empty: not said
    std::optional<bool> addBos;     ///< tokenizer_config.json's add_bos_token
    std::optional<int> bosId;       ///< config.json's bos_token_id
    std::vector<int> eosIds;        ///< eos_token_id of generation_config.json, else of config.json; one or a list

    /// Missing files are fine; a file that is not JSON is Error(BadInput).
    static SpecialTokens read(const std::filesystem::path& folder);
};

}  // namespace lorashear
