#include "core/run/run_lock.h"
#include "tests/ui/ui_support/sample_runs.h"
#include "ui/controller/lineup.h"
#include "ui/controller/run_catalogue.h"
#include "ui/models/table_text.h"
#include "ui/pages/formats_table.h"
#include "ui/pages/runs_table.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QTemporaryDir>
#include <QTest>

namespace tst_ui_runs {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;
using Outcome = event::Finished::Outcome;
using Status = RunSummary::Status;

namespace {

const auto kTester = QAbstractItemModelTester::FailureReportingMode::QtTest;

RunSummary summaryOf(double parameters, double perplexity, const QString& protocol = QStringLiteral("p")) {
    RunSummary run;
    run.name = run.folder = QStringLiteral("run %1").arg(parameters);
    run.parameters = parameters;
    run.texts = {{QStringLiteral("t"), protocol, 4.5, perplexity + 1, perplexity}};
    return run;
}

}  // namespace

/// What the page of all runs is made of, without a window.
class TestUiRuns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRunsFolderIsSummedUp() {
        const RunSummary run = readSummary(writeSampleRun(place("whole"), {0.25, 5.5, "magnitude"}));
        QCOMPARE(run.status, Status::Complete);
        QCOMPARE(run.method, QStringLiteral("magnitude"));
        QCOMPARE(run.parameters, 195024.0);
        QVERIFY(std::abs(run.ratio - 0.25) < 1e-9);
        QCOMPARE(run.texts.size(), std::size_t{1});  // checkpoints are on fewer tokens and stand apart
        QCOMPARE(run.texts[0].original, 4.507);
        QCOMPARE(run.texts[0].pruned, 6.5);
        QCOMPARE(run.texts[0].last(), 5.5);
        QVERIFY(run.texts[0].key().contains(QStringLiteral("BOS + 511 tokens")));
        QCOMPARE(run.bestCheckpoint, 5.3);
        QCOMPARE(run.bestStep, 20.0);
        QCOMPARE(run.lastCheckpoint, 5.6);
        QCOMPARE(run.steps.size(), std::size_t{40});
        QCOMPARE(run.loss.size(), std::size_t{40});
        QVERIFY(run.changed.isValid());
    }

    void everyEndHasItsWord() {
        QCOMPARE(readSummary(writeSampleRun(place("failed"), {.end = Outcome::Failed})).status, Status::Failed);
        QVERIFY(readSummary(place("failed")).trouble.contains(QStringLiteral("no room on the disk")));
        QCOMPARE(readSummary(writeSampleRun(place("cancelled"), {.end = Outcome::Cancelled})).status, Status::Cancelled);
        writeSampleRun(place("open"), {.end = {}});
        QCOMPARE(readSummary(place("open")).status, Status::Interrupted);
        QCOMPARE(readSummary(place("open")).ratio, -1.0);
        QCOMPARE(readSummary(place("open")).asked, 0.2);
        {
            const RunLock lock(place("open").toStdString());
            QCOMPARE(readSummary(place("open")).status, Status::Running);
        }
        const RunSummary nothing = readSummary(place("nowhere"));
        QCOMPARE(nothing.status, Status::Unreadable);
        QVERIFY(!nothing.trouble.isEmpty() && nothing.name == QStringLiteral("nowhere"));
    }

    void theFrontIsWhatNoOtherRunBeats() {
        std::vector<RunSummary> runs = {summaryOf(200, 5), summaryOf(100, 9),   summaryOf(150, 9.5),
                                        summaryOf(180, 6), summaryOf(200, 4.9), summaryOf(90, 4, QStringLiteral("another")),
                                        RunSummary{}};
        const auto front = paretoFront(runs, runs[0].texts[0].key());
        QCOMPARE(front, (std::vector<std::size_t>{1, 3, 4}));
        QVERIFY(paretoFront(runs, QStringLiteral("nothing")).empty());
    }

    void theTableObeysTheRulesOfModels() {
        RunsTable table;
        QAbstractItemModelTester tester(&table, kTester);
        QSortFilterProxyModel shown;
        QAbstractItemModelTester second(&shown, kTester);
        shown.setSourceModel(&table);
        shown.setSortRole(kValueRole);
        shown.setFilterKeyColumn(-1);
        table.setRows({summaryOf(200, 5), summaryOf(1000, 9), RunSummary{}});
        table.setText(summaryOf(200, 5).texts[0].key());
        const int perplexity = column(table, "Perplexity");
        QCOMPARE(table.index(0, perplexity).data().toString(), QStringLiteral("5.000"));
        QCOMPARE(table.index(2, perplexity).data().toString(), QStringLiteral("–"));
        QVERIFY(!table.index(2, perplexity).data(kValueRole).isValid());
        // As numbers: 1000 before 200. What has no value is first in this order (the page's own puts it last).
        shown.sort(column(table, "Parameters"), Qt::DescendingOrder);
        QCOMPARE(shown.index(1, column(table, "Run")).data().toString(), QStringLiteral("run 1000"));
        shown.setFilterFixedString(QStringLiteral("run 200"));
        QCOMPARE(shown.rowCount(), 1);
        table.setOverlaid({QStringLiteral("run 1000")});
        QCOMPARE(table.index(1, 0).data().toString(), QStringLiteral("1"));
        QVERIFY(table.index(1, 0).data(Qt::DecorationRole).isValid() &&
                !table.index(0, 0).data(Qt::DecorationRole).isValid());
        table.setText(QStringLiteral("another text"));
        QCOMPARE(table.index(0, perplexity).data().toString(), QStringLiteral("–"));
        table.setRows({});
        QCOMPARE(shown.rowCount(), 0);
    }

    void theTableOfFormatsObeysThemToo() {
        FormatsTable table;
        QAbstractItemModelTester tester(&table, kTester);
        std::vector<FormatFacts> rows(2);
        rows[0].format.title = "plain";
        rows[0].known = rows[1].known = true;
        rows[0].bytes = 2e6;
        rows[0].opens = QStringList{QStringLiteral("A"), QStringLiteral("B")};
        rows[1].format.title = "not";
        rows[1].obstacle = QStringLiteral("layers differ");
        rows[1].bytes = 3e6;
        table.setRows(rows);
        QCOMPARE(table.index(0, FormatsTable::kOpens).data().toString(), QStringLiteral("A, B"));
        QVERIFY(table.index(0, FormatsTable::kSize).data().toString().contains(QStringLiteral("2")));
        QVERIFY(!table.index(0, 0).data(Qt::ForegroundRole).isValid());
        QVERIFY(table.index(1, 0).data(Qt::ForegroundRole).isValid());  // grey, and in words
        QVERIFY(table.index(1, FormatsTable::kPossible).data().toString().startsWith(QStringLiteral("✗")));
        QCOMPARE(table.index(1, FormatsTable::kWhy).data().toString(), QStringLiteral("layers differ"));
        QCOMPARE(table.index(1, FormatsTable::kSize).data().toString(), QStringLiteral("–"));
        QCOMPARE(table.index(1, FormatsTable::kOpens).data().toString(), QStringLiteral("–"));
    }

    void tablesAreCopiedWholeAndQuoted() {
        RowTable<QString> table(
            {{QStringLiteral("name|x"), [](const QString& s) { return s; }},
             {QStringLiteral("size"),
              [](const QString& s) { return QStringLiteral("%1 KB").arg(s.size()); },
              true,
              {},
              [](const QString& s) { return QVariant(s.isEmpty() ? QVariant() : QVariant(double(s.size()) + 0.5)); }},
             {QString(), [](const QString&) { return QStringLiteral("no title"); }}});
        table.setRows({QStringLiteral("a|b"), QStringLiteral("say \"hi\""), QString()});
        QCOMPARE(tableMarkdown(table),
                 QStringLiteral("| name\\|x | size |\n|---|---:|\n| a\\|b | 3 KB |\n| say \"hi\" | 8 KB |\n"
                                "| – | 0 KB |\n"));
        QCOMPARE(tableCsv(table), QStringLiteral("\"name|x\",\"size\"\n\"a|b\",3.5\n\"say \"\"hi\"\"\",8.5\n\"\",\n"));
    }

    void theCatalogueReadsInTheBackgroundAndOnlyWhatIsNew() {
        const QStringList folders{writeSampleRun(place("one")), writeSampleRun(place("two"), {.end = {}}), place("gone")};
        RunCatalogue catalogue;
        QSignalSpy changes(&catalogue, &RunCatalogue::changed);
        catalogue.refresh(folders);
        QVERIFY(catalogue.reading() && catalogue.runs().empty());
        QTRY_VERIFY(!catalogue.reading());
        QCOMPARE(catalogue.runs().size(), std::size_t{3});
        changes.clear();
        catalogue.refresh(folders);  // nothing is new: one signal at the end
        QTRY_VERIFY(!catalogue.reading());
        QCOMPARE(changes.count(), 1);
        {
            EventLog log((place("two") + QStringLiteral("/events.jsonl")).toStdString());
            event::Step step;
            step.stage = "prune", step.step = 41, step.loss = 1;
            log.append(step);
        }
        changes.clear();
        catalogue.refresh(folders);
        QTRY_VERIFY(!catalogue.reading());
        QCOMPARE(changes.count(), 2);
        for (const RunSummary& run : catalogue.runs())
            if (run.name == QStringLiteral("two")) QCOMPARE(run.steps.size(), std::size_t{41});
        catalogue.refresh({folders[0]});
        QTRY_VERIFY(!catalogue.reading());
        QCOMPARE(catalogue.runs().size(), std::size_t{1});
    }

    /// A text measured under two protocols has two perplexities; the windows that were kept are of one of them.
    void windowsBelongToThePerplexityOfTheirProtocol() {
        SampleRun run{0.2, 5.3};
        run.windows = "170,171.5";
        const QString folder = writeSampleRun(place("kept"), run);
        const auto windows = [&](const char* role) {
            return readSummary(folder).figures->of(role)->texts.front().windows.nll.size();
        };
        QCOMPARE(windows("recovered"), std::size_t{2});
        writeFile(
            (folder + QStringLiteral("/stages/evaluate.json")).toStdString(),
            R"({"events":1,"perplexity":{"TinyStories":{"protocol":"BOS + 127 tokens","windows":{"nll":[1,2],"tokens":[9,9]}}}})");
        QCOMPARE(windows("recovered"), std::size_t{0});
        QCOMPARE(windows("dense"), std::size_t{2});
    }

    void columnsOfOneNameAreToldApart() {
        SampleRun trained{0, 4.2};
        trained.adapted = true;
        const auto mine = readSummary(writeSampleRun(place("mine"), {0.2, 5.3})).figures;
        const RunSummary first = readSummary(writeSampleRun(place("first"), trained));
        const RunSummary second = readSummary(writeSampleRun(place("second"), trained));
        const auto entries = lineup(mine, {first, second});
        const auto title = [&](const RunSummary& run) {
            return entryOf(entries, QStringLiteral("run:") + run.folder)->title;
        };
        QCOMPARE(title(first), QStringLiteral("Original, same training (first)"));
        QCOMPARE(title(second), QStringLiteral("Original, same training (second)"));
        QCOMPARE(lineup(mine, {first}).back().title, QStringLiteral("Original, same training"));
    }

private:
    QString place(const char* name) const { return m_dir.filePath(QString::fromLatin1(name)); }
    static int column(const QAbstractItemModel& table, const char* title) {
        for (int c = 0; c < table.columnCount(); ++c)
            if (table.headerData(c, Qt::Horizontal).toString() == QLatin1String(title)) return c;
        return -1;
    }

    QTemporaryDir m_dir;
};

}  // namespace tst_ui_runs

QTEST_MAIN(tst_ui_runs::TestUiRuns)
#include "tst_ui_runs.moc"
