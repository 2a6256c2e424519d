#include "core/text/jinja_syntax.h"

#include "core/base/error.h"
#include "core/text/jinja_words.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>
#include <utility>

// Recursive descent, in Jinja's order of precedence: if-else, or, and, not, comparisons, + and -, ~, * / %, sign, then what follows a value:
// fields, subscripts, filters, tests.

namespace lorashear {

namespace {

constexpr int kDeepestNesting = 100;
using Kind = JinjaKind;

class Parser {
public:
    Parser(std::vector<JinjaWord> words, const std::string& subject) : m_words(std::move(words)), m_subject(subject) {}

    JinjaNode run() {
        JinjaNode all = block({});
        if (m_words[m_at].kind != WordKind::End) broken("{% " + m_words[m_at + 1].text + " %} has no beginning");
        return all;
    }

private:
    [[noreturn]] void broken(const std::string& what) const {
        throw Error(ErrorCode::BadInput, m_subject, "chat template: " + what);
    }
    [[noreturn]] void unsupported(const std::string& what) const {
        throw Error(ErrorCode::Unsupported, m_subject, "the chat template uses " + what + ", which is not handled",
                    "write the prompt with its markers by hand, or give the folder a simpler chat_template");
    }

    const JinjaWord& word(std::size_t ahead = 0) const { return m_words[std::min(m_at + ahead, m_words.size() - 1)]; }
    bool is(WordKind kind, std::string_view text) const { return word().kind == kind && word().text == text; }
    bool accept(WordKind kind, std::string_view text) {
        if (!is(kind, text)) return false;
        ++m_at;
        return true;
    }
    bool acceptOperator(std::string_view text) { return accept(WordKind::Operator, text); }
    bool acceptName(std::string_view text) { return accept(WordKind::Name, text); }
    void expect(std::string_view text) {
        if (!acceptOperator(text)) broken("expected '" + std::string(text) + "' before '" + word().text + "'");
    }
    void endTag() {
        if (word().kind != WordKind::TagEnd) broken("'" + word().text + "' is one word too many in a tag");
        ++m_at;
    }
    std::string name() {
        if (word().kind != WordKind::Name) broken("expected a name before '" + word().text + "'");
        return m_words[m_at++].text;
    }
    /// Counts how deep statements and expressions lie in each other.
    struct Depth {
        explicit Depth(const Parser& parser) : depth(parser.m_depth) {
            if (++depth > kDeepestNesting) parser.unsupported("deeper nesting than " + std::to_string(kDeepestNesting));
        }
        ~Depth() { --depth; }
        int& depth;
    };

    /// Statements up to a tag that begins with one of these words, which is left to the caller.
    JinjaNode block(std::initializer_list<std::string_view> ends) {
        const Depth depth(*this);
        JinjaNode result{Kind::Block, {}, {}};
        for (;;) {
            if (word().kind == WordKind::Text) {
                result.parts.push_back({Kind::Text, m_words[m_at++].text, {}});
            } else if (word().kind == WordKind::OutputTag) {
                ++m_at;
                result.parts.push_back({Kind::Output, {}, {expression()}});
                endTag();
            } else if (word().kind == WordKind::StatementTag) {
                for (const std::string_view end : ends)
                    if (word(1).text == end) return result;
                if (word(1).text.starts_with("end") || word(1).text.starts_with("el")) return result;
                ++m_at;
                result.parts.push_back(statement());
            } else {
                if (ends.size() != 0) broken("{% " + std::string(*(ends.end() - 1)) + " %} is missing");
                return result;
            }
        }
    }

    /// Takes {% word … and says whether it was there.
    bool acceptTag(std::string_view text) {
        if (word().kind != WordKind::StatementTag || word(1).text != text) return false;
        m_at += 2;
        return true;
    }

    JinjaNode statement() {
        const std::string what = name();
        if (what == "if") return ifStatement();
        if (what == "for") return forStatement();
        if (what == "set") return setStatement();
        if (what == "macro") return macroStatement();
        if (what == "generation") return marked();
        if (what == "break" || what == "continue") {
            if (m_loops == 0) broken("{% " + what + " %} outside of a for");
            endTag();
            return {what == "break" ? Kind::Break : Kind::Continue, {}, {}};
        }
        unsupported("{% " + what + " %}");
    }

    JinjaNode ifStatement() {
        JinjaNode result{Kind::If, {}, {}};
        do {
            result.parts.push_back(expression());
            endTag();
            result.parts.push_back(block({"elif", "else", "endif"}));
        } while (acceptTag("elif"));
        if (acceptTag("else")) {
            endTag();
            result.parts.push_back(block({"endif"}));
        }
        endStatement("endif");
        return result;
    }

    /// Takes the rest of the tag that ends a statement.
    void endStatement(std::string_view tag) {
        if (!acceptTag(tag)) broken("{% " + std::string(tag) + " %} is missing");
        if (tag == "endmacro" && word().kind == WordKind::Name) ++m_at;  // may repeat its name
        endTag();
    }

    JinjaNode forStatement() {
        JinjaNode result{Kind::For, name(), {}};
        if (acceptOperator(",")) result.text += "," + name();
        if (is(WordKind::Operator, ",")) unsupported("a for over more than pairs");
        if (!acceptName("in")) broken("a for without 'in'");
        result.parts.push_back(either());
        JinjaNode condition, otherwise;
        if (acceptName("if")) condition = expression();
        if (is(WordKind::Name, "recursive")) unsupported("a recursive for");
        endTag();
        ++m_loops;
        result.parts.push_back(block({"else", "endfor"}));
        --m_loops;
        if (acceptTag("else")) {
            endTag();
            otherwise = block({"endfor"});
        }
        endStatement("endfor");
        result.parts.push_back(std::move(condition));
        result.parts.push_back(std::move(otherwise));
        return result;
    }

    JinjaNode setStatement() {
        JinjaNode result{Kind::Set, name(), {}};
        if (acceptOperator(".")) result.text += "." + name();
        if (word().kind == WordKind::TagEnd) {
            if (result.text.find('.') != std::string::npos) unsupported("{% set %} of a field without '='");
            endTag();
            result.kind = Kind::SetBlock;
            result.parts.push_back(block({"endset"}));
            endStatement("endset");
            return result;
        }
        if (!acceptOperator("=")) unsupported("{% set %} of this form");
        result.parts.push_back(expression());
        endTag();
        return result;
    }

    JinjaNode macroStatement() {
        JinjaNode result{Kind::Macro, name(), {}};
        std::vector<JinjaNode> parameters;
        expect("(");
        while (!acceptOperator(")")) {
            JinjaNode parameter{Kind::Absent, name(), {}};
            if (acceptOperator("=")) parameter.parts.push_back(expression());
            parameters.push_back(std::move(parameter));
            if (!is(WordKind::Operator, ")")) expect(",");
        }
        endTag();
        const int loops = std::exchange(m_loops, 0);
        result.parts.push_back(block({"endmacro"}));
        m_loops = loops;
        endStatement("endmacro");
        for (auto& parameter : parameters) result.parts.push_back(std::move(parameter));
        return result;
    }

    JinjaNode marked() {
        endTag();
        JinjaNode result = block({"endgeneration"});
        endStatement("endgeneration");
        return result;
    }

    JinjaNode expression() {
        const Depth depth(*this);
        JinjaNode value = either();
        if (!acceptName("if")) return value;
        JinjaNode result{Kind::Conditional, {}, {}};
        result.parts.push_back(std::move(value));
        result.parts.push_back(either());
        if (acceptName("else")) result.parts.push_back(expression());
        return result;
    }

    static JinjaNode binary(std::string text, JinjaNode left, JinjaNode right) {
        JinjaNode result{Kind::Binary, std::move(text), {}};
        result.parts.push_back(std::move(left));
        result.parts.push_back(std::move(right));
        return result;
    }

    JinjaNode either() {
        JinjaNode left = both();
        while (acceptName("or")) left = binary("or", std::move(left), both());
        return left;
    }
    JinjaNode both() {
        JinjaNode left = negation();
        while (acceptName("and")) left = binary("and", std::move(left), negation());
        return left;
    }
    JinjaNode negation() {
        const Depth depth(*this);
        if (!acceptName("not")) return comparison();
        return {Kind::Unary, "not", {negation()}};
    }

    JinjaNode comparison() {
        JinjaNode left = sum();
        for (;;) {
            std::string text;
            for (const std::string_view known : {"==", "!=", "<=", ">=", "<", ">"})
                if (acceptOperator(known)) text = known;
            if (text.empty() && acceptName("in")) text = "in";
            if (text.empty() && is(WordKind::Name, "not") && word(1).text == "in") {
                m_at += 2;
                text = "not in";
            }
            if (text.empty()) return left;
            left = binary(text, std::move(left), sum());
        }
    }

    /// Left to right over operators of one rank.
    JinjaNode chain(std::initializer_list<std::string_view> operators, JinjaNode (Parser::*operand)()) {
        JinjaNode left = (this->*operand)();
        for (bool more = true; more;) {
            more = false;
            for (const std::string_view known : operators)
                if (acceptOperator(known)) {
                    left = binary(std::string(known), std::move(left), (this->*operand)());
                    more = true;
                }
        }
        return left;
    }
    JinjaNode sum() { return chain({"+", "-"}, &Parser::joined); }
    JinjaNode joined() { return chain({"~"}, &Parser::product); }
    JinjaNode product() { return chain({"*", "/", "//", "%"}, &Parser::power); }
    JinjaNode power() { return chain({"**"}, &Parser::signedValue); }

    JinjaNode signedValue() {
        const Depth depth(*this);
        if (acceptOperator("-")) return {Kind::Unary, "-", {signedValue()}};
        JinjaNode value = primary();
        while (postfix(value)) {
        }
        while (filterOrTest(value)) {
        }
        return value;
    }

    JinjaNode primary() {
        const JinjaWord& here = word();
        switch (here.kind) {
            case WordKind::Integer: ++m_at; return {Kind::Integer, here.text, {}};
            case WordKind::Fraction: ++m_at; return {Kind::Fraction, here.text, {}};
            case WordKind::String: {
                JinjaNode result{Kind::String, {}, {}};
                while (word().kind == WordKind::String) result.text += m_words[m_at++].text;  // neighbours join
                return result;
            }
            case WordKind::Name: {
                ++m_at;
                if (!acceptOperator("(")) return {Kind::Name, here.text, {}};
                JinjaNode call{Kind::Call, here.text, {}};
                arguments(call);
                return call;
            }
            default: break;
        }
        if (acceptOperator("(")) return bracketed();
        if (acceptOperator("{")) return dictionary();
        if (!acceptOperator("[")) broken("expected a value before '" + word().text + "'");
        return items({Kind::List, {}, {}}, "]");
    }

    /// What is left of a list: items up to its closing bracket.
    JinjaNode items(JinjaNode list, std::string_view end) {
        while (!acceptOperator(end)) {
            list.parts.push_back(expression());
            if (!is(WordKind::Operator, end)) expect(",");
        }
        return list;
    }

    /// An expression in brackets, or a tuple, which is as good as a list here.
    JinjaNode bracketed() {
        if (acceptOperator(")")) return {Kind::List, {}, {}};
        JinjaNode inner = expression();
        if (acceptOperator(")")) return inner;
        expect(",");
        JinjaNode list{Kind::List, {}, {}};
        list.parts.push_back(std::move(inner));
        return items(std::move(list), ")");
    }

    JinjaNode dictionary() {
        JinjaNode result{Kind::Dictionary, {}, {}};
        while (!acceptOperator("}")) {
            result.parts.push_back(expression());
            expect(":");
            result.parts.push_back(expression());
            if (!is(WordKind::Operator, "}")) expect(",");
        }
        return result;
    }

    /// Arguments behind an opening bracket, appended to the node's parts.
    void arguments(JinjaNode& node) {
        while (!acceptOperator(")")) {
            if (word().kind == WordKind::Name && word(1).kind == WordKind::Operator && word(1).text == "=") {
                JinjaNode named{Kind::Named, name(), {}};
                expect("=");
                named.parts.push_back(expression());
                node.parts.push_back(std::move(named));
            } else {
                node.parts.push_back(expression());
            }
            if (!is(WordKind::Operator, ")")) expect(",");
        }
    }

    bool postfix(JinjaNode& value) {
        JinjaNode result;
        if (acceptOperator(".")) {
            const std::string field = name();
            if (acceptOperator("(")) {
                result = {Kind::Method, field, {}};
                result.parts.push_back(std::move(value));
                arguments(result);
            } else {
                result = {Kind::Item, {}, {}};
                result.parts.push_back(std::move(value));
                result.parts.push_back({Kind::String, field, {}});
            }
        } else if (acceptOperator("[")) {
            result = subscript(std::move(value));
        } else {
            return false;
        }
        value = std::move(result);
        return true;
    }

    JinjaNode subscript(JinjaNode object) {
        JinjaNode result{Kind::Item, {}, {}};
        result.parts.push_back(std::move(object));
        const auto bound = [this] {
            return is(WordKind::Operator, ":") || is(WordKind::Operator, "]") ? JinjaNode() : expression();
        };
        result.parts.push_back(bound());
        while (acceptOperator(":")) {
            result.kind = Kind::Slice;
            result.parts.push_back(bound());
        }
        expect("]");
        if (result.kind == Kind::Slice) result.parts.resize(4);
        return result;
    }

    /// Whether a test's one argument stands behind it without brackets.
    bool beginsArgument() const {
        static constexpr std::array<std::string_view, 7> kOthers{"else", "or", "and", "if", "is", "in", "not"};
        if (word().kind == WordKind::Name) return std::find(kOthers.begin(), kOthers.end(), word().text) == kOthers.end();
        return word().kind == WordKind::String || word().kind == WordKind::Integer || is(WordKind::Operator, "[");
    }
    JinjaNode argument() {
        JinjaNode value = primary();
        while (postfix(value)) {
        }
        return value;
    }

    bool filterOrTest(JinjaNode& value) {
        JinjaNode result;
        bool negated = false;
        if (acceptOperator("|")) {
            result = {Kind::Filter, name(), {}};
        } else if (acceptName("is")) {
            negated = acceptName("not");
            result = {Kind::Test, name(), {}};
        } else {
            return postfix(value);
        }
        result.parts.push_back(std::move(value));
        if (acceptOperator("("))
            arguments(result);
        else if (result.kind == Kind::Test && beginsArgument())
            result.parts.push_back(argument());
        value = std::move(result);
        if (negated) {
            JinjaNode inverted{Kind::Unary, "not", {}};
            inverted.parts.push_back(std::move(value));
            value = std::move(inverted);
        }
        return true;
    }

    std::vector<JinjaWord> m_words;
    const std::string& m_subject;
    std::size_t m_at = 0;
    mutable int m_depth = 0;
    int m_loops = 0;  ///< around what is read
};

}  // namespace

JinjaNode parseJinja(const std::string& source, const std::string& subject) {
    return Parser(scanJinja(source, subject), subject).run();
}

}  // namespace lorashear
