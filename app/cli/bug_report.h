#pragma once

#include "core/run/machine_report.h"

#include <string>

namespace lorashear::app {

/// What a bug report needs to know of a machine, as text: versions, processor, memory, system, settings in the environment that change what the
/// programs do, and what makes it slow. Names of people do not occur: their home is written "~", their name and the machine's "…".
std::string bugReport(const MachineReport& machine, const std::string& version);

/// The text without the person's home, name and machine, as they are told by the environment and the system.
std::string withoutNames(std::string text);

}  // namespace lorashear::app
