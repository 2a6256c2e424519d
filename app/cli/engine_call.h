#pragma once

#include "app/cli/command.h"
#include "core/run/command.h"

#include <nlohmann/json_fwd.hpp>

namespace lorashear::app {

/// Lets the engine carry out a command on this thread: stages, notes and curve points as lines on standard error, progress in
/// between; silent: nothing of that. Returns Finished's result; throws its error, Error(Cancelled) too.
nlohmann::json callEngine(CliContext& context, const Command& command, bool silent = false);

}  // namespace lorashear::app
