// How fast tokenizers read: megabytes per second of a text, best of three, on one thread. tokens.py compares with Hugging Face's.

#include "core/io/atomic_file.h"
#include "core/text/json_tokenizer.h"

#include <chrono>
#include <cstdio>

int main(int count, char** words) {
    if (count < 3) {
        std::fprintf(stderr, "usage: lorashear-bench-tokens FOLDER TEXT...   (FOLDER holds tokenizer.json)\n");
        return 2;
    }
    const auto seconds = [](auto&& body) {
        const auto begin = std::chrono::steady_clock::now();
        body();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    std::unique_ptr<lorashear::Tokenizer> tokenizer;
    const double open = seconds([&] { tokenizer = lorashear::openJsonTokenizer(words[1]); });
    for (int i = 2; i < count; ++i) {
        const std::string text = lorashear::readFile(words[i]);
        std::vector<int> ids;
        double encode = 1e9, decode = 1e9;
        for (int repeat = 0; repeat < 3; ++repeat)
            encode = std::min(encode, seconds([&] { ids = tokenizer->encode(text); }));
        for (int repeat = 0; repeat < 3; ++repeat) decode = std::min(decode, seconds([&] { tokenizer->decode(ids); }));
        const double megabytes = static_cast<double>(text.size()) / 1e6;
        std::printf("%.4f %.4f %.4f %zu\n", open, megabytes / encode, megabytes / decode, ids.size());
    }
    return 0;
}
