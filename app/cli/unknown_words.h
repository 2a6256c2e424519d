#pragma once

#include "core/base/error.h"

#include <CLI/CLI.hpp>

namespace lorashear::app {

/// What a command line that was not understood is refused with: an unknown command with the nearest one and the list of all, an unknown option with
/// the nearest of its command, a word too many; of anything else what CLI11 says. Error(Usage).
Error wordsFor(const CLI::App& parser, const CLI::ParseError& problem);

}  // namespace lorashear::app
