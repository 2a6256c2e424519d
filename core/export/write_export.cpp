#include "core/export/export.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_parts.h"
#include "core/io/pending_folder.h"
#include "core/io/taken.h"

#include <exception>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

const ExportWriter& writerOf(const std::string& format) {
    for (const auto& writer : exportWriters())
        if (writer.id == format) return writer;
    throw Error(ErrorCode::Internal, format, "has no writer");
}

void requireEnding(const ExportFormat& format, const fs::path& destination) {
    if (!format.ending.empty() && destination.extension() != format.ending)
        throw Error(ErrorCode::Usage, destination.string(), "is no name for a file of format " + format.id,
                    "End it in " + format.ending + ".");
}

/// The parts that a format may have cut its file into: renamed together, removed when the export did not pass.
class WrittenParts {
public:
    WrittenParts(fs::path written, fs::path destination)
        : m_written(std::move(written)), m_destination(std::move(destination)) {
        if (!isCut(m_destination)) return;
        std::error_code ignored;
        if (fs::exists(ggufFilesOf(m_destination).front(), ignored))
            refuseTaken(m_destination, "exists already, cut into parts",
                        "Choose another destination; nothing is ever overwritten.");
        const auto left = ggufPartsBeside(m_destination);
        refuseTaken(m_destination,
                    "stands beside " + left.front().filename().string() + ", a part of a file whose first part is missing",
                    "An export that was stopped while its parts were put in place leaves such: remove " +
                        (left.size() == 1 ? "it" : "all " + std::to_string(left.size())) +
                        " of that name, or choose another destination.");
    }
    WrittenParts(const WrittenParts&) = delete;
    WrittenParts& operator=(const WrittenParts&) = delete;
    ~WrittenParts() {
        std::error_code ignored;
        if (isCut(m_written))
            for (const auto& part : ggufPartsBeside(m_written)) fs::remove(part, ignored);
    }

    /// False: the file is in one piece.
    bool commit() const {
        if (!isCut(m_written)) return false;
        const auto parts = ggufFilesOf(m_written);
        // The first part last: where that one is, all are.
        for (auto i = static_cast<int>(parts.size()); i > 0; --i)
            putInFreePlace(parts[static_cast<std::size_t>(i) - 1],
                           ggufPartPath(m_destination, i, static_cast<int>(parts.size())));
        return true;
    }

private:
    static bool isCut(const fs::path& path) {
        std::error_code ignored;
        return path.extension() == ".gguf" && !fs::exists(path, ignored) && ggufFilesOf(path).size() > 1;
    }

    fs::path m_written, m_destination;
};

LogitComparison certified(const ExportWriter& writer, const ExportJob& job, const fs::path& written,
                          const std::vector<Sequence>& sequences, const Control& control,
                          const CertificateSink& onCertificate) {
    LogitComparison seen;
    try {
        seen = writer.certify(job, written, sequences, control);
    } catch (const std::exception& thrown) {
        const auto* error = dynamic_cast<const Error*>(&thrown);
        if (error != nullptr && error->code() == ErrorCode::Cancelled) throw;
        seen.problem = error != nullptr ? error->subject() + ": " + error->message() : thrown.what();
        if (onCertificate) onCertificate(seen);
        throw;
    }
    if (onCertificate) onCertificate(seen);
    return seen;
}

}  // namespace

void requireExportable(const std::string& format, const ExportJob& job) {
    writerOf(exportFormat(format).id).require(job);
}

LogitComparison writeExport(const std::string& format, const ExportJob& job, const fs::path& destination,
                            const std::vector<Sequence>& sequences, const Control& control,
                            const CertificateSink& onCertificate) {
    requireDtype(exportFormat(format), job.dtype);
    requireEnding(exportFormat(format), destination);
    const auto& writer = writerOf(format);
    PendingPath pending(destination, "uncertified");
    const WrittenParts parts(pending.path(), destination);
    const auto notes = writer.write(job, pending.path());
    auto seen = certified(writer, job, pending.path(), sequences, control, onCertificate);
    seen.notes = notes;
    if (!seen.within())
        throw Error(
            ErrorCode::Verification, destination.string(),
            "read back from the disk it gave other logits than the model that was written (largest difference " +
                std::to_string(seen.maxDifference) + " of " + std::to_string(seen.maxLogit) + "), so it was removed",
            "The disk may be failing: try another place. If it happens there too, this format cannot hold the model, and that is a defect of the program.");
    if (!parts.commit()) pending.commit();
    return seen;
}

}  // namespace lorashear
