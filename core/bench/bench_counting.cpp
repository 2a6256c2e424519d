#include "core/bench/bench_counting.h"

#include "core/text/same_vocabulary.h"
#include "core/text/tokenizer.h"

#include <algorithm>

namespace lorashear {

std::string countingModel(const BenchSpec& spec) {
    std::vector<std::string> paths;
    if (!spec.countBy.empty()) paths.push_back(spec.countBy);
    for (const BenchModel& model : spec.models) paths.push_back(model.path);
    std::vector<std::unique_ptr<Tokenizer>> tokenizers;
    tokenizers.reserve(paths.size());
    for (const std::string& path : paths) tokenizers.push_back(Tokenizer::open(path));
    const bool differ = std::any_of(tokenizers.begin(), tokenizers.end(),
                                    [&](const auto& one) { return !sameVocabulary(*one, *tokenizers.front()); });
    if (!differ) return {};
    if (!spec.countBy.empty()) return spec.countBy;
    const auto largest = std::max_element(tokenizers.begin(), tokenizers.end(), [](const auto& a, const auto& b) {
        return a->vocabularySize() < b->vocabularySize();
    });
    return paths[static_cast<std::size_t>(largest - tokenizers.begin())];
}

}  // namespace lorashear
