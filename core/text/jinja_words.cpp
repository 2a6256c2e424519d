#include "core/text/jinja_words.h"

#include "core/base/error.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>

// A template is text with tags: {{ expression }}, {% statement %}, {# comment #}. White space that tags eat is taken away here: all of it
// beside a '-', the line end after a statement (Jinja's trim_blocks), the indentation before one that begins its line (lstrip_blocks).

namespace lorashear {

namespace {

constexpr std::size_t kMostWords = 20000;

class Scanner {
public:
    Scanner(const std::string& source, const std::string& subject) : m_in(source), m_subject(subject) {
        if (m_in.ends_with('\n')) m_in.remove_suffix(1);  // as Jinja does
    }

    std::vector<JinjaWord> run() {
        while (m_at < m_in.size()) {
            piece();
            if (m_words.size() > kMostWords) broken("it is too long");
        }
        m_words.push_back({});
        return std::move(m_words);
    }

private:
    [[noreturn]] void broken(const std::string& what) const {
        throw Error(ErrorCode::BadInput, m_subject, "chat template: " + what);
    }

    void piece() {
        std::size_t tag = m_in.find('{', m_at);
        while (tag != std::string_view::npos &&
               (tag + 1 >= m_in.size() || std::string_view("{%#").find(m_in[tag + 1]) == std::string_view::npos))
            tag = m_in.find('{', tag + 1);
        std::string_view text = m_in.substr(m_at, tag == std::string_view::npos ? tag : tag - m_at);
        if (tag == std::string_view::npos) {
            m_at = m_in.size();
            return keep(text);
        }
        const char sign = m_in[tag + 1];
        m_at = tag + 2;
        if (next('-'))
            text = text.substr(0, text.find_last_not_of(kJinjaWhite) + 1);
        else if (!next('+') && sign != '{')
            text = withoutIndentation(text);
        keep(text);
        if (sign == '#') return comment();
        m_words.push_back({sign == '{' ? WordKind::OutputTag : WordKind::StatementTag, {}});
        while (!tagEnd(sign == '{' ? '}' : '%')) word();
        m_words.push_back({WordKind::TagEnd, {}});
    }

    bool next(char c) {
        if (m_at >= m_in.size() || m_in[m_at] != c) return false;
        ++m_at;
        return true;
    }

    void keep(std::string_view text) {
        if (!text.empty()) m_words.push_back({WordKind::Text, std::string(text)});
    }

    std::string_view withoutIndentation(std::string_view text) const {
        const std::size_t lineEnd = text.rfind('\n');
        const std::size_t begin = lineEnd == std::string_view::npos ? 0 : lineEnd + 1;
        const bool beginsLine = lineEnd != std::string_view::npos || m_lineStarts;
        return beginsLine && text.find_first_not_of(" \t", begin) == std::string_view::npos ? text.substr(0, begin) : text;
    }

    /// Behind a tag's closing bracket: eats what the tag eats.
    void afterTag(bool dash, bool statement) {
        const std::size_t before = m_at;
        if (dash) {
            m_at = std::min(m_in.find_first_not_of(kJinjaWhite, m_at), m_in.size());
        } else if (statement) {
            next('\n');
        }
        m_lineStarts = m_at > before && m_in[m_at - 1] == '\n';
    }

    void comment() {
        const std::size_t end = m_in.find("#}", m_at);
        if (end == std::string_view::npos) broken("a comment does not end");
        m_at = end + 2;
        afterTag(m_in[end - 1] == '-', true);
    }

    bool tagEnd(char sign) {
        m_at = std::min(m_in.find_first_not_of(kJinjaWhite, m_at), m_in.size());
        if (m_at >= m_in.size()) broken("a tag does not end");
        const std::size_t from = m_at + (m_in[m_at] == '-');
        if (m_in.substr(from, 2) != std::string{sign, '}'}) return false;
        const bool dash = from > m_at;
        m_at = from + 2;
        afterTag(dash, sign == '%');
        return true;
    }

    void word() {
        const char c = m_in[m_at];
        const auto is = [](char letter, auto test) { return test(static_cast<unsigned char>(letter)) != 0; };
        std::size_t end = m_at + 1;
        if (c == '"' || c == '\'') return string(c);
        if (is(c, isdigit)) {
            while (end < m_in.size() && is(m_in[end], isdigit)) ++end;
            if (end - m_at > 9) broken("the number " + std::string(m_in.substr(m_at, end - m_at)) + " is too large");
            if (end + 1 >= m_in.size() || m_in[end] != '.' || !is(m_in[end + 1], isdigit))
                return take(WordKind::Integer, end);
            for (++end; end < m_in.size() && is(m_in[end], isdigit);) ++end;
            if (end - m_at > 24) broken("the number " + std::string(m_in.substr(m_at, 24)) + "… is too long");
            return take(WordKind::Fraction, end);
        }
        if (is(c, isalpha) || c == '_') {
            while (end < m_in.size() && (is(m_in[end], isalnum) || m_in[end] == '_')) ++end;
            return take(WordKind::Name, end);
        }
        static constexpr std::array<std::string_view, 6> kTwo{"==", "!=", "<=", ">=", "//", "**"};
        for (const std::string_view two : kTwo)
            if (m_in.substr(m_at, 2) == two) return take(WordKind::Operator, m_at + 2);
        if (std::string_view("+-*/%~<>=()[]{},.:|").find(c) == std::string_view::npos)
            broken(std::string("'") + c + "' does not belong into a tag");
        take(WordKind::Operator, end);
    }

    void take(WordKind kind, std::size_t end) {
        m_words.push_back({kind, std::string(m_in.substr(m_at, end - m_at))});
        m_at = end;
    }

    void string(char quote) {
        std::string text;
        for (++m_at; m_at < m_in.size() && m_in[m_at] != quote; ++m_at) {
            if (m_in[m_at] != '\\' || m_at + 1 >= m_in.size()) {
                text += m_in[m_at];
                continue;
            }
            const char escaped = m_in[++m_at];
            static constexpr std::string_view kLetters = "ntr\\'\"bfv", kMeant = "\n\t\r\\'\"\b\f\v";
            const std::size_t known = kLetters.find(escaped);
            if (known != std::string_view::npos)
                text += kMeant[known];
            else if (escaped == 'x' || escaped == 'u')
                text += numbered(escaped == 'x' ? 2 : 4);
            else if (std::string_view("01234567NUa\n").find(escaped) != std::string_view::npos)
                throw Error(ErrorCode::Unsupported, m_subject,
                            std::string("the chat template uses the escape \\") + escaped);
            else
                text.append("\\").append(1, escaped);  // as Python takes an escape that it does not know
        }
        if (!next(quote)) broken("a string does not end");
        m_words.push_back({WordKind::String, std::move(text)});
    }

    /// The character of so many hexadecimal digits behind \x or \u.
    std::string numbered(std::size_t digits) {
        const auto hex = m_in.substr(m_at + 1, digits);
        unsigned value = 0;
        const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
        if (hex.size() < digits || error != std::errc() || end != hex.data() + hex.size() ||
            (value >= 0xd800 && value < 0xe000))
            broken("a character's number in a string is none");
        m_at += digits;
        std::string text;
        appendUtf8(text, value);
        return text;
    }

    std::string_view m_in;
    const std::string& m_subject;
    std::size_t m_at = 0;
    bool m_lineStarts = true;
    std::vector<JinjaWord> m_words;
};

}  // namespace

std::vector<JinjaWord> scanJinja(const std::string& source, const std::string& subject) {
    return Scanner(source, subject).run();
}

}  // namespace lorashear
