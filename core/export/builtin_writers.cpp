#include "core/export/export.h"
#include "core/export/fingerprint.h"
#include "core/export/gguf_file.h"
#include "core/export/hf_folder.h"
#include "core/export/placement.h"
#include "core/export/rounding.h"

#include "core/base/error.h"
#include "core/io/checkpoint.h"
#include "core/loadability/rules.h"
#include "core/model/causal_lm.h"

#include <nlohmann/json.hpp>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

std::string dtypeToWrite(const ExportJob& job) {
    return job.dtype == "source" ? job.model.config().dtype : job.dtype;
}

/// All folders are written the same way; the record gets the fingerprint that `lorashear verify` checks anywhere.
void writeFolder(const ExportJob& job, const fs::path& destination, bool modellingFile, const Placements& placements) {
    auto record = job.record.is_object() ? job.record : nlohmann::json::object();
    record["certificate"] = fingerprintOf(*buildModel(job.model.config(), roundedTensors(job.model, dtypeToWrite(job))));
    exportHuggingFace(job.model, destination, {job.source, job.dtype, job.maxShardBytes, modellingFile}, record, placements);
}

void writeVanilla(const ExportJob& job, const fs::path& destination) {
    requireVanilla(job.model.config());
    writeFolder(job, destination, false, {});
}

void writeWithCode(const ExportJob& job, const fs::path& destination) {
    const auto verdict = LoadabilityRules::builtin().verdict(shapeOf(job.model.config()), "transformers5");
    if (verdict.loads == Loads::No)
        throw Error(
            ErrorCode::Unsupported, "model",
            "transformers does not open it, with our modelling file neither: " + verdict.rule + " (" + verdict.detail + ")",
            "Export as padded, zeroed or lorashear instead.");
    writeFolder(job, destination, true, {});
}

void writePadded(const ExportJob& job, const fs::path& destination) {
    const auto placements = uniformPlaces(job.model);
    if (!placements.empty())
        requireVanilla(placedConfig(job.model, placements));
    else
        requireVanilla(job.model.config());
    writeFolder(job, destination, false, placements);
}

void writeZeroed(const ExportJob& job, const fs::path& destination) {
    writeFolder(job, destination, false, originalPlaces(job.model, job.record));
}

void writeOwn(const ExportJob& job, const fs::path& destination) {
    writeFolder(job, destination, false, {});
}

LogitComparison certifyFolder(const ExportJob& job, const fs::path& destination, const std::vector<Sequence>& sequences,
                              const Control& control) {
    return certifyExport(destination, job.model, sequences, control);
}

void writeGguf(const ExportJob& job, const fs::path& destination) {
    exportGguf(job.model, destination, {job.source, job.dtype});
}

LogitComparison certifyGguf(const ExportJob& job, const fs::path& destination, const std::vector<Sequence>& sequences,
                            const Control& control) {
    const auto reloaded = loadModel(Checkpoint::open(destination));
    return compareLogits(*reloaded, *buildModel(job.model.config(), ggufRounded(job.model, job.dtype)), sequences, control);
}

}  // namespace

const std::vector<ExportWriter>& exportWriters() {
    static const std::vector<ExportWriter> kTable = {
        {"huggingface", writeVanilla, certifyFolder},
        {"huggingface-code", writeWithCode, certifyFolder},
        {"padded", writePadded, certifyFolder},
        {"zeroed", writeZeroed, certifyFolder},
        {"gguf", writeGguf, certifyGguf},
        {"lorashear", writeOwn, certifyFolder},
    };
    return kTable;
}

std::string plainestFormat(const ModelConfig& config) {
    switch (LoadabilityRules::builtin().verdict(shapeOf(config), "transformers5").loads) {
        case Loads::Yes: return "huggingface";
        case Loads::WithCustomCode: return "huggingface-code";
        case Loads::No: break;
    }
    return "lorashear";
}

namespace {

/// Whether stock programs open the model once zeros fill its layers up.
bool padsToVanilla(const CausalLM& model) {
    try {
        return LoadabilityRules::builtin()
                   .verdict(shapeOf(placedConfig(model, uniformPlaces(model))), "transformers5")
                   .loads == Loads::Yes;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported) throw;
        return false;
    }
}

}  // namespace

FormatChoice simplestFormat(const CausalLM& model) {
    const auto verdict = LoadabilityRules::builtin().verdict(shapeOf(model.config()), "transformers5");
    if (verdict.loads == Loads::Yes) return {"huggingface", "stock programs open these shapes as they are"};
    const auto rule = verdict.rule + " (" + verdict.detail + ")";
    if (padsToVanilla(model)) {
        const bool code = verdict.loads == Loads::WithCustomCode;
        return {"padded", "stock programs open it once zeros fill every layer up: " + rule +
                              (code ? "; huggingface-code is smaller but needs trust_remote_code" : "")};
    }
    if (verdict.loads == Loads::WithCustomCode)
        return {"huggingface-code", "only our modelling file opens it: " + rule + ", and zeros cannot fill its layers up"};
    return {"lorashear", "no other program opens it: " + rule};
}

}  // namespace lorashear
