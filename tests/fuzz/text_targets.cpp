// What needs no LibTorch: weights files, JSON, tokenizers, chat templates.

#include "core/base/error.h"
#include "core/io/gguf.h"
#include "core/io/gguf_model.h"
#include "core/io/safetensors.h"
#include "core/io/strict_json.h"
#include "core/text/chat_template.h"
#include "core/text/gguf_tokenizer.h"
#include "core/text/json_tokenizer.h"
#include "core/text/sentencepiece_file.h"
#include "core/text/special_tokens.h"
#include "core/text/tokenizer.h"
#include "tests/fuzz/parts.h"
#include "tests/fuzz/targets.h"

#include <nlohmann/json.hpp>

namespace lorashear::fuzz {

namespace {

constexpr std::size_t kLargestTensor = 1 << 24;

/// Reads every byte that a tensor says it has.
void touch(const TensorData& tensor) {
    if (tensor.bytes() >= kLargestTensor) return;
    const TensorData data = tensor.inMemory();
    unsigned sum = 0;
    for (std::size_t i = 0; i < data.bytes(); ++i) sum += static_cast<unsigned>(data.data[i]);
    if (sum == 0xffffffff) defect("not to be optimised away");
}

}  // namespace

void readSafetensors(const std::string& bytes) {
    const ScratchFolder folder;
    const auto file = SafetensorsFile::open(written(folder, bytes));
    for (const TensorData& tensor : file->tensors()) touch(tensor);
}

void readGguf(const std::string& bytes) {
    const auto file = GgufFile::parse(std::as_bytes(std::span(bytes)), "input", nullptr);
    const GgufModel model = readGgufModel(*file);
    for (const auto& [name, tensor] : model.tensors) touch(tensor);
    tokenizerJsonOf(*file);
}

void readJson(const std::string& bytes) {
    const auto value = parseStrictJson(bytes, "input");
    const std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (parseStrictJson(text, "input") != value) defect("written JSON is read as something else");
}

void readTokenizer(const std::string& bytes) {
    const auto tokenizer = makeJsonTokenizer(parseStrictJson(bytes, "input"), SpecialTokens{}, "input");
    const auto ids = tokenizer->encode("Once upon a time, 1234 caf\xc3\xa9s \xf0\x9f\x8e\x88\n\n\tdon't <s> </s>");
    tokenizer->decode(ids);
}

void readSentencePiece(const std::string& bytes) {
    const auto file = SentencePieceFile::parse(bytes);
    if (!file) return;
    std::size_t characters = 0;
    for (const auto& piece : file->pieces()) characters += piece.text.size();
    if (characters > bytes.size()) defect("pieces are longer than their file");
}

void readTemplate(const std::string& bytes) {
    const ChatTemplate chat(bytes, "<s>", "</s>", "input");
    const std::vector<ChatMessage> messages{
        {"system", "Be brief."}, {"user", "2 + 2?"}, {"assistant", "4"}, {"user", "Why?"}};
    for (const bool asks : {false, true}) chat.render(messages, asks);
}

}  // namespace lorashear::fuzz
