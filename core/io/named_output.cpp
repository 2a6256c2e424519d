#include "core/io/named_output.h"

#include "core/base/error.h"
#include "core/base/mapping_guard.h"
#include "core/io/atomic_file.h"
#include "core/io/system_calls.h"
#include "core/io/taken.h"

#include <cstring>
#include <string>

#include <fcntl.h>

namespace lorashear {

namespace {

void writeInto(const std::filesystem::path& stream, std::string_view content) {
    requireIntactMappings();  // what is written may have been made from them
    const int descriptor = uninterrupted([&] { return ::open(stream.c_str(), O_WRONLY | O_CLOEXEC); });
    const bool written = descriptor >= 0 && writeAll(descriptor, content.data(), content.size()) == content.size();
    const int code = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!written) throw Error(ErrorCode::Io, stream.string(), std::string("could not be written: ") + std::strerror(code));
}

void requireFolderOf(const std::filesystem::path& file) {
    std::error_code ignored;
    if (file.has_parent_path() && !std::filesystem::is_directory(file.parent_path(), ignored))
        throw Error(ErrorCode::Io, file.string(), "cannot be created: there is no folder " + file.parent_path().string(),
                    "check that the folder exists");
}

}  // namespace

bool NamedOutput::streams() const {
    std::error_code ignored;
    const auto kind = std::filesystem::status(m_path, ignored).type();
    return kind == std::filesystem::file_type::fifo || kind == std::filesystem::file_type::character;
}

void NamedOutput::requireFree() const {
    if (streams()) return;
    if (!m_replace) requireNoFileYet(m_path, "Choose another name, or add --force to replace it.");
    std::error_code ignored;
    const auto kind = std::filesystem::status(m_path, ignored).type();
    if (kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::regular)
        refuseTaken(m_path, "exists already and is not a file");
    requireFolderOf(m_path);
}

void NamedOutput::write(std::string_view content) const {
    if (streams()) return writeInto(m_path, content);
    requireFree();
    AtomicFile file(m_path);
    file.write(content);
    file.commit(m_replace ? AtomicFile::Taken::Replace : AtomicFile::Taken::Refuse);
}

}  // namespace lorashear
