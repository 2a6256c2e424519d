#include "core/export/export.h"

#include "core/base/error.h"
#include "core/io/pending_folder.h"

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

LogitComparison writeExport(const std::string& format, const ExportJob& job, const fs::path& destination,
                            const std::vector<Sequence>& sequences, const Control& control,
                            const CertificateSink& onCertificate) {
    requireDtype(exportFormat(format), job.dtype);
    requireEnding(exportFormat(format), destination);
    const auto& writer = writerOf(format);
    PendingPath pending(destination, "uncertified");
    writer.write(job, pending.path());
    auto seen = certified(writer, job, pending.path(), sequences, control, onCertificate);
    if (!seen.within())
        throw Error(
            ErrorCode::Verification, destination.string(),
            "read back from the disk it gave other logits than the model that was written (largest difference " +
                std::to_string(seen.maxDifference) + " of " + std::to_string(seen.maxLogit) + "), so it was removed",
            "The disk may be failing: try another place. If it happens there too, this format cannot hold the model, and that is a defect of the program.");
    pending.commit();
    return seen;
}

}  // namespace lorashear
