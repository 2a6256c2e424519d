#pragma once

#include "ui/controller/dialogs.h"
#include "ui/controller/engine_controller.h"
#include "ui/controller/machine_speed.h"
#include "ui/controller/places.h"
#include "ui/controller/project.h"
#include "ui/controller/run_catalogue.h"
#include "ui/controller/run_follower.h"
#include "ui/controller/run_reader.h"
#include "ui/controller/session.h"
#include "ui/controller/settings.h"
#include "ui/controller/side_by_side.h"
#include "ui/controller/time_left.h"
#include "ui/controller/what_if.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <optional>
#include <thread>
#include <vector>

namespace lorashear::ui {

/// What the window can do, without a window: every action of a page ends here. Owns the session and the engine's controller.
class Studio : public QObject {
    Q_OBJECT
public:
    Studio(Worker::Factory factory, Dialogs& dialogs, Settings& settings, QObject* parent = nullptr);
    ~Studio() override;

    Session& session() { return m_session; }
    EngineController& engine() { return m_engine; }
    Dialogs& dialogs() { return m_dialogs; }
    Settings& settings() { return m_settings; }
    Project& project() { return m_project; }

    void open(const QString& path);  ///< a model folder, a run folder or a recipe, told apart by content
    void openModel(const QString& folder);
    /// Shows a run's history; the engine is not needed for that. A long event log is read in the background, see reader().
    void openRun(const QString& path);
    void openRecipe(const QString& file);  ///< of the open model: one undoable edit
    void openProject(const QString& folder);
    void saveProject(const QString& folder);      ///< what is open becomes a project there
    void restoreWork(const Project::Lost& lost);  ///< of a window that was killed: one undoable edit of what was saved
    void askForAny(QWidget* parent);              ///< a dialog for models, runs and recipes, then open()
    void saveRecipe(const QString& file);         ///< never over a run's own record
    /// A run as one HTML file (core/report), written on a thread of its own: logs may be long. Asks where, beside the run.
    void askToSaveReport(QWidget* parent, const QString& run);
    void saveReport(const QString& run, const QString& file);
    QString recipeFile() const { return m_recipeFile; }  ///< that a person opened or saved last
    /// The command that does the same as "Start run"; "" after an error. It names a file that holds the recipe as it is now: the one that
    /// was opened or saved if nothing was changed since, otherwise a new one in the recipes' folder (places.h), told in `written`.
    QString commandLine(QString* written = nullptr);
    QString analysisCommand(QString* written = nullptr);  ///< the same of "Analyse"
    /// Of "run" or "analyse", without writing anything: what is not there yet stands in angle brackets.
    QString commandPreview(const QString& verb) const;

    enum class Preset { Quick, Settled, Full };
    void applyPreset(Preset preset);
    void analyse();
    /// Why nothing can be started now, in a sentence; "" when a run can.
    QString startRefusal() const;
    bool canStart() const { return startRefusal().isEmpty(); }
    void startRun();
    bool canResume() const;                                     ///< the run shown was cut short, and nobody works on it
    const RunFollower& follower() const { return m_follower; }  ///< of the run shown, where another process works on it
    /// Of the run that is going on, here or in another process, as a whole.
    TimeEstimate timeLeft() const { return m_left.estimate(); }
    /// Does `then` at once, or after the person has said what shall become of edits that are in no file, or never.
    void keepEditsThen(QWidget* parent, std::function<void()> then);
    void resumeRun();
    void branchRun(const QString& checkpoint);
    void exportRun(const QString& destination, const QString& format, const QString& dtype);
    RunCatalogue& catalogue() { return m_catalogue; }  ///< of all runs, once a page has asked it to read
    const SideBySide& sideBySide() const { return m_sideBySide; }
    void writeTexts(command::WriteTexts command);  ///< by those of its models that are on the disk, into sideBySide()
    void measureDivergence(command::MeasureDivergence command);  ///< the same
    bool explainToken(Explanation asked);  ///< which removed group changed it, into sideBySide(); false: refused
    /// Asks the recipe's method which groups it would take first from the model as it is; does nothing while the engine works.
    void rankGroups();
    WhatIf& whatIf() { return m_whatIf; }
    void tryPlan();  ///< measures what the plan costs as masks; does nothing while the engine works or when it is known
    /// Measures what taking each of these sets away would do, before other idle work; does nothing for what is known.
    void tryGroups(const std::vector<std::vector<GroupRef>>& sets);
    void setIdleWork(
        bool on);           ///< from now on by itself, whenever the plan has changed and the engine has nothing else to do
    void measureMachine();  ///< does nothing while the engine is busy
    const std::optional<MachineSpeed>& machineSpeed() const { return m_machineSpeed; }
    bool runIsActive() const;  ///< what the engine works on is a run
    bool busy() const { return m_engine.working() || m_reader.reading(); }
    const RunReader& reader() const { return m_reader; }
    void cancel();  ///< what is going on: a command, the reading of a run
    /// Every problem that was reported, the newest last: what was dismissed can be read again.
    const std::vector<Error>& problems() const { return m_problems; }
    void reportProblem(const QString& what, const QString& where, const QString& hint);

Q_SIGNALS:
    void machineMeasured();
    void pageWanted(const QString& id);
    void failed(const lorashear::Error& error);
    void fieldWanted(const QString& name);  ///< the field of that object name is to be mended
    void followingChanged();                ///< a run of another process: begun, ended
    void problemsCleared();
    void noticed(const QString& text);  ///< for the status bar
    void readingChanged();              ///< of a run's log: begun, gone on, ended

private:
    /// What a recipe's model is opened for: both wait until it is.
    struct Opening {
        Recipe recipe;
        QString file;
    };

    /// What is to be on the screen once a model or a run is open.
    struct Work {
        ProjectState state;
        std::string base{};  ///< the recipe as it was saved
        QString edit{};      ///< name of the one edit that leads from there to the state's
        bool owned = true;   ///< the project is this window's
        std::function<void()> done{};
    };
    void showWork(const ProjectState& saved, Work work);
    void finishWork();
    void abandonWork();

    void onEvent(const RunEvent& event);
    void modelOpened(const QString& folder);
    void openModelFor(const QString& folder, std::optional<Opening> opening);
    void showRun(RunHistory history);
    bool refuseWhileBusy(const QString& action);
    bool refuseWrongFields(const QString& action);
    void beginClock(const Command& command);
    void readRunOf(const QString& folder);
    void workWhenIdle();
    void hearTrial(const RunEvent& event, const command::TryMasked& command);
    bool hearComparison(const RunEvent& event, const Command& command);
    QString recipeOnDisk() const;  ///< a file that holds the recipe as it is now; "": none
    QString recipeForCommand(QString* written);
    void hearRanking(const RunEvent& event, const command::RankGroups& command);
    bool guarded(const std::function<void()>& action);  ///< the window's command dispatch: core's errors end here
    void submit(Command command);

    Dialogs& m_dialogs;
    Settings& m_settings;
    Session m_session;
    WhatIf m_whatIf{m_session};
    SideBySide m_sideBySide;
    RunCatalogue m_catalogue;
    Project m_project{m_session, m_settings};
    EngineController m_engine;
    std::optional<MachineSpeed> m_machineSpeed;
    RunReader m_reader;
    RunFollower m_follower;
    TimeLeft m_left;
    QTimer m_idle;
    std::string m_notRanked;  ///< key of what the method refused to rank
    bool m_idleWork = false;
    double m_batchAt = -1;  ///< when the events that are being delivered came
    std::vector<Error> m_problems;
    std::optional<Opening> m_opening;
    std::optional<Work> m_work;
    QString m_recipeFile;   ///< read only: who may write it is the person, by saving
    QString m_commandFile;  ///< the newest one written for a copied command
    bool m_reportUnderWay = false;
    std::jthread m_reporting;
};

}  // namespace lorashear::ui
