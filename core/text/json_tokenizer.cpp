#include "core/text/json_tokenizer.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/strict_json.h"
#include "core/text/added_token_files.h"
#include "core/text/bpe_model.h"
#include "core/text/json_fields.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/special_tokens.h"
#include "core/text/text_growth.h"
#include "core/text/token_decoder.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

// The pipeline of tokenizer.json (huggingface/tokenizers):
//
//   text -> added tokens as they stand -> normalizer -> added tokens marked "normalized" -> pre-tokenizer -> model -> ids
//
// each step working on what the ones before left as plain text. The post-processor only tells us whether the model wants
// BOS in front; encode() never adds it. Padding and truncation of the file are ignored: they belong to batches, not to text.

namespace lorashear {

namespace {

using nlohmann::json;

/// Ids that the post-processor puts before the text.
std::vector<int> templatePrefix(const JsonFields& fields);

std::vector<int> prefixOfTemplate(const JsonFields& fields) {
    std::vector<int> prefix;
    for (const json& item : fields.list("single")) {
        if (!item.is_object() || !item.contains("SpecialToken")) break;
        const std::string name = fields.child(item["SpecialToken"], "SpecialToken").text("id");
        const JsonFields known = fields.child(fields.value("special_tokens"), "special_tokens");
        if (!known.has(name.c_str())) fields.refuse("uses the special token \"" + name + "\" without saying its id");
        for (const json& id : known.child(known.value(name.c_str()), name).list("ids"))
            if (id.is_number_unsigned()) prefix.push_back(id.get<int>());
    }
    return prefix;
}

/// {"cls": ["<s>", 0], …}: the token in front of BERT-like models.
std::vector<int> prefixOfCls(const JsonFields& fields) {
    const json& cls = fields.list("cls");
    if (cls.size() == 2 && cls[1].is_number_unsigned()) return {cls[1].get<int>()};
    fields.refuse("\"cls\" is not a token and its id");
}

std::vector<int> prefixOfNothing(const JsonFields&) {
    return {};
}

std::vector<int> prefixOfSequence(const JsonFields& fields) {
    std::vector<int> prefix;
    for (const json& step : fields.list("processors")) {
        const auto more = templatePrefix(fields.child(step, "processors"));
        prefix.insert(prefix.begin(), more.begin(), more.end());
    }
    return prefix;
}

struct PostProcessor {
    std::string_view type;
    std::vector<int> (*prefix)(const JsonFields&);
};
constexpr std::array<PostProcessor, 5> kPostProcessors{{
    {"TemplateProcessing", prefixOfTemplate},
    {"ByteLevel", prefixOfNothing},
    {"RobertaProcessing", prefixOfCls},
    {"BertProcessing", prefixOfCls},
    {"Sequence", prefixOfSequence},
}};

std::vector<int> templatePrefix(const JsonFields& fields) {
    const std::string type = fields.text("type");
    for (const PostProcessor& known : kPostProcessors)
        if (known.type == type) return known.prefix(fields);
    fields.unsupported("post-processor \"" + type + "\" is not handled");
}

/// The tokenizer's own pieces that describe() mentions.
std::string typeOf(const json& root, const char* key) {
    const auto found = root.find(key);
    return found != root.end() && found->is_object() && found->contains("type") && (*found)["type"].is_string()
               ? (*found)["type"].get<std::string>()
               : std::string("none");
}

class JsonTokenizer final : public Tokenizer {
public:
    JsonTokenizer(const SpecialTokens& special, const json& root, const JsonFields& fields)
        : m_path(fields.file()), m_model(fields.child(fields.value("model"), "model")) {
        if (fields.has("normalizer")) m_normalizer = makeNormalizer(fields.child(fields.value("normalizer"), "normalizer"));
        if (fields.has("pre_tokenizer"))
            m_preTokenizer = makePreTokenizer(fields.child(fields.value("pre_tokenizer"), "pre_tokenizer"));
        if (fields.has("decoder")) m_decoder = makeTokenDecoder(fields.child(fields.value("decoder"), "decoder"));
        readAddedTokens(fields);
        readSpecialTokens(special, fields);
        m_description = std::filesystem::path(m_path).filename().string() + ", " +
                        std::string(m_model.byteFallback() ? "BPE with byte fallback" : "BPE") + ", " +
                        std::to_string(vocabularySize()) + " tokens, " + std::to_string(m_model.mergeCount()) +
                        " merges, normalizer " + typeOf(root, "normalizer") + ", pre-tokenizer " +
                        typeOf(root, "pre_tokenizer");
    }

    std::vector<int> encode(std::string_view text) const override {
        std::string repaired;
        if (!isValidUtf8(text)) text = repaired = repairUtf8(text);
        std::vector<int> ids;
        const TextGrowth growth(text.size());
        for (const AddedSplit& outer : m_asTheyStand->split(text)) {
            if (outer.id >= 0) {
                ids.push_back(outer.id);
                continue;
            }
            std::string plain(text.substr(outer.begin, outer.end - outer.begin));
            if (m_normalizer) m_normalizer(plain);
            encodeNormalized(plain, outer.begin == 0, growth, ids);
        }
        return ids;
    }

    std::string decode(const std::vector<int>& ids) const override {
        std::vector<std::string> tokens;
        for (const int id : ids) {
            if (m_special.contains(id)) continue;
            const auto matched = m_matchedText.find(id);
            if (std::string text = matched != m_matchedText.end() ? matched->second : token(id); !text.empty())
                tokens.push_back(std::move(text));
        }
        if (m_decoder) m_decoder(tokens);
        std::string text;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            if (i > 0 && !m_decoder) text += ' ';  // without a decoder the tokens are words
            text += tokens[i];
        }
        return text;
    }

    int vocabularySize() const override { return m_size; }
    int bosId() const override { return m_bos; }
    std::vector<int> eosIds() const override { return m_eos; }
    int unknownId() const override { return m_model.unknownId() >= 0 ? m_model.unknownId() : m_unknown; }
    bool addsBos() const override { return m_addsBos; }
    std::string describe() const override { return m_description; }
    std::string token(int id) const override {
        const auto added = m_addedText.find(id);
        return added != m_addedText.end() ? added->second : m_model.tokenOf(id);
    }
    int idOf(std::string_view token) const override {
        const auto added = m_addedId.find(std::string(token));
        return added != m_addedId.end() ? added->second : m_model.idOf(token);
    }

private:
    void encodeNormalized(const std::string& text, bool atStart, const TextGrowth& growth, std::vector<int>& ids) const {
        for (const AddedSplit& inner : m_afterNormalizer->split(text)) {
            if (inner.id >= 0) {
                ids.push_back(inner.id);
                continue;
            }
            std::vector<Piece> pieces{{text.substr(inner.begin, inner.end - inner.begin), atStart && inner.begin == 0}};
            if (m_preTokenizer) m_preTokenizer(pieces);
            for (const Piece& piece : pieces) m_model.encode(piece.text, ids);
            growth.require(ids.size());  // added tokens cut a text into any number of parts, each with a measure of its own
        }
    }

    AddedToken addedToken(const JsonFields& entry) const {
        AddedToken token;
        token.id = entry.countOr("id", -1);
        token.content = entry.text("content");
        if (token.id < 0) entry.refuse("token \"" + token.content + "\" has no id");
        if (token.id > kLargestTokenId) entry.refuse("token \"" + token.content + "\" has an id that is none");
        // the vocabulary's id counts, whatever this entry says
        if (const int known = m_model.idOf(token.content); known >= 0) token.id = known;
        token.singleWord = entry.flagOr("single_word", false);
        token.leftStrip = entry.flagOr("lstrip", false);
        token.rightStrip = entry.flagOr("rstrip", false);
        token.special = entry.flagOr("special", false);
        token.normalized = entry.flagOr("normalized", !token.special);
        return token;
    }

    void readAddedTokens(const JsonFields& fields) {
        m_size = m_model.size();
        std::vector<AddedToken> plain, normalized;
        std::vector<std::string> plainText, normalizedText;
        static const json kNone = json::array();
        for (const json& item : fields.has("added_tokens") ? fields.list("added_tokens") : kNone) {
            AddedToken token = addedToken(fields.child(item, "added_tokens"));
            if (token.content.empty()) continue;
            m_size = std::max(m_size, token.id + 1);
            m_addedText[token.id] = token.content;
            m_addedId[token.content] = token.id;
            if (token.special) m_special.insert(token.id);
            std::string searched = token.content;
            if (token.normalized && m_normalizer) {
                m_normalizer(searched);
                m_matchedText[token.id] = searched;
            }
            (token.normalized ? normalizedText : plainText).push_back(std::move(searched));
            (token.normalized ? normalized : plain).push_back(std::move(token));
        }
        m_asTheyStand.emplace(std::move(plain), std::move(plainText));
        m_afterNormalizer.emplace(std::move(normalized), std::move(normalizedText));
    }

    /// The id of a token that tokenizer_config.json names; -1 if it names none.
    int namedToken(const std::string& text, const char* role, const JsonFields& fields) const {
        if (text.empty()) return -1;
        const int id = idOf(text);
        if (id < 0)
            fields.refuse(std::string("lacks the ") + role + " token \"" + text + "\" that tokenizer_config.json names");
        return id;
    }

    void readSpecialTokens(const SpecialTokens& special, const JsonFields& fields) {
        std::vector<int> prefix;
        if (fields.has("post_processor"))
            prefix = templatePrefix(fields.child(fields.value("post_processor"), "post_processor"));
        m_bos = namedToken(special.bos, "BOS", fields);
        if (m_bos < 0 && !prefix.empty() && prefix.front() < m_size) m_bos = prefix.front();
        if (m_bos < 0 && special.bosId && *special.bosId < m_size) m_bos = *special.bosId;
        m_addsBos = m_bos >= 0 && special.addBos.value_or(!prefix.empty() && prefix.front() == m_bos);
        m_eos = special.eosIds;
        std::erase_if(m_eos, [this](int id) { return id >= m_size; });
        const int eos = namedToken(special.eos, "EOS", fields);
        if (eos >= 0 && std::find(m_eos.begin(), m_eos.end(), eos) == m_eos.end()) m_eos.push_back(eos);
        m_unknown = idOf(special.unknown);
    }

    std::string m_path, m_description;
    BpeModel m_model;
    Normalizer m_normalizer;
    PreTokenizer m_preTokenizer;
    TokenDecoder m_decoder;
    std::optional<AddedTokenFinder> m_asTheyStand, m_afterNormalizer;
    std::unordered_map<int, std::string> m_addedText;
    std::unordered_map<int, std::string> m_matchedText;  ///< what stands in normalized text, where it is not the content
    std::unordered_map<std::string, int> m_addedId;
    std::set<int> m_special;
    std::vector<int> m_eos;
    int m_size = 0, m_bos = -1, m_unknown = -1;
    bool m_addsBos = false;
};

}  // namespace

std::unique_ptr<Tokenizer> openJsonTokenizer(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / "tokenizer.json";
    const json root = parseStrictJson(readFile(path), path.string());
    return makeJsonTokenizer(root, SpecialTokens::read(folder), path);
}

std::unique_ptr<Tokenizer> makeJsonTokenizer(const json& root, const SpecialTokens& special,
                                             const std::filesystem::path& file) {
    return std::make_unique<JsonTokenizer>(special, root, JsonFields(root, file.string(), "tokenizer"));
}

}  // namespace lorashear
