#include "ui/controller/studio.h"

#include "core/io/atomic_file.h"
#include "core/run/event_log.h"
#include "core/run/run_folder.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

namespace lorashear::ui {

namespace {

QString nameOf(const QString& path) {
    return QDir(path).dirName();
}

bool isRunCommand(const Command& command) {
    return std::holds_alternative<command::StartRun>(command) || std::holds_alternative<command::ResumeRun>(command) ||
           std::holds_alternative<command::BranchRun>(command);
}

QString quoted(const QString& path) {
    static const QRegularExpression kPlain(QStringLiteral("^[A-Za-z0-9_./+:@%-]+$"));
    if (kPlain.match(path).hasMatch()) return path;
    QString inside = path;
    return QLatin1Char('\'') + inside.replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

}  // namespace

Studio::Studio(Worker::Factory factory, Dialogs& dialogs, Settings& settings, QObject* parent)
    : QObject(parent), m_dialogs(dialogs), m_settings(settings), m_engine(std::move(factory)) {
    connect(&m_engine, &EngineController::commandStarted, this, [this](const Command& command) { m_session.beginCommand(command); });
    connect(&m_engine, &EngineController::eventReceived, this, &Studio::onEvent);
    connect(&m_engine, &EngineController::batchDelivered, this, [this] { m_session.flush(); });
}

Studio::~Studio() = default;

template <class F>
bool Studio::guarded(F&& action) {
    try {
        action();
        return true;
    } catch (const Error& error) {
        Q_EMIT failed(error);
    } catch (const std::exception& error) {
        Q_EMIT failed(Error(ErrorCode::Internal, "window", error.what(), tr("Please report this.").toStdString()));
    }
    return false;
}

void Studio::submit(Command command) {
    Q_EMIT problemsCleared();
    m_engine.submit(std::move(command));
}

void Studio::reportProblem(const QString& what, const QString& where, const QString& hint) {
    Q_EMIT failed(Error(ErrorCode::BadInput, where.toStdString(), what.toStdString(), hint.toStdString()));
}

bool Studio::refuseWhileBusy(const QString& action) {
    if (!m_engine.busy()) return false;
    reportProblem(tr("The engine is busy."), action, tr("Wait until it is done, or cancel it on the Run page."));
    return true;
}

void Studio::onEvent(const RunEvent& event) {
    const Command& command = *m_engine.current();
    if (const auto* opened = std::get_if<event::ModelOpened>(&event); opened && std::holds_alternative<command::OpenModel>(command)) {
        const QString folder = QString::fromStdString(std::get<command::OpenModel>(command).folder);
        m_settings.addRecentModel(folder);
        guarded([&] { m_session.setRecipe(m_recipeToOpen ? *m_recipeToOpen : startingRecipe(folder)); });
        m_recipeToOpen.reset();
    }
    m_session.apply(event, command);
    const auto* finished = std::get_if<event::Finished>(&event);
    if (!finished) return;
    if (finished->error) Q_EMIT failed(*finished->error);
    if (finished->outcome == event::Finished::Outcome::Cancelled) Q_EMIT noticed(tr("Cancelled."));
}

void Studio::open(const QString& path) {
    if (path.isEmpty()) return;
    switch (kindOf(path)) {
        case PathKind::Model: {
            const QFileInfo info(path);
            return openModel(info.isDir() || info.suffix() == QLatin1String("gguf") ? path : info.absolutePath());
        }
        case PathKind::Run: return openRun(path);
        case PathKind::Recipe: return openRecipe(path);
        case PathKind::Unknown: break;
    }
    reportProblem(tr("This is neither a model, nor a run, nor a recipe."), path,
                  tr("A model is a Hugging Face folder with config.json and model.safetensors or a .gguf file, a run is a folder with events.jsonl, "
                     "a recipe is a .json file."));
}

void Studio::openModel(const QString& folder) {
    if (refuseWhileBusy(tr("opening %1").arg(nameOf(folder)))) return;
    m_recipeFile.clear();
    submit(command::OpenModel{QFileInfo(folder).absoluteFilePath().toStdString()});
}

void Studio::openRecipe(const QString& file) {
    if (refuseWhileBusy(tr("opening %1").arg(nameOf(file)))) return;
    guarded([&] {
        const Recipe recipe = loadRecipe(file.toStdString());
        requireFiles(recipe);
        m_recipeToOpen = recipe;
        openModel(QString::fromStdString(recipe.model.path));
        m_recipeFile = file;
        Q_EMIT pageWanted(QStringLiteral("plan"));
    });
}

void Studio::openRun(const QString& folder) {
    if (refuseWhileBusy(tr("opening %1").arg(nameOf(folder)))) return;
    Q_EMIT problemsCleared();
    guarded([&] {
        const RunFolder run = RunFolder::open(folder.toStdString());
        const Recipe recipe = run.recipe();
        const std::vector<LoggedEvent> events = readEvents(run.eventsFile());
        const Command command = command::ResumeRun{folder.toStdString()};
        m_session.beginCommand(command);
        for (const LoggedEvent& logged : events) m_session.apply(logged.event, command);
        m_session.setRecipe(recipe);
        m_session.flush();
        m_recipeFile = QString::fromStdString((run.path() / "recipe.json").string());
        m_settings.addRecentRun(folder);
        Q_EMIT pageWanted(QStringLiteral("run"));
    });
}

void Studio::saveRecipe(const QString& file) {
    guarded([&] {
        writeFile(file.toStdString(), recipeText(m_session.recipe()));
        m_recipeFile = file;
        Q_EMIT noticed(tr("Recipe saved to %1").arg(file));
    });
}

QString Studio::commandLine() {
    if (m_recipeFile.isEmpty() || !m_session.undoStack().isClean()) {
        const QString file = m_recipeFile.isEmpty() ? newRunFolder(QStringLiteral("recipe")) + QStringLiteral(".json") : m_recipeFile;
        saveRecipe(file);
        m_session.undoStack().setClean();
    }
    return QStringLiteral("lorashear run %1 --out %2")
        .arg(quoted(m_recipeFile), quoted(newRunFolder(nameOf(QString::fromStdString(m_session.recipe().model.path)))));
}

void Studio::applyPreset(Preset preset) {
    const bool quick = preset == Preset::Quick;
    m_session.edit(quick ? tr("quick analysis") : tr("full analysis"), [&](Recipe& recipe) {
        recipe.analysis.ratios = quick ? std::vector<double>{0.5} : std::vector<double>{0.25, 0.5, 0.75};
        recipe.analysis.text.maxWindows = quick ? 8 : 40;
    });
}

void Studio::analyse() {
    if (refuseWhileBusy(tr("knowledge analysis"))) return;
    submit(command::AnalyseKnowledge{m_session.recipe()});
}

bool Studio::canStart() const {
    return !m_engine.busy() && m_session.plan().plan.has_value();
}

void Studio::startRun() {
    if (refuseWhileBusy(tr("starting a run"))) return;
    guarded([&] {
        requireFiles(m_session.recipe());
        const QString folder = newRunFolder(nameOf(QString::fromStdString(m_session.recipe().model.path)));
        m_settings.addRecentRun(folder);
        submit(command::StartRun{m_session.recipe(), folder.toStdString()});
        Q_EMIT pageWanted(QStringLiteral("run"));
    });
}

bool Studio::canResume() const {
    const RunState& run = m_session.run();
    const bool complete = run.finished && run.finished->outcome == event::Finished::Outcome::Completed;
    return !m_engine.busy() && run.started && !run.folder.empty() && !complete;
}

void Studio::resumeRun() {
    if (!canResume()) return;
    submit(command::ResumeRun{m_session.run().folder});
}

void Studio::branchRun(const QString& checkpoint) {
    if (refuseWhileBusy(tr("branching"))) return;
    const QString from = QString::fromStdString(m_session.run().folder);
    const QString folder = newRunFolder(nameOf(from) + QStringLiteral("-branch"));
    m_settings.addRecentRun(folder);
    submit(command::BranchRun{from.toStdString(), checkpoint.toStdString(), folder.toStdString(), m_session.recipe()});
}

void Studio::exportRun(const QString& destination, const QString& format, const QString& dtype) {
    if (refuseWhileBusy(tr("exporting"))) return;
    submit(command::ExportModel{m_session.run().folder, destination.toStdString(), format.toStdString(), dtype.toStdString()});
}

void Studio::generateBoth(const QString& prompt, int tokens, double temperature, quint64 seed, bool chat) {
    if (refuseWhileBusy(tr("writing text"))) return;
    const std::string text = prompt.toStdString();
    submit(command::Generate{m_session.recipe().model.path, text, tokens, temperature, 1, seed, chat});
    const std::string pruned = m_session.run().folder + "/model";
    if (!m_session.run().folder.empty() && QFileInfo::exists(QString::fromStdString(pruned)))
        m_engine.submit(command::Generate{pruned, text, tokens, temperature, 1, seed, chat});
}

bool Studio::runIsActive() const {
    return m_engine.current() && isRunCommand(*m_engine.current());
}

}  // namespace lorashear::ui
