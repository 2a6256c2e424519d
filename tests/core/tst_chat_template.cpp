// Chat templates without Python: what is refused, and in which words. tests/interop compares what is written with transformers.

#include "core/text/chat_template.h"
#include "core/text/json_tokenizer.h"
#include "core/text/sentencepiece_tokenizer.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"

#include <nlohmann/json.hpp>

#include <QtTest>

namespace tst_chat_template {

using namespace lorashear;
using namespace lorashear::test;

namespace {

const std::vector<ChatMessage> kHello{{"user", "Hello"}};

std::string rendered(const std::string& source, const std::vector<ChatMessage>& messages = kHello) {
    return ChatTemplate(source, "<s>", "</s>", "test").render(messages, true);
}

std::optional<Error> refusal(const std::string& source) {
    return caught([&] { rendered(source); });
}

std::string repeated(const std::string& part, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += part;
    return result;
}

}  // namespace

class TestChatTemplate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesTheSpecialTokens() {
        QCOMPARE(
            rendered("{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m['content'] }}{{ eos_token }}{% endfor %}"),
            std::string("<s>user: Hello</s>"));
        QCOMPARE(rendered("{% if add_generation_prompt %}A:{% endif %}\n"), std::string("A:"));
    }

    void namesWhatItDoesNotKnow() {
        QVERIFY(says(refusal("{% call f() %}{% endcall %}"), ErrorCode::Unsupported, "{% call %}"));
        QVERIFY(says(refusal("{% include 'a' %}"), ErrorCode::Unsupported, "{% include %}"));
        QVERIFY(says(refusal("{{ messages | xmlattr }}"), ErrorCode::Unsupported, "the filter xmlattr"));
        QVERIFY(says(refusal("{{ lipsum() }}"), ErrorCode::Unsupported, "lipsum()"));
        QVERIFY(says(refusal("{{ 'a'.encode() }}"), ErrorCode::Unsupported, ".encode()"));
        QVERIFY(says(refusal("{{ messages is escaped }}"), ErrorCode::Unsupported, "escaped"));
        QVERIFY(says(refusal("{% for a, b, c in messages %}{% endfor %}"), ErrorCode::Unsupported, "pairs"));
        QVERIFY(says(refusal("{{ {1: 'a'} }}"), ErrorCode::Unsupported, "dictionary"));
        QCOMPARE(rendered("{% if false %}{{ messages | xmlattr }}{% endif %}x"), std::string("x"));  // never reached
    }

    /// What Jinja 3.1 with transformers' settings writes.
    void computesAsJinjaDoes_data() {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* source, const char* expected) {
            QTest::newRow(source) << QByteArray(source) << QByteArray(expected);
        };
        row("{% generation %}{{ 'a' }}{% endgeneration %}b", "ab");
        row("{% macro f(a, b='x') %}<{{ a }}{{ b }}>{% endmacro %}{{ f(1) }}{{ f(2, 'y') }}{{ f(b=3, a=4) }}",
            "<1x><2y><43>");
        row("{% set z = 1 %}{% macro f() %}{{ z }}{{ m }}{% endmacro %}{% for m in [7] %}{{ f() }}{% endfor %}", "1");
        row("{{ {'a': 1, 'b': [1, 2.5, true, none], 'c': 'x\"y'} | tojson }}",
            "{\"a\": 1, \"b\": [1, 2.5, true, null], \"c\": \"x\\\"y\"}");
        row("{{ {'b': 1, 'a': []} | tojson(indent=2) }}", "{\n  \"b\": 1,\n  \"a\": []\n}");
        row("{{ ['a', 1, none, 1.0, {'k': \"it's\"}] }}", "['a', 1, None, 1.0, {'k': \"it's\"}]");
        row("{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 4 }} {{ 7 / 2 }} {{ 4 / 2 }} {{ 2 ** 3 }} {{ 2.5 * 2 }} {{ 1 + 0.5 }}",
            "3 -4 1 3.5 2.0 8 5.0 1.5");
        row("{{ 'ab' * 3 }}{{ 0 * 'x' }}", "ababab");
        row("{% for k, v in {'x': 1, 'a': 2}.items() %}{{ k }}={{ v }};{% endfor %}", "x=1;a=2;");
        row("{% for i in range(5) %}{% if i == 3 %}{% break %}{% endif %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}",
            "02");
        row("{% for i in [] %}x{% else %}none{% endfor %}", "none");
        row("{% set x %}<{{ 1 }}>{% endset %}{{ x }}{{ x | length }}", "<1>3");
        row("{{ messages | map(attribute='role') | join('-') }}{{ messages | selectattr('role', 'equalto', 'user') | list | length }}",
            "user1");
        row("{{ ['b', 'a'] | sort | join }}{{ [1, 2, 1] | unique | list }}{{ [1, 2, 3] | reject('odd') | list }}",
            "ab[1, 2][2]");
        row("{{ 'h\xC3\xA9llo'[1:3] }}{{ 'abc'[::-1] }}{{ 'abc'[-1] }}{{ 'h\xC3\xA9' | length }}", "\xC3\xA9lcbac2");
        row("{{ 'the cat-fish' | title }} {{ \"they're\".title() }} {{ 'aB' | capitalize }}", "The Cat-Fish They'Re Ab");
        row("{{ ' a  b '.split() }}{{ 'a,b,c'.split(',', 1) }}{{ 'aXbX'.replace('X', '-', 1) }}",
            "['a', 'b']['a', 'b,c']a-bX");
        row("{{ 'a\nb' | indent(2) }}|{{ 'a'.startswith(('x', 'a')) }}|{{ 5 is divisibleby 5 }}|{{ 3 in [1, 3] }}",
            "a\n  b|True|True|True");
        row("{{ (1, 2) | length }}{{ 1 == true }}{{ 'b' > 'a' }}{{ strftime_now is defined }}", "2TrueTrueTrue");
        row("{{ '\\u00e9\\x41\\d' }}",
            "\xC3\xA9"
            "A\\d");
    }
    void computesAsJinjaDoes() {
        QFETCH(QByteArray, source);
        QFETCH(QByteArray, expected);
        QCOMPARE(QByteArray::fromStdString(rendered(source.toStdString())), expected);
    }

    void tellsTheDateHere() {
        const std::string year = std::to_string(QDate::currentDate().year());
        QCOMPARE(rendered("{{ strftime_now('%Y') }}"), year);
    }

    void saysWhatIsNoTemplate() {
        for (const char* source : {"{{",
                                   "{{ 'a",
                                   "{# a",
                                   "{% if true %}",
                                   "{% endif %}",
                                   "{% else %}",
                                   "{{ a b }}",
                                   "{{ }}",
                                   "{{ (1 }}",
                                   "{{ 1 + }}",
                                   "{% for %}{% endfor %}",
                                   "{% set %}",
                                   "{{ ? }}",
                                   "{% if 1 %}{% endfor %}",
                                   "{%",
                                   "{{ 99999999999999999999 }}",
                                   "{% endfoo %}",
                                   "{{ a. }}",
                                   "{{ a[ }}",
                                   "{{ f( }}"})
            QVERIFY2(refusal(source), source);
        QVERIFY(says(refusal("{{ undefined_name.field }}"), ErrorCode::BadInput, "undefined"));
        QVERIFY(says(refusal("{{ 1 // 0 }}"), ErrorCode::BadInput, "zero"));
        QVERIFY(says(refusal("{{ 'a' + 1 }}"), ErrorCode::BadInput, "whole number"));
        QVERIFY(says(refusal("{{ raise_exception('Not like that') }}"), ErrorCode::BadInput, "Not like that"));
    }

    /// Nothing a file says takes the program down or keeps it busy for long.
    void survivesHostileTemplates() {
        QVERIFY(refusal("{{ " + repeated("(", 5000) + "1" + repeated(")", 5000) + " }}"));
        QVERIFY(refusal("{{ " + repeated("[", 5000) + " }}"));
        QVERIFY(refusal("{{ " + repeated("-", 5000) + "1 }}"));
        QVERIFY(refusal("{{ " + repeated("not ", 5000) + "1 }}"));
        QVERIFY(refusal("{{ 1" + repeated(" + 1", 15000) + " }}"));
        QVERIFY(refusal("{{ 'a'" + repeated("|trim", 9000) + " }}"));
        QVERIFY(refusal(repeated("{% if true %}", 5000)));
        QVERIFY(refusal(repeated("{% for a in messages %}", 300)));
        QVERIFY(refusal(repeated("x{{ 1 }}", 20000)));
        std::string bomb = "{% set a = messages %}";
        for (int i = 0; i < 60; ++i) bomb += "{% set a = a + a %}";
        QVERIFY(refusal(bomb));
        bomb = "{% set a = 'aaaaaaaa' %}";
        for (int i = 0; i < 60; ++i) bomb += "{% set a = a + a %}";
        QVERIFY(refusal(bomb));
        bomb = "{% set a = messages %}";
        for (int i = 0; i < 60; ++i) bomb += "{% set a = [a, a] %}";
        QVERIFY(refusal(bomb));
        QVERIFY(refusal("{{ 2147483647 * 2147483647 * 2147483647 }}"));
        QVERIFY(refusal("{{ 'aaaaaaaa' * 2000000000 }}"));
        QVERIFY(refusal("{{ 2 ** 100000 }}"));
        QVERIFY(refusal("{% for i in range(2000000) %}{% endfor %}"));
        QVERIFY(refusal("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"));
        QVERIFY(refusal("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"));
        QVERIFY(
            refusal("{% set ns = namespace(a='x' * 1000000) %}{% for i in range(90000) %}{% set b = ns.a %}{% endfor %}"));
        QVERIFY(refusal("{% for i in range(90000) %}{{ 'x' * 1000 }}{% endfor %}"));
        QVERIFY(refusal("{{ 'a' | indent(1000000000) }}"));
        QVERIFY(refusal("{{ [1, 2] | tojson(indent=100000000) }}"));
        QVERIFY(refusal("{{ 'x'.replace('', 'y') }}"));
        QVERIFY(refusal("{{ strftime_now('') }}"));
    }

    /// Limits against hostile templates leave room for what models come with: templates that copy the conversation in every turn, long ones, large texts.
    void longConversationsHaveRoom() {
        const std::string growing =
            "{%- set kept = [] %}{%- set users = messages | selectattr('role', 'equalto', 'user') | list %}"
            "{%- for m in messages %}{%- if m['role'] not in ['tool', 'results'] and not m.get('tool_calls') %}"
            "{%- set kept = kept + [m] %}{%- endif %}{%- endfor %}"
            "{%- for m in messages %}{%- if m == users[-1] or loop.first or messages[loop.index0 - 1].role != 'tool' %}"
            "{{- m.content | trim }}{%- endif %}{%- endfor %}{{ kept | length }}";
        const std::string backwards =
            "{%- set ns = namespace(last=-1) %}{%- for m in messages[::-1] %}{%- set at = (messages | length - 1) - loop.index0 %}"
            "{%- if ns.last < 0 and m.role == 'user' and m.content is string %}{%- set ns.last = at %}{%- endif %}{%- endfor %}"
            "{%- macro shown(text) %}{{- text.split('</think>')[-1].lstrip('\\n') if '</think>' in text else text }}{%- endmacro %}"
            "{%- for m in messages %}{%- if loop.index0 > ns.last %}!{%- endif %}{{- shown(m.content) }}{%- endfor %}";
        for (const auto& source : {growing, backwards}) {
            for (const auto& [count, length] : {std::pair{1, 2000000}, std::pair{30, 20000}, std::pair{600, 200}}) {
                std::vector<ChatMessage> messages;
                for (int i = 0; i < count; ++i)
                    messages.push_back({i % 2 == 0 ? "user" : "assistant", repeated("a", length)});
                std::string written;
                const auto error = caught([&] { written = rendered(source, messages); });
                QVERIFY2(!error, error ? error->what() : "");
                QVERIFY(written.size() >= static_cast<std::size_t>(count) * static_cast<std::size_t>(length));
            }
        }
    }

    void findsTheTemplateOfAFolder() {
        const TempFolder folder;
        QVERIFY(!ChatTemplate::open(folder.path()));
        folder.write("tokenizer_config.json",
                     R"({"bos_token": {"content": "<B>"}, "chat_template": [{"name": "tool_use", "template": "x"},
                                                  {"name": "default", "template": "{{ bos_token }}d"}]})");
        QCOMPARE(ChatTemplate::open(folder.path())->render(kHello, true), std::string("<B>d"));
        folder.write("chat_template.jinja", "{{ bos_token }}j\n");
        QCOMPARE(ChatTemplate::open(folder.path())->render(kHello, true), std::string("<B>j"));
    }

    void choosesATemplateByItsName() {
        const TempFolder folder;
        folder.write("tokenizer_config.json", R"({"chat_template": [{"name": "tool_use", "template": "t"},
                                                                    {"name": "rag", "template": "r"}]})");
        const auto unnamed = caught([&] { ChatTemplate::open(folder.path()); });
        QVERIFY(says(unnamed, ErrorCode::BadInput, "called tool_use, rag, and none called default"));
        QVERIFY(says(unnamed, ErrorCode::BadInput, "--chat-template"));
        QVERIFY(ChatTemplate::refusal(folder.path()).find("tool_use, rag") != std::string::npos);
        QCOMPARE(ChatTemplate::open(folder.path(), "rag")->render(kHello, true), std::string("r"));
        QVERIFY(says(caught([&] { ChatTemplate::open(folder.path(), "mine"); }), ErrorCode::BadInput, "none called mine"));
        folder.write("chat_template.jinja", "d");
        std::filesystem::create_directory(folder.path() / "additional_chat_templates");
        folder.write("additional_chat_templates/plain.jinja", "p");
        QCOMPARE(ChatTemplate::open(folder.path())->render(kHello, true), std::string("d"));
        QCOMPARE(ChatTemplate::open(folder.path(), "plain")->render(kHello, true), std::string("p"));
    }

    /// The library of tokenizer.model never reads a control token from text; both kinds give the same ids all the same.
    void encodesControlTokens() {
        const std::filesystem::path model = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
        const ChatTemplate chat("{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ bos_token }}A:", "<s>", "</s>",
                                "test");
        const auto library = openSentencePieceTokenizer(model);
        const auto ids = chat.encode(*library, kHello, true);
        QCOMPARE(ids.front(), 1);
        QCOMPARE(std::count(ids.begin(), ids.end(), 1), 2);
        QCOMPARE(std::count(ids.begin(), ids.end(), 2), 1);
        QCOMPARE(ids, chat.encode(*openJsonTokenizer(model), kHello, true));
    }
};

}  // namespace tst_chat_template

QTEST_APPLESS_MAIN(tst_chat_template::TestChatTemplate)
#include "tst_chat_template.moc"
