#pragma once

#include "core/io/atomic_file.h"
#include "small_recipe.h"

#include <QTemporaryDir>

#include <filesystem>

/// smallRecipe() on the beginnings of its texts: reading and encoding them takes longer than ten steps do.
inline lorashear::Recipe shortRecipe() {
    namespace fs = std::filesystem;
    static const QTemporaryDir folder;
    lorashear::Recipe recipe = smallRecipe();
    const auto shortened = [](std::string& path) {
        const fs::path beginning = fs::path(folder.path().toStdString()) / fs::path(path).filename();
        if (!fs::exists(beginning)) lorashear::writeFile(beginning, lorashear::readFile(path).substr(0, 60000));
        path = beginning.string();
    };
    shortened(recipe.training.sources.front().path);
    shortened(recipe.evaluation.texts.front().path);
    recipe.recovery.phases.front().sources = recipe.training.sources;
    return recipe;
}
