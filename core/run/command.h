#pragma once

#include "core/knowledge/knowledge_distribution.h"
#include "core/run/recipe.h"
#include "core/trace/structure.h"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace lorashear {

class SharedWork;

/// One of the models that are held against each other.
struct ComparedModel {
    std::string label;            ///< what events call it
    std::string path{};           ///< folder or file; with beforeRecovery a run's folder
    std::string adapter{};        ///< folder of a PEFT adapter to merge, or empty
    bool beforeRecovery = false;  ///< the run's model as it was right after pruning
};

/// What the window (or the command line) asks of the engine. Pause, resume and cancel are not commands: they act at once, see Worker.
namespace command {

struct OpenModel {
    std::string folder;
};  ///< ModelOpened, StructureFound
/// shared: with which other processes measure the same (core/knowledge/shared_work.h); null: alone.
struct AnalyseKnowledge {
    Recipe recipe;
    std::shared_ptr<SharedWork> shared{};
};  ///< uses model, analysis, seed; KnowledgeMeasured…, KnowledgeFinished, SaliencyMeasured
struct StartRun {
    Recipe recipe;
    std::string folder;
};  ///< a new run folder; all events to Finished
struct CheckRun {
    Recipe recipe;
};  ///< what StartRun would refuse, refused; nothing but Finished: {memory: {bytes, stage, terms, mapped}, available_bytes, notes}
struct ResumeRun {
    std::string folder;
};  ///< goes on from the newest checkpoint; events so far are replayed first
struct BranchRun {
    std::string folder, checkpoint, newFolder;
    Recipe recipe;
};  ///< a new run that starts from a checkpoint of another
/// Sample. model: folder or file; chat: the prompt is a question, the text its answer; adapter: folder of a PEFT adapter to merge, or empty.
struct Generate {
    std::string model, prompt;
    int maxTokens = 80;
    double temperature = 0, topP = 1;
    std::uint64_t seed = 1;
    bool chat = false;
    std::string adapter{};
};
struct ExportModel {
    std::string runFolder, destination, format, dtype;
};  ///< Certificate
struct MeasureMachine {
    int threads = 0;
};  ///< nothing but Finished: {fp32_gflops, bf16_gflops, mixed_pays, threads, cores, cuda}; threads 0: all cores
/// How the recipe's method ranks the groups of the model as it is, and which it would take first: SaliencyMeasured (proxy: the method's id),
/// GroupsChosen. Nothing but Finished for a method that cannot say it without training. knowledge may be null.
struct RankGroups {
    Recipe recipe;
    std::shared_ptr<const KnowledgeDistribution> knowledge;
};
/// What taking groups away does to the model as it is, without any training: masks one set after the other (none: the original), measures it on
/// the analysis text and lets it write. For each set in order a Measurement {model "masked", name "nll"} in nats per token with its standard
/// error over sequences, then a Sample {model "masked"} where a prompt is given.
struct TryMasked {
    Recipe recipe;  ///< model, analysis.text, compute, device
    std::vector<std::vector<GroupRef>> removed;
    std::string prompt{};  ///< "": nothing is written
    int maxTokens = 40;
};
struct Evaluate {
    std::string model;
    Recipe recipe;
};  ///< Perplexity, Measurement
/// Lets models go on from one beginning, as Generate, and then says of every token how far the model was there from the original: Written for each. Notes
/// of models whose vocabulary is another, and of those that cannot be read: they are left out, and it fails only if none is left.
struct WriteTexts {
    ComparedModel original;
    std::vector<ComparedModel> models;  ///< the original may be among them
    std::string prompt;
    int maxTokens = 80;
    double temperature = 0, topP = 1;
    std::uint64_t seed = 1;
    bool chat = false;
};
/// How far models are from the original on the recipe's first text, token by token: for each a Measurement {name "kl"} in nats per token and one
/// {"same_choice"}, the share of tokens where both hold the same one likeliest; with standard errors over windows. Notes as WriteTexts.
struct MeasureDivergence {
    Recipe recipe;  ///< evaluation
    ComparedModel original;
    std::vector<ComparedModel> models;
};
/// Which of what a run removed changed one token: the original is given the text before it with all that masked, and then with one part of it back at a time
/// (core/knowledge/token_causes.h). TokenCause for each; notes of edits that have no mask, which are left out. Fails where none has one.
struct ExplainToken {
    ComparedModel original, model;  ///< model: of a run's folder, its edits are those of its pruning.json
    std::vector<int> ids;           ///< the text before the token, as Written says it
};

}  // namespace command

using Command = std::variant<command::OpenModel, command::AnalyseKnowledge, command::StartRun, command::CheckRun,
                             command::ResumeRun, command::BranchRun, command::Generate, command::ExportModel,
                             command::Evaluate, command::MeasureMachine, command::RankGroups, command::TryMasked,
                             command::WriteTexts, command::MeasureDivergence, command::ExplainToken>;

}  // namespace lorashear
