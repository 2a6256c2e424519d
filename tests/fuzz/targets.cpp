#include "tests/fuzz/targets.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace lorashear::fuzz {

std::span<const Target> targets() {
    static constexpr std::array<Target, 12> kTargets{{{"safetensors", readSafetensors},
                                                      {"gguf", readGguf},
                                                      {"json", readJson},
                                                      {"config", readConfig},
                                                      {"tokenizer", readTokenizer},
                                                      {"sentencepiece", readSentencePiece},
                                                      {"jinja", readTemplate},
                                                      {"recipe", readRecipe},
                                                      {"edits", readEdits},
                                                      {"event_log", readEventLog},
                                                      {"adapter", readAdapterFolder},
                                                      {"run_folder", readRunFolder}}};
    return kTargets;
}

const Target* targetNamed(std::string_view name) {
    for (const Target& target : targets())
        if (name == target.name) return &target;
    return nullptr;
}

void defect(const std::string& what) {
    std::fprintf(stderr, "%s\n", what.c_str());
    std::abort();
}

}  // namespace lorashear::fuzz
