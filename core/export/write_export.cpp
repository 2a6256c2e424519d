#include "core/export/export.h"

#include "core/base/error.h"
#include "core/io/pending_folder.h"

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
        throw Error(ErrorCode::Usage, destination.string(), "is no name for a file of format " + format.id, "End it in " + format.ending + ".");
}

}  // namespace

LogitComparison writeExport(const std::string& format, const ExportJob& job, const fs::path& destination, const std::vector<Sequence>& sequences,
                            const Control& control, const CertificateSink& onCertificate) {
    requireDtype(exportFormat(format), job.dtype);
    requireEnding(exportFormat(format), destination);
    const auto& writer = writerOf(format);
    PendingPath pending(destination, "uncertified");
    writer.write(job, pending.path());
    const auto seen = writer.certify(job, pending.path(), sequences, control);
    if (onCertificate) onCertificate(seen);
    if (!seen.within())
        throw Error(ErrorCode::Verification, destination.string(),
                    "read back from the disk it gave other logits than the model that was written (largest difference " +
                        std::to_string(seen.maxDifference) + " of " + std::to_string(seen.maxLogit) + "), so it was removed",
                    "The disk may be failing: try another place. If it happens there too, this format cannot hold the model, and that is a defect of the program.");
    pending.commit();
    return seen;
}

}  // namespace lorashear
