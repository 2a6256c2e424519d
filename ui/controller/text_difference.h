#pragma once

#include <QString>

#include <vector>

namespace lorashear::ui {

/// A stretch of a text, in characters.
struct TextPart {
    qsizetype from = 0, length = 0;
    bool operator==(const TextPart&) const = default;
};

/// Where two continuations of one beginning differ, word by word.
struct TextDifference {
    std::vector<TextPart> before, after;  ///< words that the other text does not have there; neighbours are one part
    qsizetype sameWords = 0;              ///< written alike, from the end of the prompt on
    bool any() const { return !before.empty() || !after.empty(); }
};

/// The prompt at the beginning of both is no part of the comparison. Of texts with more than some thousand words, what lies behind the first
/// difference counts as different.
TextDifference differenceOf(const QString& before, const QString& after, const QString& prompt);

}  // namespace lorashear::ui
