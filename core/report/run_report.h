#pragma once

#include <filesystem>
#include <string>

namespace lorashear {

/// A run as one HTML page: model, recipe and method, parameters before and after, curves, figures with intervals, what went of each layer, which programs open the
/// result, certificates, texts, and the command that repeats it. It loads nothing from anywhere and runs nothing; all text is escaped. Of a run that is not finished
/// it tells what there is. The same folder gives the same bytes. Errors as RunFolder::open and readEvents.
std::string runReport(const std::filesystem::path& run);

/// Error(BadInput) for the name of one of a run's own records, which no report replaces.
void requireNoRunRecord(const std::filesystem::path& file);

/// Writes it. Error(Io) naming the file, also where it is there and is no report; Error(BadInput) as requireNoRunRecord.
void writeRunReport(const std::filesystem::path& run, const std::filesystem::path& file);

}  // namespace lorashear
