#pragma once

#include <string>

namespace lorashear {

struct BenchTable;

/// Perplexity (on a logarithmic axis) over parameters left, one panel a model: means with their spread, a colour a method, and through the rows
/// that nothing beats in both, a line. Rows without a perplexity are left out. The same table gives the same bytes.
std::string paretoSvg(const BenchTable& table);

}  // namespace lorashear
