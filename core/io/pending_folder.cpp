#include "core/io/pending_folder.h"

#include "core/base/error.h"

#include <unistd.h>

namespace lorashear {

namespace fs = std::filesystem;

PendingFolder::PendingFolder(fs::path destination)
    : m_destination(std::move(destination)), m_path(m_destination.string() + ".partial-" + std::to_string(getpid())) {
    std::error_code problem;
    const bool present = fs::exists(m_destination, problem);
    if (present && !(fs::is_directory(m_destination, problem) && fs::is_empty(m_destination, problem)))
        throw Error(ErrorCode::Io, m_destination.string(), "exists already and is not an empty folder",
                    "Choose another destination; nothing is ever overwritten.");
    fs::create_directories(m_path, problem);
    if (problem) throw Error(ErrorCode::Io, m_path.string(), "cannot be created: " + problem.message());
}

PendingFolder::~PendingFolder() {
    std::error_code ignored;
    if (!m_path.empty()) fs::remove_all(m_path, ignored);
}

void PendingFolder::commit() {
    std::error_code problem;
    fs::remove(m_destination, problem);  // an empty folder, see the constructor
    fs::rename(m_path, m_destination, problem);
    if (problem) throw Error(ErrorCode::Io, m_destination.string(), "cannot be created: " + problem.message());
    m_path.clear();
}

void copyFile(const fs::path& from, const fs::path& to) {
    std::error_code problem;
    fs::copy_file(from, to, problem);
    if (problem) throw Error(ErrorCode::Io, to.string(), "cannot be written: " + problem.message());
}

}  // namespace lorashear
