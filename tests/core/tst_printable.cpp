// What files say is shown without power over the terminal that shows it.

#include "core/base/error.h"
#include "core/base/printable.h"

#include <QtTest>

namespace tst_printable {

using namespace lorashear;

class TestPrintable : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void controlCharactersAreMadeVisible() {
        QCOMPARE(printable("a\x1b[2Jb\x07"), std::string("a\\x1b[2Jb\\x07"));
        QCOMPARE(printable("tab\tline\n"), std::string("tab\tline\n"));
        QCOMPARE(printable("\r\x7f"), std::string("\\x0d\\x7f"));
        QCOMPARE(printable("\xC2\x9b"
                           "2J"),
                 std::string("\\xc2\\x9b2J"));  // the one-character form of ESC [
        QCOMPARE(printable(std::string_view("\0", 1)), std::string("\\x00"));
    }

    void textOfAllLanguagesPasses() {
        for (const char* text : {"é", "日本", "🙂", "\xC2\xA0", "العربية"}) QCOMPARE(printable(text), std::string(text));
        QCOMPARE(printable("\xC3"), std::string("\\xc3"));
        QCOMPARE(printable("\xED\xA0\x80"), std::string("\\xed\\xa0\\x80"));
        QCOMPARE(printable("\xC0\xAF"), std::string("\\xc0\\xaf"));
    }

    void longTextIsCutAtACharacter() {
        QCOMPARE(printable("ééé", 3), std::string("éé\xE2\x80\xA6"));
        QCOMPARE(printable("abc", 3), std::string("abc"));
    }

    void errorsQuoteFilesSafely() {
        const Error error(ErrorCode::BadInput, "f\x1b", "model_type \"\x1b]0;owned\x07\"", std::string(10'000'000, 'x'));
        QCOMPARE(error.subject(), std::string("f\\x1b"));
        QCOMPARE(error.message(), std::string("model_type \"\\x1b]0;owned\\x07\""));
        QVERIFY(error.hint().size() < 5000);
        QVERIFY(std::string(error.what()).find('\x1b') == std::string::npos);
    }
};

}  // namespace tst_printable

QTEST_APPLESS_MAIN(tst_printable::TestPrintable)
#include "tst_printable.moc"
