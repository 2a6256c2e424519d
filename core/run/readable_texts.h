#pragma once

#include "core/base/control.h"

#include <string>
#include <vector>

namespace lorashear {

struct Recipe;

/// Reads every text that a recipe names, once, and forgets it: a run that cannot read its data must say so before it measures a model for it.
/// Returns what there is to say of them: records with nothing to learn from, which are left out. Errors of readDocuments and readWholeText;
/// Error(Cancelled) soon after a stop was requested.
std::vector<std::string> requireReadableTexts(const Recipe& recipe, const Control& control = {});

}  // namespace lorashear
