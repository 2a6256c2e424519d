#include "core/text/added_tokens.h"

#include "core/text/unicode_classes.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace lorashear {

namespace {

bool touchesWord(std::string_view text, std::size_t begin, std::size_t end) {
    return (begin > 0 && isWordChar(codePointBefore(text, begin).value)) ||
           (end < text.size() && isWordChar(codePointAt(text, end).value));
}

std::size_t withoutSpaceBefore(std::string_view text, std::size_t at, std::size_t limit) {
    while (at > limit && isWhiteSpace(codePointBefore(text, at).value)) at -= codePointBefore(text, at).bytes;
    return std::max(at, limit);
}

std::size_t withoutSpaceAfter(std::string_view text, std::size_t at) {
    while (at < text.size() && isWhiteSpace(codePointAt(text, at).value)) at += codePointAt(text, at).bytes;
    return at;
}

}  // namespace

AddedTokenFinder::AddedTokenFinder(std::vector<AddedToken> tokens, std::vector<std::string> searched) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (searched[i].empty()) continue;
        m_byFirst[static_cast<unsigned char>(searched[i].front())].push_back({std::move(searched[i]), std::move(tokens[i])});
        m_empty = false;
    }
    for (auto& needles : m_byFirst)
        std::stable_sort(needles.begin(), needles.end(),
                         [](const Needle& a, const Needle& b) { return a.text.size() > b.text.size(); });
}

const AddedTokenFinder::Needle* AddedTokenFinder::longestAt(std::string_view text, std::size_t at) const {
    for (const Needle& needle : m_byFirst[static_cast<unsigned char>(text[at])])
        if (text.substr(at).starts_with(needle.text)) return &needle;
    return nullptr;
}

std::vector<AddedSplit> AddedTokenFinder::split(std::string_view text) const {
    std::vector<AddedSplit> splits;
    std::size_t done = 0;
    for (std::size_t at = 0; !m_empty && at < text.size();) {
        const Needle* needle = longestAt(text, at);
        if (!needle) {
            ++at;
            continue;
        }
        std::size_t begin = at, end = at + needle->text.size();
        at = end;
        if (needle->token.singleWord && touchesWord(text, begin, end)) continue;
        if (needle->token.leftStrip) begin = withoutSpaceBefore(text, begin, done);
        if (needle->token.rightStrip) end = withoutSpaceAfter(text, end);
        if (begin > done) splits.push_back({done, begin, -1});
        splits.push_back({begin, end, needle->token.id});
        done = end;
        at = std::max(at, done);
    }
    if (done < text.size()) splits.push_back({done, text.size(), -1});
    return splits;
}

}  // namespace lorashear
