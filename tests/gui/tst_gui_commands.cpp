#include "tests/ui/ui_support/window_fixture.h"
#include "ui/controller/command_lines.h"
#include "ui/widgets/command_button.h"

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
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
