#include "core/text/token_choice.h"

#include "core/base/error.h"
#include "core/text/source_reading.h"
#include "core/text/token_closure.h"
#include "core/text/tokenizer.h"

#include <algorithm>

namespace lorashear {

namespace {

void count(const Tokenizer& tokenizer, const std::string& text, TokenCounts& counts) {
    for (const int id : tokenizer.encode(text)) {
        if (static_cast<std::size_t>(id) >= counts.perToken.size()) counts.perToken.resize(static_cast<std::size_t>(id) + 1);
        ++counts.perToken[static_cast<std::size_t>(id)];
        ++counts.total;
    }
}

/// Grows from the tokens that stay always.
class Choice {
public:
    Choice(const TokenClosure& closure, const TokenCounts& counts)
        : m_closure(closure), m_counts(counts), m_kept(static_cast<std::size_t>(closure.rows())) {
        add(closure.required());
    }

    std::int64_t countOf(int id) const {
        return static_cast<std::size_t>(id) < m_counts.perToken.size() ? m_counts.perToken[static_cast<std::size_t>(id)] : 0;
    }
    std::vector<int> missing(int id) const { return m_closure.missing(id, m_kept); }
    void add(const std::vector<int>& ids) {
        for (const int id : ids) m_kept[static_cast<std::size_t>(id)] = true;
        m_size += static_cast<int>(ids.size());
    }
    int size() const { return m_size; }

    /// Tokens that may still be chosen, most frequent first.
    std::vector<int> byCount() const {
        std::vector<int> order;
        for (int id = 0; id < m_closure.rows(); ++id)
            if (m_closure.has(id) && !m_kept[static_cast<std::size_t>(id)]) order.push_back(id);
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return countOf(a) > countOf(b); });
        return order;
    }
    std::vector<int> result() const {
        std::vector<int> ids;
        for (int id = 0; id < m_closure.rows(); ++id)
            if (m_kept[static_cast<std::size_t>(id)]) ids.push_back(id);
        return ids;
    }

private:
    const TokenClosure& m_closure;
    const TokenCounts& m_counts;
    std::vector<bool> m_kept;
    int m_size = 0;
};

}  // namespace

TokenCounts countTokens(const Tokenizer& tokenizer, const std::vector<std::filesystem::path>& files,
                        const Control& control) {
    TokenCounts counts;
    counts.perToken.resize(static_cast<std::size_t>(std::max(tokenizer.vocabularySize(), 0)));
    ProgressMeter meter(control, "count", static_cast<double>(files.size()));
    double done = 0;
    for (const auto& file : files) {
        control.poll();
        if (resolvedFormat(file, SourceFormat::Auto) == SourceFormat::Text) {
            count(tokenizer, readWholeText(file, control), counts);
        } else {
            for (const Document& document : readDocuments(file, SourceFormat::Auto, control)) {
                control.poll();
                count(tokenizer, document.prompt + document.text, counts);
            }
        }
        meter.update(++done, file.filename().string());
    }
    return counts;
}

std::vector<int> chooseBySize(const TokenClosure& closure, const TokenCounts& counts, int size) {
    Choice choice(closure, counts);
    if (size < choice.size() || size > closure.tokens())
        throw Error(
            ErrorCode::Impossible, "vocabulary",
            std::to_string(size) + " tokens cannot be kept: " +
                (size < choice.size()
                     ? std::to_string(choice.size()) + " must stay so that every text can be written (bytes or "
                                                       "characters, special and added tokens)"
                     : "the tokenizer has " + std::to_string(closure.tokens())),
            "Ask for a number from " + std::to_string(choice.size()) + " to " + std::to_string(closure.tokens()) + ".");
    // What was skipped for want of room may fit after its parts have come; every round takes at least the token whose parts are all there.
    while (choice.size() < size) {
        for (const int id : choice.byCount()) {
            const auto needed = choice.missing(id);
            if (!needed.empty() && choice.size() + static_cast<int>(needed.size()) <= size) choice.add(needed);
            if (choice.size() == size) break;
        }
    }
    return choice.result();
}

std::vector<double> rankTokens(const TokenClosure& closure, const TokenCounts& counts) {
    Choice choice(closure, counts);
    std::vector<double> ranks(static_cast<std::size_t>(closure.rows()), 0.0);
    double next = closure.rows();
    for (const int id : closure.required()) ranks[static_cast<std::size_t>(id)] = next--;
    for (const int id : choice.byCount()) {
        auto needed = choice.missing(id);
        while (!needed.empty()) {  // parts first: a token of which nothing else is missing is always among them
            const auto ready =
                std::find_if(needed.begin(), needed.end(), [&](int one) { return choice.missing(one).size() == 1; });
            ranks[static_cast<std::size_t>(*ready)] = next--;
            choice.add({*ready});
            needed.erase(ready);
        }
    }
    return ranks;
}

std::vector<int> chooseByCount(const TokenClosure& closure, const TokenCounts& counts, std::int64_t minCount) {
    Choice choice(closure, counts);
    for (const int id : choice.byCount()) {
        if (choice.countOf(id) < minCount) break;
        choice.add(choice.missing(id));
    }
    return choice.result();
}

}  // namespace lorashear
