#include "core/text/sentencepiece_tokenizer.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/stand_in.h"
#include "core/io/strict_json.h"
#include "core/text/added_token_files.h"
#include "core/text/special_tokens.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>
#include <sentencepiece_processor.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace lorashear {

namespace {

/// A serialized NormalizerSpec{add_dummy_prefix: false} as field 3 of a ModelProto: appended to a model it is merged into it.
constexpr std::string_view kNoPrefix("\x1a\x02\x18\x00", 4);

/// Where a text goes on behind an added token: transformers puts the space that stands before a text ("▁") there too for tokenizers of the
/// "legacy" kind, and only at the text's beginning for the others.
bool putsPrefixEverywhere(const std::filesystem::path& folder) {
    const auto path = folder / "tokenizer_config.json";
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return true;
    const auto config = parseStrictJson(readFile(path), path.string());
    const auto legacy = config.is_object() ? config.find("legacy") : config.end();
    return legacy == config.end() || !legacy->is_boolean() || legacy->get<bool>();
}

class SentencePieceTokenizer final : public Tokenizer {
public:
    SentencePieceTokenizer(const std::filesystem::path& folder, bool withAdded) : m_path(folder / "tokenizer.model") {
        const std::string bytes = readFile(m_path);
        refuseStandIn(bytes, m_path.string());
        if (const auto status = m_processor.LoadFromSerializedProto(bytes); !status.ok())
            throw Error(ErrorCode::BadInput, m_path.string(), "is not a SentencePiece model",
                        "Llama 3's file of this name is a list of base64 tokens: use its tokenizer.json");
        if (withAdded) addTokens(folder, bytes);
        readSpecialTokens(SpecialTokens::read(folder));
    }

    std::vector<int> encode(std::string_view text) const override {
        std::string repaired;
        if (!isValidUtf8(text)) text = repaired = repairUtf8(text);
        std::vector<int> ids;
        if (m_added.empty()) {
            check(m_processor.Encode(std::string(text), &ids));
            return ids;
        }
        for (const AddedSplit& part : m_finder->split(text)) {
            if (part.id >= 0) {
                ids.push_back(part.id);
                continue;
            }
            std::vector<int> more;
            const auto& processor = part.begin > 0 && m_continued ? *m_continued : m_processor;
            check(processor.Encode(std::string(text.substr(part.begin, part.end - part.begin)), &more));
            ids.insert(ids.end(), more.begin(), more.end());
        }
        return ids;
    }

    std::string decode(const std::vector<int>& ids) const override {
        std::string text;
        std::vector<int> run;
        const auto finish = [&] {
            if (run.empty()) return;
            std::string part;
            check(m_processor.Decode(run, &part));
            if (!text.empty() && m_processor.IdToPiece(run.front()).starts_with(kSpace)) text += ' ';
            text += part;
            run.clear();
        };
        for (const int id : ids) {
            if (const auto added = m_added.find(id); added != m_added.end()) {
                if (added->second.special) continue;
                finish();
                text += added->second.content;
            } else if (id >= 0 && id < m_processor.GetPieceSize() && !m_processor.IsControl(id) && !m_processor.IsUnknown(id)) {
                run.push_back(id);
            }
        }
        finish();
        return repairUtf8(text);
    }

    int vocabularySize() const override {
        return m_added.empty() ? m_processor.GetPieceSize()
                               : std::max(m_processor.GetPieceSize(), m_added.rbegin()->first + 1);
    }
    int bosId() const override { return m_bos; }
    std::vector<int> eosIds() const override { return m_eos; }
    int unknownId() const override { return m_processor.unk_id(); }
    bool addsBos() const override { return m_addsBos; }
    std::string describe() const override {
        return "SentencePiece, " + std::to_string(vocabularySize()) + " tokens, " + m_path.filename().string() +
               (m_added.empty() ? "" : " and " + std::to_string(m_added.size()) + " added tokens");
    }
    std::string token(int id) const override {
        if (const auto added = m_added.find(id); added != m_added.end()) return added->second.content;
        return id >= 0 && id < m_processor.GetPieceSize() ? m_processor.IdToPiece(id) : std::string();
    }
    int idOf(std::string_view token) const override {
        for (const auto& [id, added] : m_added)
            if (added.content == token) return id;
        const int id = m_processor.PieceToId(std::string(token));
        return id != m_processor.unk_id() || token == m_processor.IdToPiece(id) ? id : -1;
    }

private:
    /// Those that the library does not have under that id itself: its own it tells from text better.
    void addTokens(const std::filesystem::path& folder, const std::string& bytes) {
        std::vector<AddedToken> tokens;
        std::vector<std::string> searched;
        for (const auto& [id, token] : readAddedTokens(folder)) {
            if (id < m_processor.GetPieceSize() && m_processor.IdToPiece(id) == token.content) continue;
            m_added[id] = token;
            tokens.push_back(token), searched.push_back(token.content);
        }
        if (m_added.empty()) return;
        m_finder.emplace(std::move(tokens), std::move(searched));
        if (putsPrefixEverywhere(folder)) return;
        m_continued.emplace();
        check(m_continued->LoadFromSerializedProto(bytes + std::string(kNoPrefix)));
    }

    void readSpecialTokens(const SpecialTokens& special) {
        const int named = special.bos.empty() ? -1 : idOf(special.bos);
        m_bos = named >= m_processor.GetPieceSize() ? named : m_processor.bos_id();
        m_addsBos = m_bos >= 0 && special.addBos.value_or(true);
        m_eos = special.eosIds;
        if (const int eos = special.eos.empty() ? -1 : idOf(special.eos);
            eos >= m_processor.GetPieceSize() && std::find(m_eos.begin(), m_eos.end(), eos) == m_eos.end())
            m_eos.push_back(eos);
        if (m_eos.empty() && m_processor.eos_id() >= 0) m_eos.push_back(m_processor.eos_id());
        std::erase_if(m_eos, [this](int id) { return id >= vocabularySize(); });
    }

    void check(const sentencepiece::util::Status& status) const {
        if (!status.ok()) throw Error(ErrorCode::Internal, m_path.string(), "SentencePiece failed: " + status.ToString());
    }

    static constexpr std::string_view kSpace = "\xE2\x96\x81";  // U+2581
    std::filesystem::path m_path;
    sentencepiece::SentencePieceProcessor m_processor;
    std::optional<sentencepiece::SentencePieceProcessor> m_continued;  ///< for text behind an added token, where it differs
    std::map<int, AddedToken> m_added;
    std::optional<AddedTokenFinder> m_finder;
    int m_bos = -1;
    bool m_addsBos = false;
    std::vector<int> m_eos;
};

}  // namespace

std::unique_ptr<Tokenizer> openSentencePieceTokenizer(const std::filesystem::path& folder) {
    return std::make_unique<SentencePieceTokenizer>(folder, true);
}

std::unique_ptr<Tokenizer> openTrainedSentencePiece(const std::filesystem::path& folder) {
    return std::make_unique<SentencePieceTokenizer>(folder, false);
}

}  // namespace lorashear
