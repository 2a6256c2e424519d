#pragma once

#include "core/text/text_source.h"
#include "core/text/tokenizer.h"

#include <regex>
#include <set>
#include <string>
#include <vector>

/// Texts of words that occur once, so that one can see who has read what.
namespace lorashear::testing {

/// The words of the numbers from `from` on, six digits each.
inline std::string numberedWords(int from, int count) {
    std::string text;
    for (int i = from; i < from + count; ++i) text.append(i == from ? "" : " ").append(std::to_string(100000 + i));
    return text;
}

/// The words that stand whole in sequences.
inline std::set<std::string> numbersIn(const Tokenizer& tokenizer, const std::vector<Sequence>& sequences) {
    std::set<std::string> numbers;
    static const std::regex whole("[0-9]{6}");
    for (const auto& sequence : sequences) {
        const std::string text = tokenizer.decode(sequence.ids);
        for (std::sregex_iterator at(text.begin(), text.end(), whole), end; at != end; ++at) numbers.insert(at->str());
    }
    return numbers;
}

}  // namespace lorashear::testing
