#include "tests/ui/ui_support/window_fixture.h"
#include "ui/controller/command_lines.h"
#include "ui/pages/sweep_dialog.h"
#include "ui/widgets/command_button.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QProcess>
#include <QSpinBox>

namespace tst_gui_commands {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

struct Ran {
    int code = -1;
    QByteArray out, err;
};

/// As a person pastes it into a shell.
Ran pasted(const QString& command) {
    QProcess shell;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PATH"),
                       QStringLiteral(LORASHEAR_CLI_FOLDER ":") + environment.value(QStringLiteral("PATH")));
    shell.setProcessEnvironment(environment);
    shell.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), command});
    shell.waitForFinished(120000);
    return {shell.exitCode(), shell.readAllStandardOutput(), shell.readAllStandardError()};
}

}  // namespace

/// "Copy command" on every page: what is copied is what was shown, and a shell takes it.
class TestGuiCommands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CACHE_HOME", m.dir.filePath(QStringLiteral("cache")).toUtf8()); }
    void cleanup() { m.close(); }

    void wordsAreQuotedForTheShell() {
        QCOMPARE(shellWord(QStringLiteral("/a/b-c_1.json")), QStringLiteral("/a/b-c_1.json"));
        QCOMPARE(shellWord(QString()), QStringLiteral("''"));
        const QString odd = QStringLiteral("it's $HOME; `x` \"y\"");
        QCOMPARE(pasted(QStringLiteral("printf %s ") + shellWord(odd)).out, odd.toUtf8());
    }

    void everyPageWithACommandHasTheButton() {
        QVERIFY(m.openBundled());
        QVERIFY(m.runToTheEnd());
        const std::pair<const char*, const char*> buttons[] = {
            {"model", "copyInspectCommand"}, {"graph", "copyGraphCommand"}, {"knowledge", "copyAnalysisCommand"},
            {"plan", "copyCommand"},         {"run", "copyRunCommand"},     {"compare", "copyGenerateCommand"},
            {"export", "copyExportCommand"}};
        for (const auto& [page, name] : buttons) {
            m.window->showPage(QString::fromLatin1(page));
            auto* button = m.find<CommandButton>(name);
            QVERIFY2(button && button->isVisible(), name);
            if (QString::fromLatin1(page) == QLatin1String("export"))
                m.find<QLineEdit>("exportDestination")->setText(m.dir.filePath(QStringLiteral("my export")));
            QApplication::clipboard()->clear();
            m.click(name);
            const QString copied = QApplication::clipboard()->text();
            QVERIFY2(copied.startsWith(QStringLiteral("lorashear ")), qPrintable(QString::fromLatin1(name) + copied));
            // what resting on it shows is that command; a run's folder is named anew each time
            if (!copied.contains(QStringLiteral(" run "))) QCOMPARE(button->preview(), copied);
            QVERIFY2(button->toolTip().contains(button->preview()), name);
            QCOMPARE(button->accessibleDescription(), button->toolTip());
        }
    }

    void nothingIsWrittenByLooking() {
        QVERIFY(m.openBundled());
        m.studio->session().edit(QStringLiteral("seed"), [](Recipe& r) { r.seed = 4711; });
        const QDir recipes(m.dir.filePath(QStringLiteral("lorashear/recipes")));
        const auto before = recipes.entryList(QDir::Files).size();
        const QString shown = m.find<CommandButton>("copyAnalysisCommand")->preview();
        QVERIFY2(shown.contains(QLatin1Char('<')), qPrintable(shown));  // not there yet
        QCOMPARE(recipes.entryList(QDir::Files).size(), before);
        const QString copied = m.studio->analysisCommand();
        QCOMPARE(recipes.entryList(QDir::Files).size(), before + 1);
        QCOMPARE(m.find<CommandButton>("copyAnalysisCommand")->preview(), copied);
    }

    void aSweepIsCountedWrittenAndTakenByTheBench() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("export"));
        m.click("makeSweep");
        auto* dialog = m.find<SweepDialog>("sweepDialog");
        QVERIFY(dialog);
        auto* methods = m.find<QListWidget>("sweepMethods");
        QVERIFY2(m.label("sweepJobs")->text().startsWith(QStringLiteral("2 jobs")),
                 qPrintable(m.label("sweepJobs")->text()));
        for (int i = 0; i < methods->count(); ++i)
            if (methods->item(i)->data(Qt::UserRole).toString() == QLatin1String("magnitude"))
                methods->item(i)->setCheckState(Qt::Checked);
        m.find<QLineEdit>("sweepRatios")->setText(QStringLiteral("20, thirty"));
        QVERIFY(!m.find<QPushButton>("sweepWrite")->isEnabled() && m.label("sweepProblem")->isVisible());
        m.find<QLineEdit>("sweepRatios")->setText(QStringLiteral("20, 30"));
        m.find<QLineEdit>("sweepSeeds")->setText(QStringLiteral("1 2"));
        QCOMPARE(m.label("sweepJobs")->text(),
                 QStringLiteral("10 jobs: methods 2 × ratios 2 × seeds 2, and the original once a seed"));
        const QString folder = m.dir.filePath(QStringLiteral("a sweep"));
        m.find<QLineEdit>("sweepFolder")->setText(folder);
        QVERIFY(!m.find<QPushButton>("sweepCopy")->isEnabled());
        m.click("sweepWrite");
        QTRY_VERIFY2_WITH_TIMEOUT(m.find<QPushButton>("sweepCopy")->isEnabled() || m.label("sweepProblem")->isVisible(),
                                  "neither written nor refused", 20000);
        QVERIFY2(!m.label("sweepProblem")->isVisible(), qPrintable(m.label("sweepProblem")->text()));
        m.click("sweepCopy");
        const QString command = QApplication::clipboard()->text();
        QCOMPARE(command, m.find<QLineEdit>("sweepCommand")->text());
        const Ran checked = pasted(command + QStringLiteral(" --check"));
        QVERIFY2(checked.code == 0, checked.err.constData());
        QCOMPARE(checked.out.count(" steps, "), 10);
        QVERIFY(QDir(folder).entryList(QDir::AllEntries | QDir::NoDotAndDotDot).size() == 3);  // a check leaves nothing
        // the batch system's script: a shell takes it, and it starts this bench with the array's tasks
        const QString script = QDir(folder).filePath(QStringLiteral("slurm-array.sh"));
        QCOMPARE(pasted(QStringLiteral("bash -n ") + shellWord(script)).code, 0);
        const QString sourced = QStringLiteral("srun() { echo \"$@\"; }; exec() { \"$@\"; }; . ") + shellWord(script);
        const Ran started = pasted(QStringLiteral("bash -c ") + shellWord(sourced));
        QVERIFY2(
            started.out.contains("bench " + folder.toUtf8() + "/sweep.json --out " + folder.toUtf8() + "/results --shared"),
            (started.out + started.err).constData());
        QFile text(script);
        QVERIFY(text.open(QFile::ReadOnly) && text.readAll().contains("--array=0-7"));
        dialog->reject();
    }

    void aSweepThatTheBenchRefusesIsNotWritten() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("export"));
        m.click("makeSweep");
        const QString folder = m.dir.filePath(QStringLiteral("refused"));
        m.find<QLineEdit>("sweepFolder")->setText(folder);
        m.studio->session().edit(QStringLiteral("text"),
                                 [](Recipe& r) { r.evaluation.texts.front().path = "/nowhere.txt"; });
        m.click("sweepWrite");
        QTRY_VERIFY(m.label("sweepProblem")->isVisible());
        QVERIFY2(m.label("sweepProblem")->text().contains(QStringLiteral("/nowhere.txt")),
                 qPrintable(m.label("sweepProblem")->text()));
        QVERIFY(!QDir(folder).exists() && !m.find<QPushButton>("sweepCopy")->isEnabled());
    }

    void aFieldThatIsWrongGivesNoCommand() {
        QVERIFY(m.openBundled());
        m.studio->session().setProblem(QStringLiteral("seed"), QStringLiteral("Seed"), QStringLiteral("is no number"));
        QVERIFY(m.studio->analysisCommand().isEmpty());
        QVERIFY(m.studio->commandLine().isEmpty());
    }

    void theShellRunsThem() {
        QVERIFY(m.openBundled());
        m.studio->session().edit(QStringLiteral("short"), [](Recipe& r) {
            r.analysis.ratios = {0.5};
            r.analysis.text.maxWindows = 2;
            r.analysis.text.window = 64;
        });
        const Ran inspected = pasted(inspectCommand(m.studio->session()));
        QVERIFY2(inspected.code == 0, inspected.err.constData());
        const Ran traced = pasted(graphCommand(m.studio->session()));
        QVERIFY2(traced.code == 0 && traced.out.contains("260032"), traced.err.constData());
        const Ran analysed = pasted(m.studio->analysisCommand() + QStringLiteral(" --json"));
        QVERIFY2(analysed.code == 0 && analysed.out.contains("baseline_nll"), analysed.err.constData());
        const Ran written = pasted(generateCommand({{"original", bundledModel().toStdString()}},
                                                   QStringLiteral("Once upon a time"), 5, 0, 1, false));
        QVERIFY2(written.code == 0 && written.out.contains("Once upon a time"), written.err.constData());
    }

private:
    WindowFixture m;
};

}  // namespace tst_gui_commands

QTEST_MAIN(tst_gui_commands::TestGuiCommands)
#include "tst_gui_commands.moc"
