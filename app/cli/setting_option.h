#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace lorashear::app {

/// Check of an option that is a setting of the recipe too, by its pointer ("/evaluation/texts/*/window"): the same bounds or choices.
CLI::Validator within(const std::string& pointer);

}  // namespace lorashear::app
