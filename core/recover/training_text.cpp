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

/// Which of `count` pieces are held out.
std::vector<bool> sample(std::size_t count, int wanted, std::uint64_t seed, const std::string& stream,
                         const std::string& subject) {
    if (count < 2)
        throw Error(ErrorCode::BadInput, subject, "it is too short to be split into training and validation",
                    "Give a longer text or a smaller window.");
    Random random(seed, "validation." + stream);
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    const auto most = std::max<std::size_t>(1, count / 5);
    const auto held = std::min(most, static_cast<std::size_t>(std::max(1, wanted)));
    std::vector<bool> isHeld(count, false);
    for (std::size_t i = 0; i < held; ++i) isHeld[order[i]] = true;
    return isHeld;
}

}  // namespace

SourceText::SourceText(std::vector<Document> documents, const Tokenizer& tokenizer, int shortestDocument,
                       std::string subject)
    : m_bos(tokenizer.bosId()), m_subject(std::move(subject)) {
    if (const auto eos = tokenizer.eosIds(); !eos.empty()) m_eos = eos.front();
    if (shortestDocument > 0) documents = withoutShortParagraphs(std::move(documents), tokenizer, shortestDocument);
    std::string text;
    for (const auto& document : documents) {
        if (!document.prompt.empty())
            m_records.push_back({tokenizer.encode(document.prompt), tokenizer.encode(document.text)});
        else
            text.append(text.empty() ? "" : "\n\n").append(document.text);
    }
    if (!text.empty()) m_tokens = tokenizer.encode(text);
}

// Empty if the window cuts the whole response off.
Sequence SourceText::instruction(std::size_t record, int window) const {
    Sequence sequence;
    if (m_bos >= 0) sequence.ids.push_back(m_bos);
    append(sequence.ids, m_records[record].prompt);
    const auto prompt = sequence.ids.size();
    append(sequence.ids, m_records[record].response);
    if (m_eos >= 0) sequence.ids.push_back(m_eos);
    if (sequence.ids.size() > static_cast<std::size_t>(window)) sequence.ids.resize(static_cast<std::size_t>(window));
    if (sequence.ids.size() <= prompt || sequence.ids.size() < 2) return {};
    for (std::size_t t = 0; t + 1 < sequence.ids.size(); ++t) sequence.lossMask.push_back(t + 1 >= prompt);
    return sequence;
}

void SourceText::cut(TokenRange range, int window, bool bos, std::size_t shortestRest, std::vector<Sequence>& into) const {
    if (window < 2) throw Error(ErrorCode::Usage, "window", "must be at least 2 tokens");
    const bool leads = bos && m_bos >= 0;
    const auto body = static_cast<std::size_t>(window) - (leads ? 1 : 0);
    for (std::size_t at = range.begin; at < range.end; at += body) {
        const std::size_t count = std::min(body, range.end - at);
        if (count < body && count < shortestRest) break;
        Sequence sequence;
        if (leads) sequence.ids.push_back(m_bos);
        const auto first = m_tokens.begin() + static_cast<std::ptrdiff_t>(at);
        sequence.ids.insert(sequence.ids.end(), first, first + static_cast<std::ptrdiff_t>(count));
        if (sequence.ids.size() < 2) break;
        sequence.lossMask.assign(sequence.ids.size() - 1, true);
        into.push_back(std::move(sequence));
    }
}

void SourceText::nothingLeft() const {
    throw Error(ErrorCode::BadInput, m_subject,
                "nothing is left to train on after leaving out what is too short or too long",
                "Lower shortest_document or raise the window.");
}

std::vector<Sequence> SourceText::sequences(int window) const {
    return without({}, window);
}

HeldOut SourceText::heldOut(int window, int count, std::uint64_t seed, const std::string& stream) const {
    std::vector<std::size_t> records;
    for (std::size_t i = 0; i < m_records.size(); ++i)
        if (!instruction(i, window).ids.empty()) records.push_back(i);
    const auto body = static_cast<std::size_t>(window) - (m_bos >= 0 ? 1 : 0);
    const std::size_t windows = m_tokens.empty() ? 0 : std::max<std::size_t>(1, m_tokens.size() / body);
    const auto isHeld = sample(records.size() + windows, count, seed, stream, m_subject);
    HeldOut held;
    for (std::size_t i = 0; i < isHeld.size(); ++i) {
        if (!isHeld[i]) continue;
        if (i < records.size()) {
            held.records.push_back(records[i]);
            continue;
        }
        const std::size_t begin = (i - records.size()) * body, end = std::min(begin + body, m_tokens.size());
        if (!held.ranges.empty() && held.ranges.back().end == begin)
            held.ranges.back().end = end;
        else
            held.ranges.push_back({begin, end});
    }
    return held;
}

std::vector<Sequence> SourceText::without(const HeldOut& held, int window) const {
    std::vector<Sequence> result;
    for (std::size_t i = 0; i < m_records.size(); ++i) {
        if (std::binary_search(held.records.begin(), held.records.end(), i)) continue;
        if (auto sequence = instruction(i, window); !sequence.ids.empty()) result.push_back(std::move(sequence));
    }
    const std::size_t half = static_cast<std::size_t>(window) / 2, whole = m_tokens.size() + 1;
    for (const bool lastResort : {false, true}) {  // a text shorter than any of this is better than none
        if (lastResort && !result.empty()) break;
        std::size_t at = 0;
        for (const TokenRange& range : held.ranges) {
            cut({at, range.begin}, window, true, lastResort ? 1 : half, result);
            at = range.end;
        }
        cut({at, m_tokens.size()}, window, true, lastResort ? 1 : whole,
            result);  // the end of a text is dropped as everywhere
    }
    if (result.empty()) nothingLeft();
    return result;
}

std::vector<Sequence> SourceText::only(const HeldOut& held, int window, bool bos) const {
    std::vector<Sequence> result;
    for (const std::size_t i : held.records)
        if (auto sequence = instruction(i, window); !sequence.ids.empty()) result.push_back(std::move(sequence));
    for (const TokenRange& range : held.ranges) cut(range, window, bos, static_cast<std::size_t>(window) / 2, result);
    if (result.empty())
        for (const TokenRange& range : held.ranges) cut(range, window, bos, 1, result);
    return result;
}

std::vector<Sequence> trainingSequences(const std::vector<Document>& documents, const Tokenizer& tokenizer, int window,
                                        int shortestDocument, const std::string& subject) {
    return SourceText(documents, tokenizer, shortestDocument, subject).sequences(window);
}

SequenceSplit splitSequences(std::vector<Sequence> sequences, int validationCount, std::uint64_t seed,
                             const std::string& subject) {
    const auto isHeld = sample(sequences.size(), validationCount, seed, subject, subject);
    SequenceSplit split;
    for (std::size_t i = 0; i < sequences.size(); ++i)
        (isHeld[i] ? split.validation : split.training).push_back(std::move(sequences[i]));
    return split;
}

}  // namespace lorashear
