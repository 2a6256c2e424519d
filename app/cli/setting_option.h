#pragma once

#include "core/settings/setting.h"

#include <CLI/CLI.hpp>

#include <string>

namespace lorashear::app {

/// Check of an option that is a setting of the recipe too, by its pointer ("/evaluation/texts/*/window"): the same bounds or choices.
CLI::Validator within(const std::string& pointer);
CLI::Validator within(const Setting& setting);

/// The same for options that are no settings.
CLI::Validator within(const Range& allowed, bool whole);
CLI::Validator aboveZero();  ///< whole numbers from 1 on

}  // namespace lorashear::app
