// What the window does with files: models, runs, recipes.

#include "core/io/atomic_file.h"
#include "core/report/run_report.h"
#include "core/run/run_folder.h"
#include "ui/controller/command_lines.h"
#include "ui/controller/studio.h"

#include <QDir>
#include <QFileInfo>

#include <utility>

namespace lorashear::ui {

namespace {

QString nameOf(const QString& path) {
    return QDir(path).dirName();
}

QString recipeFilter() {
    return Studio::tr("Recipes (*.json)");
}

bool sameFile(const std::string& a, const std::string& b) {
    const QFileInfo first(QString::fromStdString(a)), second(QString::fromStdString(b));
    return first.exists() && first.canonicalFilePath() == second.canonicalFilePath();
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

void Studio::open(const QString& path) {
    if (path.isEmpty()) return;
    m_settings.setLastFolder(QFileInfo(path).absolutePath());
    switch (kindOf(path)) {
        case PathKind::Model: {
            const QFileInfo info(path);
            return openModel(info.isDir() || info.suffix() == QLatin1String("gguf") ? path : info.absolutePath());
        }
        case PathKind::Run: return openRun(QFileInfo(path).isDir() ? path : QFileInfo(path).absolutePath());
        case PathKind::Recipe: return openRecipe(path);
        case PathKind::Project: return openProject(QFileInfo(path).isDir() ? path : QFileInfo(path).absolutePath());
        case PathKind::Unknown: break;
    }
    if (!QFileInfo::exists(path))
        return reportProblem(tr("There is no such file or folder."), path,
                             tr("Check the spelling of the path, and whether the disk that it lies on is there."));
    reportProblem(
        tr("This is neither a model, nor a run, nor a recipe, nor a project."), path,
        tr("A model is a Hugging Face folder with config.json and model.safetensors or a .gguf file, a run is a folder with events.jsonl, "
           "a recipe is a .json file, a project a folder with project.json."));
}

void Studio::openModel(const QString& folder) {
    openModelFor(folder, std::nullopt);
}

void Studio::openModelFor(const QString& folder, std::optional<Opening> opening) {
    if (refuseWhileBusy(tr("opening %1").arg(nameOf(folder)))) return;
    keepEditsThen(nullptr, [this, folder, opening = std::move(opening)] {
        m_opening = opening;
        submit(command::OpenModel{QFileInfo(folder).absoluteFilePath().toStdString()});
    });
}

void Studio::openRecipe(const QString& file) {
    if (refuseWhileBusy(tr("opening %1").arg(nameOf(file)))) return;
    guarded([&] {
        const Recipe recipe = loadRecipe(file.toStdString());
        requireFiles(recipe);
        if (m_session.structure() && sameFile(recipe.model.path, m_session.model()->path)) {
            m_session.loadRecipe(recipe, tr("load %1").arg(QFileInfo(file).fileName()));
            m_recipeFile = file;
            return pageWanted(QStringLiteral("plan"));
        }
        openModelFor(QString::fromStdString(recipe.model.path), Opening{recipe, file});
        Q_EMIT pageWanted(QStringLiteral("plan"));
    });
}

void Studio::openRun(const QString& path) {
    const QString folder =
        QDir::cleanPath(QFileInfo(path).absoluteFilePath());  // one name among the recent runs, whatever was typed
    if (refuseWhileBusy(tr("opening %1").arg(nameOf(folder)))) return;
    keepEditsThen(nullptr, [this, folder] { readRunOf(folder); });
}

void Studio::readRunOf(const QString& folder) {
    Q_EMIT problemsCleared();
    m_follower.stop();
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
    const QString folder = history.folder;
    const auto reader = history.reader;
    const auto timed = std::move(history.timed);
    const Recipe before = m_session.recipe();
    m_sideBySide.forgetExplanation();
    m_session.showRun(std::move(history));
    if (m_project.named() && !m_work && m_session.recipe().model.path == before.model.path) {
        const Recipe ofRun = m_session.recipe();  // the project's own plan is one Undo away
        m_session.setRecipe(before);
        m_session.edit(tr("the recipe of %1").arg(nameOf(folder)), [&](Recipe& recipe) { recipe = ofRun; });
        Q_EMIT m_session.recipeLoaded();
    }
    if (m_work) finishWork();
    if (!RunFollower::otherHolder(folder)) return;
    m_left.begin(workOf(m_session.recipe(), m_session.structure().get()), 0);
    for (const auto& [at, event] : timed) m_left.apply(event, at);
    m_follower.follow(folder, reader);
}

void Studio::saveRecipe(const QString& file) {
    guarded([&] {
        if (isRecord(file))
            throw Error(ErrorCode::BadInput, file.toStdString(),
                        tr("is a run's own record, by which it is resumed").toStdString(),
                        tr("Save the recipe under another name.").toStdString());
        writeFile(file.toStdString(), recipeText(m_session.recipe()));
        m_recipeFile = file;
        m_session.markSaved();
        Q_EMIT noticed(tr("Recipe saved to %1").arg(file));
    });
}

void Studio::askToSaveReport(QWidget* parent, const QString& run) {
    if (run.isEmpty())
        return reportProblem(tr("There is no run to report."), tr("saving a report"), tr("Start a run, or open one."));
    m_dialogs.saveFile(parent, tr("Save a report of %1").arg(nameOf(run)), run + QStringLiteral("/report.html"),
                       tr("Web pages (*.html)"), [this, run](const QString& file) { saveReport(run, file); });
}

void Studio::saveReport(const QString& run, const QString& file) {
    if (m_reportUnderWay)
        return reportProblem(tr("Another report is being written."), tr("saving a report"), tr("Try again in a moment."));
    m_reportUnderWay = true;
    m_reporting = std::jthread([this, run, file] {
        std::optional<Error> problem;
        try {
            writeRunReport(run.toStdString(), file.toStdString());
        } catch (const Error& error) {
            problem = error;
        } catch (const std::exception& error) {
            problem = Error(ErrorCode::Internal, run.toStdString(), error.what());
        }
        QMetaObject::invokeMethod(
            this,
            [this, file, problem] {
                m_reportUnderWay = false;
                if (problem) return failed(*problem);
                Q_EMIT noticed(tr("Report saved to %1").arg(file));
            },
            Qt::QueuedConnection);
    });
}

QString Studio::recipeOnDisk() const {
    const Recipe& recipe = m_session.recipe();
    return holds(m_recipeFile, recipe) ? m_recipeFile : holds(m_commandFile, recipe) ? m_commandFile : QString();
}

QString Studio::recipeForCommand(QString* written) {
    QString file = recipeOnDisk();
    if (!file.isEmpty()) return file;
    const QString model = nameOf(QString::fromStdString(m_session.recipe().model.path));
    file = newRecipeFile(model.isEmpty() ? QStringLiteral("recipe") : model);
    writeFile(file.toStdString(), recipeText(m_session.recipe()));
    m_commandFile = file;
    if (written) *written = file;
    return file;
}

QString Studio::commandLine(QString* written) {
    QString command;
    if (refuseWrongFields(tr("copying the command"))) return command;
    guarded([&] {
        const QString model = nameOf(QString::fromStdString(m_session.recipe().model.path));
        const QString file = recipeForCommand(written);
        command = QStringLiteral("lorashear run %1 --out %2").arg(shellWord(file), shellWord(newRunFolder(model)));
    });
    return command;
}

QString Studio::analysisCommand(QString* written) {
    QString command;
    if (!m_session.model() || refuseWrongFields(tr("copying the command"))) return command;
    guarded([&] { command = QStringLiteral("lorashear analyse --recipe %1").arg(shellWord(recipeForCommand(written))); });
    return command;
}

QString Studio::commandPreview(const QString& verb) const {
    const QString file = recipeOnDisk();
    const QString recipe = file.isEmpty() ? tr("<the recipe as it is now, written when this is copied>") : shellWord(file);
    return verb == QLatin1String("run") ? QStringLiteral("lorashear run %1 --out %2").arg(recipe, tr("<new folder>"))
                                        : QStringLiteral("lorashear analyse --recipe %1").arg(recipe);
}

void Studio::askForAny(QWidget* parent) {
    m_dialogs.openAny(
        parent, tr("Open a model, a run, a recipe or a project"), m_settings.lastFolder(),
        tr("Models, runs, recipes and projects (*.gguf *.safetensors *.json *.jsonl);;All files (*)"),
        [](const QString& folder) { return kindOf(folder) != PathKind::Unknown; },
        [this](const QString& path) { open(path); });
}

void Studio::keepEditsThen(QWidget* parent, std::function<void()> then) {
    m_session.settle();
    if (m_project.named() && guarded([this] { m_project.save(); })) return then();
    if (!m_session.edited()) return then();
    m_dialogs.askToKeep(parent, tr("The recipe was changed and is in no file."),
                        tr("Last edit: %1.").arg(m_session.undoStack().undoText()),
                        [this, parent, then = std::move(then)](Dialogs::Keep keep) {
                            if (keep == Dialogs::Keep::Discard) then();
                            if (keep != Dialogs::Keep::Save) return;
                            m_dialogs.saveFile(parent, tr("Save the recipe"), m_recipeFile, recipeFilter(),
                                               [this, then](const QString& file) {
                                                   saveRecipe(file);
                                                   if (!m_session.edited()) then();
                                               });
                        });
}

}  // namespace lorashear::ui
