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

TextPart WrittenText::place(qsizetype part) const {
    qsizetype from = begin.size();
    for (qsizetype i = 0; i < part; ++i) from += parts[i].size();
    const QString& text = parts[part];
    const QString shown = text.trimmed();
    return shown.isEmpty() ? TextPart{from, text.size()} : TextPart{from + text.indexOf(shown), shown.size()};
}

WrittenText wordsOf(const QString& text, const QString& prompt) {
    const qsizetype from = behind(text, prompt);
    WrittenText written{text.left(from), {}, false};
    qsizetype at = from;
    for (const Word& word : wordsFrom(text, from)) {
        const qsizetype end = word.from + word.text.size();
        written.parts << text.mid(at, end - at);
        at = end;
    }
    if (at < text.size()) written.parts << text.mid(at);
    return written;
}

namespace {

/// The part that holds a character of the continuation; -1: none does.
qsizetype partAt(const WrittenText& text, qsizetype character) {
    qsizetype end = 0;
    for (qsizetype i = 0; i < text.parts.size(); ++i) {
        end += text.parts[i].size();
        if (character < end) return i;
    }
    return -1;
}

qsizetype whiteSpaceBefore(const QString& text) {
    return std::find_if(text.begin(), text.end(), [](QChar c) { return !c.isSpace(); }) - text.begin();
}

}  // namespace

FirstDifference firstDifference(const WrittenText& a, const WrittenText& b) {
    const QString first = a.parts.join(QString()), second = b.parts.join(QString());
    const qsizetype fromA = whiteSpaceBefore(first), fromB = whiteSpaceBefore(second);
    const QStringView x = QStringView(first).mid(fromA), y = QStringView(second).mid(fromB);
    const qsizetype common = std::mismatch(x.begin(), x.end(), y.begin(), y.end()).first - x.begin();
    if (common == x.size() && common == y.size()) return {};
    return {false, common < x.size() ? partAt(a, fromA + common) : -1, common < y.size() ? partAt(b, fromB + common) : -1};
}

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
