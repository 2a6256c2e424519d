#pragma once

#include <QString>
#include <QStringList>

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

/// A text in the parts that it was written in: tokens, or words where the tokens are not known.
struct WrittenText {
    QString begin;  ///< the prompt, as it stands in the text; may be empty
    QStringList parts;
    bool tokens = false;
    QString whole() const { return begin + parts.join(QString()); }
    TextPart place(qsizetype part) const;  ///< of a part in whole(), without white space around it
};

/// A text whose tokens are not known, cut behind its prompt into words with the white space before them.
WrittenText wordsOf(const QString& text, const QString& prompt);

/// The first part of each of two continuations in which they differ; -1: that text ended before. Both are cut as they were written, so that the same characters in
/// other tokens are no difference, nor is white space at the beginning. same: both are the same to the end.
struct FirstDifference {
    bool same = true;
    qsizetype first = -1, second = -1;
};
FirstDifference firstDifference(const WrittenText& a, const WrittenText& b);

}  // namespace lorashear::ui
