#pragma once

#include "core/base/control.h"
#include "core/run/recipe.h"
#include "core/run/stages/memory_need.h"
#include "core/trace/structure.h"

namespace lorashear {

struct ModelConfig;
struct OpenedFolder;

/// What is known of a run before it begins.
struct Foreseen {
    MemoryNeed memory;
    std::string undecided;           ///< requirePossiblePlan()'s sentence
    std::vector<std::string> notes;  ///< of its texts, of windows that are cut and of exports that the plan will not allow
};

/// Everything that can be refused before a folder is made and a weight is read: missing files, texts that cannot be read, an unknown proxy, windows that the model cannot
/// read, texts that end within the windows they skip, a scheme that cannot recover what the plan leaves, a ratio that cannot be reached whatever the analysis finds, more memory than is there. Reads headers, config and tokenizer, and
/// traces shapes: a second for a model of 7B.
Foreseen requirePossible(const Recipe& recipe, const Control& control = {});

/// The part of it that needs only the structure: Error(Impossible) at /plan/ratio, Error(BadRecipe). Returns a sentence where it depends on
/// the analysis whether the ratio can be reached, or "".
std::string requirePossiblePlan(const Recipe& recipe, const Structure& structure, const OpenedFolder& opened);

/// Error(BadRecipe) at /training/window or /recovery/window for more tokens than the model's context.
void requireWindows(const Recipe& recipe, const ModelConfig& config);

}  // namespace lorashear
