#pragma once

#include <string>

namespace lorashear {

struct BenchTable;

/// Means over seeds with their spread, then every row, then warnings.
std::string tableMarkdown(const BenchTable& table);
/// Every row, full precision; columns acc_<task> and acc_norm_<task> for each task.
std::string tableCsv(const BenchTable& table);
/// A tabular of means and spreads, for \input.
std::string tableLatex(const BenchTable& table);
/// Seconds and bytes of every row.
std::string timesCsv(const BenchTable& table);
/// Means with seconds and memory, in columns for a terminal.
std::string tablePlain(const BenchTable& table);

}  // namespace lorashear
