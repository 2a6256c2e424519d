#pragma once

namespace lorashear {

struct Recipe;

/// Reads every text that a recipe names, once, and forgets it: a run that cannot read its data must say so before it measures a model for it.
/// Errors of readDocuments and readWholeText.
void requireReadableTexts(const Recipe& recipe);

}  // namespace lorashear
