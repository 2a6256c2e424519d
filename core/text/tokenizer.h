#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lorashear {

/// Text to token ids and back. Implementations: tokenizer.json (byte-level BPE and SentencePiece-style BPE) and
/// tokenizer.model (the SentencePiece library).
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// Opens the folder's tokenizer.json or tokenizer.model, or the tokenizer inside a GGUF file (core/text/gguf_tokenizer.h); of two with the same vocabulary the latter, because the library
    /// that trained the model is the truth about it (core/text/README.md). Error(Unsupported) names the normalizer,
    /// pre-tokenizer or model kind that we do not handle; Error(BadInput) what is missing (e.g. no BOS, no vocabulary).
    static std::unique_ptr<Tokenizer> open(const std::filesystem::path& folder);

    /// Ids of the text alone: never adds BOS or EOS (see bosId). Deterministic; any byte sequence is accepted,
    /// invalid UTF-8 is replaced by U+FFFD first.
    virtual std::vector<int> encode(std::string_view text) const = 0;
    /// The inverse; special tokens (BOS, EOS, unknown, …) and ids outside the vocabulary are left out, invalid byte runs
    /// become U+FFFD.
    virtual std::string decode(const std::vector<int>& ids) const = 0;

    virtual int vocabularySize() const = 0;  ///< largest id + 1; the model's embedding may have more rows, not fewer
    virtual int bosId() const = 0;           ///< -1: none
    virtual std::vector<int> eosIds() const = 0;
    virtual int unknownId() const = 0;         ///< -1: none
    virtual bool addsBos() const = 0;          ///< whether the model's own template puts BOS in front
    virtual std::string describe() const = 0;  ///< one line: kind, size, file

    /// A token's text for display, e.g. "▁the".
    virtual std::string token(int id) const = 0;
    /// The id of a token given by its exact text, special ones too (to build prompts of a chat template); -1: none.
    virtual int idOf(std::string_view token) const = 0;
};

/// What a model is given to go on from: the text's ids, behind BOS where the model's own template puts it or where the text is empty.
/// Empty only for an empty text and a tokenizer without BOS.
std::vector<int> promptIds(const Tokenizer& tokenizer, std::string_view text);

/// Every id at which a generated text ends: the tokenizer's (which know generation_config.json), the model's own (ModelConfig::eosIds), and BOS,
/// which begins the next document: models of plain texts were trained with BOS between documents and never draw EOS.
std::vector<int> endIds(const Tokenizer& tokenizer, const std::vector<int>& ofModel);

}  // namespace lorashear
