#include "ui/controller/project.h"

#include "core/io/atomic_file.h"
#include "core/io/taken.h"
#include "core/run/run_folder.h"
#include "core/run/run_lock.h"
#include "ui/controller/places.h"
#include "ui/controller/run_follower.h"
#include "ui/controller/settings.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>
#include <utility>

namespace lorashear::ui {

namespace {

constexpr int kSoonMilliseconds = 400;
constexpr std::size_t kStates = 20;  ///< of the journal
constexpr qint64 kNewSeconds = 60;   ///< so long a folder may be one that another window is just making

/// Error(Io) saying who has it.
std::unique_ptr<RunLock> lockOf(const QString& folder) {
    if (const auto holder = runHolder(folder.toStdString()))
        throw Error(ErrorCode::Io, folder.toStdString(),
                    Project::tr("is open in another window: %1").arg(holderWords(*holder)).toStdString(),
                    Project::tr("Close it there, or copy the folder.").toStdString());
    return std::make_unique<RunLock>(folder.toStdString());
}

bool isHeld(const QString& folder) {
    return runHolder(folder.toStdString()).has_value();
}

/// A journal without an edit since the last run or file, next to what the project was saved as.
bool isNews(const ProjectState& journal, const QString& folder) {
    try {
        const ProjectState saved = readProject(folder);
        return journal.recipe != saved.recipe || journal.runs != saved.runs;
    } catch (const Error&) {
        return false;  // said when it is opened
    }
}

}  // namespace

Project::Project(Session& session, Settings& settings, QObject* parent)
    : QObject(parent), m_session(session), m_settings(settings) {
    m_writer.setMaxThreadCount(1);
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMilliseconds);
    connect(&m_soon, &QTimer::timeout, this, &Project::write);
    listen();
}

Project::~Project() {
    m_writer.waitForDone();
}

void Project::listen() {
    for (auto signal : {&Session::recipeChanged, &Session::selectionChanged, &Session::modelChanged})
        connect(&m_session, signal, this, &Project::note);
    connect(&m_session, &Session::runChanged, this, [this] {
        const QString run = QString::fromStdString(m_session.run().folder);
        if (!run.isEmpty()) addRun(run);
    });
}

QString Project::name() const {
    return m_named ? QFileInfo(m_folder).completeBaseName() : QString();
}

void Project::setKeeping(bool on) {
    m_keeping = on;
    if (on) note();
}

void Project::setPage(const QString& page) {
    if (m_page == page) return;
    m_page = page;
    note();
}

void Project::addRun(const QString& folder) {
    if (m_runs.contains(folder)) return;
    m_runs << folder;
    note();
}

void Project::addRuns(const QStringList& folders) {
    for (const QString& folder : folders) addRun(folder);
}

ProjectState Project::gather() const {
    ProjectState state;
    state.recipe = m_session.recipe().model.path.empty() ? std::string() : recipeText(m_session.recipe());
    state.run = QString::fromStdString(m_session.run().folder);
    state.runs = m_runs;
    state.page = m_page;
    state.selection = m_session.selection();
    const QUndoStack& undo = std::as_const(m_session).undoStack();
    state.edits = undo.isClean() ? 0 : std::max(1, std::abs(undo.index() - std::max(0, undo.cleanIndex())));
    state.edit = state.edits > 0 ? undo.undoText() : QString();
    state.at = QDateTime::currentDateTime();
    state.rest = m_rest;
    return state;
}

void Project::note() {
    const std::string& model = m_session.recipe().model.path;
    if (m_held || model.empty()) return;
    if (m_named && model != m_model) giveUp();  // it was saved before the other model was opened
    if (m_keeping && !m_soon.isActive()) m_soon.start();
}

void Project::begin() {
    m_held = false;
    m_model = m_session.recipe().model.path;
    note();
}

void Project::giveUp() {
    m_held = false;
    release();
    m_runs.clear();
    m_rest = {};
    Q_EMIT changed();
}

/// A session's folder is made when there is something to keep.
bool Project::takeSession() {
    if (!m_folder.isEmpty()) return true;
    try {
        const QString folder = newSessionFolder();
        QDir().mkpath(folder);
        become(folder, false, lockOf(folder));
        return true;
    } catch (const Error& error) {
        if (!std::exchange(m_failed, true)) Q_EMIT notKept(error);
        return false;
    }
}

void Project::become(const QString& folder, bool named, std::unique_ptr<RunLock> lock) {
    m_folder = folder;
    m_named = named;
    m_lock = std::move(lock);
    m_states.clear();
    m_failed = false;
    Q_EMIT changed();
}

void Project::write() {
    if (!m_keeping || m_held || !takeSession()) return;
    m_states.push_back(gather());
    if (m_states.size() > kStates) m_states.erase(m_states.begin());
    const std::string file = (m_folder + QStringLiteral("/journal.jsonl")).toStdString();
    m_writer.start([this, file, text = journalText(m_states), at = m_states.back().at] {
        std::optional<Error> problem;
        try {
            writeFile(file, text);
        } catch (const Error& error) {
            problem = error;
        }
        QMetaObject::invokeMethod(this, [this, problem, at] {
            if (!problem) {
                m_failed = false;  // the next trouble is news
                return kept(at);
            }
            if (!std::exchange(m_failed, true)) Q_EMIT notKept(*problem);
        });
    });
}

void Project::flush() {
    if (m_soon.isActive()) {
        m_soon.stop();
        write();
    }
    m_writer.waitForDone();
}

Project::Opened Project::open(const QString& folder) {
    Opened opened;
    opened.saved = opened.now = readProject(folder);
    std::unique_ptr<RunLock> lock;
    try {
        lock = lockOf(folder);
    } catch (const Error&) {
        if (isHeld(folder)) throw;
        opened.readOnly = true;  // by rights, or by what it lies on
    }
    // Of a window that was killed, whatever it counted as an edit: a run that was started has the recipe, the project has not.
    if (const auto journal = readJournal(folder)) {
        opened.now = *journal;
        opened.rescued = !journal->recipe.empty() && journal->recipe != opened.saved.recipe;
    }
    leave();
    m_runs = opened.now.runs;
    m_rest = opened.saved.rest;
    if (opened.readOnly) return opened;
    become(folder, true, std::move(lock));
    m_held = true;
    m_settings.addRecentProject(folder);
    return opened;
}

void Project::saveAs(const QString& wanted) {
    const QString folder = withProjectEnding(QFileInfo(wanted).absoluteFilePath());
    if (m_named && folder == m_folder) return save();
    const bool taken = QFileInfo::exists(folder) && !isProjectFolder(folder) &&
                       !QDir(folder).isEmpty(QDir::AllEntries | QDir::NoDotAndDotDot);
    if (taken)
        refuseTaken(folder.toStdString(), tr("is there already, and is no project").toStdString(),
                    tr("Choose another name.").toStdString());
    if (!QDir().mkpath(folder))
        throw Error(ErrorCode::Io, folder.toStdString(), tr("cannot be made").toStdString(),
                    tr("Choose a folder that you may write to.").toStdString());
    std::unique_ptr<RunLock> lock = lockOf(folder);
    writeProject(folder, gather());
    release();  // the session's folder goes: all of it is in the project now
    become(folder, true, std::move(lock));
    m_model = m_session.recipe().model.path;
    removeJournal(folder);
    m_session.markSaved();
    m_settings.addRecentProject(folder);
    Q_EMIT stored(folder);
}

void Project::save() {
    if (!m_named || m_held) return;  // held: what is in sight is another's still
    m_soon.stop();
    m_writer.waitForDone();
    writeProject(m_folder, gather());
    removeJournal(m_folder);
    m_states.clear();
    m_session.markSaved();
    m_soon.stop();
    m_settings.addRecentProject(m_folder);
    Q_EMIT stored(m_folder);
}

/// The journal is not written any more; the folder of a session goes.
void Project::release() {
    m_soon.stop();
    m_writer.waitForDone();
    if (!m_folder.isEmpty() && !m_named) QDir(m_folder).removeRecursively();
    m_lock.reset();
    m_folder.clear();
    m_named = false;
    m_states.clear();
}

void Project::leave() {
    try {
        if (m_named && !m_held) save();
    } catch (const Error& error) {  // its journal stays, and is offered at the next start
        Q_EMIT notKept(error);
    }
    m_held = false;
    const bool had = !m_folder.isEmpty();
    release();
    m_runs.clear();
    m_rest = {};
    if (had) Q_EMIT changed();
}

std::vector<Project::Lost> Project::lost() const {
    std::vector<Lost> found;
    const auto look = [&](const QString& folder, bool named) {
        if (folder == m_folder || isHeld(folder)) return;
        const auto state = readJournal(folder);
        if (state && (state->edits > 0 || (named && isNews(*state, folder))))
            return found.push_back({folder, *state, named});
        const bool old = QFileInfo(folder).lastModified().secsTo(QDateTime::currentDateTime()) > kNewSeconds;
        const bool nothing = state || !QFileInfo::exists(folder + QStringLiteral("/journal.jsonl"));  // not: unreadable here
        if (!named && old && nothing) QDir(folder).removeRecursively();  // nothing was changed in it, and nobody is about to
    };
    const QDir sessions(sessionsFolder());
    for (const QString& name : sessions.entryList({QStringLiteral("*.shearproj")}, QDir::Dirs))
        look(sessions.filePath(name), false);
    for (const QString& folder : m_settings.recentProjects())
        if (isProjectFolder(folder)) look(folder, true);
    std::stable_sort(found.begin(), found.end(), [](const Lost& a, const Lost& b) { return a.state.at > b.state.at; });
    return found;
}

void Project::forget(const Lost& lost) {
    if (isHeld(lost.folder)) return;  // by a window that has it since
    lost.named ? removeJournal(lost.folder) : void(QDir(lost.folder).removeRecursively());
}

QString lostTitle(const Project::Lost& lost) {
    const QDateTime& at = lost.state.at;
    const QString when = at.date() == QDate::currentDate() ? QLocale().toString(at.time(), QLocale::ShortFormat)
                                                           : QLocale().toString(at, QLocale::ShortFormat);
    return Project::tr("Restore the work of %1?").arg(when);
}

QString lostWords(const Project::Lost& lost) {
    QStringList words;
    if (lost.named) words << Project::tr("Project %1.").arg(QFileInfo(lost.folder).completeBaseName());
    words << Project::tr("Model %1.").arg(QDir(lost.state.model()).dirName());
    if (lost.state.edits == 0)
        words << Project::tr("The project was not saved since.");
    else
        words << (lost.state.edits == 1 ? Project::tr("One edit that was in no file: %1.").arg(lost.state.edit)
                                        : Project::tr("%1 edits that were in no file, the last one: %2.")
                                              .arg(lost.state.edits)
                                              .arg(lost.state.edit));
    if (!lost.state.run.isEmpty()) words << Project::tr("Run %1 was shown.").arg(QDir(lost.state.run).dirName());
    return words.join(QLatin1Char(' '));
}

}  // namespace lorashear::ui
