#include "ui/controller/project_files.h"

#include "core/io/atomic_file.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

namespace lorashear::ui {

namespace {

constexpr int kVersion = 1;

QString inside(const QString& folder, const char* name) {
    return folder + QLatin1Char('/') + QLatin1String(name);
}

QString projectFile(const QString& folder) {
    return inside(folder, "project.json");
}

QJsonObject toJson(const ProjectState& state) {
    QJsonObject json = state.rest;
    json[QStringLiteral("version")] = kVersion;
    json[QStringLiteral("saved_at")] = state.at.toString(Qt::ISODate);
    json[QStringLiteral("page")] = state.page;
    json[QStringLiteral("run")] = state.run;
    json[QStringLiteral("runs")] = QJsonArray::fromStringList(state.runs);
    json[QStringLiteral("selection")] = QJsonObject{{QStringLiteral("tensor"), state.selection.tensor},
                                                    {QStringLiteral("node"), state.selection.node},
                                                    {QStringLiteral("node_group"), state.selection.nodeGroup}};
    return json;
}

ProjectState fromJson(QJsonObject json) {
    const auto take = [&](const char* key) { return json.take(QLatin1String(key)); };
    ProjectState state;
    take("version");
    state.at = QDateTime::fromString(take("saved_at").toString(), Qt::ISODate);
    state.page = take("page").toString();
    state.run = take("run").toString();
    for (const QJsonValue run : take("runs").toArray()) state.runs << run.toString();
    const QJsonObject selection = take("selection").toObject();
    state.selection = {selection.value(QLatin1String("tensor")).toString(), selection.value(QLatin1String("node")).toInt(-1),
                       selection.value(QLatin1String("node_group")).toInt(-1)};
    state.edit = take("edit").toString();
    state.edits = take("edits").toInt();
    state.recipe = take("recipe").toString().toStdString();
    state.rest = json;
    return state;
}

}  // namespace

QString ProjectState::model() const {
    try {
        return recipe.empty() ? QString() : QString::fromStdString(parseRecipe(recipe, "recipe").model.path);
    } catch (const Error&) {
        return {};  // of a newer program: said when it is opened
    }
}

bool isProjectFolder(const QString& folder) {
    return QFileInfo(folder).isDir() && QFileInfo::exists(projectFile(folder));
}

QString withProjectEnding(const QString& folder) {
    const QString ending = QStringLiteral(".shearproj"), clean = QDir::cleanPath(folder);
    return clean.endsWith(ending) ? clean : clean + ending;
}

void writeProject(const QString& folder, const ProjectState& state) {
    if (!state.recipe.empty()) writeFile(inside(folder, "recipe.json").toStdString(), state.recipe);
    writeFile(projectFile(folder).toStdString(), QJsonDocument(toJson(state)).toJson().toStdString());
}

ProjectState readProject(const QString& folder) {
    const std::string name = projectFile(folder).toStdString();
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(readFile(name)));
    if (!document.isObject()) throw Error(ErrorCode::BadInput, name, "is not a project's file");
    const int version = document.object().value(QLatin1String("version")).toInt();
    if (version < 1 || version > kVersion)
        throw Error(ErrorCode::BadInput, name,
                    "is of version " + std::to_string(version) + ", this program reads version " + std::to_string(kVersion),
                    "open it with a newer program");
    ProjectState state = fromJson(document.object());
    const QString recipe = inside(folder, "recipe.json");
    if (QFileInfo::exists(recipe)) state.recipe = recipeText(loadRecipe(recipe.toStdString()));
    return state;
}

std::string journalText(const std::vector<ProjectState>& states) {
    std::string text;
    for (const ProjectState& state : states) {
        QJsonObject json = toJson(state);
        json[QStringLiteral("recipe")] = QString::fromStdString(state.recipe);
        json[QStringLiteral("edit")] = state.edit;
        json[QStringLiteral("edits")] = state.edits;
        text += QJsonDocument(json).toJson(QJsonDocument::Compact).toStdString() + '\n';
    }
    return text;
}

std::optional<ProjectState> readJournal(const QString& folder) {
    QFile file(inside(folder, "journal.jsonl"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        const QJsonDocument document = QJsonDocument::fromJson(*line);
        if (!document.isObject()) continue;
        const ProjectState state = fromJson(document.object());
        if (state.recipe.empty() || !state.model().isEmpty()) return state;
    }
    return {};
}

void removeJournal(const QString& folder) {
    QFile::remove(inside(folder, "journal.jsonl"));
}

}  // namespace lorashear::ui
