#pragma once

#include "core/base/control.h"
#include "core/base/error.h"
#include "core/knowledge/knowledge_distribution.h"
#include "core/model/config.h"
#include "core/plan/plan.h"
#include "core/trace/structure.h"

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lorashear {

/// Everything the engine says, as small values in one ordered stream. Sent by the worker, written to events.jsonl, drained by the window.
namespace event {

struct ModelOpened {
    std::string path, tokenizer;
    ModelConfig config;
    std::int64_t parameters = 0;
    std::uint64_t weightBytes = 0;
    std::string identity{};  ///< Checkpoint::identity(): changes when the folder does
};
struct StructureFound {
    std::shared_ptr<const Structure> structure;
};
struct SaliencyMeasured {
    std::shared_ptr<const GroupSaliency> saliency;
};
struct KnowledgeMeasured {
    NodeGroupKnowledge entry;
};  ///< one node group done
struct KnowledgeFinished {
    std::shared_ptr<const KnowledgeDistribution> knowledge;
};
struct PlanMade {
    std::shared_ptr<const PruningPlan> plan;
};
struct StageChanged {
    std::string stage, text;
};             ///< stage: stageName()
struct Step {  ///< one optimizer step
    std::string stage, phase;
    std::int64_t step = 0;
    double loss = 0, learningRate = 0, gradientNorm = 0;
    int zeroGroups = 0, targetGroups = 0;
    double redundantNorm = 0, importantNorm = 0;
    double tokensPerSecond = 0;
    std::int64_t tokens = 0;  ///< that went in, padding not counted
    std::int64_t memory = 0;  ///< bytes that the process held after it, on the processor's side; 0: not known
};
struct GroupsChosen {
    std::vector<GroupRef> groups;
    int period = 0;
};  ///< will be zero at the end of the period
struct GroupsZero {
    std::vector<GroupRef> groups;
};  ///< are exactly zero from now on
/// What the half-space test of one step saw of the groups that fade. x: a group's rows before the step, x': those that training and shrinking lead
/// to. Many groups are told by a part of them, evenly taken; a run says it in a bounded number of steps.
struct HalfSpace {
    std::int64_t step = 0;
    double boundary = 0;      ///< epsilon: with `along` below it a group goes at once
    bool last = false;        ///< last step of the period: all of them go
    std::int64_t fading = 0;  ///< groups that the test was about, told or not
    std::vector<GroupRef> groups;
    std::vector<double> before, cosine, along,
        norm;                      ///< |x|, of the angle between x and x', <x', x> / |x|^2, |x| after the step: 0 once gone
    std::vector<int> returning{};  ///< 1: had faded and grows back, since others go in its place; empty: none does
};
struct Perplexity {           ///< measured at checkpoints and stage ends
    std::string name, model;  ///< text's name; roleName()
    std::int64_t step = 0;
    double nll = 0, perplexity = 0;
    std::int64_t tokens = 0;  ///< predicted
    std::string protocol{};   ///< window, stride and BOS in words
    /// At checkpoints, where windows pair: nll above the dense model's on the same windows, and its standard error (core/eval/paired.h); otherwise NaN.
    double aboveOriginal = std::numeric_limits<double>::quiet_NaN();
    double aboveOriginalError = std::numeric_limits<double>::quiet_NaN();
};
struct SourceDegradation {
    int phase = 0, round = 0;
    std::vector<std::string> sources;
    std::vector<double> nll, reference, weights;
};
struct CheckpointSaved {
    std::string path;
    std::int64_t step = 0;
};
struct Sample {
    std::string model, prompt, text;
};  ///< model: roleName(); Checkpoint: in between
/// A text that a model wrote, token by token, and how far it was at each from the original reading the same text.
struct Written {
    std::string model, prompt;
    std::string begin;  ///< what the text begins with: the prompt as the tokenizer gives it back; of an answer nothing
    std::vector<std::string>
        tokens;  ///< their texts; begin and these are the whole. A part of a character stands with the token that ends it
    std::vector<double>
        kl;  ///< KL(original || model) in nats that the token was drawn under; empty: the original itself, or not comparable
    std::vector<int> ids{};  ///< all that was read and written, the last tokens.size() of them these tokens
};
/// What the original says behind a text with all masked that a run removed, or with a part of it put back (command::ExplainToken).
struct TokenCause {
    enum class Masked { Nothing, All, AllButPart } masked = Masked::AllButPart;
    std::string nodeGroup;  ///< whose groups are back; "": a sub-layer or block is
    std::vector<int> groups{};
    int layer = -1;
    std::string dropped{};              ///< "attention", "mlp", "block"
    int round = 0;                      ///< 0: all that is gone of it; then parts of the strongest of the round before
    double kl = 0, logProbability = 0;  ///< nats, from the original; of the token that the original holds likeliest
    std::string likeliest{};            ///< the text of the token that comes likeliest now
};
/// One line of the before/after table; value < 0 with unit "" never happens: absent numbers are absent rows.
struct Measurement {
    std::string model, name, unit;
    double value = 0, spread = 0;
    bool estimate = false;
    std::string protocol;
};
/// problem: why nothing could be compared (what was written cannot be read); empty: it was, and the figures say how it went.
struct Certificate {
    std::string path, against;
    double maxLogitDifference = 0, kl = 0, greedyAgreement = 0;
    bool passed = false;
    std::string problem = {};
};
struct Note {
    std::string level, text;
};  ///< "info", "warning"
struct ProgressChanged {
    Progress progress;
};
struct Finished {  ///< exactly one ends every command
    enum class Outcome { Completed, Cancelled, Failed } outcome = Outcome::Completed;
    std::optional<Error> error;  ///< when Failed
    std::string resultJson;      ///< of runs and evaluations: the same object `lorashear … --json` prints
};

}  // namespace event

using RunEvent =
    std::variant<event::ModelOpened, event::StructureFound, event::SaliencyMeasured, event::KnowledgeMeasured,
                 event::KnowledgeFinished, event::PlanMade, event::StageChanged, event::Step, event::GroupsChosen,
                 event::GroupsZero, event::HalfSpace, event::Perplexity, event::SourceDegradation, event::CheckpointSaved,
                 event::Sample, event::Written, event::TokenCause, event::Measurement, event::Certificate, event::Note,
                 event::ProgressChanged, event::Finished>;

}  // namespace lorashear
