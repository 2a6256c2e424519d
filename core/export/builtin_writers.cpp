#include "core/export/export.h"
#include "core/export/hf_folder.h"

#include "core/base/error.h"
#include "core/model/causal_lm.h"

#include <nlohmann/json.hpp>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

void writeFolder(const ExportJob& job, const fs::path& destination) {
    exportHuggingFace(job.model, destination, {job.source, job.dtype}, job.record);
}

LogitComparison certifyFolder(const ExportJob& job, const fs::path& destination, const std::vector<Sequence>& sequences, const Control& control) {
    return certifyExport(destination, job.model, sequences, control);
}

}  // namespace

const std::vector<ExportWriter>& exportWriters() {
    static const std::vector<ExportWriter> kTable = {
        {"huggingface", writeFolder, certifyFolder},
    };
    return kTable;
}

LogitComparison writeExport(const std::string& format, const ExportJob& job, const fs::path& destination,
                            const std::vector<Sequence>& sequences, const Control& control) {
    requireDtype(exportFormat(format), job.dtype);
    for (const auto& writer : exportWriters()) {
        if (writer.id != format) continue;
        writer.write(job, destination);
        const auto seen = writer.certify(job, destination, sequences, control);
        if (!seen.within())
            throw Error(ErrorCode::Verification, destination.string(),
                        "read back from the disk it gives other logits than the model that was written (largest difference " +
                            std::to_string(seen.maxDifference) + ")");
        return seen;
    }
    throw Error(ErrorCode::Internal, format, "has no writer");
}

}  // namespace lorashear
