#pragma once

#include "ui/controller/dialogs.h"
#include "ui/controller/engine_controller.h"
#include "ui/controller/places.h"
#include "ui/controller/session.h"
#include "ui/controller/settings.h"

#include <QObject>

#include <optional>

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

    void open(const QString& path);          ///< a model folder, a run folder or a recipe, told apart by content
    void openModel(const QString& folder);
    void openRun(const QString& folder);     ///< shows a run's history; the engine is not needed for that
    void openRecipe(const QString& file);
    void saveRecipe(const QString& file);
    QString recipeFile() const { return m_recipeFile; }
    /// The command that does the same as "Start run". Saves the recipe beside the runs when it has no file yet.
    QString commandLine();

    enum class Preset { Quick, Full };
    void applyPreset(Preset preset);
    void analyse();
    bool canStart() const;                   ///< a plan, and nothing running
    void startRun();
    bool canResume() const;                  ///< the run shown was cut short
    void resumeRun();
    void branchRun(const QString& checkpoint);
    void exportRun(const QString& destination, const QString& format, const QString& dtype);
    void generateBoth(const QString& prompt, int tokens, double temperature, quint64 seed, bool chat = false);
    bool runIsActive() const;                ///< what the engine works on is a run
    void reportProblem(const QString& what, const QString& where, const QString& hint);

Q_SIGNALS:
    void pageWanted(const QString& id);
    void failed(const lorashear::Error& error);
    void problemsCleared();
    void noticed(const QString& text);       ///< for the status bar

private:
    void onEvent(const RunEvent& event);
    bool refuseWhileBusy(const QString& action);
    template <class F>
    bool guarded(F&& action);                ///< the window's command dispatch: core's errors end here
    void submit(Command command);

    Dialogs& m_dialogs;
    Settings& m_settings;
    Session m_session;
    EngineController m_engine;
    std::optional<Recipe> m_recipeToOpen;    ///< waits for its model
    QString m_recipeFile;
};

}  // namespace lorashear::ui
