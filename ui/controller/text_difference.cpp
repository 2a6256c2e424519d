#include "ui/controller/text_difference.h"

#include <algorithm>
#include <cstdint>

namespace lorashear::ui {

namespace {

constexpr std::size_t kMostWords = 2000;

struct Word {
    qsizetype from = 0;
    QString text;
};

std::vector<Word> wordsFrom(const QString& text, qsizetype from) {
    std::vector<Word> words;
    for (qsizetype at = from; at < text.size();) {
        if (text[at].isSpace()) {
            ++at;
            continue;
        }
        qsizetype end = at;
        while (end < text.size() && !text[end].isSpace()) ++end;
        words.push_back({at, text.mid(at, end - at)});
        at = end;
    }
    return words;
}

qsizetype behind(const QString& text, const QString& prompt) {
    const QString wanted = prompt.trimmed();
    qsizetype begin = 0;
    while (begin < text.size() && text[begin].isSpace()) ++begin;
    return !wanted.isEmpty() && QStringView(text).mid(begin).startsWith(wanted) ? begin + wanted.size() : 0;
}

/// Marks of the words that are in no longest common subsequence.
void markOthers(const std::vector<Word>& a, const std::vector<Word>& b, std::vector<bool>& ofA, std::vector<bool>& ofB) {
    const std::size_t n = a.size(), m = b.size(), width = m + 1;
    std::vector<std::uint16_t> common((n + 1) * width, 0);
    for (std::size_t i = n; i-- > 0;)
        for (std::size_t j = m; j-- > 0;)
            common[i * width + j] = a[i].text == b[j].text
                                        ? std::uint16_t(common[(i + 1) * width + j + 1] + 1)
                                        : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
    std::size_t i = 0, j = 0;
    while (i < n && j < m) {
        if (a[i].text == b[j].text)
            ofA[i++] = ofB[j++] = false;
        else if (common[(i + 1) * width + j] >= common[i * width + j + 1])
            ++i;
        else
            ++j;
    }
}

std::vector<TextPart> partsOf(const std::vector<Word>& words, const std::vector<bool>& marked) {
    std::vector<TextPart> parts;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!marked[i]) continue;
        const qsizetype end = words[i].from + words[i].text.size();
        if (i > 0 && marked[i - 1])
            parts.back().length = end - parts.back().from;
        else
            parts.push_back({words[i].from, end - words[i].from});
    }
    return parts;
}

}  // namespace

TextDifference differenceOf(const QString& before, const QString& after, const QString& prompt) {
    const std::vector<Word> a = wordsFrom(before, behind(before, prompt)), b = wordsFrom(after, behind(after, prompt));
    TextDifference result;
    const std::size_t least = std::min(a.size(), b.size());
    std::size_t same = 0;
    while (same < least && a[same].text == b[same].text) ++same;
    result.sameWords = qsizetype(same);
    std::vector<bool> ofA(a.size(), true), ofB(b.size(), true);
    std::fill_n(ofA.begin(), same, false), std::fill_n(ofB.begin(), same, false);
    if (std::max(a.size(), b.size()) <= kMostWords) markOthers(a, b, ofA, ofB);
    result.before = partsOf(a, ofA), result.after = partsOf(b, ofB);
    return result;
}

}  // namespace lorashear::ui
