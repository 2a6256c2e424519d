#pragma once

#include "core/run/recipe.h"

#include <QString>

namespace lorashear::ui {

/// Where things lie: beside the program in the build folder, in the source tree, or under an installation's share/lorashear.
QString resourcesFolder();  ///< "" when none was found
QString bundledModel();     ///< folder of the demo model; "" when it is not there
bool isBundledModel(const QString& path);
QString smolModel();                       ///< the GGUF file that packaging/get-smollm2.sh brings; "" when it is not there
QString bundledText(const QString& name);  ///< a file of resources/data
QString newRunFolder(const QString& modelName);  ///< not existing yet, under the user's state folder; its parent is made
QString runsFolder();
/// For a recipe that a copied command names; not existing yet, under the user's state folder, beside the runs. Its parent is made.
QString newRecipeFile(const QString& modelName);

/// Work that is in no project, kept for the case that the window is killed; not existing yet.
QString newSessionFolder();
QString sessionsFolder();

/// What a path is, told by its content and not by its name.
enum class PathKind { Model, Run, Recipe, Project, Unknown };
PathKind kindOf(const QString& path);

/// A recipe to start from: the bundled quick one for the bundled model, careful general settings for all others, with the bundled Wikipedia
/// excerpts as texts (see dataWarnings).
Recipe startingRecipe(const QString& modelFolder);

}  // namespace lorashear::ui
