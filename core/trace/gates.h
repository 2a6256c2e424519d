#pragma once

#include "core/trace/axes.h"
#include "core/trace/recording.h"

#include <vector>

namespace lorashear::trace {

/// Of each value of the recording: the atom of the one gate (Dependencies::gates) that everything it leads to passes; -1: there is another way
/// to the output, or gates of several atoms. A parameter with such an atom serves nothing else and can go with it.
std::vector<int> soleGates(const Recording& recording, const Dependencies& known);

}  // namespace lorashear::trace
