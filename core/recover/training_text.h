#pragma once

#include "core/text/text_source.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

class Tokenizer;

/// Token positions [begin, end) of a source's joined text.
struct TokenRange {
    std::size_t begin = 0, end = 0;
};

/// What training must not see of a source, by position: it means the same whatever windows the source is cut into.
struct HeldOut {
    std::vector<std::size_t> records;  ///< instruction documents, by index, rising
    std::vector<TokenRange> ranges;    ///< of the joined text, rising, touching ones joined
};

/// A source in tokens, cut into sequences of at most `window` tokens only when somebody says how long.
///
/// Plain text: paragraphs are joined again by empty lines and cut into windows of BOS (if the tokenizer has one) + window - 1 tokens,
/// every prediction counted. Instruction data (a prompt): one sequence each, BOS + prompt + response + EOS, only the response's
/// predictions counted; cut to the window, left out if nothing of the response remains.
class SourceText {
public:
    /// shortestDocument > 0: the filter of the paper (withoutShortParagraphs), which keeps paragraphs of more than so many tokens.
    SourceText(std::vector<Document> documents, const Tokenizer& tokenizer, int shortestDocument, std::string subject);

    /// All of it. Error(BadInput, subject) if nothing is left.
    std::vector<Sequence> sequences(int window) const;

    /// A fixed uniform sample of its sequences at this window: at most `count`, and at most a fifth; a pure function of seed and
    /// stream. Error(BadInput) if there are fewer than two sequences.
    HeldOut heldOut(int window, int count, std::uint64_t seed, const std::string& stream) const;

    /// Sequences that touch nothing of what is held out. What is left between held-out ranges is cut anew; a rest counts from half a
    /// window. Error(BadInput) if nothing is left.
    std::vector<Sequence> without(const HeldOut& held, int window) const;
    /// Sequences of what is held out and of nothing else. bos: false leaves it out of windows of plain text.
    std::vector<Sequence> only(const HeldOut& held, int window, bool bos = true) const;

private:
    Sequence instruction(std::size_t record, int window) const;
    void cut(TokenRange range, int window, bool bos, std::size_t shortestRest, std::vector<Sequence>& into) const;
    [[noreturn]] void nothingLeft() const;

    struct Record {
        std::vector<int> prompt, response;
    };
    std::vector<Record> m_records;
    std::vector<int> m_tokens;  ///< of the joined text
    int m_bos = -1, m_eos = -1;
    std::string m_subject;
};

/// SourceText(…).sequences(window).
std::vector<Sequence> trainingSequences(const std::vector<Document>& documents, const Tokenizer& tokenizer, int window,
                                        int shortestDocument, const std::string& subject);

/// A fixed uniform sample for validation, and the rest for training.
struct SequenceSplit {
    std::vector<Sequence> training, validation;
};
/// At most validationCount, and at most a fifth of all; a pure function of seed and subject. Error(BadInput) for fewer than two sequences.
SequenceSplit splitSequences(std::vector<Sequence> sequences, int validationCount, std::uint64_t seed,
                             const std::string& subject);

}  // namespace lorashear
