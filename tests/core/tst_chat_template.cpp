// Chat templates without Python: what is refused, and in which words. tests/interop compares what is written with transformers.

#include "core/text/chat_template.h"
#include "core/text/json_tokenizer.h"
#include "core/text/sentencepiece_tokenizer.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"

#include <nlohmann/json.hpp>

#include <QtTest>

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
        QVERIFY(says(refusal("{% macro f() %}{% endmacro %}"), ErrorCode::Unsupported, "{% macro %}"));
        QVERIFY(says(refusal("{{ messages | tojson }}"), ErrorCode::Unsupported, "the filter tojson"));
        QVERIFY(says(refusal("{{ strftime_now('%d') }}"), ErrorCode::Unsupported, "strftime_now()"));
        QVERIFY(says(refusal("{{ 'a'.title() }}"), ErrorCode::Unsupported, ".title()"));
        QVERIFY(says(refusal("{{ messages is divisibleby(3) }}"), ErrorCode::Unsupported, "divisibleby"));
        QVERIFY(says(refusal("{% for a, b in messages %}{% endfor %}"), ErrorCode::Unsupported, "pairs"));
        QVERIFY(says(refusal("{{ {'a': 1} }}"), ErrorCode::Unsupported, "dictionary"));
        QCOMPARE(rendered("{% if false %}{{ messages | tojson }}{% endif %}x"), std::string("x"));  // never reached
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

QTEST_APPLESS_MAIN(TestChatTemplate)
#include "tst_chat_template.moc"
