#include "core/compact/factorise.h"
#include "core/export/export.h"
#include "core/export/fingerprint.h"
#include "core/export/gguf_file.h"
#include "core/export/gguf_layout.h"
#include "core/export/hf_folder.h"
#include "core/export/other_formats.h"
#include "core/export/placement.h"
#include "core/export/rounding.h"

#include "core/base/error.h"
#include "core/eval/perplexity.h"
#include "core/io/checkpoint.h"
#include "core/io/gguf_parts.h"
#include "core/loadability/rules.h"
#include "core/model/causal_lm.h"
#include "core/model/checkpoint_config.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

using Notes = std::vector<std::string>;

constexpr std::uint64_t kShardBytes = 5'000'000'000;

/// The type by its name.
std::string typeOf(const ExportJob& job) {
    return job.dtype == "source" ? job.model.config().dtype : job.dtype;
}

bool rounds(const ExportJob& job) {
    return job.finer ? losesDigits(typeOf(job), "F32") : losesDigits(job.dtype, job.model.config().dtype);
}

/// What rounding finer numbers costs, on the tokens of the certificate: into the record, and in words.
std::string noteRounding(const ExportJob& job, const CausalLM& rounded, PruningRecord& record) {
    Sequence tokens;
    tokens.ids.assign(record.certificate->tokens.begin(), record.certificate->tokens.end());
    const auto seen = compareLogits(rounded, job.model, {tokens}, {});
    record.rounding = {typeOf(job), seen.maxDifference, seen.maxLogit};
    std::ostringstream text;
    text << "rounded to " << typeOf(job) << ": logits change by up to " << std::setprecision(3) << seen.maxDifference
         << " (largest logit " << seen.maxLogit << ", " << seen.positions << " tokens)";
    return text.str();
}

/// All folders are written the same way; the record gets the fingerprint that `lorashear verify` checks anywhere.
Notes writeFolder(const ExportJob& job, const fs::path& destination, bool modellingFile, const Placements& placements) {
    PruningRecord record = job.record;
    const auto rounded = buildModel(job.model.config(), roundedTensors(job.model, job.dtype));
    record.certificate = fingerprintOf(*rounded);
    Notes notes;
    if (job.finer && rounds(job)) notes.push_back(noteRounding(job, *rounded, record));
    const std::uint64_t shardBytes = job.maxShardBytes > 0 ? job.maxShardBytes : kShardBytes;
    exportHuggingFace(job.model, destination, {job.source, job.dtype, shardBytes, modellingFile}, record, placements);
    return notes;
}

void requireVanillaShapes(const ExportJob& job) {
    requireVanilla(job.model.config(), [&] { return otherFormats(job); });
}

Notes writeVanilla(const ExportJob& job, const fs::path& destination) {
    requireVanillaShapes(job);
    return writeFolder(job, destination, false, {});
}

void requireCodeShapes(const ExportJob& job) {
    const auto verdict = LoadabilityRules::builtin().verdict(shapeOf(job.model.config()), "transformers5");
    if (verdict.loads == Loads::No)
        throw Error(
            ErrorCode::Unsupported, "model",
            "transformers does not open it, with our modelling file neither: " + verdict.rule + " (" + verdict.detail + ")",
            "Export as padded, zeroed or lorashear instead.");
}

Notes writeWithCode(const ExportJob& job, const fs::path& destination) {
    requireCodeShapes(job);
    return writeFolder(job, destination, true, {});
}

/// What is left for a model with factored linears where a form has none: merged exports, where its layers fill up to what stock programs open.
std::string insteadOfFactors(const CausalLM& model, const std::string& then = {}, const std::string& never = {}) {
    if (padsToVanilla(*mergeFactors(model))) return "Export as merged, which multiplies them out" + then + ".";
    return "Export as " + plainestFormat(model.config()) +
           ": merged, which multiplies them out, cannot fill layers as different as these up to equal ones" + never + ".";
}

/// Where everything goes in equal layers that stock programs open.
Placements paddedPlaces(const ExportJob& job) {
    auto placements = uniformPlaces(job.model);
    const auto& config = placements.empty() ? job.model.config() : placements.config;
    const auto verdict = LoadabilityRules::builtin().verdict(shapeOf(config), "transformers5");
    if (verdict.loads != Loads::Yes)
        throw Error(
            ErrorCode::Unsupported, "model",
            "stock transformers does not open it, filled up with zeros neither: " + verdict.rule + " (" + verdict.detail +
                ")",
            config.factors.empty() ? "Export as " + plainestFormat(job.model.config()) + "." : insteadOfFactors(job.model));
    return placements;
}

void requirePaddedShapes(const ExportJob& job) {
    paddedPlaces(job);
}

Notes writePadded(const ExportJob& job, const fs::path& destination) {
    const auto places = paddedPlaces(job);
    Notes notes = writeFolder(job, destination, false, places);
    if (!places.empty())
        notes.push_back("with the zeros that fill it up it has " + std::to_string(parameterCount(places.config)) +
                        " parameters, " + std::to_string(job.model.parameterCount()) + " without");
    return notes;
}

void requireMergedShapes(const ExportJob& job) {
    ModelConfig whole = job.model.config();
    whole.factors.clear();
    const auto shapes = metaModel(whole);
    paddedPlaces({*shapes, job.source, job.record, job.dtype});
}

/// dense: the job's model with its factors multiplied out, which takes more digits than the factors have.
ExportJob mergedJob(const ExportJob& job, const CausalLM& dense, const PruningRecord& record) {
    return {dense, job.source, record, job.dtype, job.maxShardBytes, job.finer || !job.model.config().factors.empty()};
}

/// Factored linears as dense ones, in shapes that stock programs open. The record says what that costs.
Notes writeMerged(const ExportJob& job, const fs::path& destination) {
    const auto dense = mergeFactors(job.model);
    PruningRecord record = job.record;
    if (const auto& factors = job.model.config().factors; !factors.empty())
        record.merged = {static_cast<std::int64_t>(factors.size()), job.model.parameterCount(), dense->parameterCount()};
    return writePadded(mergedJob(job, *dense, record), destination);
}

/// What the type costs that was asked for, where it has fewer digits than the model's own: perplexities of the model and of what was read back.
void measureRounding(LogitComparison& seen, const ExportJob& job, const CausalLM& reloaded,
                     const std::vector<Sequence>& sequences, const Control& control) {
    if (!rounds(job)) return;
    seen.roundedTo = typeOf(job);
    const bool scored = !sequences.empty() && std::all_of(sequences.begin(), sequences.end(), [](const Sequence& one) {
        return one.ids.size() > 1 && one.lossMask.size() + 1 == one.ids.size();
    });
    if (!scored) return;
    seen.perplexityBefore = scoreSequences(job.model, sequences, 1, Compute::Fp32, control).perplexity;
    seen.perplexityAfter = scoreSequences(reloaded, sequences, 1, Compute::Fp32, control).perplexity;
}

/// model: the job's, in the form that the folder holds.
LogitComparison certifyFolderOf(const CausalLM& model, const ExportJob& job, const fs::path& destination,
                                const std::vector<Sequence>& sequences, const Control& control) {
    const auto reloaded = loadModel(Checkpoint::open(destination));
    auto seen = compareRounded(*reloaded, model, job.dtype, sequences, control);
    measureRounding(seen, job, *reloaded, sequences, control);
    return seen;
}

LogitComparison certifyMerged(const ExportJob& job, const fs::path& destination, const std::vector<Sequence>& sequences,
                              const Control& control) {
    const auto dense = mergeFactors(job.model);
    return certifyFolderOf(*dense, mergedJob(job, *dense, job.record), destination, sequences, control);
}

/// What zeros do not bring back leads to the formats that hold the model.
Placements undonePlaces(const ExportJob& job) {
    try {
        return originalPlaces(job.model, job.record);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported || !job.record.nodeGroups) throw;
        throw Error(error.code(), error.subject(), error.message(), "Export as " + otherFormats(job) + " instead.");
    }
}

void requireUndone(const ExportJob& job) {
    undonePlaces(job);
}

Notes writeZeroed(const ExportJob& job, const fs::path& destination) {
    return writeFolder(job, destination, false, undonePlaces(job));
}

void requireNothing(const ExportJob&) {}

Notes writeOwn(const ExportJob& job, const fs::path& destination) {
    return writeFolder(job, destination, false, {});
}

LogitComparison certifyFolder(const ExportJob& job, const fs::path& destination, const std::vector<Sequence>& sequences,
                              const Control& control) {
    return certifyFolderOf(job.model, job, destination, sequences, control);
}

void requireGguf(const ExportJob& job) {
    const ModelConfig& config = job.model.config();
    ggufArchitectureFor(config);  // of some families there is none, factored or merged
    if (!config.factors.empty())
        throw Error(
            ErrorCode::Unsupported, "model", "has factored linears, which llama.cpp does not compute",
            insteadOfFactors(job.model, ", and make the GGUF file of that", ", so that this model has no GGUF file"));
    if (ggufNeedsPadding(config)) ggufCommonShape(config);
}

Notes writeGguf(const ExportJob& job, const fs::path& destination) {
    requireGguf(job);
    return exportGguf(job.model, destination, {job.source, job.dtype, job.maxShardBytes});
}

LogitComparison certifyGguf(const ExportJob& job, const fs::path& destination, const std::vector<Sequence>& sequences,
                            const Control& control) {
    const auto reloaded = loadModel(Checkpoint::open(ggufFilesOf(destination).at(0)));
    auto seen = compareLogits(*reloaded, *ggufRounded(job.model, job.dtype), sequences, control);
    measureRounding(seen, job, *reloaded, sequences, control);
    return seen;
}

}  // namespace

const std::vector<ExportWriter>& exportWriters() {
    static const std::vector<ExportWriter> kTable = {
        {"huggingface", requireVanillaShapes, writeVanilla, certifyFolder},
        {"huggingface-code", requireCodeShapes, writeWithCode, certifyFolder},
        {"padded", requirePaddedShapes, writePadded, certifyFolder},
        {"merged", requireMergedShapes, writeMerged, certifyMerged},
        {"zeroed", requireUndone, writeZeroed, certifyFolder},
        {"gguf", requireGguf, writeGguf, certifyGguf},
        {"lorashear", requireNothing, writeOwn, certifyFolder},
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

constexpr double kMostPadding = 1.5;  ///< times the parameters, above which zeros cost more than a modelling file

double paddedTimes(const CausalLM& model) {
    const auto placements = uniformPlaces(model);
    if (placements.empty()) return 1;
    return static_cast<double>(parameterCount(placements.config)) / static_cast<double>(model.parameterCount());
}

}  // namespace

FormatChoice simplestFormat(const CausalLM& model) {
    const auto verdict = LoadabilityRules::builtin().verdict(shapeOf(model.config()), "transformers5");
    if (verdict.loads == Loads::Yes) return {"huggingface", "stock programs open these shapes as they are"};
    const auto rule = verdict.rule + " (" + verdict.detail + ")";
    if (padsToVanilla(model)) {
        const bool code = verdict.loads == Loads::WithCustomCode;
        const double grown = paddedTimes(model);
        if (code && grown > kMostPadding) {
            std::ostringstream times;
            times << std::setprecision(2) << grown;
            return {"huggingface-code",
                    "padded, which stock programs open, would be " + times.str() + " times as large: " + rule};
        }
        return {"padded", "stock programs open it once zeros fill every layer up: " + rule +
                              (code ? "; huggingface-code is smaller but needs trust_remote_code" : "")};
    }
    if (verdict.loads == Loads::WithCustomCode)
        return {"huggingface-code", "only our modelling file opens it: " + rule + ", and zeros cannot fill its layers up"};
    return {"lorashear", "no other program opens it: " + rule};
}

}  // namespace lorashear
