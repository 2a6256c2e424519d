#include "core/text/pattern.h"

#include "core/base/error.h"
#include "core/text/json_fields.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <new>

namespace lorashear {

namespace {

constexpr std::uint32_t kMatchLimit = 10'000'000;
constexpr std::size_t kJitStackBytes = 16u << 20;
constexpr std::uint32_t kHeapKibibytes = 512u << 10;  ///< of the matcher without JIT; PCRE2's own limit is 20 GB

/// Inside of the set that Oniguruma means by a class letter, over Unicode.
struct ClassLetter {
    char letter;
    const char* members;
};
constexpr std::array<ClassLetter, 3> kClassLetters{{
    {'s', R"(\t-\r \x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})"},
    {'w', R"(\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{24B6}-\x{24E9})"},
    {'h', "0-9a-fA-F"},
}};

/// Rewrites an expression from Oniguruma's dialect to PCRE2's.
class Translator {
public:
    Translator(const std::string& expression, const JsonFields& place) : m_in(expression), m_place(place) {}

    std::string run() {
        while (m_at < m_in.size()) step();
        return m_out;
    }

private:
    void step() {
        const char c = m_in[m_at];
        if (c == '\\' && m_at + 1 < m_in.size()) return escape();
        if (!m_inSet) {
            if (c == '(' && m_in.compare(m_at, 3, "(?m") == 0) m_place.unsupported("regex option (?m) in " + m_in);
            if (c == '[') return openSet();
        } else {
            if (c == '&' && m_in.compare(m_at, 2, "&&") == 0) m_place.unsupported("set intersection (&&) in regex " + m_in);
            if (c == '[') return bracketInSet();
            if (c == ']') m_inSet = false;
        }
        take(1);
    }

    void openSet() {
        m_inSet = true;
        take(1);
        if (m_at < m_in.size() && m_in[m_at] == '^') take(1);
        if (m_at < m_in.size() && m_in[m_at] == ']') take(1);  // a literal one in first place
    }

    void bracketInSet() {
        const std::size_t end = m_in.find(":]", m_at);
        if (m_in.compare(m_at, 2, "[:") != 0 || end == std::string::npos)
            m_place.unsupported("set within a set in regex " + m_in);
        take(end + 2 - m_at);
    }

    void escape() {
        const char letter = m_in[m_at + 1];
        for (const ClassLetter& known : kClassLetters) {
            const bool positive = letter == known.letter, negative = letter == known.letter - 'a' + 'A';
            if (!positive && !negative) continue;
            if (negative && m_inSet) break;  // \S within a set keeps PCRE2's meaning, which differs in one character
            m_out += m_inSet ? known.members : std::string(positive ? "[" : "[^") + known.members + "]";
            m_at += 2;
            return;
        }
        take(2);
    }

    void take(std::size_t count) {
        m_out.append(m_in, m_at, count);
        m_at += count;
    }

    const std::string& m_in;
    const JsonFields& m_place;
    std::string m_out;
    std::size_t m_at = 0;
    bool m_inSet = false;
};

}  // namespace

// What Pattern::Compiled holds is not unnamed: compiled with others, its header would name what only one unit has.
namespace pcre {

template <auto Free>
struct Freer {
    template <typename T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};
using Code = std::unique_ptr<pcre2_code, Freer<pcre2_code_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Freer<pcre2_match_context_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Freer<pcre2_match_data_free>>;
using JitStack = std::unique_ptr<pcre2_jit_stack, Freer<pcre2_jit_stack_free>>;

/// What a search needs beside the code; one for each thread.
struct Workspace {
    MatchContext context{pcre2_match_context_create(nullptr)};
    MatchData data{pcre2_match_data_create(1, nullptr)};
    JitStack stack{pcre2_jit_stack_create(std::size_t{64} << 10, kJitStackBytes, nullptr)};

    Workspace() {
        if (!context || !data) throw std::bad_alloc();
        pcre2_set_match_limit(context.get(), kMatchLimit);
        pcre2_set_heap_limit(context.get(), kHeapKibibytes);
        if (stack) pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
    }
};

}  // namespace pcre

namespace {

std::string messageOf(int code) {
    std::array<PCRE2_UCHAR, 256> text{};
    pcre2_get_error_message(code, text.data(), text.size());
    return reinterpret_cast<const char*>(text.data());
}

}  // namespace

struct Pattern::Compiled {
    pcre::Code code;
};

Pattern Pattern::literal(std::string text) {
    Pattern pattern;
    pattern.m_literal = std::move(text);
    return pattern;
}

Pattern Pattern::regex(const std::string& expression, const JsonFields& place) {
    const std::string translated = Translator(expression, place).run();
    int error = 0;
    PCRE2_SIZE offset = 0;
    auto compiled = std::make_shared<Compiled>();
    compiled->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
                                       PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, &error, &offset,
                                       nullptr));
    if (!compiled->code) place.unsupported("regex " + expression + " cannot be compiled: " + messageOf(error));
    pcre2_jit_compile(compiled->code.get(),
                      PCRE2_JIT_COMPLETE);  // without JIT, or where it is forbidden, matching interprets
    Pattern pattern;
    pattern.m_compiled = std::move(compiled);
    pattern.m_expression = expression;
    return pattern;
}

Pattern Pattern::fromJson(const JsonFields& fields) {
    const auto& value = fields.value("pattern");
    if (value.is_string()) return literal(value.get<std::string>());
    const JsonFields pattern = fields.child(value, "pattern");
    if (pattern.has("Regex")) return regex(pattern.text("Regex"), pattern);
    return literal(pattern.text("String"));
}

std::vector<Pattern::Range> Pattern::findAll(std::string_view text) const {
    std::vector<Range> found;
    if (!m_compiled) {
        if (m_literal.empty()) return found;
        for (std::size_t at = 0; (at = text.find(m_literal, at)) != std::string_view::npos; at += m_literal.size())
            found.emplace_back(at, at + m_literal.size());
        return found;
    }
    pcre2_code* code = m_compiled->code.get();
    thread_local const pcre::Workspace
        workspace;  // pieces are many and short: making these each time would cost more than matching
    pcre2_match_context* context = workspace.context.get();
    pcre2_match_data* data = workspace.data.get();
    const auto subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    std::size_t lastEnd = text.size() + 1;  // no match yet
    for (std::size_t at = 0; at <= text.size();) {
        int result = pcre2_match(code, subject, text.size(), at, PCRE2_NO_UTF_CHECK, data, context);
        if (result == PCRE2_ERROR_JIT_STACKLIMIT)
            result = pcre2_match(code, subject, text.size(), at, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, context);
        if (result == PCRE2_ERROR_NOMATCH) break;
        if (result < 0)
            throw Error(ErrorCode::Unsupported, "regex " + m_expression, "gave up on this text: " + messageOf(result),
                        "the expression needs too many steps; split the text into shorter lines");
        const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(data);
        const std::size_t begin = bounds[0], end = bounds[1];
        if (end > begin || begin != lastEnd) found.emplace_back(begin, end);
        lastEnd = end;
        at = end;
        if (end == begin) {
            if (end == text.size()) break;
            at += codePointAt(text, end).bytes;
        }
    }
    return found;
}

}  // namespace lorashear
