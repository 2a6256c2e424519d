#include "core/run/stages/training_data.h"

#include "core/base/error.h"
#include "core/text/tokenizer.h"

#include <algorithm>

namespace lorashear {

namespace {

Sequence instructionSequence(const Tokenizer& tokenizer, const Document& document, int window) {
    Sequence result;
    if (tokenizer.bosId() >= 0) result.ids.push_back(tokenizer.bosId());
    const auto prompt = tokenizer.encode(document.prompt);
    result.ids.insert(result.ids.end(), prompt.begin(), prompt.end());
    const std::size_t answerBegins = result.ids.size();
    const auto answer = tokenizer.encode(document.text);
    result.ids.insert(result.ids.end(), answer.begin(), answer.end());
    if (!tokenizer.eosIds().empty()) result.ids.push_back(tokenizer.eosIds().front());
    if (result.ids.size() > static_cast<std::size_t>(window)) result.ids.resize(static_cast<std::size_t>(window));
    for (std::size_t t = 1; t < result.ids.size(); ++t) result.lossMask.push_back(t >= answerBegins);
    return result;
}

bool learnsSomething(const Sequence& sequence) {
    return std::find(sequence.lossMask.begin(), sequence.lossMask.end(), true) != sequence.lossMask.end();
}

[[noreturn]] void nothingLeft(const RecipeSource& source, const std::string& why) {
    throw Error(ErrorCode::BadInput, source.path, "gives no training sequence: " + why, "use a longer text or a smaller window");
}

std::vector<Sequence> instructions(const Tokenizer& tokenizer, const RecipeSource& source, const std::vector<Document>& documents, int window) {
    std::vector<Sequence> result;
    for (const Document& document : documents) {
        Sequence sequence = instructionSequence(tokenizer, document, window);
        if (learnsSomething(sequence)) result.push_back(std::move(sequence));
    }
    if (result.empty()) nothingLeft(source, "every prompt alone fills the window of " + std::to_string(window) + " tokens");
    return result;
}

}  // namespace

std::vector<Sequence> trainingSequences(const Tokenizer& tokenizer, const RecipeSource& source, int window, int shortest) {
    const auto documents = readDocuments(source.path, source.format);
    const bool instruction = std::any_of(documents.begin(), documents.end(), [](const Document& d) { return !d.prompt.empty(); });
    if (instruction) return instructions(tokenizer, source, documents, window);
    std::string stream;
    for (const Document& document : documents) {
        if (shortest > 0 && tokenizer.encode(document.text).size() < static_cast<std::size_t>(shortest)) continue;
        stream += (stream.empty() ? "" : "\n\n") + document.text;
    }
    if (stream.empty()) nothingLeft(source, "no paragraph has " + std::to_string(shortest) + " tokens");
    return windowsOf(tokenizer, stream, window, tokenizer.bosId() >= 0, 0);
}

std::vector<Sequence> trainingSequences(const Tokenizer& tokenizer, const Recipe::Training& training) {
    std::vector<Sequence> result;
    for (const RecipeSource& source : training.sources) {
        auto sequences = trainingSequences(tokenizer, source, training.window, training.shortestDocument);
        std::move(sequences.begin(), sequences.end(), std::back_inserter(result));
    }
    return result;
}

}  // namespace lorashear
