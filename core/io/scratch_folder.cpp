#include "core/io/scratch_folder.h"

#include "core/base/error.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

namespace lorashear {

ScratchFolder::ScratchFolder() {
    std::error_code problem;
    const auto root = std::filesystem::temp_directory_path(problem);
    std::string pattern = (root / "lorashear-XXXXXX").string();
    if (problem || ::mkdtemp(pattern.data()) == nullptr)
        throw Error(
            ErrorCode::Io, root.string(),
            std::string("no temporary folder can be made in it: ") + (problem ? problem.message() : std::strerror(errno)),
            "Set TMPDIR to a folder that can be written.");
    m_path = pattern;
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

}  // namespace lorashear
