#include "core/text/gguf_tokenizer.h"

#include "core/base/error.h"
#include "core/io/gguf.h"
#include "core/text/bpe_merges.h"
#include "core/text/gguf_pre_tokenizers.h"
#include "core/text/json_tokenizer.h"
#include "core/text/special_tokens.h"
#include "core/text/utf8.h"
#include "core/text/word_mark.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <unordered_map>

// GGUF stores a tokenizer as lists: tokens, their types, and either merges (gpt2) or scores (llama). Both are byte pair encoding. With scores, any
// two neighbours whose text together is a token may merge, the best score first; so the merges are all ways to cut a token into two tokens, in
// the order of the whole token's score, which is also how the SentencePiece models among Hugging Face's tokenizer.json files were made.

namespace lorashear {

using nlohmann::json;
using namespace ggufTokenTypes;

namespace {

/// The lists of the block, checked against each other.
class Block {
public:
    explicit Block(const GgufFile& source) : file(source) {
        const auto* texts = file.texts(key("tokens"));
        if (!texts || texts->empty()) file.refuse("key \"" + key("tokens") + "\"", texts ? "is empty" : "is missing");
        tokens = texts;
        types = file.integers(key("token_type")).value_or(std::vector<std::int64_t>(tokens->size(), kNormal));
        if (types.size() != tokens->size())
            file.refuse("key \"" + key("token_type") + "\"", "lists " + std::to_string(types.size()) + " types for " +
                                                                 std::to_string(tokens->size()) + " tokens");
        for (std::size_t i = 0; i < tokens->size(); ++i)
            ids.emplace((*tokens)[i], static_cast<int>(i));  // of the same text twice the first counts
    }

    static std::string key(const std::string& name) { return "tokenizer.ggml." + name; }
    /// The token a key names; nothing when the key is absent or no token (converters write 2^32-1 for "none").
    int special(const char* name) const {
        const auto id = file.integer(key(name));
        return id && *id >= 0 && *id < static_cast<std::int64_t>(tokens->size()) ? static_cast<int>(*id) : -1;
    }
    std::string text(int id) const { return id < 0 ? std::string() : std::string((*tokens)[static_cast<std::size_t>(id)]); }

    const GgufFile& file;
    const std::vector<std::string_view>* tokens = nullptr;
    std::vector<std::int64_t> types;
    std::unordered_map<std::string_view, int> ids;
};

json vocabularyJson(const Block& block) {
    json vocabulary = json::object();
    for (const auto& [text, id] : block.ids)
        if (!text.empty())
            vocabulary[std::string(text)] = static_cast<unsigned>(id);  // what readers of the file want: no sign
    return vocabulary;
}

json addedTokens(const Block& block) {
    json added = json::array();
    for (std::size_t i = 0; i < block.tokens->size(); ++i) {
        const std::int64_t type = block.types[i];
        if ((type != kControl && type != kUnknown && type != kUserDefined) || (*block.tokens)[i].empty()) continue;
        added.push_back({{"id", i},
                         {"content", std::string((*block.tokens)[i])},
                         {"single_word", false},
                         {"lstrip", false},
                         {"rstrip", false},
                         {"normalized", false},
                         {"special", type != kUserDefined}});
    }
    return added;
}

json mergesFromScores(const Block& block) {
    const auto scores = block.file.numbers(Block::key("scores"));
    if (!scores || scores->size() != block.tokens->size())
        block.file.refuse("key \"" + Block::key("scores") + "\"",
                          scores ? "does not hold one score for each token" : "is missing");
    std::vector<ScoredPiece> pieces;
    for (std::size_t i = 0; i < block.tokens->size(); ++i) {
        const bool mergeable = block.types[i] == kNormal || block.types[i] == kUserDefined || block.types[i] == kUnused;
        pieces.push_back({(*block.tokens)[i], (*scores)[i], mergeable});
    }
    json result = json::array();
    for (const auto& [left, right] : mergesByScore(pieces)) result.push_back({block.text(left), block.text(right)});
    return result;
}

/// SentencePiece's way with spaces, spelled in tokenizer.json's steps.
json sentencePieceJson(const Block& block) {
    const bool prefix = block.file.flag(Block::key("add_space_prefix")).value_or(true);
    const int unknown = block.special("unknown_token_id");
    const bool bytes = std::find(block.types.begin(), block.types.end(), kByte) != block.types.end();
    json normalizers = json::array();
    if (prefix) normalizers.push_back({{"type", "Prepend"}, {"prepend", kWordMark}});
    normalizers.push_back({{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", kWordMark}});
    json decoders = {{{"type", "Replace"}, {"pattern", {{"String", kWordMark}}}, {"content", " "}},
                     {{"type", "ByteFallback"}},
                     {{"type", "Fuse"}}};
    if (prefix) decoders.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1u}, {"stop", 0u}});
    return {{"normalizer", {{"type", "Sequence"}, {"normalizers", normalizers}}},
            {"pre_tokenizer", nullptr},
            {"decoder", {{"type", "Sequence"}, {"decoders", decoders}}},
            {"model",
             {{"type", "BPE"},
              {"dropout", nullptr},
              {"unk_token", unknown < 0 ? json(nullptr) : json(block.text(unknown))},
              {"fuse_unk", true},
              {"byte_fallback", bytes},
              {"ignore_merges", false},
              {"vocab", vocabularyJson(block)},
              {"merges", mergesFromScores(block)}}}};
}

const GgufPreTokenizer& preTokenizerOf(const Block& block) {
    const std::string name = block.file.text(Block::key("pre")).value_or("default");
    if (const auto* known = ggufPreTokenizer(name)) return *known;
    throw Error(ErrorCode::Unsupported, block.file.subject(),
                "key \"" + Block::key("pre") + "\" names the pre-tokenizer \"" + repairUtf8(name.substr(0, 40)) +
                    "\", which is not known here",
                "Known: " + ggufPreTokenizerNames() + ".");
}

json byteLevelJson(const Block& block) {
    const GgufPreTokenizer& kind = preTokenizerOf(block);
    const auto* given = block.file.texts(Block::key("merges"));
    if (!given) block.file.refuse("key \"" + Block::key("merges") + "\"", "is missing");
    json merges = json::array();
    for (const std::string_view merge : *given) merges.push_back(std::string(merge));
    return {{"normalizer", nullptr},
            {"pre_tokenizer", preTokenizerJson(kind, block.file.flag(Block::key("add_space_prefix")).value_or(false))},
            {"decoder", {{"type", "ByteLevel"}, {"add_prefix_space", true}, {"trim_offsets", true}, {"use_regex", true}}},
            {"model",
             {{"type", "BPE"},
              {"dropout", nullptr},
              {"unk_token", nullptr},
              {"continuing_subword_prefix", nullptr},
              {"end_of_word_suffix", nullptr},
              {"fuse_unk", false},
              {"byte_fallback", false},
              {"ignore_merges", kind.ignoreMerges},
              {"vocab", vocabularyJson(block)},
              {"merges", merges}}}};
}

struct GgufTokenizerKind {
    std::string_view model;
    json (*make)(const Block&);
    int bos, eos, unknown;  ///< what llama.cpp assumes where the file does not say; -1: none
};
constexpr std::array<GgufTokenizerKind, 2> kGgufTokenizerKinds{{
    {"llama", sentencePieceJson, 1, 2, 0},
    {"gpt2", byteLevelJson, -1, -1, -1},
}};

const GgufTokenizerKind& kindOf(const GgufFile& file) {
    const std::string model = file.text(Block::key("model")).value_or("");
    if (model.empty()) file.refuse("key \"" + Block::key("model") + "\"", "is missing");
    for (const GgufTokenizerKind& kind : kGgufTokenizerKinds)
        if (kind.model == model) return kind;
    throw Error(ErrorCode::Unsupported, file.subject(),
                "has a tokenizer of kind \"" + repairUtf8(model.substr(0, 40)) + "\", which is not read here",
                "Read are \"llama\" (SentencePiece-style) and \"gpt2\" (byte-level).");
}

bool addsBos(const Block& block) {
    if (const auto said = block.file.flag(Block::key("add_bos_token"))) return *said;
    if (kindOf(block.file).make == sentencePieceJson) return true;
    return preTokenizerOf(block).addsBos;
}

int specialOr(const Block& block, const char* name, int otherwise) {
    return block.file.has(Block::key(name)) || otherwise >= static_cast<int>(block.tokens->size()) ? block.special(name)
                                                                                                   : otherwise;
}

SpecialTokens specialTokens(const Block& block) {
    const GgufTokenizerKind& kind = kindOf(block.file);
    SpecialTokens special;
    if (const int bos = specialOr(block, "bos_token_id", kind.bos); bos >= 0) special.bosId = bos;
    if (const int eos = specialOr(block, "eos_token_id", kind.eos); eos >= 0) special.eosIds.push_back(eos);
    if (const int turn = block.special("eot_token_id"); turn >= 0 && special.eosIds != std::vector<int>{turn})
        special.eosIds.push_back(turn);
    special.unknown = block.text(specialOr(block, "unknown_token_id", kind.unknown));
    special.addBos = addsBos(block);
    return special;
}

json tokenizerJson(const Block& block) {
    json root = {{"version", "1.0"},
                 {"truncation", nullptr},
                 {"padding", nullptr},
                 {"added_tokens", addedTokens(block)},
                 {"post_processor", nullptr}};
    root.update(kindOf(block.file).make(block));
    const SpecialTokens special = specialTokens(block);
    if (!special.bosId || !special.addBos.value_or(false)) return root;
    const std::string bos = block.text(*special.bosId);
    root["post_processor"] = {
        {"type", "TemplateProcessing"},
        {"single", {{{"SpecialToken", {{"id", bos}, {"type_id", 0}}}}, {{"Sequence", {{"id", "A"}, {"type_id", 0}}}}}},
        {"pair",
         {{{"SpecialToken", {{"id", bos}, {"type_id", 0}}}},
          {{"Sequence", {{"id", "A"}, {"type_id", 0}}}},
          {{"Sequence", {{"id", "B"}, {"type_id", 1}}}}}},
        {"special_tokens", {{bos, {{"id", bos}, {"ids", {static_cast<unsigned>(*special.bosId)}}, {"tokens", {bos}}}}}}};
    return root;
}

json tokenizerConfigJson(const Block& block) {
    const SpecialTokens special = specialTokens(block);
    json config = {{"tokenizer_class", "PreTrainedTokenizerFast"},
                   {"clean_up_tokenization_spaces", false},
                   {"add_bos_token", special.addBos.value_or(false)},
                   {"add_eos_token", false}};
    const auto name = [&](const char* role, const std::string& text) {
        if (!text.empty()) config[role] = text;
    };
    name("bos_token", special.bosId ? block.text(*special.bosId) : "");
    name("eos_token", special.eosIds.empty() ? "" : block.text(special.eosIds.front()));
    name("unk_token", special.unknown);
    name("pad_token", block.text(block.special("padding_token_id")));
    const std::string chat = "tokenizer.chat_template", usual = block.file.text(chat).value_or("");
    const auto* others = block.file.texts(chat + "s");
    name("chat_template", usual);
    if (!others || others->empty()) return config;
    json list = json::array();
    if (!usual.empty()) list.push_back({{"name", "default"}, {"template", usual}});
    for (const std::string_view other : *others)
        if (const auto source = block.file.text(chat + "." + std::string(other)))
            list.push_back({{"name", std::string(other)}, {"template", *source}});
    config["chat_template"] = list;
    return config;
}

}  // namespace

json tokenizerJsonOf(const GgufFile& file) {
    return tokenizerJson(Block(file));
}

std::unique_ptr<Tokenizer> openGgufTokenizer(const std::filesystem::path& path) {
    const auto file = GgufFile::open(path);
    const Block block(*file);
    return makeJsonTokenizer(tokenizerJson(block), specialTokens(block), path);
}

json ggufTokenizerConfig(const std::filesystem::path& path) {
    const auto file = GgufFile::open(path);
    return tokenizerConfigJson(Block(*file));
}

std::map<std::string, std::string> ggufCompanions(const std::filesystem::path& path) {
    const auto file = GgufFile::open(path);
    const Block block(*file);
    const auto text = [](const json& value) { return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n"; };
    return {{"tokenizer.json", text(tokenizerJson(block))}, {"tokenizer_config.json", text(tokenizerConfigJson(block))}};
}

}  // namespace lorashear
