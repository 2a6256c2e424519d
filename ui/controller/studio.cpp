#include "ui/controller/studio.h"

#include "core/io/atomic_file.h"
#include "core/run/run_folder.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include <utility>

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

bool isRecord(const QString& file) {
    const QFileInfo info(file);
    return info.fileName() == QLatin1String("recipe.json") && kindOf(info.path()) == PathKind::Run;
}

bool holds(const QString& file, const Recipe& recipe) {
    if (file.isEmpty()) return false;
    try {
        const std::string wanted = recipeText(recipe);
        return readFile(file.toStdString()) == wanted || recipeText(loadRecipe(file.toStdString())) == wanted;
    } catch (const std::exception&) {
        return false;  // gone or damaged since: another file is written
    }
}

}  // namespace

Studio::Studio(Worker::Factory factory, Dialogs& dialogs, Settings& settings, QObject* parent)
    : QObject(parent), m_dialogs(dialogs), m_settings(settings), m_engine(std::move(factory)) {
    connect(&m_engine, &EngineController::commandStarted, this,
            [this](const Command& command) { m_session.beginCommand(command); });
    connect(&m_engine, &EngineController::eventReceived, this, &Studio::onEvent);
    connect(&m_engine, &EngineController::batchDelivered, this, [this] { m_session.flush(); });
    connect(&m_reader, &RunReader::shareChanged, this, &Studio::readingChanged);
    connect(&m_reader, &RunReader::failed, this, &Studio::failed);
    connect(&m_reader, &RunReader::finished, this,
            [this](const std::shared_ptr<RunHistory>& history) { showRun(std::move(*history)); });
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
    if (!busy()) return false;
    reportProblem(tr("The engine is busy."), action, tr("Wait until it is done, or cancel it on the Run page."));
    return true;
}

void Studio::onEvent(const RunEvent& event) {
    const Command& command = *m_engine.current();
    if (const auto* open = std::get_if<command::OpenModel>(&command);
        open && std::holds_alternative<event::ModelOpened>(event))
        modelOpened(QString::fromStdString(open->folder));
    m_session.apply(event, command);
    const auto* finished = std::get_if<event::Finished>(&event);
    if (!finished) return;
    m_opening.reset();  // its model did not open
    if (std::holds_alternative<command::MeasureMachine>(command)) {
        m_machineSpeed = machineSpeedOf(finished->resultJson);
        Q_EMIT machineMeasured();
    }
    if (finished->error) Q_EMIT failed(*finished->error);
    if (finished->outcome == event::Finished::Outcome::Cancelled) Q_EMIT noticed(tr("Cancelled."));
}

void Studio::modelOpened(const QString& folder) {
    const std::optional<Opening> opening = std::exchange(m_opening, std::nullopt);
    m_settings.addRecentModel(folder);
    guarded([&] { m_session.setRecipe(opening ? opening->recipe : startingRecipe(folder)); });
    m_recipeFile = opening ? opening->file : QString();
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
    reportProblem(
        tr("This is neither a model, nor a run, nor a recipe."), path,
        tr("A model is a Hugging Face folder with config.json and model.safetensors or a .gguf file, a run is a folder with events.jsonl, "
           "a recipe is a .json file."));
}

void Studio::openModel(const QString& folder) {
    openModelFor(folder, std::nullopt);
}

void Studio::openModelFor(const QString& folder, std::optional<Opening> opening) {
    if (refuseWhileBusy(tr("opening %1").arg(nameOf(folder)))) return;
    m_opening = std::move(opening);
    submit(command::OpenModel{QFileInfo(folder).absoluteFilePath().toStdString()});
}

void Studio::openRecipe(const QString& file) {
    if (refuseWhileBusy(tr("opening %1").arg(nameOf(file)))) return;
    guarded([&] {
        const Recipe recipe = loadRecipe(file.toStdString());
        requireFiles(recipe);
        openModelFor(QString::fromStdString(recipe.model.path), Opening{recipe, file});
        Q_EMIT pageWanted(QStringLiteral("plan"));
    });
}

void Studio::openRun(const QString& path) {
    const QString folder =
        QDir::cleanPath(QFileInfo(path).absoluteFilePath());  // one name among the recent runs, whatever was typed
    if (refuseWhileBusy(tr("opening %1").arg(nameOf(folder)))) return;
    Q_EMIT problemsCleared();
    guarded([&] {
        const bool atOnce = logSize(folder) <= kReadAtOnce;
        if (atOnce) showRun(readRun(folder));
        Q_EMIT pageWanted(QStringLiteral("run"));
        if (!atOnce) m_reader.read(folder);
    });
}

void Studio::showRun(RunHistory history) {
    m_settings.addRecentRun(history.folder);
    m_recipeFile.clear();  // a run's record is read, not edited
    m_session.showRun(std::move(history));
}

void Studio::saveRecipe(const QString& file) {
    guarded([&] {
        if (isRecord(file))
            throw Error(ErrorCode::BadInput, file.toStdString(),
                        tr("is a run's own record, by which it is resumed").toStdString(),
                        tr("Save the recipe under another name.").toStdString());
        writeFile(file.toStdString(), recipeText(m_session.recipe()));
        m_recipeFile = file;
        Q_EMIT noticed(tr("Recipe saved to %1").arg(file));
    });
}

QString Studio::commandLine(QString* written) {
    QString command;
    guarded([&] {
        const Recipe& recipe = m_session.recipe();
        const QString model = nameOf(QString::fromStdString(recipe.model.path));
        QString file = holds(m_recipeFile, recipe) ? m_recipeFile : holds(m_commandFile, recipe) ? m_commandFile : QString();
        if (file.isEmpty()) {
            file = newRecipeFile(model.isEmpty() ? QStringLiteral("recipe") : model);
            writeFile(file.toStdString(), recipeText(recipe));
            m_commandFile = file;
            if (written) *written = file;
        }
        command = QStringLiteral("lorashear run %1 --out %2").arg(quoted(file), quoted(newRunFolder(model)));
    });
    return command;
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
    return !busy() && m_session.plan().plan.has_value();
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
    return !busy() && run.started && !run.folder.empty() && !complete;
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
    submit(
        command::ExportModel{m_session.run().folder, destination.toStdString(), format.toStdString(), dtype.toStdString()});
}

void Studio::generateBoth(const QString& prompt, int tokens, double temperature, quint64 seed, bool chat) {
    if (refuseWhileBusy(tr("writing text"))) return;
    guarded([&] {
        const std::string text = prompt.toStdString(), run = m_session.run().folder;
        const bool pruned = !run.empty() && QFileInfo::exists(QString::fromStdString(run + "/model"));
        // What a run's result is compared with is what the run started from, whatever the recipe says by now.
        const Recipe::Model before = pruned ? RunFolder::open(run).recipe().model : m_session.recipe().model;
        submit(command::Generate{before.path, text, tokens, temperature, 1, seed, chat, before.adapter});
        if (pruned) m_engine.submit(command::Generate{run + "/model", text, tokens, temperature, 1, seed, chat});
    });
}

void Studio::cancel() {
    if (m_reader.reading()) return m_reader.cancel();
    const bool both = m_engine.current() && std::holds_alternative<command::Generate>(*m_engine.current());
    both ? m_engine.cancelAll() : m_engine.cancel();
}

void Studio::measureMachine() {
    if (!m_engine.busy()) submit(command::MeasureMachine{m_session.recipe().threads});
}

bool Studio::runIsActive() const {
    return m_engine.current() && isRunCommand(*m_engine.current());
}

}  // namespace lorashear::ui
