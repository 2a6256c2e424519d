#pragma once

#include "core/text/token_renumbering.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lorashear {

/// tokenizer.model as data: the protocol buffer of sentencepiece_model.proto, of which only the pieces and a few numbers are understood and
/// everything else is carried along byte for byte.
class SentencePieceFile {
public:
    enum class Type : std::uint64_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };
    enum class Model : std::uint64_t { Unigram = 1, Bpe = 2, Word = 3, Char = 4 };
    struct Piece {
        std::string text;
        float score = 0;
        Type type = Type::Normal;
    };

    /// Nothing when the bytes are no such file (Llama 3's tokenizer.model is a list of base64 tokens).
    static std::optional<SentencePieceFile> parse(std::string bytes);

    const std::vector<Piece>& pieces() const { return m_pieces; }
    Model model() const { return m_model; }
    bool byteFallback() const { return m_byteFallback; }

    /// The file with the kept pieces alone: their messages as they were, in order, so that the position is the new id; size and ids of the
    /// trainer's part rewritten; samples for self-tests left out, because texts may be cut another way now.
    std::string trimmed(const TokenRenumbering& ids) const;

private:
    struct Field {
        std::uint64_t number = 0, type = 0, value = 0;
        std::string_view content;  ///< of a field with a length
        std::string_view whole;    ///< tag included
    };
    static bool readFields(std::string_view bytes, std::vector<Field>& fields);
    bool read();

    // Views look into the bytes: they live where moving this object does not move them.
    std::shared_ptr<const std::string> m_bytes;
    std::vector<Field> m_fields;
    std::vector<Piece> m_pieces;
    Model m_model = Model::Unigram;
    bool m_byteFallback = false;
};

}  // namespace lorashear
