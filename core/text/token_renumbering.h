#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace lorashear {

/// Old token ids to new ones: the kept ids, in order, become 0, 1, 2, …
class TokenRenumbering {
public:
    /// keep: in any order, each once, none negative (TokenClosure::check).
    explicit TokenRenumbering(std::vector<int> keep);

    const std::vector<int>& kept() const { return m_kept; }  ///< ascending: the old id of each new one
    int count() const { return static_cast<int>(m_kept.size()); }
    /// -1: not kept.
    int of(std::int64_t id) const {
        return id >= 0 && id < static_cast<std::int64_t>(m_new.size()) ? m_new[static_cast<std::size_t>(id)] : -1;
    }

private:
    std::vector<int> m_kept, m_new;
};

/// Gets an id and gives what shall stand there instead.
using TokenIdChange = std::function<std::int64_t(std::int64_t)>;

/// Every token id that a config.json or generation_config.json holds: keys ending in "_token_id" or "_token_ids" at any depth, one number or a list,
/// and the lists of suppressed and forbidden tokens, which lose the ids that change to -1, and the sequences with one of them. Negative numbers are no ids.
void changeConfigTokenIds(nlohmann::json& config, const TokenIdChange& change);
void changeConfigTokenIds(nlohmann::ordered_json& config, const TokenIdChange& change);

/// Every token id in tokenizer.json's post_processor (templates, BERT's and RoBERTa's pairs, sequences of them) and "padding".
void changeTemplateTokenIds(nlohmann::json& tokenizer, const TokenIdChange& change);

/// Keys of lists of tokens that are never to be written: these need not be kept for it.
const std::vector<std::string>& unwantedTokenKeys();

/// A config.json with vocab_size and every token id renumbered; keys in their order.
std::string trimmedConfigText(const std::string& config, const TokenRenumbering& ids);

}  // namespace lorashear
