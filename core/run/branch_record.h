#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace lorashear {

/// branch.json of a run that began as another one's: where that lay, and at which of its optimizer steps the two part.
struct BranchRecord {
    std::filesystem::path parent;  ///< absolute, as it was then
    std::int64_t step = 0;
};

void saveBranchRecord(const std::filesystem::path& run, const BranchRecord& record);
/// Nothing where the run is no branch, or where the file cannot be read. A parent that is not where it was is looked for beside the run, under its
/// name: runs are moved together.
std::optional<BranchRecord> branchRecordOf(const std::filesystem::path& run);

}  // namespace lorashear
