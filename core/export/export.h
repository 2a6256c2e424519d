#pragma once

#include "core/edits/pruning_record.h"
#include "core/export/certificate.h"
#include "core/export/formats.h"
#include "core/model/config.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lorashear {

/// One export to be made.
struct ExportJob {
    const CausalLM& model;            ///< compact, adapters merged
    std::filesystem::path source;     ///< folder that tokenizer and licence files come from, byte for byte
    const PruningRecord& record;      ///< pruning.json
    std::string dtype = "source";     ///< one of the format's types
    std::uint64_t maxShardBytes = 0;  ///< of one weights file; 0: 5 GB in folders, a GGUF file in one piece
    /// Its numbers have more digits than the type they came from: merged adapters, factors multiplied out. Even "source" rounds them.
    bool finer = false;
};

/// Engine side of exportFormats(): the same ids, one line each in builtin_writers.cpp.
struct ExportWriter {
    std::string id;
    /// Error(Unsupported) for a job that the format cannot hold by its shapes, settings or record. Reads no weights: the model may lie on the meta device.
    void (*require)(const ExportJob& job);
    /// Writes a file (GGUF: perhaps cut into parts) or folder that is whole or absent; says what the reader should know (padding, fallback types).
    std::vector<std::string> (*write)(const ExportJob& job, const std::filesystem::path& destination);
    /// Reads it back from the disk as a stranger would and compares it with the job's model, rounded as the format rounds.
    LogitComparison (*certify)(const ExportJob& job, const std::filesystem::path& destination,
                               const std::vector<Sequence>& sequences, const Control& control);
};

const std::vector<ExportWriter>& exportWriters();

/// Error(Unsupported) where writeExport() would refuse this job for what the model is; asked of shapes alone (metaModel), it tells before a model is there.
/// Error(Usage) for an unknown format.
void requireExportable(const std::string& format, const ExportJob& job);

/// The format of a folder that most programs open, for a model of these shapes: huggingface, huggingface-code or lorashear.
std::string plainestFormat(const ModelConfig& config);

/// What is offered when nobody asked for a format: the simplest that stock programs open, exactly what the model computes, and why it is that.
struct FormatChoice {
    std::string format, reason;
};
FormatChoice simplestFormat(const CausalLM& model);

/// Hears how far what was read back is from the model, also when that is too far or when it could not be read or compared at all.
using CertificateSink = std::function<void(const LogitComparison& seen)>;

/// Writes beside the destination, reads back and compares, and gives what passed its name; what did not pass is removed, so the
/// destination is whole and certified, or as it was before. Error(Usage) for an unknown format or type or a file name that does not fit, Error(Io) if
/// there is something at the destination, Error(Verification) if what was written computes something else.
LogitComparison writeExport(const std::string& format, const ExportJob& job, const std::filesystem::path& destination,
                            const std::vector<Sequence>& sequences, const Control& control,
                            const CertificateSink& onCertificate = {});

}  // namespace lorashear
