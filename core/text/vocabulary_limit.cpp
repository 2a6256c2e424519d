#include "core/text/vocabulary_limit.h"

#include "core/base/error.h"

#include <algorithm>

namespace lorashear {

namespace {

class LimitedTokenizer final : public Tokenizer {
public:
    LimitedTokenizer(int rows, std::unique_ptr<Tokenizer> whole) : m_rows(rows), m_whole(std::move(whole)) {}

    std::vector<int> encode(std::string_view text) const override {
        auto ids = m_whole->encode(text);
        const auto beyond = std::find_if(ids.begin(), ids.end(), [this](int id) { return id >= m_rows; });
        if (beyond != ids.end()) refuse(*beyond, beyond - ids.begin(), text);
        return ids;
    }
    std::string decode(const std::vector<int>& ids) const override { return m_whole->decode(ids); }
    int vocabularySize() const override { return m_rows; }
    int bosId() const override { return within(m_whole->bosId()); }
    std::vector<int> eosIds() const override {
        auto ids = m_whole->eosIds();
        std::erase_if(ids, [this](int id) { return id >= m_rows; });
        return ids;
    }
    int unknownId() const override { return within(m_whole->unknownId()); }
    bool addsBos() const override { return bosId() >= 0 && m_whole->addsBos(); }
    std::string describe() const override {
        return m_whole->describe() + ", of which the model has " + std::to_string(m_rows);
    }
    std::string token(int id) const override { return m_whole->token(id); }
    int idOf(std::string_view token) const override { return within(m_whole->idOf(token)); }

private:
    int within(int id) const { return id < m_rows ? id : -1; }

    [[noreturn]] void refuse(int id, std::ptrdiff_t place, std::string_view text) const {
        const std::string token = m_whole->token(id);
        std::string where = "as its token number " + std::to_string(place + 1);
        if (const auto at = token.empty() ? std::string_view::npos : text.find(token); at != std::string_view::npos)
            where += ", in line " +
                     std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
        throw Error(
            ErrorCode::BadInput, "text",
            "holds the token \"" + token + "\" (id " + std::to_string(id) + ") " + where + ", but the model has only " +
                std::to_string(m_rows) + " rows in its embedding",
            "Take the token out of the text, or use a model that was trained with it; if many texts are refused, the tokenizer's files "
            "belong to another model.");
    }

    int m_rows;
    std::unique_ptr<Tokenizer> m_whole;
};

}  // namespace

std::unique_ptr<Tokenizer> limitedTo(int rows, std::unique_ptr<Tokenizer> tokenizer) {
    if (tokenizer->vocabularySize() <= rows) return tokenizer;
    return std::make_unique<LimitedTokenizer>(rows, std::move(tokenizer));
}

}  // namespace lorashear
