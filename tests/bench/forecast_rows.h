#pragma once

#include <string>

namespace lorashear::bench {

/// Whether Plan's *What it costs* is honest: what it foretells at twenty sizes up to half of the parameters beside what masking really costs there, on the
/// analysis's own text; for the bundled model, and for one in `model` where it is named. Before anything was measured, and with every fourth size measured, as
/// the window does it.
void printForecast(int windows, const std::string& model);

}  // namespace lorashear::bench
