#include "core/base/error.h"
#include "core/run/recipe_help.h"
#include "tests/ui/ui_support/sample_session.h"
#include "ui/controller/data_uses.h"
#include "ui/controller/machine_speed.h"
#include "ui/controller/places.h"
#include "ui/controller/session.h"
#include "ui/controller/standing.h"
#include "ui/controller/token_counts.h"
#include "ui/widgets/checked_line.h"
#include "ui/widgets/group_chart.h"
#include "ui/widgets/item_list.h"

#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

namespace tst_ui_data {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// What the recipe reads, and the small parts that the Data and Run tabs are made of.
class TestUiData : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anotherModelDoesNotSilentlyTrainOnTinyStories() {
        const Recipe recipe = startingRecipe(m_dir.path());
        for (const DataFile& file : dataFiles(recipe)) {
            QVERIFY2(
                !file.path.endsWith(QLatin1String("train_excerpt.txt")) && !file.path.endsWith(QLatin1String("/valid.txt")),
                qPrintable(file.path));
            QVERIFY(file.bytes > 0 || file.path.isEmpty());  // empty: held out of the training texts
        }
        const QStringList warnings = dataWarnings(recipe);
        QCOMPARE(warnings.size(), 1);  // sample texts, said so; nothing is both worked on and judged by
        QVERIFY(warnings[0].contains(QStringLiteral("wikipedia_train.txt")));
        QVERIFY(dataWarnings(startingRecipe(bundledModel())).isEmpty());
    }

    void tinyStoriesForAnotherModelAreToldOf() {
        Recipe recipe = startingRecipe(bundledModel());
        recipe.model.path = m_dir.path().toStdString();
        const QStringList warnings = dataWarnings(recipe);
        QCOMPARE(warnings.size(), 1);
        QVERIFY2(
            warnings[0].contains(QStringLiteral("TinyStories")) && warnings[0].contains(QStringLiteral("train_excerpt.txt")),
            qPrintable(warnings[0]));
    }

    void oneFileForWorkAndJudgementIsToldOf_data() {
        QTest::addColumn<int>("use");
        QTest::newRow("analysis") << int(DataUse::Analysis);
        QTest::newRow("training") << int(DataUse::Training);
        QTest::newRow("recovery") << int(DataUse::Recovery);
    }
    void oneFileForWorkAndJudgementIsToldOf() {
        QFETCH(int, use);
        Recipe recipe = startingRecipe(bundledModel());
        // by another way to the same file: names do not matter
        const QString link = m_dir.filePath(QStringLiteral("link%1.txt").arg(use));
        QVERIFY(QFile::link(QString::fromStdString(recipe.evaluation.texts[0].path), link));
        const std::string same = link.toStdString();
        if (use == int(DataUse::Analysis)) recipe.analysis.text.path = same;
        if (use == int(DataUse::Training)) recipe.training.sources[0].path = same;
        if (use == int(DataUse::Recovery)) recipe.recovery.phases[0].sources[0].path = same;
        const QStringList warnings = dataWarnings(recipe);
        QCOMPARE(warnings.size(), 1);
        QVERIFY2(warnings[0].contains(QStringLiteral("final evaluation")) &&
                     warnings[0].contains(QStringLiteral("better than it is")),
                 qPrintable(warnings[0]));
        if (use == int(DataUse::Recovery)) {
            recipe.recovery.enabled = false;  // not read then
            QVERIFY(dataWarnings(recipe).isEmpty());
        }
    }

    void missingFilesAreToldOfOnce() {
        Recipe recipe = startingRecipe(bundledModel());
        recipe.training.sources[0].path = recipe.analysis.text.path = "/nowhere/at/all.txt";
        const QStringList warnings = dataWarnings(recipe);
        QCOMPARE(warnings.size(), 1);
        QVERIFY(warnings[0].contains(QStringLiteral("/nowhere/at/all.txt")));
    }

    void problemsOfFilesAreSentences() {
        const QString text = write("plain.txt", "A story.\n\nAnother."),
                      lines = write("lines.jsonl", "{\"text\": \"a\"}\n{\"txt\": 1}\n");
        QVERIFY(documentsProblem(text, SourceFormat::Auto).isEmpty());
        QVERIFY(textProblem(text).isEmpty());
        QVERIFY(documentsProblem(lines, SourceFormat::Auto).contains(QStringLiteral("2")));  // the line
        QVERIFY(!documentsProblem(text, SourceFormat::Alpaca).isEmpty());
        QVERIFY(documentsProblem(lines, SourceFormat::Text).isEmpty());
        QVERIFY(!textProblem(QStringLiteral("/nowhere/at/all.txt")).isEmpty());
        QVERIFY(textProblem(m_dir.path()).contains(QStringLiteral("folder")));
        QVERIFY(!textProblem({}).isEmpty());
        QVERIFY(tasksProblem({}).isEmpty());
        QVERIFY(!tasksProblem(text).isEmpty());
        QVERIFY(tasksProblem(m_dir.path()).isEmpty());  // a .jsonl file lies in it
    }

    void typedPathsBecomeWholeOnes() {
        QCOMPARE(typedPath(QStringLiteral("  ~/a.txt ")), QDir::homePath() + QStringLiteral("/a.txt"));
        QCOMPARE(typedPath(QStringLiteral("'/a b/c.txt'")), QStringLiteral("/a b/c.txt"));
        QCOMPARE(typedPath(QStringLiteral("file:///a/%20b.txt")), QStringLiteral("/a/ b.txt"));
        QCOMPARE(typedPath(QStringLiteral("a/../b.txt")), QDir::current().absoluteFilePath(QStringLiteral("b.txt")));
        QCOMPARE(typedPath(QStringLiteral(" ")), QString());
    }

    void everyFieldHasItsHelpAndOthersAreRefused() {
        QVERIFY(recipeFieldHelp("/training/sources/*/path").find("File") == 0);
        QVERIFY(!recipeFieldHelp("/seed").empty());
        QVERIFY_EXCEPTION_THROWN(recipeFieldHelp("/sed"), Error);
    }

    void speedIsReadFromTheProbe() {
        const auto speed = machineSpeedOf(
            R"({"fp32_gflops": 190.5, "bf16_gflops": 700, "mixed_pays": true, "threads": 2, "cores": 4, "cuda": ""})");
        QVERIFY(speed && speed->mixedPays && speed->fp32Gflops == 190.5 && speed->cores == 4 &&
                speed->cudaProblem.isEmpty());
        QVERIFY(!machineSpeedOf("{}"));
        QVERIFY(!machineSpeedOf(""));
    }

    void refusedEntriesStayToBeMended() {
        CheckedLine line;
        line.setCheck([](const QString& entry) {
            return entry == QLatin1String("good") ? QString() : QStringLiteral("That is not good.");
        });
        QSignalSpy entered(&line, &CheckedLine::entered);
        line.setValue(QStringLiteral("before"));
        line.show();
        line.line()->setFocus();
        line.line()->selectAll();
        QTest::keyClicks(line.line(), QStringLiteral("bad"));
        QTest::keyClick(line.line(), Qt::Key_Return);
        QCOMPARE(entered.count(), 0);
        QCOMPARE(line.problem(), QStringLiteral("That is not good."));
        QCOMPARE(line.line()->text(), QStringLiteral("bad"));
        line.setValue(QStringLiteral("before"));  // something else changed: nothing typed is lost
        QCOMPARE(line.line()->text(), QStringLiteral("bad"));
        QTest::keyClick(&line, Qt::Key_Escape);
        QTest::keyClick(line.line(), Qt::Key_Escape);
        QCOMPARE(line.line()->text(), QStringLiteral("before"));
        QVERIFY(line.problem().isEmpty());
        line.offer(QStringLiteral(" good "));
        QCOMPARE(entered.count(), 1);
        QCOMPARE(entered[0][0].toString(), QStringLiteral("good"));
    }

    void listsAreOrderedByKeyboardAndKeepTheirLeast() {
        Session session;
        session.edit(QStringLiteral("texts"), [](Recipe& r) {
            r.training.sources = {{"a", "/a", {}}, {"b", "/b", {}}, {"c", "/c", {}}};
        });
        ItemList list(session, QStringLiteral("items"), QStringLiteral("Items"), QStringLiteral("item"),
                      itemOps<RecipeSource>([](Recipe& r) -> std::vector<RecipeSource>& { return r.training.sources; },
                                            [](const RecipeSource& s) { return QString::fromStdString(s.name); },
                                            [](const RecipeSource&) { return QString(); }, 1));
        auto* rows = list.findChild<QListWidget*>(QStringLiteral("items"));
        const auto names = [&] {
            QString all;
            for (const RecipeSource& source : session.recipe().training.sources) all += QString::fromStdString(source.name);
            return all;
        };
        QCOMPARE(list.current(), 0);
        QTest::keyClick(rows, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(names(), QStringLiteral("bac"));
        QCOMPARE(list.current(), 1);  // the choice goes along
        QTest::keyClick(rows, Qt::Key_Delete);
        QCOMPARE(names(), QStringLiteral("bc"));
        QTest::keyClick(rows, Qt::Key_Delete);
        QTest::keyClick(rows, Qt::Key_Delete);
        QCOMPARE(names(), QStringLiteral("b"));
        for (int i = 0; i < 3; ++i) session.undoStack().undo();
        QCOMPARE(names(), QStringLiteral("abc"));
        QCOMPARE(rows->count(), 3);
        QSignalSpy wanted(&list, &ItemList::addWanted);
        QTest::keyClick(rows, Qt::Key_Insert);
        QCOMPARE(wanted.count(), 1);
    }

    void chartIsWalkedByKeyboardAndSurvivesThousands() {
        GroupChart chart(QStringLiteral("chart"), QStringLiteral("Chart"));
        chart.resize(300, 120);
        std::vector<GroupBar> bars;
        for (int i = 0; i < 11008; ++i) bars.push_back({i, 0.001 * i, i + 1, i < 2000, QStringLiteral("bar %1").arg(i)});
        bars[5].score = 1e9;
        chart.setBars(bars, 0);
        QVERIFY(!chart.grab().isNull());
        chart.setBars(std::vector<GroupBar>(bars.begin(), bars.begin() + 4), 0);
        QSignalSpy changed(&chart, &GroupChart::currentChanged);
        QTest::keyClick(&chart, Qt::Key_Right);
        QTest::keyClick(&chart, Qt::Key_Right);
        QCOMPARE(chart.current(), 1);
        QCOMPARE(chart.accessibleDescription(), QStringLiteral("bar 1"));
        QTest::keyClick(&chart, Qt::Key_End);
        QTest::keyClick(&chart, Qt::Key_Right);  // stays at the end
        QCOMPARE(chart.current(), 3);
        QCOMPARE(changed.count(), 3);
        QTest::mouseClick(&chart, Qt::LeftButton, {}, QPoint(40, 60));
        QCOMPARE(chart.current(), 0);
    }

    void whyANodeGroupIsKeptIsSaidInWords() {
        Session session;
        const Command command = command::OpenModel{"/models/sample"};
        session.beginCommand(command);
        session.apply(sampleModel("/models/sample"), command);
        session.apply(event::StructureFound{sampleStructure()}, command);
        session.apply(event::KnowledgeFinished{sampleKnowledge()}, command::AnalyseKnowledge{});
        session.flush();
        QVERIFY(planWords(session, 0).contains(QStringLiteral("knowledge analysis")));  // marked by its rank
        QVERIFY(knowledgeWords(session, 0).contains(QStringLiteral("kept whole")));
        QVERIFY(planWords(session, 2).contains(QStringLiteral("go, each")));
        QVERIFY(whyKeptWhole(session, 2).isEmpty());
        session.edit(QStringLiteral("all may go"), [](Recipe& r) { r.plan.useKnowledge = false; });
        QVERIFY(whyKeptWhole(session, 0).isEmpty());
        QVERIFY(knowledgeWords(session, 0).contains(QStringLiteral("does not respect the analysis")));  // marked, and yet
        session.undoStack().undo();
        session.setOverride(2, Override::Protect);
        QVERIFY(planWords(session, 2).contains(QStringLiteral("You protect it")));
        session.setOverride(0, Override::Allow);
        QVERIFY(knowledgeWords(session, 0).contains(QStringLiteral("you allow it")));
        const int hidden = session.structure()->find("hidden")->id;
        QVERIFY(whyKeptWhole(session, hidden).contains(QStringLiteral("residual stream")));
        QVERIFY(planWords(session, -1).isEmpty() && planWords(session, 10000).isEmpty());
    }

    /// A text without blank lines is one paragraph, which is neither encoded nor filtered at once.
    void aLongParagraphIsCountedInPieces() {
        const QByteArray sentence = "Once upon a time there was a small cat. ";
        const QString few = write("few.txt", sentence.repeated(100).constData());
        const QString many = write("many.txt", sentence.repeated(80000).constData());
        const RecipeSource small{"few", few.toStdString()}, large{"many", many.toStdString()};
        for (const int shortest : {0, 64}) {
            TokenCounts counts;
            counts.want(bundledModel(), shortest, {small, large});
            QTRY_VERIFY_WITH_TIMEOUT(counts.of(small) && counts.of(large), 60000);
            QVERIFY2(counts.of(large)->problem.isEmpty(), qPrintable(counts.of(large)->problem));
            QVERIFY(counts.of(small)->exact && !counts.of(large)->exact);
            const double wanted = 800.0 * double(counts.of(small)->tokens);
            QVERIFY(wanted > 0 && std::abs(double(counts.of(large)->tokens) / wanted - 1) < 0.01);
        }
    }

private:
    QString write(const char* name, const char* content) {
        QFile file(m_dir.filePath(QString::fromLatin1(name)));
        if (file.open(QIODevice::WriteOnly)) file.write(content);
        return file.fileName();
    }
    QTemporaryDir m_dir;
};

}  // namespace tst_ui_data

QTEST_MAIN(tst_ui_data::TestUiData)
#include "tst_ui_data.moc"
