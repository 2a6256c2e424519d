#include "core/text/sentencepiece_tokenizer.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/text/special_tokens.h"
#include "core/text/utf8.h"

#include <sentencepiece_processor.h>

#include <algorithm>

namespace lorashear {

namespace {

class SentencePieceTokenizer final : public Tokenizer {
public:
    explicit SentencePieceTokenizer(const std::filesystem::path& folder) : m_path(folder / "tokenizer.model") {
        const std::string bytes = readFile(m_path);
        if (const auto status = m_processor.LoadFromSerializedProto(bytes); !status.ok())
            throw Error(ErrorCode::BadInput, m_path.string(), "is not a SentencePiece model",
                        "Llama 3's file of this name is a list of base64 tokens: use its tokenizer.json");
        const SpecialTokens special = SpecialTokens::read(folder);
        m_bos = m_processor.bos_id();
        m_addsBos = m_bos >= 0 && special.addBos.value_or(true);
        m_eos = special.eosIds;
        if (m_eos.empty() && m_processor.eos_id() >= 0) m_eos.push_back(m_processor.eos_id());
        std::erase_if(m_eos, [this](int id) { return id >= vocabularySize(); });
    }

    std::vector<int> encode(std::string_view text) const override {
        std::vector<int> ids;
        check(m_processor.Encode(isValidUtf8(text) ? std::string(text) : repairUtf8(text), &ids));
        return ids;
    }

    std::string decode(const std::vector<int>& ids) const override {
        std::vector<int> plain;
        for (const int id : ids)
            if (id >= 0 && id < vocabularySize() && !m_processor.IsControl(id) && !m_processor.IsUnknown(id))
                plain.push_back(id);
        std::string text;
        check(m_processor.Decode(plain, &text));
        return repairUtf8(text);
    }

    int vocabularySize() const override { return m_processor.GetPieceSize(); }
    int bosId() const override { return m_bos; }
    std::vector<int> eosIds() const override { return m_eos; }
    int unknownId() const override { return m_processor.unk_id(); }
    bool addsBos() const override { return m_addsBos; }
    std::string describe() const override {
        return "SentencePiece, " + std::to_string(vocabularySize()) + " tokens, " + m_path.filename().string();
    }
    std::string token(int id) const override {
        return id >= 0 && id < vocabularySize() ? m_processor.IdToPiece(id) : std::string();
    }
    int idOf(std::string_view token) const override {
        const int id = m_processor.PieceToId(std::string(token));
        return id != m_processor.unk_id() || token == m_processor.IdToPiece(id) ? id : -1;
    }

private:
    void check(const sentencepiece::util::Status& status) const {
        if (!status.ok()) throw Error(ErrorCode::Internal, m_path.string(), "SentencePiece failed: " + status.ToString());
    }

    std::filesystem::path m_path;
    sentencepiece::SentencePieceProcessor m_processor;
    int m_bos = -1;
    bool m_addsBos = false;
    std::vector<int> m_eos;
};

}  // namespace

std::unique_ptr<Tokenizer> openSentencePieceTokenizer(const std::filesystem::path& folder) {
    return std::make_unique<SentencePieceTokenizer>(folder);
}

}  // namespace lorashear
