#include "core/run/readable_texts.h"

#include "core/run/recipe.h"
#include "core/text/source_reading.h"

#include <set>
#include <utility>

namespace lorashear {

std::vector<std::string> requireReadableTexts(const Recipe& recipe, const Control& control) {
    std::vector<std::string> notes;
    std::set<std::pair<std::string, SourceFormat>> seen;
    const auto source = [&](const RecipeSource& each) {
        if (each.path.empty() || !seen.insert({each.path, each.format}).second) return;
        LeftOut leftOut;
        readDocuments(each.path, each.format, control, &leftOut);
        if (leftOut.records > 0) notes.push_back(leftOut.note(each.path));
    };
    std::set<std::string> texts;
    const auto text = [&](const RecipeText& each) {
        if (!each.path.empty() && texts.insert(each.path).second) readWholeText(each.path, control);
    };
    for (const RecipeSource& each : recipe.training.sources) source(each);
    if (recipe.recovery.enabled)
        for (const RecoveryPhase& phase : recipe.recovery.phases)
            for (const RecipeSource& each : phase.sources) source(each);
    if (recipe.analysis.enabled) text(recipe.analysis.text);
    for (const RecipeText& each : recipe.evaluation.texts) text(each);
    return notes;
}

}  // namespace lorashear
