#pragma once

#include "core/run/recipe.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace lorashear::ui {

/// What a text or a folder of tasks is read for, in the order of the work.
enum class DataUse { Training, Analysis, Recovery, Evaluation, Tasks };

/// One file (or folder of tasks) that a recipe reads for one use.
struct DataFile {
    DataUse use = DataUse::Training;
    QString name;       ///< as the recipe calls it; a phase's sources carry the phase in front
    QString path;       ///< "" of an analysis that reads what is held out of the training texts
    qint64 bytes = -1;  ///< of a folder: its task files together; -1: it is not there
};

std::vector<DataFile> dataFiles(const Recipe& recipe);
/// What should be thought over before a run starts, each in a sentence or two: nothing to train on, files that are not there, texts that
/// are both worked on and judged by, bundled sample texts for a model that they were not made for.
QStringList dataWarnings(const Recipe& recipe);

/// Why a file cannot be read as such documents, in a sentence; "" when it can. Files up to 8 MB are read for the answer.
QString documentsProblem(const QString& path, SourceFormat format);
QString textProblem(const QString& path);     ///< the same for a text that is read as one
QString tasksProblem(const QString& folder);  ///< "" too for no folder at all
/// What a person types for a path: blanks around it, quotation marks, "~/" and file:// go; relative ones count from the current folder.
QString typedPath(const QString& typed);

}  // namespace lorashear::ui
