#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lorashear {

class JsonFields;

/// Byte pair encoding over a fixed vocabulary: the "model" of tokenizer.json.
class BpeModel {
public:
    /// Error(BadInput): no vocabulary, ids that are no numbers, a merge of tokens that are not in it, an unknown token that is
    /// not. Error(Unsupported): another kind of model, dropout.
    explicit BpeModel(const JsonFields& fields);

    /// Appends the ids of one piece of well-formed UTF-8. Thread-safe. Error(BadInput) for a character that is neither in the
    /// vocabulary nor representable by bytes when there is no unknown token.
    void encode(std::string_view text, std::vector<int>& ids) const;

    int idOf(std::string_view token) const;                         ///< -1: none
    const std::string& tokenOf(int id) const;                       ///< empty: none
    int size() const { return static_cast<int>(m_tokens.size()); }  ///< largest id + 1
    std::size_t mergeCount() const { return m_merges.size(); }
    int unknownId() const { return m_unknown; }
    bool byteFallback() const { return m_byteFallback; }
    bool marksWords() const {
        return !m_prefix.empty() || !m_suffix.empty();
    }  ///< pieces inside or at the end of words are other tokens
    /// The two tokens that are joined last when a token's own text is encoded. Nothing for a token that no merge makes (a character, a byte)
    /// or of whose text merges make something else (a token that is only found whole, or never). For vocabularies without prefix and suffix.
    std::optional<std::pair<int, int>> partsOf(int id) const;

private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    template <typename Value>
    using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

    /// The pairs that merge, in an open-addressed table: it is asked once or twice for every character.
    class MergeTable {
    public:
        struct Merge {
            int rank = -1;  ///< -1: no such merge; a lower one goes first
            int id = -1;
        };
        void reserve(std::size_t count);
        void insert(int left, int right, Merge merge);
        Merge find(int left, int right) const;
        std::size_t size() const { return m_count; }

    private:
        struct Slot {
            std::uint64_t key = ~std::uint64_t{0};
            Merge merge;
        };
        std::size_t slotOf(std::uint64_t key) const;
        std::vector<Slot> m_slots;
        std::size_t m_count = 0;
    };

    void readVocabulary(const JsonFields& fields);
    void readMerges(const JsonFields& fields);
    std::pair<std::string, std::string> pairOf(const JsonFields& fields, std::size_t index) const;
    void readByteTokens();
    void findWordCut();

    void encodeWord(std::string_view word, std::vector<int>& ids) const;
    std::vector<int> symbolsOf(std::string_view word) const;
    bool appendBytes(std::string_view character, std::vector<int>& symbols) const;
    /// Gives the last two symbols that were joined.
    std::pair<int, int> merge(std::vector<int>& symbols) const;

    std::string m_file;
    TextMap<int> m_ids;
    std::vector<std::string> m_tokens;
    MergeTable m_merges;
    std::array<int, 256> m_byteIds{};
    std::string m_prefix, m_suffix;  ///< continuing_subword_prefix, end_of_word_suffix
    int m_unknown = -1;
    bool m_byteFallback = false, m_fuseUnknown = false, m_ignoreMerges = false;
    bool m_cutBeforeMark = false;  ///< no token crosses from another character into '▁': words can be encoded one by one

    mutable std::mutex m_mutex;
    mutable TextMap<std::vector<int>> m_cache;
};

}  // namespace lorashear
