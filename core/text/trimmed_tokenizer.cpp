#include "core/text/trimmed_tokenizer.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/companion_files.h"
#include "core/io/gguf_origin.h"
#include "core/io/gguf_writer.h"
#include "core/io/pending_folder.h"
#include "core/io/strict_json.h"
#include "core/text/bpe_merges.h"
#include "core/text/gguf_tokenizer_block.h"
#include "core/text/sentencepiece_file.h"
#include "core/text/slow_tokenizer_files.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <unordered_set>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// A folder's files and what becomes of their tokens.
class Rewriting {
public:
    explicit Rewriting(const TokenRenumbering& ids) : m_ids(ids) {}

    /// The new content; nothing: the file stays behind.
    using Maker = std::optional<std::string> (Rewriting::*)(const std::string& content, const fs::path& file);

    std::optional<std::string> tokenizerJson(const std::string& content, const fs::path& file) {
        json root = parsed(content, file);
        json& model = root["model"];
        if (!model.is_object()) refuse(file, "has no model");
        if (model.value("type", "BPE") == "Unigram") {
            renumberPieces(model);
        } else {
            std::unordered_set<std::string> kept;
            model["vocab"] = renumbered(model["vocab"], kept);
            model["merges"] = keptMerges(model["merges"], kept);
        }
        if (const auto added = root.find("added_tokens"); added != root.end() && added->is_array()) {
            json after = json::array();
            for (json token : *added) {
                const auto known = model["vocab"].is_object() ? model["vocab"].find(token.at("content").get<std::string>())
                                                              : model["vocab"].end();
                const bool inVocabulary = model["vocab"].is_object() && known != model["vocab"].end();
                const int id = inVocabulary ? known->get<int>() : m_ids.of(token.at("id").get<std::int64_t>());
                if (id < 0) continue;
                token["id"] = static_cast<unsigned>(id);
                after.push_back(std::move(token));
            }
            *added = std::move(after);
        }
        changeTemplateTokenIds(root, change());
        return written(root);
    }

    std::optional<std::string> sentencePieces(const std::string& content, const fs::path&) {
        const auto file = SentencePieceFile::parse(content);
        if (!file) return {};
        return file->trimmed(m_ids);
    }

    std::optional<std::string> vocabularyJson(const std::string& content, const fs::path& file) {
        std::unordered_set<std::string> kept;
        return written(renumbered(parsed(content, file), kept));
    }

    /// Lines "a b" behind a comment; the tokens are vocab.json's, or where there is none tokenizer.json's.
    std::optional<std::string> mergesText(const std::string& content, const fs::path& file) {
        std::unordered_set<std::string> kept;
        std::error_code ignored;
        const fs::path vocabulary = file.parent_path() / "vocab.json", whole = file.parent_path() / "tokenizer.json";
        if (fs::exists(vocabulary, ignored))
            renumbered(parsed(readFile(vocabulary), vocabulary), kept);
        else if (fs::exists(whole, ignored))
            renumbered(parsed(readFile(whole), whole).at("model").at("vocab"), kept);
        else
            refuse(file, "stands there without the vocab.json that its merges belong to");
        std::string result;
        for (std::size_t at = 0; at < content.size();) {
            const std::size_t end = std::min(content.find('\n', at), content.size());
            std::string line = content.substr(at, end - at);
            if (line.ends_with('\r')) line.pop_back();
            const auto merge = bpeMergeOf(line);
            if (!merge || line.starts_with("#version") || keeps(*merge, kept)) result += line + "\n";
            at = end + 1;
        }
        return result;
    }

    std::optional<std::string> tokenizerConfig(const std::string& content, const fs::path& file) {
        json config = parsed(content, file);
        if (const auto tokens = config.find("added_tokens_decoder"); tokens != config.end() && tokens->is_object()) {
            json after = json::object();
            for (const auto& [id, token] : tokens->items())
                if (const int now = m_ids.of(std::strtoll(id.c_str(), nullptr, 10)); now >= 0)
                    after[std::to_string(now)] = token;
            *tokens = std::move(after);
        }
        changeConfigTokenIds(config, change());
        return written(config);
    }

    std::optional<std::string> generationConfig(const std::string& content, const fs::path& file) {
        json config = parsed(content, file);
        changeConfigTokenIds(config, change());
        return written(config);
    }

    std::optional<std::string> unknownKind(const std::string&, const fs::path& file) {
        throw Error(ErrorCode::Unsupported, file.string(), "holds a vocabulary in a form that cannot be rewritten",
                    "If tokenizer.json says the same, move this file away and try again.");
    }

private:
    [[noreturn]] static void refuse(const fs::path& file, const std::string& what) {
        throw Error(ErrorCode::BadInput, file.string(), what);
    }
    static json parsed(const std::string& content, const fs::path& file) { return parseStrictJson(content, file.string()); }
    static std::string written(const json& value) { return value.dump(2, ' ', false) + "\n"; }
    TokenIdChange change() const {
        return [this](std::int64_t id) { return m_ids.of(id); };
    }

    /// {token: id}; kept: the tokens that are left.
    json renumbered(const json& vocabulary, std::unordered_set<std::string>& kept) const {
        json after = json::object();
        for (const auto& [token, id] : vocabulary.items())
            if (const int now = m_ids.of(id.get<std::int64_t>()); now >= 0) {
                after[token] = static_cast<unsigned>(now);
                kept.insert(token);
            }
        return after;
    }

    static bool keeps(const std::pair<std::string, std::string>& merge, const std::unordered_set<std::string>& kept) {
        return kept.contains(merge.first) && kept.contains(merge.second) && kept.contains(merge.first + merge.second);
    }
    static json keptMerges(const json& merges, const std::unordered_set<std::string>& kept) {
        json after = json::array();
        for (const json& merge : merges)
            if (const auto pair = bpeMergeOf(merge); pair && keeps(*pair, kept)) after.push_back(merge);
        return after;
    }

    void renumberPieces(json& model) const {
        json after = json::array();
        std::int64_t id = 0;
        for (const json& piece : model.at("vocab"))
            if (m_ids.of(id++) >= 0) after.push_back(piece);
        model["vocab"] = std::move(after);
        if (const auto unknown = model.find("unk_id"); unknown != model.end() && unknown->is_number_integer())
            *unknown = static_cast<unsigned>(m_ids.of(unknown->get<std::int64_t>()));
    }

    const TokenRenumbering& m_ids;
};

struct KnownFile {
    std::string_view name;
    Rewriting::Maker make;
};
constexpr std::array<KnownFile, 9> kFiles{{
    {"tokenizer.json", &Rewriting::tokenizerJson},
    {"tokenizer.model", &Rewriting::sentencePieces},
    {"vocab.json", &Rewriting::vocabularyJson},
    {"added_tokens.json", &Rewriting::vocabularyJson},
    {"merges.txt", &Rewriting::mergesText},
    {"tokenizer_config.json", &Rewriting::tokenizerConfig},
    {"generation_config.json", &Rewriting::generationConfig},
    {"vocab.txt", &Rewriting::unknownKind},
    {"vocab.bpe", &Rewriting::unknownKind},
}};

/// Of a kind that holds tokens: kept as it is, it would speak of the ids before.
bool soundsLikeTokens(const std::string& name) {
    return name.starts_with("tokenizer") || name.starts_with("vocab.");
}

void writeBlock(const fs::path& gguf, const TokenRenumbering& ids, const fs::path& folder) {
    GgufWriter writer;
    writeGgufOrigin(writer, gguf);
    writeTrimmedTokenizerBlock(writer, gguf, ids);
    writer.write(folder / "tokenizer.gguf");
}

}  // namespace

bool hasTokenizer(const fs::path& source) {
    std::error_code ignored;
    return !ggufFileAt(source).empty() || fs::exists(source / "tokenizer.json", ignored) ||
           fs::exists(source / "tokenizer.model", ignored) || hasSlowTokenizer(source);
}

void writeTrimmedTokenizer(const fs::path& source, const TokenRenumbering& ids, const fs::path& folder) {
    if (const auto gguf = ggufFileAt(source); !gguf.empty()) return writeBlock(gguf, ids, folder);
    Rewriting rewriting(ids);
    for (const fs::path& file : companionFilesOf(source)) {
        const auto known = std::find_if(kFiles.begin(), kFiles.end(),
                                        [&](const KnownFile& one) { return one.name == file.filename().string(); });
        if (known == kFiles.end()) {
            if (!soundsLikeTokens(file.filename().string())) copyFile(file, folder / file.filename());
            continue;
        }
        try {
            if (const auto content = (rewriting.*known->make)(readFile(file), file))
                writeFile(folder / file.filename(), *content);
        } catch (const json::exception&) {
            throw Error(ErrorCode::BadInput, file.string(), "is not built as a file of this name is");
        }
    }
    std::error_code ignored;
    if (const fs::path config = source / "config.json"; fs::exists(config, ignored))
        writeFile(folder / "config.json", trimmedConfigText(readFile(config), ids));
}

}  // namespace lorashear
