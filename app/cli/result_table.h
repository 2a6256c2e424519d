#pragma once

#include <nlohmann/json_fwd.hpp>

#include <iosfwd>
#include <string>

namespace lorashear::app {

/// result.json of a run as a table for people: perplexities, accuracies, sizes and speed with the share of the original that is left, and the text before and after.
void printResultTable(std::ostream& out, const nlohmann::json& result, const std::string& folder);

}  // namespace lorashear::app
