#include "ui/controller/data_uses.h"

#include "core/base/error.h"
#include "ui/controller/places.h"
#include "ui/theme/tr.h"

#include <QDir>
#include <QFileInfo>
#include <QUrl>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr qint64 kReadAtOnce = 8'000'000;  ///< bytes that are read while the person waits for the answer

QString fileName(const QString& path) {
    return QFileInfo(path).fileName();
}

/// The same file under one name, whatever way leads to it.
QString identity(const QString& path) {
    const QString canonical = QFileInfo(path).canonicalFilePath();
    return canonical.isEmpty() ? QDir::cleanPath(path) : canonical;
}

QFileInfoList taskFiles(const QString& folder) {
    return QDir(folder).entryInfoList({QStringLiteral("*.jsonl")}, QDir::Files);
}

qint64 bytesOf(const QString& path, DataUse use) {
    const QFileInfo info(path);
    if (!info.exists()) return -1;
    if (use != DataUse::Tasks) return info.size();
    qint64 sum = 0;
    for (const QFileInfo& file : taskFiles(path)) sum += file.size();
    return sum;
}

QString workWords(DataUse use) {
    switch (use) {
        case DataUse::Training: return tr("the training while pruning");
        case DataUse::Analysis: return tr("the analysis");
        case DataUse::Recovery: return tr("the recovery");
        case DataUse::Evaluation:
        case DataUse::Tasks: break;
    }
    return tr("the final evaluation");
}

QString inWords(const QStringList& parts) {
    if (parts.size() < 2) return parts.join(QString());
    return tr("%1 and %2").arg(parts.mid(0, parts.size() - 1).join(QStringLiteral(", ")), parts.last());
}

bool bundledFile(const QString& path) {
    const QString folder = resourcesFolder();
    return !folder.isEmpty() && identity(path).startsWith(folder + QStringLiteral("/data/"));
}

bool tinyStories(const QString& path) {
    return bundledFile(path) &&
           (fileName(path) == QLatin1String("train_excerpt.txt") || fileName(path) == QLatin1String("valid.txt"));
}

void warnOfMissing(const std::vector<DataFile>& files, QStringList& warnings) {
    QStringList told;
    for (const DataFile& file : files) {
        if (file.path.isEmpty() || file.bytes >= 0 || told.contains(file.path)) continue;
        told << file.path;
        warnings << tr("%1 is not there any more: %2").arg(fileName(file.path), file.path);
    }
}

void warnOfOverlap(const std::vector<DataFile>& files, QStringList& warnings) {
    QStringList told;
    for (const DataFile& judged : files) {
        const QString same = identity(judged.path);
        if (judged.use != DataUse::Evaluation || judged.path.isEmpty() || told.contains(same)) continue;
        QStringList uses;
        for (const DataFile& worked : files)
            if (worked.use < DataUse::Evaluation && !worked.path.isEmpty() && identity(worked.path) == same &&
                !uses.contains(workWords(worked.use)))
                uses << workWords(worked.use);
        if (uses.isEmpty()) continue;
        told << same;
        warnings
            << tr("%1 serves %2 and the final evaluation: the result will look better than it is. Choose another text for one of them.")
                   .arg(fileName(judged.path), uses.join(QStringLiteral(", ")));
    }
}

void warnOfSamples(const Recipe& recipe, const std::vector<DataFile>& files, QStringList& warnings) {
    if (recipe.model.path.empty() || isBundledModel(QString::fromStdString(recipe.model.path))) return;
    QStringList stories, others;
    for (const DataFile& file : files) {
        if (!bundledFile(file.path)) continue;
        QStringList& list = tinyStories(file.path) ? stories : others;
        if (!list.contains(fileName(file.path))) list << fileName(file.path);
    }
    if (!stories.isEmpty())
        warnings
            << tr("The bundled TinyStories texts (%1) are children's stories for the bundled model. Choose texts like those that this model is meant for.")
                   .arg(inWords(stories));
    if (!others.isEmpty())
        warnings
            << tr("The bundled sample texts (%1) are small, to try things out. Choose texts of your own for a result that counts.")
                   .arg(inWords(others));
}

QString sentence(const Error& error) {
    const QString where = QString::fromStdString(error.subject());
    QString text = QStringLiteral("%1 %2").arg(fileName(where).isEmpty() ? where : fileName(where),
                                               QString::fromStdString(error.message()));
    if (!text.endsWith(QLatin1Char('.'))) text += QLatin1Char('.');
    return text;
}

QString fileProblem(const QString& path) {
    const QFileInfo info(path);
    if (path.isEmpty()) return tr("Name a file.");
    if (!info.exists()) return tr("There is no file %1.").arg(path);
    if (info.isDir()) return tr("%1 is a folder; a file is needed here.").arg(path);
    if (!info.isReadable()) return tr("%1 may not be read.").arg(path);
    return info.size() == 0 ? tr("%1 is empty.").arg(path) : QString();
}

template <class Read>
QString readingProblem(const QString& path, Read read) {
    QString problem = fileProblem(path);
    if (!problem.isEmpty() || QFileInfo(path).size() > kReadAtOnce) return problem;
    try {
        read();
        return {};
    } catch (const Error& error) {
        return sentence(error);
    }
}

}  // namespace

std::vector<DataFile> dataFiles(const Recipe& recipe) {
    std::vector<DataFile> files;
    const auto add = [&](DataUse use, const QString& name, const std::string& path) {
        const QString file = QString::fromStdString(path);
        files.push_back({use, name, file, bytesOf(file, use)});
    };
    for (const RecipeSource& source : recipe.training.sources)
        add(DataUse::Training, QString::fromStdString(source.name), source.path);
    add(DataUse::Analysis, QString::fromStdString(recipe.analysis.text.name), recipe.analysis.text.path);
    if (recipe.recovery.enabled)
        for (const RecoveryPhase& phase : recipe.recovery.phases)
            for (const RecipeSource& source : phase.sources)
                add(DataUse::Recovery, QString::fromStdString(phase.name + ": " + source.name), source.path);
    for (const RecipeText& text : recipe.evaluation.texts)
        add(DataUse::Evaluation, QString::fromStdString(text.name), text.path);
    if (!recipe.evaluation.tasks.empty()) add(DataUse::Tasks, tr("zero-shot tasks"), recipe.evaluation.tasks);
    return files;
}

QStringList dataWarnings(const Recipe& recipe) {
    QStringList warnings;
    if (recipe.model.path.empty()) return warnings;
    const std::vector<DataFile> files = dataFiles(recipe);
    if (recipe.training.sources.empty()) warnings << tr("No text is named to train on while pruning.");
    if (recipe.recovery.enabled && recipe.recovery.phases.empty())
        warnings << tr("The recovery has no phase, so it trains on nothing.");
    warnOfMissing(files, warnings);
    warnOfOverlap(files, warnings);
    warnOfSamples(recipe, files, warnings);
    return warnings;
}

QString documentsProblem(const QString& path, SourceFormat format) {
    return readingProblem(path, [&] { readDocuments(path.toStdString(), format); });
}

QString textProblem(const QString& path) {
    return readingProblem(path, [&] { readWholeText(path.toStdString()); });
}

QString tasksProblem(const QString& folder) {
    if (folder.isEmpty()) return {};
    if (!QFileInfo::exists(folder)) return tr("There is no folder %1.").arg(folder);
    if (!QFileInfo(folder).isDir()) return tr("%1 is a file; the folder of the task files is needed here.").arg(folder);
    return taskFiles(folder).isEmpty() ? tr("%1 holds no task file (piqa.jsonl, hellaswag.jsonl …).").arg(folder)
                                       : QString();
}

QString typedPath(const QString& typed) {
    QString path = typed.trimmed();
    if (path.size() > 1 && (path.startsWith(QLatin1Char('"')) || path.startsWith(QLatin1Char('\''))) &&
        path.endsWith(path.front()))
        path = path.mid(1, path.size() - 2);
    if (path.startsWith(QLatin1String("file://"))) path = QUrl(path).toLocalFile();
    if (path == QLatin1String("~") || path.startsWith(QLatin1String("~/"))) path = QDir::homePath() + path.mid(1);
    return path.isEmpty() ? path : QDir::cleanPath(QFileInfo(path).absoluteFilePath());
}

}  // namespace lorashear::ui
