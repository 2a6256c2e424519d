#pragma once

#include "ui/controller/project_files.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace lorashear {
class RunLock;
}

namespace lorashear::ui {

class Settings;

/// Keeps a window's work: in the folder of the project that is open, or, where there is none, in a session of its own under the user's state folder. After
/// every change the newest states are written to its journal, a moment later and by a thread of its own; a window that is killed loses less than a second. A lock
/// says whose it is. What is closed in order leaves no journal, and a session without a project leaves nothing. GUI thread only.
class Project : public QObject {
    Q_OBJECT
public:
    Project(Session& session, Settings& settings, QObject* parent = nullptr);
    ~Project() override;

    void setKeeping(bool on);  ///< without it nothing is written but by saveAs() and save()
    bool keeping() const { return m_keeping; }
    bool named() const { return m_named; }
    const QString& folder() const { return m_folder; }  ///< "": nothing was worth keeping so far
    QString name() const;                               ///< "" without a project

    void setPage(const QString& page);
    void addRun(const QString& folder);
    void addRuns(const QStringList& folders);  ///< of work that is taken over

    /// Takes a project over for this window: its lock, and what is to be shown. Where the journal of a window that was killed is newer than what was saved, `saved`
    /// is what the project was before. A folder that cannot be written is opened all the same, and left as it is: `readOnly`. Error if it is no
    /// project, or open in another window.
    struct Opened {
        ProjectState saved, now;
        bool readOnly = false, rescued = false;
    };
    Opened open(const QString& folder);
    void begin();   ///< what was opened stands: from now on it is kept. Before, nothing is written.
    void giveUp();  ///< it could not be shown: the project stays as it is on the disk, and is none of this window
    /// Makes a project of what is open. Error(Io), and Error(BadInput) if there is something else at that place.
    void saveAs(const QString& folder);
    void save();   ///< of a named one: from now on it is this
    void leave();  ///< in order: saved if it is named, forgotten otherwise; what comes next is another session

    /// Work of windows that were killed, the newest first: their sessions, and recent projects with a journal. None of a window that lives.
    struct Lost {
        QString folder;
        ProjectState state;
        bool named = false;
    };
    std::vector<Lost> lost() const;
    static void forget(const Lost& lost);  ///< removes its journal; of a session, all of it
    void flush();                          ///< what is to be written is written when it returns

Q_SIGNALS:
    void changed();                               ///< another folder
    void kept(const QDateTime& at);               ///< the journal was written
    void notKept(const lorashear::Error& error);  ///< the first time that it could not be
    void stored(const QString& folder);           ///< a project was saved

private:
    void listen();
    void note();
    ProjectState gather() const;
    void write();
    bool takeSession();
    void release();
    void become(const QString& folder, bool named, std::unique_ptr<RunLock> lock);

    Session& m_session;
    Settings& m_settings;
    QString m_folder, m_page;
    QStringList m_runs;
    QJsonObject m_rest;
    std::unique_ptr<RunLock> m_lock;
    std::vector<ProjectState> m_states;  ///< of the journal
    QThreadPool m_writer;                ///< one thread: in order
    QTimer m_soon;
    std::string m_model;  ///< path of the project's model: another one is no part of it
    bool m_keeping = false, m_named = false, m_failed = false, m_held = false;
};

/// "Restore the work of 10:42?", and what would be restored.
QString lostTitle(const Project::Lost& lost);
QString lostWords(const Project::Lost& lost);

}  // namespace lorashear::ui
