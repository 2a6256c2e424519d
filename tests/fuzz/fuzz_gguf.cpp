// One input through everything that reads GGUF: parser, metadata, tensors, tokenizer. Only an Error may come out of it.
//
// As a program it takes files: build/…/fuzz_gguf FILE…. Compiled with -fsanitize=fuzzer (clang) and FUZZ_WITH_LIBFUZZER it is a libFuzzer target.

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf.h"
#include "core/io/gguf_model.h"
#include "core/text/gguf_tokenizer.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <string>

using namespace lorashear;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    constexpr std::size_t kLargestTensor = 1 << 24;
    try {
        const auto file = GgufFile::parse(std::as_bytes(std::span(data, size)), "input", nullptr);
        const GgufModel model = readGgufModel(*file);
        for (const auto& [name, tensor] : model.tensors)
            if (tensor.bytes() < kLargestTensor) tensor.inMemory();
        tokenizerJsonOf(*file);
    } catch (const Error&) {
        return 0;
    }
    return 0;
}

#ifndef FUZZ_WITH_LIBFUZZER
int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string bytes = readFile(argv[i]);
        LLVMFuzzerTestOneInput(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
        std::printf("%s: %zu bytes, no crash\n", argv[i], bytes.size());
    }
    return argc < 2 ? 2 : 0;
}
#endif
