#include "core/io/pending_folder.h"

#include "core/base/error.h"
#include "core/base/mapping_guard.h"
#include "core/io/atomic_file.h"
#include "core/io/taken.h"

#include <string>

#include <unistd.h>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

/// "out/" means "out".
fs::path named(const fs::path& path) {
    return path.has_filename() ? path : path.parent_path();
}

/// "small.partial-" of "small.gguf"; a process's number and the ending follow.
std::string beginningFor(const fs::path& destination, std::string_view mark) {
    std::string beginning = destination.stem().string();
    return beginning.append(1, '.').append(mark).append(1, '-');
}

fs::path neighbourOf(const fs::path& destination, std::string_view mark) {
    return destination.parent_path() /
           (beginningFor(destination, mark) + std::to_string(getpid()) + destination.extension().string());
}

}  // namespace

PendingPath::PendingPath(const fs::path& destination, std::string_view mark)
    : m_destination(named(destination)), m_path(neighbourOf(m_destination, mark)) {
    requireFree(m_destination);
    std::error_code ignored;
    fs::remove_all(m_path, ignored);  // of a process of the same number that was killed
}

PendingPath::~PendingPath() {
    std::error_code ignored;
    if (!m_path.empty()) fs::remove_all(m_path, ignored);
}

void PendingPath::requireFree(const fs::path& destination) {
    const fs::path place = named(destination);
    std::error_code problem;
    if (fs::exists(fs::symlink_status(place, problem)) &&
        !(fs::is_directory(place, problem) && fs::is_empty(place, problem)))
        refuseTaken(place, "exists already and is not an empty folder",
                    "Choose another destination; nothing is ever overwritten.");
}

void PendingPath::commit() {
    requireIntactMappings();  // what is written may have been made from them
    requireFree(m_destination);
    std::error_code ignored;
    fs::remove(m_destination, ignored);  // an empty folder
    putInFreePlace(m_path, m_destination);
    m_path.clear();
}

void PendingPath::sweep(const fs::path& destination, std::string_view mark) {
    const auto whole = named(destination);
    const auto beginning = beginningFor(whole, mark);
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(whole.has_parent_path() ? whole.parent_path() : fs::path("."), ignored))
        if (entry.path().filename().string().starts_with(beginning)) fs::remove_all(entry.path(), ignored);
}

PendingFolder::PendingFolder(const fs::path& destination) : PendingPath(destination, "partial") {
    std::error_code problem;
    fs::create_directories(path(), problem);
    if (problem) throw Error(ErrorCode::Io, path().string(), "cannot be created: " + problem.message());
}

void copyFile(const fs::path& from, const fs::path& to) {
    std::error_code problem;
    fs::copy_file(from, to, problem);
    if (problem) throw Error(ErrorCode::Io, to.string(), "cannot be written: " + problem.message());
}

}  // namespace lorashear
