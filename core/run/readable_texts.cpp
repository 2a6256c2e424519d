#include "core/run/readable_texts.h"

#include "core/run/recipe.h"
#include "core/text/text_source.h"

#include <set>
#include <utility>

namespace lorashear {

void requireReadableTexts(const Recipe& recipe) {
    std::set<std::pair<std::string, SourceFormat>> seen;
    const auto source = [&](const RecipeSource& each) {
        if (!each.path.empty() && seen.insert({each.path, each.format}).second) readDocuments(each.path, each.format);
    };
    std::set<std::string> texts;
    const auto text = [&](const RecipeText& each) {
        if (!each.path.empty() && texts.insert(each.path).second) readWholeText(each.path);
    };
    for (const RecipeSource& each : recipe.training.sources) source(each);
    if (recipe.recovery.enabled)
        for (const RecoveryPhase& phase : recipe.recovery.phases)
            for (const RecipeSource& each : phase.sources) source(each);
    if (recipe.analysis.enabled) text(recipe.analysis.text);
    for (const RecipeText& each : recipe.evaluation.texts) text(each);
}

}  // namespace lorashear
