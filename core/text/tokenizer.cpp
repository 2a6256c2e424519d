#include "core/text/tokenizer.h"

#include "core/base/error.h"
#include "core/text/sentencepiece_tokenizer.h"

namespace lorashear {

std::unique_ptr<Tokenizer> Tokenizer::open(const std::filesystem::path& folder) {
    std::error_code ignored;
    if (std::filesystem::exists(folder / "tokenizer.model", ignored)) return openSentencePieceTokenizer(folder);
    throw Error(ErrorCode::BadInput, folder.string(), "has neither tokenizer.json nor tokenizer.model",
                "copy the tokenizer's files of the original model into this folder");
}

}  // namespace lorashear
