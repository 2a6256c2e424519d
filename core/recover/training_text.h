#pragma once

#include "core/text/text_source.h"

#include <cstdint>
#include <vector>

namespace lorashear {

class Tokenizer;

/// Documents to training sequences of at most `window` tokens.
///
/// Plain text: paragraphs of fewer than shortestDocument tokens are left out (the paper keeps more than 64), the others are
/// joined again by empty lines and cut into windows of BOS + window - 1 tokens, every prediction counted.
/// Instruction data (a prompt): one sequence each, BOS + prompt + response + EOS, only the response's predictions counted; cut to the
/// window, left out if nothing of the response remains. Error(BadInput, subject) if nothing is left.
std::vector<Sequence> trainingSequences(const std::vector<Document>& documents, const Tokenizer& tokenizer, int window,
                                        int shortestDocument, const std::string& subject);

/// A fixed uniform sample for validation, and the rest for training.
struct SequenceSplit {
    std::vector<Sequence> training, validation;
};
/// At most validationCount, and at most a fifth of all; a pure function of seed and subject. Error(BadInput) for fewer than two sequences.
SequenceSplit splitSequences(std::vector<Sequence> sequences, int validationCount, std::uint64_t seed, const std::string& subject);

}  // namespace lorashear
