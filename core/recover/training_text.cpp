#include "core/recover/training_text.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <numeric>

namespace lorashear {

namespace {

void append(std::vector<int>& ids, const std::vector<int>& more) {
    ids.insert(ids.end(), more.begin(), more.end());
}

// Empty if the window cuts the whole response off.
Sequence instructionSequence(const Document& document, const Tokenizer& tokenizer, int window) {
    Sequence sequence;
    if (tokenizer.bosId() >= 0) sequence.ids.push_back(tokenizer.bosId());
    append(sequence.ids, tokenizer.encode(document.prompt));
    const auto prompt = sequence.ids.size();
    append(sequence.ids, tokenizer.encode(document.text));
    if (const auto eos = tokenizer.eosIds(); !eos.empty()) sequence.ids.push_back(eos.front());
    if (sequence.ids.size() > static_cast<std::size_t>(window)) sequence.ids.resize(static_cast<std::size_t>(window));
    if (sequence.ids.size() <= prompt || sequence.ids.size() < 2) return {};
    for (std::size_t t = 0; t + 1 < sequence.ids.size(); ++t) sequence.lossMask.push_back(t + 1 >= prompt);
    return sequence;
}

}  // namespace

std::vector<Sequence> trainingSequences(const std::vector<Document>& documents, const Tokenizer& tokenizer, int window,
                                        int shortestDocument, const std::string& subject) {
    std::vector<Sequence> sequences;
    std::string text;
    for (const auto& document : documents) {
        if (!document.prompt.empty()) {
            auto sequence = instructionSequence(document, tokenizer, window);
            if (!sequence.ids.empty()) sequences.push_back(std::move(sequence));
            continue;
        }
        if (shortestDocument > 0 && tokenizer.encode(document.text).size() < static_cast<std::size_t>(shortestDocument)) continue;
        text += (text.empty() ? "" : "\n\n") + document.text;
    }
    if (!text.empty()) {
        auto windows = windowsOf(tokenizer, text, window, tokenizer.bosId() >= 0, 0);
        std::move(windows.begin(), windows.end(), std::back_inserter(sequences));
    }
    if (sequences.empty())
        throw Error(ErrorCode::BadInput, subject, "nothing is left to train on after leaving out what is too short or too long",
                    "Lower shortestDocument or raise the window.");
    return sequences;
}

SequenceSplit splitSequences(std::vector<Sequence> sequences, int validationCount, std::uint64_t seed, const std::string& subject) {
    if (sequences.size() < 2)
        throw Error(ErrorCode::BadInput, subject, "it is too short to be split into training and validation",
                    "Give a longer text or a smaller window.");
    Random random(seed, "validation." + subject);
    std::vector<std::size_t> order(sequences.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    const auto most = std::max<std::size_t>(1, sequences.size() / 5);
    const auto held = std::min(most, static_cast<std::size_t>(std::max(1, validationCount)));
    std::vector<bool> isHeld(sequences.size(), false);
    for (std::size_t i = 0; i < held; ++i) isHeld[order[i]] = true;
    SequenceSplit split;
    for (std::size_t i = 0; i < sequences.size(); ++i) (isHeld[i] ? split.validation : split.training).push_back(std::move(sequences[i]));
    return split;
}

}  // namespace lorashear
