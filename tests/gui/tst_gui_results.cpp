#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/controller/text_difference.h"
#include "ui/pages/formats_table.h"
#include "ui/pages/page.h"
#include "ui/theme/format.h"
#include "ui/widgets/stage_rail.h"

#include "core/export/formats.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStandardItemModel>
#include <QTableView>

#include <atomic>

namespace tst_gui_results {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// What is underlined of a story.
QString marked(const QPlainTextEdit* story) {
    QStringList parts;
    for (const QTextEdit::ExtraSelection& selection : story->extraSelections())
        if (selection.format.underlineStyle() != QTextCharFormat::NoUnderline) parts << selection.cursor.selectedText();
    return parts.join(QLatin1Char('|'));
}

}  // namespace

/// What Compare and Export say is about what is there now, and about nothing before it.
class TestGuiResults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { m.close(); }

    void onlyWhatDiffersIsUnderlined() {
        QVERIFY(m.openBundled());
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("compare"));
        const auto* before = m.find<QPlainTextEdit>("story1");
        const auto* after = m.find<QPlainTextEdit>("story3");
        tell("Once", "Once upon a time a cat sat down.", "Once upon a time a dog sat down.");
        QCOMPARE(marked(before), QStringLiteral("cat"));
        QCOMPARE(marked(after), QStringLiteral("dog"));
        QVERIFY(m.label("storyDifference")->text().contains(QStringLiteral("first 4 words")));
        // the same: nothing, and nothing is left over from before
        tell("Once", "Once upon a time.", "Once upon a time.");
        QCOMPARE(marked(before), QString());
        QCOMPARE(marked(after), QString());
        QVERIFY(m.label("storyDifference")->text().contains(QStringLiteral("the same")));
        // different from the first word on: the prompt is no difference
        tell("One day", "One day a bird sang", "One day we went home");
        QCOMPARE(marked(before), QStringLiteral("a bird sang"));
        QCOMPARE(marked(after), QStringLiteral("we went home"));
        // one that has the beginning of the text in front and one that has not
        tell("One day", " One day a bird", "a bird");
        QCOMPARE(marked(before), QString());
    }

    void textsOfDifferentPromptsAreNotCompared() {
        QVERIFY(m.openBundled());
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("compare"));
        Session& session = m.studio->session();
        session.apply(event::Sample{"dense", "Another", "Another text"}, command::Generate{});
        session.flush();
        QCOMPARE(m.find<QPlainTextEdit>("story1")->toPlainText(), QStringLiteral("Another text"));
        QCOMPARE(m.find<QPlainTextEdit>("story3")->toPlainText(), QString());
        QCOMPARE(marked(m.find<QPlainTextEdit>("story1")), QString());
    }

    void aFailedExportTakesTheCertificateAway() {
        std::atomic<bool> fails = false;
        QVERIFY(m.openBundled([&fails, play = usualScript()](const Command& command, testing::Stage& stage) {
            if (fails && std::holds_alternative<command::ExportModel>(command))
                return stage.failed(Error(ErrorCode::Io, "/full", "there is no room on the disk"));
            play(command, stage);
        }));
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("export"));
        m.find<QLineEdit>("exportDestination")->setText(m.dir.filePath(QStringLiteral("out")));
        m.click("export");
        QTRY_VERIFY(!m.studio->engine().busy());
        QVERIFY(m.label("certificateVerdict")->text().contains(QStringLiteral("Passed")));
        fails = true;
        m.click("export");
        QTRY_VERIFY(!m.studio->engine().busy());
        const QString verdict = m.label("certificateVerdict")->text();
        QVERIFY2(!verdict.contains(QStringLiteral("Passed")) && verdict.contains(QStringLiteral("no room on the disk")),
                 qPrintable(verdict));
        QCOMPARE(m.label("certificateDifference")->text(), QStringLiteral("–"));
        QCOMPARE(m.find<StageRail>("stageRail")->state(7), StageState::Stale);
        QVERIFY(!m.find<QPushButton>("certificateCopy")->isVisible());
        fails = false;
        m.click("export");
        QTRY_VERIFY(m.label("certificateVerdict")->text().contains(QStringLiteral("Passed")));
    }

    void impossibleFormatsAreGreyAndSayWhy() {
        QVERIFY(m.openBundled());
        QVERIFY(m.runToTheEnd());  // leaves layers of different sizes
        m.window->showPage(QStringLiteral("export"));
        auto* formats = m.find<QComboBox>("exportFormat");
        const auto* items = qobject_cast<QStandardItemModel*>(formats->model());
        const auto* table = m.find<QTableView>("exportFormats")->model();
        QCOMPARE(table->rowCount(), formats->count());
        const int plain = formats->findData(QStringLiteral("huggingface")),
                  padded = formats->findData(QStringLiteral("padded"));
        QVERIFY(!items->item(plain)->isEnabled() && items->item(padded)->isEnabled());
        QVERIFY(formats->currentIndex() != plain);
        const QString why = table->index(plain, FormatsTable::kWhy).data().toString();
        QVERIFY2(why.contains(QStringLiteral("layer")) && !why.contains(QStringLiteral("--")), qPrintable(why));
        QVERIFY(table->index(plain, FormatsTable::kPossible).data().toString().startsWith(QStringLiteral("✗")));
        QCOMPARE(items->item(plain)->toolTip(), why);
        // a row of the table chooses, unless it cannot be
        auto* view = m.find<QTableView>("exportFormats");
        view->selectRow(padded);
        QCOMPARE(formats->currentIndex(), padded);
        view->selectRow(plain);
        QCOMPARE(formats->currentIndex(), padded);
    }

    void everyFormatSaysItsSizeWhereItOpensAndWhetherItWasVerified() {
        std::atomic<bool> fails = false;
        QVERIFY(m.openBundled([&fails, play = usualScript()](const Command& command, testing::Stage& stage) {
            if (fails && std::holds_alternative<command::ExportModel>(command))
                return stage.failed(Error(ErrorCode::Io, "/full", "there is no room on the disk"));
            play(command, stage);
        }));
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("export"));
        const auto* table = m.find<QTableView>("exportFormats")->model();
        auto* formats = m.find<QComboBox>("exportFormat");
        const auto cell = [&](const char* format, int column) {
            return table->index(formats->findData(QString::fromLatin1(format)), column).data().toString();
        };
        // as it is: what the run measured, in fp32 as the original; zeros instead of what went: the original's size
        QVERIFY2(cell("lorashear", FormatsTable::kSize).contains(QStringLiteral("832")),
                 qPrintable(cell("lorashear", FormatsTable::kSize)));
        QVERIFY2(cell("zeroed", FormatsTable::kSize).contains(QStringLiteral("1.04")),
                 qPrintable(cell("zeroed", FormatsTable::kSize)));
        QCOMPARE(cell("huggingface", FormatsTable::kSize), QStringLiteral("–"));  // cannot be written
        QVERIFY(cell("padded", FormatsTable::kOpens).contains(QStringLiteral("transformers")));
        QVERIFY(!cell("padded", FormatsTable::kOpens).contains(QStringLiteral("llama.cpp")));
        QVERIFY(cell("huggingface-code", FormatsTable::kOpens).contains(QStringLiteral("modelling file")));
        QVERIFY(cell("gguf", FormatsTable::kOpens).contains(QStringLiteral("llama.cpp")));
        // sizes follow the type that is chosen
        formats->setCurrentIndex(formats->findData(QStringLiteral("zeroed")));
        auto* types = m.find<QComboBox>("exportType");
        m.choose("exportType", types->findData(QStringLiteral("F16")));
        QVERIFY2(cell("zeroed", FormatsTable::kSize).contains(QStringLiteral("520")),
                 qPrintable(cell("zeroed", FormatsTable::kSize)));
        // one certificate for each format: one failure takes nothing from another
        QVERIFY(cell("zeroed", FormatsTable::kCertificate).contains(QStringLiteral("not written")));
        m.find<QLineEdit>("exportDestination")->setText(m.dir.filePath(QStringLiteral("out")));
        m.click("export");
        QTRY_VERIFY(cell("zeroed", FormatsTable::kCertificate).contains(QStringLiteral("verified")));
        fails = true;
        formats->setCurrentIndex(formats->findData(QStringLiteral("padded")));
        m.click("export");
        QTRY_VERIFY(cell("padded", FormatsTable::kCertificate).contains(QStringLiteral("failed")));
        QVERIFY(cell("zeroed", FormatsTable::kCertificate).contains(QStringLiteral("verified")));
        // the keyboard reads the whole reason below the table
        m.find<QTableView>("exportFormats")
            ->setCurrentIndex(table->index(formats->findData(QStringLiteral("huggingface")), 0));
        QCOMPARE(m.label("formatWhy")->text(), QStringLiteral("%1: %2").arg(cell("huggingface", FormatsTable::kFormat),
                                                                            cell("huggingface", FormatsTable::kWhy)));
    }

    /// What was merged is rounded: what that costs stands beside what the writing did, for exports that have it.
    void roundingOfWhatWasMergedIsAFigure() {
        QVERIFY(m.openBundled());
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("export"));
        const QLabel* rounding = m.label("certificateRounding");
        QVERIFY(!rounding->isVisible());
        const QString folder = m.dir.filePath(QStringLiteral("merged"));
        QVERIFY(QDir().mkpath(folder));
        QFile record(folder + QStringLiteral("/pruning.json"));
        QVERIFY(record.open(QIODevice::WriteOnly));
        record.write(R"({"rounding":{"to":"BF16","max_abs_logit_difference":0.0625,"max_abs_logit":12.5}})");
        record.close();
        const auto exportTo = [&](const QString& place) {
            m.find<QLineEdit>("exportDestination")->setText(place);
            m.click("export");
            return QTest::qWaitFor([&] {
                const auto& seen = m.studio->session().run().certificate;
                return seen && seen->path == place.toStdString() && !m.studio->engine().busy();
            });
        };
        QVERIFY(exportTo(folder));
        QTRY_VERIFY(rounding->isVisible());
        QCOMPARE(rounding->text(), formatNumber(0.0625, 3));
        QVERIFY(rounding->toolTip().contains(QStringLiteral("BF16")) &&
                rounding->toolTip().contains(QStringLiteral("12.5")));
        QVERIFY(exportTo(m.dir.filePath(QStringLiteral("plain"))));
        QTRY_VERIFY(!rounding->isVisible());
    }

    /// A large window has the room to say of every format what it is for and where it opens; a small one keeps to the row that is chosen.
    void roomIsUsedToExplainTheFormats() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("export"));
        m.window->resize(1920, 1080);
        auto* guide = m.find<QWidget>("formatGuide");
        QTRY_VERIFY(guide->isVisible());
        QApplication::processEvents();
        QWidget* page = m.window->page(QStringLiteral("export"));
        for (const ExportFormat& format : exportFormats()) {
            const QString name = QStringLiteral("guide_") + QString::fromStdString(format.id);
            for (const char* part : {"_title", "_purpose", "_opens"}) {
                const QLabel* label = m.label(qPrintable(name + QLatin1String(part)));
                QVERIFY2(label->isVisible() && label->height() >= label->heightForWidth(label->width()), qPrintable(name));
            }
            QCOMPARE(m.label(qPrintable(name + QLatin1String("_purpose")))->text(), QString::fromStdString(format.purpose));
        }
        QVERIFY(guide->mapTo(page, guide->rect().bottomLeft()).y() > page->height() * 3 / 5);
        const auto* table = m.find<QTableView>("exportFormats");
        for (const QSize size : {QSize(1280, 800), QSize(1920, 1080), QSize(1024, 640), QSize(1280, 800)}) {
            m.window->resize(size);
            QTRY_COMPARE(m.window->size(), size);
            const auto below = [&] {  // the last row
                const int last = table->model()->rowCount() - 1;
                return table->viewport()->height() - table->rowViewportPosition(last) - table->rowHeight(last);
            };
            QTRY_VERIFY2(below() >= 0 && below() < table->rowHeight(0), qPrintable(QString::number(below())));
            QTRY_COMPARE(guide->isVisible(), size.height() > 640);
        }
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("export"));
        QTRY_VERIFY(m.label("guide_huggingface_opens")->text().contains(QStringLiteral("layer")));  // why not
        m.window->resize(1024, 640);
        QTRY_VERIFY(!guide->isVisible());
    }

    void exportStaysUnderThePointer() {
        QVERIFY(m.openBundled());
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("export"));
        auto* formats = m.find<QComboBox>("exportFormat");
        const QPushButton* button = m.find<QPushButton>("export");
        QApplication::processEvents();
        const QPoint place = button->mapTo(m.window.get(), QPoint(0, 0));
        for (int i = 0; i < formats->count(); ++i) {
            formats->setCurrentIndex(i);
            QApplication::processEvents();
            QCOMPARE(button->mapTo(m.window.get(), QPoint(0, 0)), place);
        }
    }

private:
    void tell(const char* prompt, const char* before, const char* after) {
        Session& session = m.studio->session();
        session.apply(event::Sample{"dense", prompt, before}, command::Generate{});
        session.apply(event::Sample{"recovered", prompt, after}, command::Generate{});
        session.flush();
    }

    WindowFixture m;
};

}  // namespace tst_gui_results

QTEST_MAIN(tst_gui_results::TestGuiResults)
#include "tst_gui_results.moc"
