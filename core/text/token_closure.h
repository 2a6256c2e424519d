#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace lorashear {

/// Which tokens of a model can go so that its tokenizer still works: every text still becomes tokens, and these the same text again.
///
/// Two rules (token_closure.cpp says why they suffice): some tokens stay always, and a token that merges make stays only together with the two it is made
/// from. Read from every tokenizer file that is there; where two files disagree both are obeyed.
class TokenClosure {
public:
    /// source: model folder or GGUF file; rows: of the model's embedding, at least as many as there are tokens (rows beyond them belong to no token).
    /// Error(BadInput) for what cannot be read; Error(Unsupported) for kinds of tokenizer whose tokens cannot be taken away.
    TokenClosure(const std::filesystem::path& source, int rows);

    int rows() const { return static_cast<int>(m_texts.size()); }
    int tokens() const { return m_tokens; }  ///< ids that have a token
    bool has(int id) const { return id >= 0 && id < rows() && m_present[static_cast<std::size_t>(id)]; }
    const std::string& text(int id) const { return m_texts[static_cast<std::size_t>(id)]; }

    /// Ids that stay always, with all that they are made from; ascending.
    const std::vector<int>& required() const { return m_required; }
    /// What must be kept for a token, itself first, besides what kept[id] says is kept.
    std::vector<int> missing(int id, const std::vector<bool>& kept) const;

    /// Error(BadInput) with subject pointer (of the list in an edits file) or pointer/index: an id that the model does not have or that is there
    /// twice, a token that must stay and is not kept, a token whose parts are not kept.
    void check(const std::vector<int>& keep, const std::string& pointer) const;

private:
    friend class TokenClosureReader;
    std::string named(int id) const;  ///< token 300 ("▁the")

    std::vector<std::string> m_texts;
    std::vector<bool> m_present;
    std::vector<const char*> m_why;                         ///< why a token stays always, in words; null: it need not
    std::vector<std::vector<std::pair<int, int>>> m_parts;  ///< by file, by id; {-1, -1}: not made from others
    std::vector<int> m_required;
    int m_tokens = 0;
};

}  // namespace lorashear
