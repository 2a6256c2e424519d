#include "core/text/gguf_tokenizer_block.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_writer.h"
#include "core/io/strict_json.h"
#include "core/text/bpe_merges.h"
#include "core/text/chat_template.h"
#include "core/text/gguf_pre_tokenizers.h"
#include "core/text/gguf_tokenizer.h"
#include "core/text/token_renumbering.h"
#include "core/text/tokenizer.h"
#include "core/text/word_mark.h"

#include <sentencepiece_processor.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;
using namespace ggufTokenTypes;

namespace {

struct Vocabulary {
    std::vector<std::string> tokens;
    std::vector<std::int32_t> types;
    std::vector<float> scores;
};

[[noreturn]] void unsupported(const fs::path& folder, const std::string& what) {
    throw Error(ErrorCode::Unsupported, folder.string(), "has a tokenizer that GGUF cannot represent: " + what,
                "Export a Hugging Face folder instead.");
}

bool isByteToken(const std::string& token) {
    return token.size() == 6 && token.starts_with("<0x") && token.back() == '>';
}

std::optional<json> readJson(const fs::path& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return {};
    return parseStrictJson(readFile(path), path.string());
}

/// Tokens and types of tokenizer.json: vocabulary and added tokens; ids that nothing has are unused.
Vocabulary vocabularyOf(const fs::path& folder, const json& root, int size) {
    Vocabulary all;
    all.tokens.resize(static_cast<std::size_t>(size));
    all.types.assign(all.tokens.size(), kUnused);
    const auto put = [&](std::uint64_t id, const std::string& token, std::int32_t type) {
        if (id >= all.tokens.size())
            unsupported(folder, "token \"" + token + "\" has the id " + std::to_string(id) + ", the model knows " +
                                    std::to_string(size));
        all.tokens[static_cast<std::size_t>(id)] = token;
        all.types[static_cast<std::size_t>(id)] = type;
    };
    const bool bytes = root.at("model").value("byte_fallback", false);
    for (const auto& [token, id] : root.at("model").at("vocab").items())
        put(id.get<std::uint64_t>(), token, bytes && isByteToken(token) ? kByte : kNormal);
    const auto unknown = root.at("model").find("unk_token");
    for (const json& added : root.value("added_tokens", json::array())) {
        const auto content = added.at("content").get<std::string>();
        const bool isUnknown = unknown != root.at("model").end() && *unknown == content;
        put(added.at("id").get<std::uint64_t>(), content,
            isUnknown                       ? kUnknown
            : added.value("special", false) ? kControl
                                            : kUserDefined);
    }
    for (std::size_t id = 0; id < all.tokens.size(); ++id)
        if (all.types[id] == kUnused && all.tokens[id].empty()) all.tokens[id] = "[PAD" + std::to_string(id) + "]";
    return all;
}

/// The better a token's score the earlier llama.cpp makes it; here, the earlier its first merge stands in the list.
void scoresFromMerges(Vocabulary& all, const json& merges) {
    std::unordered_map<std::string, float> rank;
    for (const json& merge : merges) {
        const auto [left, right] = bpeMergeOf(merge).value_or(std::pair<std::string, std::string>());
        rank.emplace(left + right, -static_cast<float>(rank.size()));
    }
    all.scores.assign(all.tokens.size(), 0.0f);
    for (std::size_t id = 0; id < all.tokens.size(); ++id)
        if (const auto found = rank.find(all.tokens[id]); found != rank.end())
            all.scores[id] = found->second;
        else if (all.types[id] == kNormal)
            all.scores[id] = -static_cast<float>(rank.size());
}

/// tokenizer.model knows scores and types exactly. Pieces of a unigram model have fractions; llama.cpp would merge them wrongly.
Vocabulary piecesOf(const fs::path& folder, int size) {
    sentencepiece::SentencePieceProcessor model;
    if (!model.LoadFromSerializedProto(readFile(folder / "tokenizer.model")).ok()) return {};
    if (model.GetPieceSize() > size) unsupported(folder, "it has more tokens than the model");
    Vocabulary all;
    for (int id = 0; id < size; ++id) {
        const bool known = id < model.GetPieceSize();
        const std::int32_t type = !known                ? kUnused
                                  : model.IsUnknown(id) ? kUnknown
                                  : model.IsControl(id) ? kControl
                                  : model.IsByte(id)    ? kByte
                                  : model.IsUnused(id)  ? kUnused
                                                        : kNormal;
        all.tokens.push_back(known ? model.IdToPiece(id) : "[PAD" + std::to_string(id) + "]");
        all.scores.push_back(known ? model.GetScore(id) : -1e4f);
        all.types.push_back(type);
        if (type == kNormal && all.scores.back() != std::round(all.scores.back()))
            unsupported(folder, "tokenizer.model is a unigram model");
    }
    return all;
}

/// As the official converter has it: the default one by itself, the others behind their names and a list of these.
void writeChatTemplates(GgufWriter& writer, const NamedTemplates& templates) {
    const std::string key = "tokenizer.chat_template";
    std::vector<std::string> others;
    for (const auto& [name, source] : templates) {
        const bool isDefault = name == "default";
        if (!isDefault) others.push_back(name);
        writer.text(isDefault ? key : key + "." + name, source);
    }
    if (!others.empty()) writer.texts("tokenizer.chat_templates", others);
}

void writeSpecialTokens(GgufWriter& writer, const fs::path& folder, const Tokenizer& tokenizer) {
    const auto id = [&](const char* key, int number) {
        if (number >= 0) writer.integer(std::string("tokenizer.ggml.") + key, static_cast<std::uint32_t>(number));
    };
    const auto ends = tokenizer.eosIds();
    id("bos_token_id", tokenizer.bosId());
    id("eos_token_id", ends.empty() ? -1 : ends.front());
    id("eot_token_id", ends.size() < 2 ? -1 : ends[1]);
    id("unknown_token_id", tokenizer.unknownId());
    const json config = readJson(folder / "tokenizer_config.json").value_or(json::object());
    const auto pad = config.find("pad_token");
    if (pad != config.end())
        id("padding_token_id", tokenizer.idOf(pad->is_string()   ? pad->get<std::string>()
                                              : pad->is_object() ? pad->value("content", "")
                                                                 : ""));
    writer.flag("tokenizer.ggml.add_bos_token", tokenizer.bosId() >= 0 && tokenizer.addsBos());
    writer.flag("tokenizer.ggml.add_eos_token", false);
    writeChatTemplates(writer, chatTemplatesOf(folder));
}

void writeByteLevel(GgufWriter& writer, const fs::path& folder, const json& root, const GgufPreTokenizer& kind, int size) {
    const auto normalizer = root.find("normalizer");
    const bool composes = normalizer != root.end() && normalizer->is_object() &&
                          normalizer->value("type", "") == "NFC";  // llama.cpp leaves this out for qwen2
    if (normalizer != root.end() && !normalizer->is_null() && !composes) unsupported(folder, "its normalizer");
    const Vocabulary all = vocabularyOf(folder, root, size);
    std::vector<std::string> merges;
    for (const json& merge : root.at("model").at("merges")) {
        const auto [left, right] = bpeMergeOf(merge).value_or(std::pair<std::string, std::string>());
        merges.push_back(left + " " + right);
    }
    writer.text("tokenizer.ggml.model", "gpt2");
    writer.text("tokenizer.ggml.pre", kind.names.front());
    writer.texts("tokenizer.ggml.tokens", all.tokens);
    writer.integers("tokenizer.ggml.token_type", all.types);
    writer.texts("tokenizer.ggml.merges", merges);
}

void writePieces(GgufWriter& writer, const fs::path& folder, const std::optional<json>& root, const Tokenizer& tokenizer,
                 int size) {
    std::error_code ignored;
    Vocabulary all;
    if (fs::exists(folder / "tokenizer.model", ignored)) all = piecesOf(folder, size);
    if (root) {  // chat tokens added later stand in tokenizer.json only
        Vocabulary fromJson = vocabularyOf(folder, *root, size);
        if (all.tokens.empty()) {
            scoresFromMerges(fromJson, root->at("model").at("merges"));
            all = std::move(fromJson);
        } else {
            for (std::size_t id = 0; id < all.tokens.size(); ++id)
                if (all.types[id] == kUnused) all.tokens[id] = fromJson.tokens[id], all.types[id] = fromJson.types[id];
        }
    }
    if (all.tokens.empty()) unsupported(folder, "tokenizer.model is not SentencePiece's");
    const auto first = tokenizer.encode("a");
    writer.text("tokenizer.ggml.model", "llama");
    writer.text("tokenizer.ggml.pre", "default");
    writer.texts("tokenizer.ggml.tokens", all.tokens);
    writer.numbers("tokenizer.ggml.scores", all.scores);
    writer.integers("tokenizer.ggml.token_type", all.types);
    writer.flag("tokenizer.ggml.add_space_prefix", !first.empty() && tokenizer.token(first.front()).starts_with(kWordMark));
}

void writeFromFolder(GgufWriter& writer, const fs::path& folder, int size) {
    const auto tokenizer = Tokenizer::open(folder);
    const auto root = readJson(folder / "tokenizer.json");
    try {
        const bool pieces = !root || root->at("model").value("byte_fallback", false);
        if (pieces) {
            writePieces(writer, folder, root, *tokenizer, size);
        } else {
            const auto* kind =
                root->contains("pre_tokenizer")
                    ? ggufPreTokenizerFor(root->at("pre_tokenizer"), root->at("model").value("ignore_merges", false))
                    : nullptr;
            if (!kind) unsupported(folder, "llama.cpp has no name for its pre-tokenizer");
            writeByteLevel(writer, folder, *root, *kind, size);
        }
    } catch (const json::exception&) {
        unsupported(folder, "its tokenizer.json is not of the kind BPE");
    }
    writeSpecialTokens(writer, folder, *tokenizer);
}

}  // namespace

namespace {

/// Copies one list with an entry a token.
class KeptEntries {
public:
    KeptEntries(const GgufFile& file, const TokenRenumbering& ids) : m_file(file), m_ids(ids) {}

    template <typename Value, typename Source>
    std::vector<Value> of(const std::string& key, const Source& all) const {
        std::vector<Value> kept;
        for (const int id : m_ids.kept()) {
            if (static_cast<std::size_t>(id) >= all.size())
                m_file.refuse("key \"" + key + "\"", "has no entry for token " + std::to_string(id));
            kept.push_back(static_cast<Value>(all[static_cast<std::size_t>(id)]));
        }
        return kept;
    }

private:
    const GgufFile& m_file;
    const TokenRenumbering& m_ids;
};

std::vector<std::string> keptMerges(const std::vector<std::string_view>& merges, const std::vector<std::string>& tokens) {
    const std::unordered_set<std::string_view> kept(tokens.begin(), tokens.end());
    std::vector<std::string> result;
    for (const std::string_view merge : merges) {
        const std::size_t space = merge.find(' ', 1);  // as llama.cpp cuts them
        if (space == std::string_view::npos) continue;
        const std::string_view left = merge.substr(0, space), right = merge.substr(space + 1);
        if (kept.contains(left) && kept.contains(right) && kept.contains(std::string(left) + std::string(right)))
            result.emplace_back(merge);
    }
    return result;
}

}  // namespace

void writeTrimmedTokenizerBlock(GgufWriter& writer, const fs::path& gguf, const TokenRenumbering& ids) {
    const auto file = GgufFile::open(gguf);
    const KeptEntries kept(*file, ids);
    const std::string prefix = "tokenizer.ggml.";
    const auto* texts = file->texts(prefix + "tokens");
    if (!texts) file->refuse("key \"" + prefix + "tokens\"", "is missing");
    const auto tokens = kept.of<std::string>(prefix + "tokens", *texts);
    for (const auto& [key, value] : file->values()) {
        if (!key.starts_with("tokenizer.") || key == "tokenizer.huggingface.json") continue;
        const bool number = value.type != GgufType::Array && value.type != GgufType::String;
        if (key == prefix + "tokens")
            writer.texts(key, tokens);
        else if (key == prefix + "token_type")
            writer.integers(key, kept.of<std::int32_t>(key, *file->integers(key)));
        else if (key == prefix + "scores")
            writer.numbers(key, kept.of<float>(key, *file->numbers(key)));
        else if (key == prefix + "merges")
            writer.texts(key, keptMerges(*file->texts(key), tokens));
        else if (const int now = number && key.ends_with("_id") ? ids.of(*file->integer(key)) : -1; now >= 0)
            writer.integer(key, static_cast<std::uint32_t>(now));
        else
            writer.copy(key, value);  // "none" is written as a number that no token has
    }
}

void writeTokenizerBlock(GgufWriter& writer, const fs::path& source, int vocabulary) {
    const fs::path gguf = ggufFileAt(source);
    if (gguf.empty()) return writeFromFolder(writer, source, vocabulary);
    const auto file = GgufFile::open(gguf);
    for (const auto& [key, value] : file->values())
        if (key.starts_with("tokenizer.")) writer.copy(key, value);
}

}  // namespace lorashear
