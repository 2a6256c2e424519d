#include "core/io/atomic_file.h"
#include "core/run/run_folder.h"
#include "tests/ui/ui_support/sample_runs.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/controller/project.h"
#include "ui/pages/page.h"
#include "ui/teach/tour_player.h"
#include "ui/widgets/restore_strip.h"

#include <QAction>
#include <QFile>
#include <QListWidget>
#include <QProcess>
#include <QSignalSpy>
#include <QTabWidget>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <memory>

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// Rights count for this process while it lives, also where tests run as root.
class AsNobody {
public:
    AsNobody() {
        if (::geteuid() == 0 && ::seteuid(65534) == 0) m_changed = true;
    }
    ~AsNobody() {
        if (m_changed && ::seteuid(0) != 0) qFatal("root's rights do not come back");
    }

private:
    bool m_changed = false;
};

void drag(Studio& studio, double ratio) {
    studio.session().edit(QStringLiteral("ratio to %1").arg(ratio), [ratio](Recipe& recipe) { recipe.plan.ratio = ratio; });
}

/// What the process that is killed does: a window on the bundled model, an edit every few milliseconds, each said when it is made.
int editUntilKilled(const QString& project) {
    WindowFixture m;
    qputenv("XDG_STATE_HOME", qgetenv("KILLED_STATE"));
    if (!m.openBundled()) return 1;
    m.studio->project().setKeeping(true);
    if (!project.isEmpty()) m.studio->saveProject(project);
    m.window->showPage(QStringLiteral("plan"));
    m.studio->session().select({{}, -1, m.studio->session().shownNodeGroups().at(3)});
    for (int i = 1; i <= 4000; ++i) {
        drag(*m.studio, 0.1 + 0.0001 * i);
        std::fprintf(stdout, "%d\n", i);
        std::fflush(stdout);
        QTest::qWait(5);
    }
    return 1;
}

}  // namespace

/// Projects: a folder that holds the work, and the work of windows that were killed.
class TestGuiProjects : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        dir = std::make_unique<QTemporaryDir>();
        m = std::make_unique<WindowFixture>();
        qputenv("XDG_STATE_HOME", dir->path().toUtf8());
    }
    void cleanup() { m.reset(); }

    void aKilledWindowsWorkIsOfferedAndRestored() {
        const int last = editAndKill({});
        QVERIFY(m->start(scriptedEngine(usualScript())));
        m->window->offerLostWork();
        auto* strip = m->find<RestoreStrip>("restoreStrip");
        QVERIFY(strip->isVisible());
        QVERIFY(m->label("restoreTitle")->text().startsWith(QStringLiteral("Restore the work of ")));
        const QString words = m->label("restoreWords")->text();
        QVERIFY2(words.contains(QStringLiteral("stories260K")) && words.contains(QStringLiteral("ratio to 0.")),
                 qPrintable(words));
        m->studio->project().setKeeping(true);
        m->click("restoreNow");
        QTRY_VERIFY(m->studio->session().edited());
        QVERIFY(!strip->isVisible());
        const double ratio = m->studio->session().recipe().plan.ratio;
        const int kept = int(std::lround((ratio - 0.1) / 0.0001));
        // Less than a second is lost, at one edit in 5 ms and more.
        QVERIFY2(kept > 0 && kept <= last + 1 && kept > last - 200,
                 qPrintable(QStringLiteral("%1 of %2").arg(kept).arg(last)));
        QTRY_COMPARE(m->window->currentPage(), QStringLiteral("plan"));
        QCOMPARE(m->studio->session().selection().nodeGroup, m->studio->session().shownNodeGroups().at(3));
        QVERIFY(m->window->isWindowModified());
        m->studio->session().undoStack().undo();  // one edit of what was before
        QCOMPARE(m->studio->session().recipe().plan.ratio, startingRecipe(bundledModel()).plan.ratio);
        QTRY_COMPARE(sessions().size(), 1);  // this window's own; the other's is done with
        m->studio->session().undoStack().redo();
        m->studio->project().flush();
        QVERIFY(readJournal(sessions().front())->edits > 0);  // and is kept by this one
    }

    void aKilledProjectComesBackAsOneEdit() {
        const QString folder = dir->filePath(QStringLiteral("mine.shearproj"));
        editAndKill(folder);
        QVERIFY(m->start(scriptedEngine(usualScript())));
        m->studio->openProject(folder);
        QTRY_VERIFY(m->studio->session().edited());
        QVERIFY(m->studio->session().recipe().plan.ratio > 0.1);
        QCOMPARE(m->studio->session().undoStack().count(), 1);
        m->studio->session().undoStack().undo();
        QCOMPARE(m->studio->session().recipe().plan.ratio, startingRecipe(bundledModel()).plan.ratio);
        QCOMPARE(m->studio->project().name(), QStringLiteral("mine"));
        QVERIFY(m->window->windowTitle().startsWith(QStringLiteral("mine")));
    }

    void theStartOffersProjectsThatWereKilledToo() {
        const QString folder = dir->filePath(QStringLiteral("mine.shearproj"));
        editAndKill(folder);
        QVERIFY(m->start(scriptedEngine(usualScript())));
        m->settings->addRecentProject(folder);
        m->window->offerLostWork();
        QVERIFY(m->label("restoreWords")->text().contains(QStringLiteral("Project mine.")));
        m->click("restoreDiscard");
        QVERIFY(!m->find<RestoreStrip>("restoreStrip")->isVisible());
        QVERIFY(!readJournal(folder));
        QVERIFY(isProjectFolder(folder));  // what was saved stays
        QVERIFY(m->studio->project().lost().empty());
    }

    void laterAsksAgainAndDiscardDoesNot() {
        editAndKill({});
        QVERIFY(m->start(scriptedEngine(usualScript())));
        m->window->offerLostWork();
        m->click("restoreLater");
        QVERIFY(!m->find<RestoreStrip>("restoreStrip")->isVisible());
        m->window->offerLostWork();
        QVERIFY(m->find<RestoreStrip>("restoreStrip")->isVisible());
        m->click("restoreDiscard");
        m->window->offerLostWork();
        QVERIFY(!m->find<RestoreStrip>("restoreStrip")->isVisible());
        QVERIFY(sessions().isEmpty());
    }

    void aWindowThatLivesIsLeftAlone() {
        QVERIFY(m->openBundled());
        m->studio->project().setKeeping(true);
        drag(*m->studio, 0.3);
        m->studio->project().flush();
        Settings other(dir->filePath(QStringLiteral("other.ini")));
        Session session;
        Project second(session, other);
        QVERIFY(second.lost().empty());
        QCOMPARE(sessions().size(), 1);  // and not tidied away
    }

    void whatIsClosedInOrderLeavesNothing() {
        QVERIFY(m->openBundled());
        m->studio->project().setKeeping(true);
        drag(*m->studio, 0.3);
        m->studio->project().flush();
        QCOMPARE(sessions().size(), 1);
        m->dialogs.keep = Dialogs::Keep::Discard;
        m->window->close();
        QTRY_VERIFY(!m->window->isVisible());
        QVERIFY(sessions().isEmpty());
    }

    void aProjectHoldsPageSelectionRunAndRecipe() {
        const QString folder = dir->filePath(QStringLiteral("lesson")), run = dir->filePath(QStringLiteral("run-1"));
        writeSampleRun(run);
        QVERIFY(m->openBundled());
        m->studio->project().setKeeping(true);
        m->studio->openRun(run);
        QTRY_COMPARE(m->window->currentPage(), QStringLiteral("run"));
        m->dialogs.path = folder;
        m->window->findChild<QAction*>(QStringLiteral("actionSaveProject"))->trigger();
        const QString project = folder + QStringLiteral(".shearproj");
        QVERIFY(isProjectFolder(project));
        QVERIFY(sessions().isEmpty());  // moved over
        drag(*m->studio, 0.35);
        m->window->showPage(QStringLiteral("compare"));
        m->dialogs.asked.clear();
        m->window->close();
        QTRY_VERIFY(!m->window->isVisible());
        QVERIFY2(m->dialogs.asked.isEmpty(), "a project keeps what is changed: there is nothing to ask");
        QVERIFY(QFile::exists(project + QStringLiteral("/thumbnail.png")));
        QCOMPARE(loadRecipe((project + QStringLiteral("/recipe.json")).toStdString()).plan.ratio,
                 0.35);  // for the command line

        QVERIFY(m->start(scriptedEngine(usualScript())));
        m->studio->open(project);
        QTRY_COMPARE(m->window->currentPage(), QStringLiteral("compare"));
        QCOMPARE(m->studio->session().recipe().plan.ratio, 0.35);
        QCOMPARE(QString::fromStdString(m->studio->session().run().folder), run);
        QVERIFY(!m->studio->session().edited());
        QVERIFY(!m->studio->session().undoStack().canUndo());
        QCOMPARE(readProject(project).runs, QStringList{run});
    }

    void aRunThatIsOpenedLeavesTheProjectsPlanOneUndoAway() {
        const QString run = dir->filePath(QStringLiteral("run-1"));
        writeSampleRun(run);
        QVERIFY(m->openBundled());
        drag(*m->studio, 0.33);
        m->studio->saveProject(dir->filePath(QStringLiteral("mine")));
        m->studio->openRun(run);
        QTRY_COMPARE(QString::fromStdString(m->studio->session().run().folder), run);
        QCOMPARE(m->studio->session().recipe().plan.ratio, 0.2);
        QVERIFY(m->studio->project().named());
        m->studio->session().undoStack().undo();
        QCOMPARE(m->studio->session().recipe().plan.ratio, 0.33);
    }

    void aSecondWindowIsTold() {
        QVERIFY(m->openBundled());
        const QString project = dir->filePath(QStringLiteral("mine.shearproj"));
        m->studio->saveProject(project);
        Settings settings(dir->filePath(QStringLiteral("other.ini")));
        AnsweringDialogs dialogs;
        Studio second(scriptedEngine(usualScript()), dialogs, settings);
        second.openProject(project);
        QCOMPARE(second.problems().size(), std::size_t(1));
        const Error error = second.problems().front();
        QVERIFY(error.message().find("is open in another window") != std::string::npos);
        QVERIFY(error.message().find(std::to_string(::getpid())) != std::string::npos);
        QVERIFY(!second.project().named());
        m->close();  // the first goes: now it can be had
        second.openProject(project);
        QTRY_VERIFY(second.project().named());
    }

    void anotherModelLeavesTheProjectAsItWas() {
        QVERIFY(m->openBundled());
        m->studio->project().setKeeping(true);
        const QString project = dir->filePath(QStringLiteral("mine.shearproj")),
                      other = dir->filePath(QStringLiteral("other"));
        m->studio->saveProject(project);
        drag(*m->studio, 0.4);
        QDir().mkpath(other);
        QVERIFY(QFile::copy(bundledModel() + QStringLiteral("/config.json"), other + QStringLiteral("/config.json")));
        m->studio->open(other);
        QTRY_COMPARE(QString::fromStdString(m->studio->session().recipe().model.path), other);
        QVERIFY(!m->studio->project().named());
        QCOMPARE(readProject(project).model(), bundledModel());
        QCOMPARE(loadRecipe((project + QStringLiteral("/recipe.json")).toStdString()).plan.ratio, 0.4);
    }

    void itsOwnModelOpenedAnewIsNoneOfTheProject() {
        const QString project = saved(0.4);
        m->studio->open(bundledModel());
        QTRY_VERIFY(!m->studio->project().named() && !m->studio->engine().busy());
        drag(*m->studio, 0.2);
        m->window->close();
        QTRY_VERIFY(!m->window->isVisible());
        QCOMPARE(ratioIn(project), 0.4);
    }

    void workOfNoProjectThatIsRestoredLeavesTheOpenOne() {
        editAndKill({});
        const QString project = saved(0.65);
        const auto lost = m->studio->project().lost();
        QCOMPARE(lost.size(), std::size_t(1));
        m->studio->restoreWork(lost.front());
        QTRY_VERIFY(m->studio->session().edited() && !m->studio->engine().busy());
        QVERIFY(!m->studio->project().named());
        m->window->close();
        QTRY_VERIFY(!m->window->isVisible());
        QCOMPARE(ratioIn(project), 0.65);
    }

    void anEditThatARunHasIsInTheJournalToo() {
        const QString project = saved(0.4);
        m->studio->project().setKeeping(true);
        drag(*m->studio, 0.37);
        QVERIFY(m->runToTheEnd());
        QVERIFY(!m->studio->session().edited());
        m->studio->project().flush();
        m->close();  // without leave(): as killed
        QCOMPARE(ratioIn(project), 0.4);
        QVERIFY(m->start(scriptedEngine(usualScript())));
        m->settings->addRecentProject(project);
        const auto lost = m->studio->project().lost();
        QCOMPARE(lost.size(), std::size_t(1));
        QVERIFY(lostWords(lost.front()).contains(QStringLiteral("not saved since")));
        m->studio->openProject(project);
        QTRY_COMPARE(m->studio->session().recipe().plan.ratio, 0.37);
        m->window->close();
        QTRY_VERIFY(!m->window->isVisible());
        QCOMPARE(readProject(project).runs.size(), 1);
        QCOMPARE(ratioIn(project), 0.37);
    }

    void whatIsNotInSightYetIsNotSaved() {
        const QString project = saved(0.4);
        m->studio->project().leave();
        drag(*m->studio, 0.2);
        m->studio->project().open(project);  // as while its run is read
        m->studio->project().save();
        m->studio->project().leave();
        QCOMPARE(ratioIn(project), 0.4);
    }

    void anotherProjectIsReplacedOnlyWhenThatWasAgreed() {
        const QString project = saved(0.4);
        m->studio->project().leave();
        drag(*m->studio, 0.2);
        m->dialogs.path = dir->filePath(QStringLiteral("mine"));
        m->dialogs.answer = false;
        auto* save = m->window->findChild<QAction*>(QStringLiteral("actionSaveProject"));
        save->trigger();
        QCOMPARE(ratioIn(project), 0.4);
        QVERIFY(m->dialogs.asked.back().contains(QStringLiteral("mine")));
        m->dialogs.answer = true;
        save->trigger();
        QCOMPARE(ratioIn(project), 0.2);
    }

    void aJournalOfANewerProgramIsNotTidiedAway() {
        const QDir folder(sessionsFolder());
        const auto make = [&](const char* name, const std::string& journal) {
            const QString path = folder.filePath(QString::fromLatin1(name));
            QDir().mkpath(path);
            if (!journal.empty()) writeFile((path + QStringLiteral("/journal.jsonl")).toStdString(), journal);
            const timespec old[2] = {{1000000000, 0}, {1000000000, 0}};
            ::utimensat(AT_FDCWD, path.toUtf8(), old, 0);
            return path;
        };
        const QString newer = make("a.shearproj", "{\"version\":9,\"edits\":3,\"recipe\":\"{}\"}\n");
        const QString empty = make("b.shearproj", {});
        QVERIFY(m->start(scriptedEngine(usualScript())));
        QVERIFY(m->studio->project().lost().empty());
        QVERIFY(QFile::exists(newer));
        QVERIFY(!QFile::exists(empty));
    }

    void aLostProjectThatIsOpenedOtherwiseIsOfferedNoMore() {
        const QString folder = dir->filePath(QStringLiteral("mine.shearproj"));
        editAndKill(folder);
        QVERIFY(m->start(scriptedEngine(usualScript())));
        m->settings->addRecentProject(folder);
        m->window->offerLostWork();
        const auto lost = m->studio->project().lost();
        QVERIFY(m->find<RestoreStrip>("restoreStrip")->isVisible());
        m->studio->openProject(folder);
        QTRY_VERIFY(m->studio->session().edited());
        QVERIFY(!m->find<RestoreStrip>("restoreStrip")->isVisible());
        Project::forget(lost.front());
        QVERIFY(readJournal(folder));  // it is this window's
    }

    void aTourDoesNotTakeBackWhatAProjectBrings() {
        const QString folder = dir->filePath(QStringLiteral("mine.shearproj"));
        editAndKill(folder);
        QVERIFY(m->openBundled());
        m->window->tours().start(shippedTours().front());
        m->studio->openProject(folder);
        QTRY_VERIFY(m->studio->session().edited());
        const double ratio = m->studio->session().recipe().plan.ratio;
        m->window->tours().close();
        QCOMPARE(m->studio->session().recipe().plan.ratio, ratio);
    }

    void aProjectWhoseModelIsGoneStaysAsItIs() {
        const QString project = dir->filePath(QStringLiteral("mine.shearproj"));
        QVERIFY(m->openBundled());
        m->studio->saveProject(project);
        m->close();
        const std::string before = readFile((project + QStringLiteral("/recipe.json")).toStdString());
        QVERIFY(m->start(scriptedEngine([](const Command&, testing::Stage& stage) {
            stage.failed(Error(ErrorCode::BadInput, "/gone", "there is no such model"));
        })));
        m->studio->openProject(project);
        QTRY_VERIFY(!m->studio->problems().empty());
        QTRY_VERIFY(!m->studio->project().named());
        m->window->close();
        QCOMPARE(readFile((project + QStringLiteral("/recipe.json")).toStdString()), before);
    }

    void aJournalThatIsTornGivesItsLastWholeState() {
        const QString folder = dir->filePath(QStringLiteral("torn"));
        QDir().mkpath(folder);
        std::vector<ProjectState> states(3);
        for (int i = 0; i < 3; ++i) {
            Recipe recipe = startingRecipe(bundledModel());
            recipe.plan.ratio = 0.1 * (i + 1);
            states[std::size_t(i)].recipe = recipeText(recipe);
            states[std::size_t(i)].edits = i + 1;
        }
        const std::string whole = journalText(states);
        const std::size_t first = whole.find('\n') + 1, second = whole.find('\n', first) + 1;
        const auto editsOf = [&](const std::string& text) {
            writeFile((folder + QStringLiteral("/journal.jsonl")).toStdString(), text);
            const auto read = readJournal(folder);
            return read ? read->edits : 0;
        };
        QCOMPARE(editsOf(whole), 3);
        for (std::size_t length = 0; length < whole.size(); length += 311) {
            const int expected = length >= whole.size() - 1 ? 3 : length >= second - 1 ? 2 : length >= first - 1 ? 1 : 0;
            QCOMPARE(editsOf(whole.substr(0, length)), expected);
        }
        QCOMPARE(editsOf(whole.substr(0, second) + std::string(200, '\0')), 2);  // a block that never reached the disk
        QCOMPARE(editsOf("\xff\xfe{]"), 0);
        removeJournal(folder);
        QVERIFY(!readJournal(folder));
    }

    void aTornJournalStillOpensTheProject() {
        const QString project = dir->filePath(QStringLiteral("mine.shearproj"));
        QVERIFY(m->openBundled());
        m->studio->saveProject(project);
        m->close();
        writeFile((project + QStringLiteral("/journal.jsonl")).toStdString(), "{\"recipe\": \"{\\\"ver");
        QVERIFY(m->start(scriptedEngine(usualScript())));
        m->studio->openProject(project);
        QTRY_VERIFY(m->studio->session().plan().plan.has_value());
        QVERIFY(m->studio->problems().empty());
        QVERIFY(!m->studio->session().edited());
    }

    void aFolderThatCannotBeWrittenIsOpenedAndLeftAlone() {
        const QString project = dir->filePath(QStringLiteral("mine.shearproj"));
        QVERIFY(m->openBundled());
        drag(*m->studio, 0.3);
        m->studio->saveProject(project);
        m->close();
        QVERIFY(QFile::remove(project + QStringLiteral("/lock")));
        ::chmod(dir->path().toUtf8(), 0755);
        ::chmod(project.toUtf8(), 0555);
        QVERIFY(m->start(scriptedEngine(usualScript())));
        QSignalSpy noticed(m->studio.get(), &Studio::noticed);
        {
            const AsNobody rights;
            m->studio->openProject(project);
            QTRY_VERIFY(m->studio->session().plan().plan.has_value() && !m->studio->engine().busy());
        }
        ::chmod(project.toUtf8(), 0755);
        QCOMPARE(m->studio->session().recipe().plan.ratio, 0.3);
        QVERIFY(!m->studio->project().named());  // a session of its own from now on
        QVERIFY(std::any_of(noticed.begin(), noticed.end(), [](const QList<QVariant>& said) {
            return said.front().toString().contains(QStringLiteral("cannot be written"));
        }));
        QCOMPARE(QDir(project).entryList({QStringLiteral("journal*"), QStringLiteral("lock")}, QDir::Files).size(), 0);
    }

    void aPlaceThatCannotBeWrittenIsSaidOnceAndWorkGoesOn() {
        QVERIFY(m->openBundled());
        const QString locked = dir->filePath(QStringLiteral("locked"));
        QDir().mkpath(locked);
        ::chmod(dir->path().toUtf8(), 0755);
        ::chmod(locked.toUtf8(), 0555);
        qputenv("XDG_STATE_HOME", locked.toUtf8());
        {
            const AsNobody rights;
            m->studio->project().setKeeping(true);
            for (int i = 0; i < 3; ++i) {
                drag(*m->studio, 0.2 + 0.01 * i);
                m->studio->project().flush();
            }
            QCoreApplication::processEvents();
        }
        QCOMPARE(m->studio->problems().size(), std::size_t(1));
        QCOMPARE(m->label("statusKeptAt")->text(), QStringLiteral("not kept"));
        QCOMPARE(m->studio->session().recipe().plan.ratio, 0.22);
        ::chmod(locked.toUtf8(), 0755);
    }

    void whatIsNoProjectIsRefused() {
        QVERIFY(m->openBundled());
        const QString other = dir->filePath(QStringLiteral("other.shearproj"));
        QDir().mkpath(other);
        writeFile((other + QStringLiteral("/precious.txt")).toStdString(), "mine");
        m->studio->saveProject(other);
        QCOMPARE(m->studio->problems().size(), std::size_t(1));
        QVERIFY(!m->studio->project().named());
        writeFile((other + QStringLiteral("/project.json")).toStdString(), R"({"version": 7})");
        m->studio->openProject(other);
        QVERIFY(m->studio->problems().back().message().find("of version 7") != std::string::npos);
        QCOMPARE(readFile((other + QStringLiteral("/precious.txt")).toStdString()), std::string("mine"));
    }

    void keysOfANewerProgramStay() {
        const QString project = dir->filePath(QStringLiteral("mine.shearproj"));
        QVERIFY(m->openBundled());
        m->studio->saveProject(project);
        m->close();
        const std::string file = (project + QStringLiteral("/project.json")).toStdString();
        std::string text = readFile(file);
        writeFile(file, text.insert(text.find('{') + 1, "\n    \"workspace\": \"teach\","));
        QVERIFY(m->start(scriptedEngine(usualScript())));
        m->studio->openProject(project);
        QTRY_VERIFY(m->studio->project().named() && !m->studio->engine().busy());
        m->window->close();
        QTRY_VERIFY(!m->window->isVisible());
        QVERIFY(readFile(file).find("\"workspace\": \"teach\"") != std::string::npos);
    }

    void recentProjectsAreListedWithModelAndDate() {
        const QString project = dir->filePath(QStringLiteral("mine.shearproj"));
        QVERIFY(m->openBundled());
        auto* list = m->find<QListWidget>("recentProjects");
        m->window->showPage(QStringLiteral("model"));
        QVERIFY(!list->isVisible());  // an empty list says nothing
        m->studio->saveProject(project);
        m->window->showPage(QStringLiteral("plan"));
        m->studio->session().edit(QStringLiteral("note"), [](Recipe& recipe) { recipe.note = "x"; });
        m->window->showPage(QStringLiteral("model"));
        QTRY_VERIFY(list->isVisible());
        QCOMPARE(list->count(), 1);
        QTRY_VERIFY(list->item(0)->text().startsWith(QStringLiteral("mine\nstories260K · ")));  // as the disk says
        QVERIFY(!list->item(0)->icon().isNull());
    }

private:
    /// The bundled model at this ratio, as the project that is open.
    QString saved(double ratio) {
        const QString project = dir->filePath(QStringLiteral("mine.shearproj"));
        if (!m->openBundled()) return {};
        drag(*m->studio, ratio);
        m->studio->saveProject(project);
        return project;
    }
    static double ratioIn(const QString& project) {
        return loadRecipe((project + QStringLiteral("/recipe.json")).toStdString()).plan.ratio;
    }
    QStringList sessions() const {
        QStringList found;
        const QDir folder(sessionsFolder());
        for (const QString& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) found << folder.filePath(name);
        return found;
    }
    /// The last edit that the killed process told of.
    int editAndKill(const QString& project) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("KILLED_STATE"), dir->path());
        process.setProcessEnvironment(environment);
        process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--edit-until-killed"), project});
        int last = 0;
        const bool enough = QTest::qWaitFor(
            [&] {
                process.waitForReadyRead(20);
                while (process.canReadLine()) last = process.readLine().trimmed().toInt();
                return last >= 300 || process.state() == QProcess::NotRunning;
            },
            30000);
        process.kill();
        process.waitForFinished();
        while (process.canReadLine()) last = process.readLine().trimmed().toInt();
        if (!enough || process.exitStatus() != QProcess::CrashExit) qWarning() << process.readAllStandardError();
        return last;
    }

    std::unique_ptr<QTemporaryDir> dir;
    std::unique_ptr<WindowFixture> m;
};

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QStringLiteral("--edit-until-killed")) return editUntilKilled(arguments.value(2));
    TestGuiProjects test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_gui_projects.moc"
