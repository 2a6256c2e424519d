#pragma once

#include "core/trace/axes.h"

#include <string>
#include <vector>

namespace lorashear::trace {

/// Why atoms with this note may not go, in words; empty if the note is no obstacle.
std::string reasonText(const Note& note);

/// Several reasons as one text; empty ones are left out.
std::string joined(const std::vector<std::string>& reasons);

}  // namespace lorashear::trace
