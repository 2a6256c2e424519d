#include "app/cli/cli_commands.h"
#include "app/cli/opened_model.h"

#include "core/adapters/adapter_folder.h"
#include "core/base/error.h"
#include "core/export/export.h"
#include "core/io/checkpoint.h"
#include "core/io/folder_name.h"
#include "core/io/pending_folder.h"
#include "core/io/strict_json.h"
#include "core/model/family.h"
#include "core/run/run_folder.h"
#include "core/run/stages/run_state.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lorashear::app {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::vector<Sequence> someTokens(const CausalLM& model) {
    Sequence sequence;
    for (int id = 0; id < std::min({model.config().vocabulary, model.config().maxPositions, 256}); ++id)
        sequence.ids.push_back(id);
    sequence.lossMask.assign(sequence.ids.size() - 1, true);
    return {sequence};
}

/// LoRA adapters and pruning: what an adapter of the original is on the pruned model, and the other way round.
class AdapterCommand : public CliCommand {
public:
    std::string name() const override { return "adapter"; }
    std::string help() const override {
        return "Carry LoRA adapters over to a pruned model, back to the original, or take a run's own out";
    }

    void configure(CLI::App& app) override {
        app.add_option(
               "action", m_action,
               "recovery: a run's pruned base and its recovery adapter; slice: an adapter of the original for the pruned model; "
               "expand: an adapter of the pruned model for the original, zeros where groups are gone")
            ->required()
            ->check(CLI::IsMember({"recovery", "slice", "expand"}));
        app.add_option("subject", m_subject, "recovery: run folder; slice, expand: folder of the PEFT adapter")->required();
        app.add_option("--original", m_original, "slice, expand: folder of the original model");
        app.add_option("--pruned", m_pruned, "slice, expand: folder of the pruned model, with its pruning.json");
        app.add_option("--out", m_out, "Folder to make")->required();
    }

    void run(CliContext& context) override {
        PendingPath::requireFree(m_out);
        if (m_action == "recovery") return exportRecovery(context);
        if (m_original.empty() || m_pruned.empty()) throw Error(ErrorCode::Usage, m_action, "needs --original and --pruned");
        const auto original = loadModel(Checkpoint::open(modelFolderOf(m_original)));
        const auto pruned = loadModel(Checkpoint::open(modelFolderOf(m_pruned)));
        const auto record = recordIn(modelFolderOf(m_pruned));
        const bool slice = m_action == "slice";
        const auto given = readAdapter(m_subject, slice ? *original : *pruned);
        const auto made = slice ? slicedAdapter(given, record, *original) : expandedAdapter(given, record, *original);
        attachAdapter(slice ? *pruned : *original, made);  // must fit before it is written
        const auto base = ownName(slice ? modelFolderOf(m_pruned) : modelFolderOf(m_original));
        writeAdapter(made, m_out,
                     {base, slice ? "Cut from an adapter of the unpruned model with the kept indices of the pruned one."
                                  : "Trained on the pruned model and filled with zeros for the unpruned one."},
                     slice ? *pruned : *original);
        say(context, made.size());
    }

private:
    void exportRecovery(CliContext& context) const {
        const RunFolder run = RunFolder::open(m_subject);
        std::vector<Adapter> phases;
        const auto base = loadStageModel(run, ModelRole::Pruned, "cpu");
        for (int phase = 0; fs::exists(run.stageFolder("adapter-" + std::to_string(phase))); ++phase)
            phases.push_back(readAdapter(run.stageFolder("adapter-" + std::to_string(phase)), *base));
        if (phases.empty())
            throw Error(
                ErrorCode::BadInput, m_subject, "has no recovery adapter",
                "Its recovery is off, has not ended, changed more than adapters hold (full fine-tuning, unlearning, trained norms or "
                "embedding), or was made by an older version.");
        const auto record = recordIfThere(run.modelFolder());
        PendingFolder out(m_out);  // both or neither
        writeExport(plainestFormat(base->config()), {*base, run.modelFolder(), record, "F32"}, out.path() / "base",
                    someTokens(*base), context.control);
        writeAdapter(stacked(phases), out.path() / "adapter",
                     {"base", "What recovery learned, to be put on the pruned model in ../base."}, *base);
        out.commit();
        say(context, phases.back().size());
    }

    void say(CliContext& context, std::size_t linears) const {
        if (context.json)
            context.out << jsonText(json{{"path", m_out}, {"action", m_action}, {"linears", linears}}) << "\n";
        else
            context.out << m_out << ": adapters of " << linears << " linears\n";
    }

    std::string m_action, m_subject, m_original, m_pruned, m_out;
};

}  // namespace

std::unique_ptr<CliCommand> makeAdapterCommand() {
    return std::make_unique<AdapterCommand>();
}

}  // namespace lorashear::app
