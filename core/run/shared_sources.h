#pragma once

#include "core/base/control.h"
#include "core/run/recipe.h"

#include <string>
#include <vector>

namespace lorashear {

/// Warnings where what is reported, or looked at by the analysis, was trained or calibrated on, or where settings were chosen on what is reported: files of one content
/// under any name, and files that hold paragraphs of each other (core/text/shared_paragraphs.h). In the order of the recipes; nothing twice.
/// Error for a file that cannot be read.
std::vector<std::string> sharedSources(const std::vector<const Recipe*>& recipes,
                                       const std::vector<std::string>& chosenOn = {}, const Control& control = {});

}  // namespace lorashear
