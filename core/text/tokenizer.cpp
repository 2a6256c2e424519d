#include "core/text/tokenizer.h"

#include "core/base/error.h"
#include "core/io/gguf.h"
#include "core/text/gguf_tokenizer.h"
#include "core/text/json_tokenizer.h"
#include "core/text/same_vocabulary.h"
#include "core/text/sentencepiece_tokenizer.h"
#include "core/text/slow_tokenizer_files.h"
#include "core/text/special_tokens.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lorashear {

namespace {

std::unique_ptr<Tokenizer> ifReadable(std::unique_ptr<Tokenizer> (*open)(const std::filesystem::path&),
                                      const std::filesystem::path& folder, ErrorCode tolerated) {
    try {
        return open(folder);
    } catch (const Error& error) {
        if (error.code() != tolerated) throw;
        return nullptr;
    }
}

}  // namespace

std::unique_ptr<Tokenizer> Tokenizer::open(const std::filesystem::path& folder) {
    if (const auto file = ggufFileAt(folder); !file.empty()) return openGgufTokenizer(file);
    std::error_code ignored;
    const bool hasJson = std::filesystem::exists(folder / "tokenizer.json", ignored);
    const bool hasModel = std::filesystem::exists(folder / "tokenizer.model", ignored);
    if (hasJson && !hasModel) return openJsonTokenizer(folder);
    if (hasModel && !hasJson) return openSentencePieceTokenizer(folder);
    if (!hasJson && hasSlowTokenizer(folder))
        return makeJsonTokenizer(slowTokenizerAsJson(folder), SpecialTokens::read(folder), folder / "vocab.json");
    if (!hasJson)
        throw Error(
            ErrorCode::BadInput, folder.string(),
            "has neither tokenizer.json nor tokenizer.model (nor vocab.json with merges.txt)",
            "copy the tokenizer's files of the original model into this folder; where the original has none of these either, make a "
            "tokenizer.json once in Python: AutoTokenizer.from_pretrained(folder).save_pretrained(folder)");

    // Both: the library that the model was trained with decides, unless the JSON knows tokens that it does not (chat
    // tokens added later) or tokenizer.model is something else (Llama 3 uses the name for another format).
    auto model = ifReadable(openTrainedSentencePiece, folder, ErrorCode::BadInput);
    if (!model) return openJsonTokenizer(folder);
    auto fromJson = ifReadable(openJsonTokenizer, folder, ErrorCode::Unsupported);
    if (!fromJson) return openSentencePieceTokenizer(folder);
    return sameVocabulary(*fromJson, *model) ? std::move(model) : std::move(fromJson);
}

bool sameVocabulary(const Tokenizer& a, const Tokenizer& b) {
    if (a.vocabularySize() != b.vocabularySize()) return false;
    for (int id = 0; id < a.vocabularySize(); ++id)
        if (a.token(id) != b.token(id)) return false;
    return true;
}

std::vector<int> promptIds(const Tokenizer& tokenizer, std::string_view text) {
    auto ids = tokenizer.encode(text);
    if (tokenizer.bosId() >= 0 && (tokenizer.addsBos() || ids.empty())) ids.insert(ids.begin(), tokenizer.bosId());
    return ids;
}

std::vector<int> endIds(const Tokenizer& tokenizer, const std::vector<int>& ofModel) {
    auto ids = tokenizer.eosIds();
    ids.insert(ids.end(), ofModel.begin(), ofModel.end());
    ids.push_back(tokenizer.bosId());
    std::erase_if(ids, [](int id) { return id < 0; });
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

}  // namespace lorashear
