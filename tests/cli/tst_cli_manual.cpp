// The manual keeps its word: what its pages say to type is typed here, in their order, and must print what they show.

#include "manual_pages.h"
#include "ran_program.h"

#include <QtTest>

namespace tst_cli_manual {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

constexpr int kLongest = 240000;  ///< milliseconds that one block may take

const QString kPrograms = QStringLiteral(LORASHEAR_CLI_FOLDER);

/// What cannot be here: other machines, and a window that someone closes. Each does what the real one would, once and on this machine.
const std::pair<const char*, const char*> kStandIns[] = {
    {"torchrun", "while [ \"$1\" != lorashear ]; do shift; done\nexec \"$@\"\n"},
    {"srun", "while [ \"${1#--}\" != \"$1\" ]; do shift; done\nexec \"$@\"\n"},
    {"sbatch", "exec bash \"$@\"\n"},
    {"lorashear-studio", "program=" LORASHEAR_CLI_FOLDER "/lorashear-studio\n"
                         "[ -x \"$program\" ] || exit 0  # built without the window\n"
                         "QT_QPA_PLATFORM=offscreen exec \"$program\" --safe-mode --exit-when-shown \"$@\"\n"},
};

void writeProgram(const QString& path, const QByteArray& body) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("#!/bin/bash\n" + body);
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

struct Typed {
    int code = -1;
    QString printed;  ///< standard output, then standard error
};

/// As a person types it into a shell, in a folder where resources/ lies as it does in a clone.
Typed typed(const QString& commands, const QString& folder, const QString& standIns) {
    QProcess shell;
    prepare(shell);
    auto environment = shell.processEnvironment();
    environment.insert(QStringLiteral("PATH"), standIns + QLatin1Char(':') + kPrograms + QLatin1Char(':') +
                                                   environment.value(QStringLiteral("PATH")));
    environment.insert(QStringLiteral("DATA"), QStringLiteral("resources"));
    for (const char* name : {"RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"})
        environment.remove(QString::fromLatin1(name));
    shell.setProcessEnvironment(environment);
    shell.setWorkingDirectory(folder);
    shell.start(QStringLiteral("bash"), {QStringLiteral("-e"), QStringLiteral("-c"), commands});
    if (!shell.waitForFinished(kLongest)) {
        shell.kill();
        shell.waitForFinished();
        return {-1, QStringLiteral("it took too long")};
    }
    const QString out = QString::fromUtf8(shell.readAllStandardOutput());
    return {shell.exitCode(), out + QLatin1Char('\n') + QString::fromUtf8(shell.readAllStandardError())};
}

/// `lorashear …` between single backquotes, outside of blocks.
QStringList commandsInText(QString markdown) {
    static const QRegularExpression block(
        QStringLiteral("^```.*?^```$"),
        QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression span(QStringLiteral("`(lorashear [^`]+)`"));
    QStringList commands;
    for (auto match = span.globalMatch(markdown.remove(block)); match.hasNext();) commands << match.next().captured(1);
    commands.removeDuplicates();
    return commands;
}

}  // namespace

class TestCliManual : public QObject, private OwnFolder {
    Q_OBJECT

    QString m_standIns;

private Q_SLOTS:
    void initTestCase() {
        m_standIns = place("stand-ins");
        QVERIFY(QDir().mkpath(m_standIns));
        for (const auto& [name, body] : kStandIns) writeProgram(m_standIns + QLatin1Char('/') + QLatin1String(name), body);
    }

    void linesAreToldApart() {
        QVERIFY(isShownLine("perplexity 4.51  (…)", "  perplexity   4.52  (nll 1.5)"));
        QVERIFY(!isShownLine("perplexity 4.51", "perplexity 4.99"));
        QVERIFY(!isShownLine("208,000 parameters", "208,001 parameters"));
        QVERIFY(!isShownLine("208,000 parameters", "208,000 parameters left"));
        QCOMPARE(missingLine({"a", "…", "c"}, {"a", "b", "c"}), QString());
        QCOMPARE(missingLine({"c", "a"}, {"a", "b", "c"}), QString("a"));  // the order counts
        const auto blocks = blocksOf("x\n```sh exit=3\nfalse\n```\n```text\nno\n```\n");
        QCOMPARE(blocks.size(), std::size_t{2});
        QVERIFY(blocks[0].line == 2 && blocks[0].exitCode() == 3 && blocks[1].language() == "text");
    }

    void pagesDoWhatTheyShow_data() {
        QTest::addColumn<QString>("page");
        for (const QString& page : manualPages())
            for (const FencedBlock& block : blocksOf(manualPage(page)))
                if (block.language() == "sh") {
                    QTest::newRow(qPrintable(page)) << page;
                    break;
                }
    }
    void pagesDoWhatTheyShow() {
        QFETCH(QString, page);
        const QString folder = place("pages/") + page;
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(QFile::link(QStringLiteral(LORASHEAR_SOURCE_DIR "/resources"), folder + QStringLiteral("/resources")));
        Typed last;
        for (const FencedBlock& block : blocksOf(manualPage(page))) {
            const QString where = page + QLatin1Char(':') + QString::number(block.line);
            if (block.language() == "sh") {
                last = typed(block.lines.join(QLatin1Char('\n')), folder, m_standIns);
                QVERIFY2(last.code == block.exitCode(),
                         qPrintable(QStringLiteral("%1 ended with %2\n%3").arg(where).arg(last.code).arg(last.printed)));
            } else if (block.language() == "text") {
                const QString missing = missingLine(block.lines, last.printed.split(QLatin1Char('\n')));
                QVERIFY2(
                    missing.isEmpty(),
                    qPrintable(QStringLiteral("%1: \"%2\" was not printed, but\n%3").arg(where, missing, last.printed)));
            }
        }
    }

    /// Nothing that looks like a command can escape: every block is of a kind that this test knows.
    void everyBlockIsOfAKnownKind() {
        for (const QString& page : manualPages()) {
            bool ran = false;
            for (const FencedBlock& block : blocksOf(manualPage(page))) {
                const QString where = page + QLatin1Char(':') + QString::number(block.line);
                QVERIFY2(QStringList({"sh", "text", "json"}).contains(block.language()), qPrintable(where + block.info));
                ran = ran || block.language() == "sh";
                QVERIFY2(ran || block.language() != "text", qPrintable(where + " shows what nothing printed"));
            }
        }
    }

    /// In words on standard error, with the exit codes of the command line.
    void theWindowSaysWhatItCannotOpen() {
        const QString studio = kPrograms + QStringLiteral("/lorashear-studio");
        if (!QFileInfo::exists(studio)) return;  // built without the window
        const auto ran = [&](const QStringList& arguments, const QStringList& variables) {
            QProcess process;
            auto environment = QProcessEnvironment::systemEnvironment();
            for (const char* name : {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"})
                environment.remove(QString::fromLatin1(name));
            for (const QString& one : variables) environment.insert(one.section('=', 0, 0), one.section('=', 1));
            process.setProcessEnvironment(environment);
            process.start(studio, arguments);
            process.waitForFinished(60000);
            return Ran{process.exitStatus() == QProcess::CrashExit ? -1 : process.exitCode(),
                       process.readAllStandardOutput().toStdString(), process.readAllStandardError().toStdString()};
        };
        const QStringList offscreen{"QT_QPA_PLATFORM=offscreen"};
        const Ran missing = ran({"--safe-mode", "--exit-when-shown", "/no/such/model"}, offscreen);
        QVERIFY2(missing.refused(3, "/no/such/model: There is no such file or folder."), missing.err.c_str());
        const Ran option = ran({"--frob"}, offscreen);
        QVERIFY2(option.refused(2, "--frob: is no option of lorashear-studio"), option.err.c_str());
        const Ran blind = ran({}, {});
        QVERIFY2(blind.refused(4, "there is no display"), blind.err.c_str());
        const Ran help = ran({"--help"}, {});
        QVERIFY2(help.code == 0 && help.out.find("--safe-mode") != std::string::npos, help.err.c_str());
    }

    void everyCommandHasItsExample() {
        const Ran help = lorashearRan({"--help"});
        const QString listed = QString::fromStdString(help.out).section(QStringLiteral("Subcommands:"), 1);
        static const QRegularExpression row(QStringLiteral("^  ([a-z]+) "), QRegularExpression::MultilineOption);
        const QString page = manualPage("commands.md");
        int commands = 0;
        for (auto match = row.globalMatch(listed); match.hasNext(); ++commands) {
            const QString name = match.next().captured(1);
            QVERIFY2(page.contains(QStringLiteral("\n## ") + name + QLatin1Char('\n')), qPrintable(name));
            bool shown = false;
            for (const FencedBlock& block : blocksOf(page))
                if (block.language() == "sh")
                    for (const QString& line : block.lines) shown |= line.startsWith(QStringLiteral("lorashear ") + name);
            QVERIFY2(shown, qPrintable(name));
        }
        QVERIFY(commands >= 16);
    }

    /// Commands in the midst of a sentence: they exist, with the options that are named.
    void commandsInTheTextExist() {
        int seen = 0;
        for (const QString& page : manualPages())
            for (const QString& command : commandsInText(manualPage(page))) {
                const QStringList words = QProcess::splitCommand(command).mid(1);
                const bool ofRecipes =
                    words[0] == "recipe" && words.size() > 1;  // whose own commands have options of their own
                const Ran help = lorashearRan(words.mid(0, ofRecipes ? 2 : 1) << QStringLiteral("--help"));
                QVERIFY2(help.code == 0, qPrintable(page + ": " + command));
                const QStringList known = QString::fromStdString(help.out).split(QRegularExpression("[\\s,]+"));
                for (const QString& word : words)
                    QVERIFY2(!word.startsWith("--") || known.contains(word),
                             qPrintable(page + ": " + command + ": " + word));
                ++seen;
            }
        QVERIFY(seen > 10);
    }
};

}  // namespace tst_cli_manual

QTEST_GUILESS_MAIN(tst_cli_manual::TestCliManual)
#include "tst_cli_manual.moc"
