#include "core/text/token_closure.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf.h"
#include "core/io/strict_json.h"
#include "core/text/added_token_files.h"
#include "core/text/bpe_merges.h"
#include "core/text/bpe_model.h"
#include "core/text/gguf_tokenizer.h"
#include "core/text/json_fields.h"
#include "core/text/sentencepiece_file.h"
#include "core/text/slow_tokenizer_files.h"
#include "core/text/token_renumbering.h"
#include "core/text/tokenizer.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <unordered_map>

// Why two rules suffice. Byte pair encoding cuts a word into characters (or bytes) and then joins, again and again, the pair of neighbours
// whose merge stands first in the list. Let T be a token that the encoding of T's own text gives, and m1 … mk the merges that it took. Every symbol
// that they made lies inside T, because nothing is ever taken apart again. Now let other tokens go, with every merge that needs or makes one of them,
// while the parts of T stay, and their parts, down to characters. Then m1 … mk are all left. At each step the first pair of the full list is still
// there, and it is still the first of the shorter list. So the same merges are made and T comes out: T is still reachable. The same argument
// holds for a word and its tokens: no merge ever crossed a border between two tokens of the result, the kept merges are a part of all, so a text
// whose tokens are all kept is cut exactly as before (tst_token_closure tests both on real vocabularies).
//
// What else a text may hold is caught by the tokens that stay always: the letters of a byte-level alphabet, or the 256 byte tokens that characters
// outside the vocabulary fall back to. Without either, all single characters stay, for a character that has gone would become the unknown token. '▁'
// stays because it stands for a space: as three bytes it would come back as itself. Special and added tokens are not made by merges and carry
// a meaning of their own; what config.json, the templates and GGUF's keys name by number must stay too.
//
// A vocabulary with scores (SentencePiece's BPE, llama.cpp's "llama") is the same with all ways to cut a token into two as merges, ranked by the score of
// the whole. A unigram model chooses the most likely way to cut a text; of T's own text that is T if it was so before, since only rivals have gone. So there no
// token needs another, and characters or byte tokens stay.

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kMark = "▁";
constexpr const char* kSpecial = "a special or added token";
constexpr const char* kByte = "a byte that other characters fall back to";
constexpr const char* kLetter = "a single character, and without it texts that hold it could not be represented";
constexpr const char* kSpace = "what stands for a space";
constexpr const char* kNamed = "named by the model's configuration";
constexpr const char* kUnknown = "the token of what is unknown";

bool isCharacter(const std::string& text) {
    return !text.empty() && isValidUtf8(text) && codePointAt(text, 0).bytes == text.size();
}

std::optional<json> readIfThere(const fs::path& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return {};
    return parseStrictJson(readFile(path), path.string());
}

}  // namespace

/// Reads one file after the other into a closure.
class TokenClosureReader {
public:
    TokenClosureReader(TokenClosure& closure, const fs::path& source) : m_closure(closure), m_source(source) {}

    void read() {
        if (const auto gguf = ggufFileAt(m_source); !gguf.empty())
            readGguf(gguf);
        else
            readFolder();
        complete();
    }

private:
    [[noreturn]] void unsupported(const fs::path& file, const std::string& what) const {
        throw Error(ErrorCode::Unsupported, file.string(), what, "The vocabulary of this model stays whole.");
    }

    void put(std::int64_t id, const std::string& text, const fs::path& file) {
        if (id < 0 || id >= m_closure.rows())
            throw Error(ErrorCode::BadInput, file.string(),
                        "token \"" + text + "\" has the id " + std::to_string(id) + ", the model knows " +
                            std::to_string(m_closure.rows()),
                        "The tokenizer files belong to another model.");
        const auto at = static_cast<std::size_t>(id);
        if (m_closure.m_present[at]) return;
        m_closure.m_present[at] = true;
        m_closure.m_texts[at] = text;
        m_ids.emplace(text, static_cast<int>(id));
    }

    void require(std::int64_t id, const char* why) {
        if (id >= 0 && id < m_closure.rows() && !m_closure.m_why[static_cast<std::size_t>(id)])
            m_closure.m_why[static_cast<std::size_t>(id)] = why;
    }

    /// Gives nothing to change.
    TokenIdChange requiring() {
        return [this](std::int64_t id) {
            require(id, kNamed);
            return id;
        };
    }

    void readFolder() {
        const fs::path jsonFile = m_source / "tokenizer.json", modelFile = m_source / "tokenizer.model";
        const auto root = readIfThere(jsonFile);
        if (root) readJson(*root, jsonFile);
        std::error_code ignored;
        std::optional<SentencePieceFile> pieces;
        if (fs::exists(modelFile, ignored)) pieces = SentencePieceFile::parse(readFile(modelFile));
        if (pieces) readPieces(*pieces, modelFile);
        const bool slow = !root && !pieces && hasSlowTokenizer(m_source);
        if (slow) readJson(slowTokenizerAsJson(m_source), m_source / "vocab.json");
        if (!root && !pieces && !slow)
            throw Error(ErrorCode::BadInput, m_source.string(),
                        "has neither tokenizer.json nor a SentencePiece tokenizer.model (nor vocab.json with merges.txt)",
                        "copy the tokenizer's files of the original model into this folder");
        for (const char* name : {"config.json", "generation_config.json"})
            if (auto config = readIfThere(m_source / name)) {
                for (const std::string& unwanted : unwantedTokenKeys())
                    if (config->is_object()) config->erase(unwanted);
                changeConfigTokenIds(*config, requiring());
            }
        for (const auto& [id, token] : readAddedTokens(m_source)) put(id, token.content, m_source), require(id, kSpecial);
    }

    void readGguf(const fs::path& path) {
        const auto file = GgufFile::open(path);
        readJson(tokenizerJsonOf(*file), path);
        for (const auto& [key, value] : file->values())
            if (key.starts_with("tokenizer.ggml.") && key.ends_with("_id") && value.type != GgufType::Array &&
                value.type != GgufType::String)
                if (const auto id = file->integer(key)) require(*id, kNamed);
    }

    void readJson(json root, const fs::path& file) {
        const JsonFields fields(root, file.string(), "tokenizer");
        const json& model = fields.value("model");
        const std::string type = fields.child(model, "model").textOr("type", "BPE");
        // Some files encode unknown characters as bytes but have no step that puts them together again.
        const bool decodesBytes =
            root.contains("decoder") && root["decoder"].dump().find("ByteFallback") != std::string::npos;
        if (type == "BPE")
            readBpe(fields.child(model, "model"), decodesBytes, file);
        else if (type == "Unigram")
            readUnigram(fields.child(model, "model"), decodesBytes, file);
        else
            unsupported(file, "holds a tokenizer of kind \"" + type + "\", from which no token can be taken away");
        static const json kNone = json::array();
        for (const json& item : fields.has("added_tokens") ? fields.list("added_tokens") : kNone) {
            const JsonFields added = fields.child(item, "added_tokens");
            const std::string content = added.text("content");
            const auto known = m_ids.find(content);
            const int id = known != m_ids.end() ? known->second : added.countOr("id", -1);  // the vocabulary's id counts
            put(id, content, file);
            require(id, kSpecial);
        }
        changeTemplateTokenIds(root, requiring());
    }

    void readBpe(const JsonFields& fields, bool decodesBytes, const fs::path& file) {
        const BpeModel model(fields);
        if (model.marksWords())
            unsupported(file,
                        "marks tokens inside or at the end of words, and from such a vocabulary no token can be taken away");
        std::vector<std::pair<int, int>> parts(m_closure.m_texts.size(), {-1, -1});
        for (int id = 0; id < model.size(); ++id) {
            if (model.tokenOf(id).empty()) continue;
            put(id, model.tokenOf(id), file);
            if (const auto made = model.partsOf(id)) parts[static_cast<std::size_t>(id)] = *made;
        }
        m_closure.m_parts.push_back(std::move(parts));
        requireBasics(model.byteFallback(), decodesBytes);
        require(model.unknownId(), kUnknown);
    }

    void readUnigram(const JsonFields& fields, bool decodesBytes, const fs::path& file) {
        int next = 0;
        for (const json& piece : fields.list("vocab")) {
            if (!piece.is_array() || piece.size() != 2 || !piece[0].is_string())
                fields.refuse("piece " + std::to_string(next) + " is not a text and a score");
            put(next++, piece[0].get<std::string>(), file);
        }
        requireBasics(fields.flagOr("byte_fallback", false), decodesBytes);
        require(fields.countOr("unk_id", -1), kUnknown);
    }

    /// What every text can be made of.
    void requireBasics(bool byteFallback, bool decodesBytes) {
        const auto bytes = byteFallback ? byteTokens() : std::vector<int>();
        for (const int id : bytes) require(id, kByte);
        if (const auto mark = m_ids.find(kMark); mark != m_ids.end()) require(mark->second, kSpace);
        if (!bytes.empty() && decodesBytes) return;
        for (int id = 0; id < m_closure.rows(); ++id)
            if (m_closure.has(id) && isCharacter(m_closure.text(id))) require(id, kLetter);
    }

    /// All 256 byte tokens, or none where one is missing.
    std::vector<int> byteTokens() const {
        static constexpr char kDigits[] = "0123456789ABCDEF";
        std::vector<int> all;
        for (unsigned byte = 0; byte < 256; ++byte) {
            const auto found = m_ids.find(std::string("<0x") + kDigits[byte >> 4] + kDigits[byte & 15] + ">");
            if (found == m_ids.end()) return {};
            all.push_back(found->second);
        }
        return all;
    }

    void readPieces(const SentencePieceFile& model, const fs::path& file) {
        using Type = SentencePieceFile::Type;
        if (model.model() == SentencePieceFile::Model::Word)
            unsupported(file, "is a vocabulary of whole words, from which no token can be taken away");
        std::vector<ScoredPiece> scored;
        for (const auto& piece : model.pieces()) {
            const int id = static_cast<int>(scored.size());
            put(id, piece.text, file);
            if (piece.type == Type::Byte) require(id, kByte);
            if (piece.type == Type::Unknown) require(id, kUnknown);
            if (piece.type == Type::Control || piece.type == Type::UserDefined) require(id, kSpecial);
            scored.push_back({piece.text, piece.score, piece.type == Type::Normal || piece.type == Type::Unused});
        }
        requireBasics(model.byteFallback(), true);
        if (model.model() == SentencePieceFile::Model::Bpe) readScores(model, scored, file);
    }

    void readScores(const SentencePieceFile& model, const std::vector<ScoredPiece>& scored, const fs::path& file) {
        json merges = json::array();
        const auto text = [&](int id) { return json(model.pieces()[static_cast<std::size_t>(id)].text); };
        for (const auto& [left, right] : mergesByScore(scored)) merges.push_back({text(left), text(right)});
        json vocabulary = json::object();
        for (std::size_t id = model.pieces().size(); id-- > 0;)  // of the same text twice the first counts
            if (!model.pieces()[id].text.empty()) vocabulary[model.pieces()[id].text] = id;
        const json asBpe = {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", merges}};
        const BpeModel bpe(JsonFields(asBpe, file.string(), "model"));
        std::vector<std::pair<int, int>> parts(m_closure.m_texts.size(), {-1, -1});
        for (int id = 0; id < bpe.size(); ++id)
            if (const auto made = bpe.partsOf(id)) parts[static_cast<std::size_t>(id)] = *made;
        m_closure.m_parts.push_back(std::move(parts));
    }

    void complete() {
        m_closure.m_tokens = static_cast<int>(std::count(m_closure.m_present.begin(), m_closure.m_present.end(), true));
        std::vector<bool> kept(m_closure.m_texts.size());
        for (int id = 0; id < m_closure.rows(); ++id)
            if (m_closure.m_why[static_cast<std::size_t>(id)])
                for (const int needed : m_closure.missing(id, kept)) kept[static_cast<std::size_t>(needed)] = true;
        for (int id = 0; id < m_closure.rows(); ++id)
            if (kept[static_cast<std::size_t>(id)]) m_closure.m_required.push_back(id);
    }

    TokenClosure& m_closure;
    fs::path m_source;
    std::unordered_map<std::string, int> m_ids;
};

TokenClosure::TokenClosure(const fs::path& source, int rows)
    : m_texts(static_cast<std::size_t>(std::max(rows, 0))), m_present(m_texts.size()), m_why(m_texts.size()) {
    TokenClosureReader(*this, source).read();
}

std::vector<int> TokenClosure::missing(int id, const std::vector<bool>& kept) const {
    std::vector<int> needed;
    std::vector<int> open{id};
    while (!open.empty()) {
        const int next = open.back();
        open.pop_back();
        if (kept[static_cast<std::size_t>(next)] || std::find(needed.begin(), needed.end(), next) != needed.end()) continue;
        needed.push_back(next);
        for (const auto& parts : m_parts)
            for (const int part :
                 {parts[static_cast<std::size_t>(next)].first, parts[static_cast<std::size_t>(next)].second})
                if (part >= 0) open.push_back(part);
    }
    return needed;
}

std::string TokenClosure::named(int id) const {
    return "token " + std::to_string(id) + (has(id) ? " (\"" + text(id) + "\")" : "");
}

void TokenClosure::check(const std::vector<int>& keep, const std::string& pointer) const {
    constexpr const char* kHint = "\"lorashear vocabulary\" writes lists that fit the model.";
    std::vector<bool> kept(m_texts.size());
    for (std::size_t i = 0; i < keep.size(); ++i) {
        const auto at = pointer + "/" + std::to_string(i);
        if (keep[i] < 0 || keep[i] >= rows())
            throw Error(ErrorCode::BadInput, at,
                        std::to_string(keep[i]) + " is no token of this model, which has " + std::to_string(rows()), kHint);
        if (kept[static_cast<std::size_t>(keep[i])])
            throw Error(ErrorCode::BadInput, at, named(keep[i]) + " is there twice");
        kept[static_cast<std::size_t>(keep[i])] = true;
    }
    for (int id = 0; id < rows(); ++id)
        if (m_why[static_cast<std::size_t>(id)] && !kept[static_cast<std::size_t>(id)])
            throw Error(ErrorCode::BadInput, pointer,
                        named(id) + " is missing: it is " + m_why[static_cast<std::size_t>(id)], kHint);
    for (std::size_t i = 0; i < keep.size(); ++i)
        for (const auto& parts : m_parts) {
            const auto [left, right] = parts[static_cast<std::size_t>(keep[i])];
            for (const int part : {left, right})
                if (part >= 0 && !kept[static_cast<std::size_t>(part)])
                    throw Error(ErrorCode::BadInput, pointer + "/" + std::to_string(i),
                                named(keep[i]) + " is made from " + named(left) + " and " + named(right) + ", of which " +
                                    std::to_string(part) + " is not kept, so that no text would give it any more",
                                kHint);
        }
}

}  // namespace lorashear
