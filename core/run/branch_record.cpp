#include "core/run/branch_record.h"

#include "core/io/atomic_file.h"

#include <nlohmann/json.hpp>

namespace lorashear {

namespace {

namespace fs = std::filesystem;

fs::path fileOf(const fs::path& run) {
    return run / "branch.json";
}

}  // namespace

void saveBranchRecord(const fs::path& run, const BranchRecord& record) {
    const nlohmann::json document{
        {"version", 1}, {"parent", fs::absolute(record.parent).lexically_normal().string()}, {"step", record.step}};
    writeFile(fileOf(run), document.dump(2) + "\n");
}

std::optional<BranchRecord> branchRecordOf(const fs::path& run) {
    std::error_code ignored;
    if (!fs::is_regular_file(fileOf(run), ignored)) return std::nullopt;
    try {
        const auto document = nlohmann::json::parse(readFile(fileOf(run)));
        BranchRecord record{document.at("parent").get<std::string>(), document.at("step").get<std::int64_t>()};
        if (!record.parent.has_filename()) record.parent = record.parent.parent_path();
        if (const fs::path beside = run.parent_path() / record.parent.filename();
            !fs::exists(record.parent, ignored) && fs::exists(beside, ignored))
            record.parent = beside;
        return record;
    } catch (const std::exception&) {  // what tells of another run is no reason not to show this one
        return std::nullopt;
    }
}

}  // namespace lorashear
