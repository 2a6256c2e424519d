#include "ui/controller/places.h"

#include "core/base/error.h"
#include "ui/controller/project_files.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>

namespace lorashear::ui {

namespace {

QString findResources() {
    const QString program = QCoreApplication::applicationDirPath();
    QStringList candidates{qEnvironmentVariable("LORASHEAR_DATA"), program + QStringLiteral("/../share/lorashear")};
    QDir up(program);
    for (int level = 0; level < 5; ++level, up.cdUp()) candidates << up.filePath(QStringLiteral("resources"));
    candidates << QDir::current().filePath(QStringLiteral("resources"));
#ifdef LORASHEAR_BUILT_FROM
    candidates << QStringLiteral(LORASHEAR_BUILT_FROM "/resources");
#endif
    for (const QString& candidate : std::as_const(candidates))
        if (!candidate.isEmpty() && QFileInfo(candidate + QStringLiteral("/data")).isDir())
            return QDir(candidate).canonicalPath();
    return {};
}

QString stateFolder() {
    QString state = qEnvironmentVariable("XDG_STATE_HOME");
    if (state.isEmpty()) state = QDir::homePath() + QStringLiteral("/.local/state");
    return state + QStringLiteral("/lorashear");
}

/// Named after the time; its folder is made.
QString newPath(const QString& folder, const QString& name, const QString& ending) {
    QDir().mkpath(folder);
    const QString stem = QStringLiteral("%1/%2-%3")
                             .arg(folder, name, QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")));
    QString path = stem + ending;
    for (int n = 2; QFileInfo::exists(path); ++n) path = QStringLiteral("%1-%2%3").arg(stem).arg(n).arg(ending);
    return path;
}

RecipeText text(const char* name, const QString& path, int windows) {
    RecipeText t;
    t.name = name;
    t.path = path.toStdString();
    t.maxWindows = windows;
    return t;
}

}  // namespace

QString resourcesFolder() {
    static const QString folder = findResources();
    return folder;
}

QString bundledModel() {
    const QString folder = resourcesFolder() + QStringLiteral("/models/stories260K");
    return QFileInfo::exists(folder + QStringLiteral("/config.json")) ? folder : QString();
}

bool isBundledModel(const QString& path) {
    return !bundledModel().isEmpty() && QFileInfo(path).canonicalFilePath() == QFileInfo(bundledModel()).canonicalFilePath();
}

QString smolModel() {
    QString cache = qEnvironmentVariable("XDG_CACHE_HOME");
    if (cache.isEmpty()) cache = QDir::homePath() + QStringLiteral("/.cache");
    const QString file = cache + QStringLiteral("/lorashear/models/SmolLM2-135M-Instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
    return QFileInfo::exists(file) ? file : QString();
}

QString bundledText(const QString& name) {
    const QString file = resourcesFolder() + QStringLiteral("/data/") + name;
    return QFileInfo::exists(file) ? file : QString();
}

QString runsFolder() {
    return stateFolder() + QStringLiteral("/runs");
}

QString newRunFolder(const QString& modelName) {
    return newPath(runsFolder(), modelName, {});
}

QString newRecipeFile(const QString& modelName) {
    return newPath(stateFolder() + QStringLiteral("/recipes"), modelName, QStringLiteral(".json"));
}

QString sessionsFolder() {
    return stateFolder() + QStringLiteral("/sessions");
}

QString newSessionFolder() {
    return newPath(sessionsFolder(), QStringLiteral("session-%1").arg(QCoreApplication::applicationPid()),
                   QStringLiteral(".shearproj"));
}

PathKind kindOf(const QString& path) {
    const QFileInfo info(path);
    if (isProjectFolder(path) || (info.fileName() == QLatin1String("project.json") && isProjectFolder(info.path())))
        return PathKind::Project;
    if (info.isDir()) {
        const QDir dir(path);
        if (dir.exists(QStringLiteral("events.jsonl"))) return PathKind::Run;
        if (dir.exists(QStringLiteral("config.json")) || dir.entryList({QStringLiteral("*.gguf")}, QDir::Files).size() == 1)
            return PathKind::Model;
        return PathKind::Unknown;
    }
    if (info.suffix() == QLatin1String("safetensors") || info.suffix() == QLatin1String("gguf") ||
        info.fileName() == QLatin1String("config.json"))
        return PathKind::Model;
    if (info.isFile() && info.fileName() == QLatin1String("events.jsonl")) return PathKind::Run;
    return info.isFile() && info.suffix() == QLatin1String("json") ? PathKind::Recipe : PathKind::Unknown;
}

Recipe startingRecipe(const QString& modelFolder) {
    Recipe recipe;
    const QString quick = resourcesFolder() + QStringLiteral("/recipes/quick.json");
    const bool bundled = isBundledModel(modelFolder);
    if (bundled && QFileInfo::exists(quick)) recipe = loadRecipe(quick.toStdString());
    recipe.model = {modelFolder.toStdString(), {}, {}};
    const char* name = bundled ? "TinyStories" : "Wikipedia";
    const QString train = bundledText(bundled ? QStringLiteral("train_excerpt.txt") : QStringLiteral("wikipedia_train.txt"));
    const QString valid = bundledText(bundled ? QStringLiteral("valid.txt") : QStringLiteral("wikipedia_valid.txt"));
    const RecipeSource source{name, train.toStdString(), SourceFormat::Auto};
    if (!bundled)
        recipe.analysis.text = {"held out", {}, 512, 0, 40, true};  // without a path: what training and recovery leave aside
    if (recipe.training.sources.empty()) recipe.training.sources = {source};
    if (recipe.recovery.phases.empty()) recipe.recovery.phases = {pretrainingPhase(source)};
    if (recipe.evaluation.texts.empty()) recipe.evaluation.texts = {text(name, valid, 40)};
    if (recipe.exports.empty()) recipe.exports = {fittingExport(recipe.plan)};
    return recipe;
}

}  // namespace lorashear::ui
