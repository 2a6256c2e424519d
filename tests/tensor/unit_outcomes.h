#pragma once

#include "core/compact/factorise.h"
#include "core/export/hf_folder.h"
#include "core/export/sliced_copy.h"
#include "core/io/checkpoint.h"
#include "core/model/checkpoint_config.h"
#include "tests/support/temp_folder.h"
#include "tests/tensor/family_checks.h"
#include "tests/tensor/unit_cases.h"

#include <filesystem>

/// What the program makes of a unit in a model: equal whichever way it is taken away, or refused.
namespace lorashear::testing {

struct UnitOutcome {
    enum class Kind { Absent, Refused, Equal } kind = Kind::Absent;
    bool masked = false;  ///< of Equal: a mask shows it
    std::string but;      ///< of Equal: what the file cannot say
    std::string reason;   ///< of Refused: the program's
    std::string wrong;    ///< of Equal: what is not, after all
};

/// A random model beside its own checkpoint, in fp32.
struct StoredModel {
    std::unique_ptr<CausalLM> model;
    Structure structure;
    test::TempFolder folder;
    std::filesystem::path path() const { return folder.path() / "model"; }

    explicit StoredModel(const ModelConfig& config) : model(randomModel(config, 17)), structure(traceStructure(*model)) {
        exportHuggingFace(*model, path(), {folder.path(), "F32"}, {});
    }
};

/// What the model computes without that unit, told another way than by cutting; masks where there is one. Tokens as numbered after the cut.
inline at::Tensor expectedLogits(const StoredModel& stored, const Blueprint& blueprint, const Edits& edits,
                                 const at::Tensor& ids, bool& masked) {
    const CausalLM& model = *stored.model;
    try {
        previewEdits(model, stored.structure, edits);
        masked = true;
        const auto logits = logitsOf(model, ids);
        previewEdits(model, stored.structure, {});
        return logits;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported) throw;
        masked = false;
    }
    if (!blueprint.tokens.empty()) {
        const auto map = at::tensor(std::vector<std::int64_t>(blueprint.tokens.begin(), blueprint.tokens.end()), at::kLong);
        return logitsOf(model, map.index_select(0, ids.flatten()).view(ids.sizes())).index_select(-1, map);
    }
    if (const auto* remove = std::get_if<RemoveGroups>(&edits.front()))
        return logitsOf(*withoutChannels(model, *stored.structure.find(remove->nodeGroup), remove->groups), ids);
    return logitsOf(*mergeFactors(*applyEdits(model, blueprint)), ids);
}

/// Masked or told otherwise = cut in memory = cut from file to file.
inline std::string disagreement(const StoredModel& stored, const Blueprint& blueprint, const Edits& edits,
                                UnitOutcome& outcome) {
    const auto ids = randomIds(blueprint.config.vocabulary, 2, 9, 5);
    const auto expected = expectedLogits(stored, blueprint, edits, ids, outcome.masked);
    const auto small = applyEdits(*stored.model, blueprint);
    const auto cut = logitsOf(*small, ids);
    if (const double d = relativeDifference(cut, expected); !(d <= kLogitTolerance)) return about("cut, it differs by", d);
    if (blueprint.tokens.empty() && !(relativeDifference(cut, logitsOf(*stored.model, ids)) >= 1e-4))
        return "it changes nothing";
    const test::TempFolder out;
    writeEditedCopy(Checkpoint::open(stored.path()), blueprint, out.path() / "cut", {stored.path(), "F32"}, {}, {});
    const auto copy = loadModel(Checkpoint::open(out.path() / "cut"));
    double d = relativeDifference(logitsOf(*copy, ids), cut);
    auto config = copy->config();
    if (!(d <= 1e-5) && config.attention.headNormEps != small->config().attention.headNormEps) {
        outcome.but =
            "config.json has one epsilon for all norms, so a file gives those of queries and keys the larger one of fewer channels, too, "
            "far below what trained queries and keys measure; in memory they are equal";
        config.attention.headNormEps = small->config().attention.headNormEps;
        d = relativeDifference(logitsOf(*buildModel(config, copy->tensors()), ids), cut);
    }
    return d <= 1e-5 ? std::string() : about("cut from file to file, it differs by", d);
}

inline UnitOutcome outcomeOf(const StoredModel& stored, const UnitCase& unit) {
    UnitOutcome outcome;
    const Edits edits = unit.edits(stored.model->config(), stored.structure, Extent::EveryLayer);
    if (edits.empty()) return outcome;
    try {
        const auto blueprint = blueprintOf(stored.model->config(), stored.structure, edits);
        outcome.kind = UnitOutcome::Kind::Equal;
        outcome.wrong = disagreement(stored, blueprint, edits, outcome);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported && error.code() != ErrorCode::BadInput) throw;
        outcome = {UnitOutcome::Kind::Refused, false, {}, error.message(), {}};
    }
    return outcome;
}

}  // namespace lorashear::testing
