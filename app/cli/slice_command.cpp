#include "app/cli/cli_commands.h"
#include "app/cli/opened_model.h"
#include "app/cli/setting_option.h"

#include "core/base/error.h"
#include "core/edits/blueprint.h"
#include "core/edits/edit_json.h"
#include "core/edits/edit_kind.h"
#include "core/edits/edit_record.h"
#include "core/edits/record_origin.h"
#include "core/export/sliced_copy.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/folder_name.h"
#include "core/io/pending_folder.h"
#include "core/io/strict_json.h"
#include "core/knowledge/input_moments.h"
#include "core/loadability/rules.h"
#include "core/loadability/snap.h"
#include "core/model/causal_lm.h"
#include "core/model/checkpoint_config.h"
#include "core/model/config_json.h"
#include "core/plan/plan.h"
#include "core/run/recipe.h"
#include "core/text/named_text.h"
#include "core/text/text_source.h"
#include "core/text/tokenizer.h"
#include "core/trace/tracer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ostream>

namespace lorashear::app {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kCalibrationWindow = 256, kCalibrationWindows = 64, kCalibrationBatch = 8;

std::string openingLine(const std::vector<LoadVerdict>& verdicts) {
    std::string opens, closed;
    for (const auto& verdict : verdicts) {
        auto& list = verdict.loads == Loads::No ? closed : opens;
        list += (list.empty() ? "" : ", ") + verdict.title +
                (verdict.loads == Loads::WithCustomCode ? " (with our modelling file)" : "");
    }
    return "opens in: " + (opens.empty() ? "no other program" : opens) + (closed.empty() ? "" : "; not in: " + closed);
}

/// Cuts a checkpoint from file to file: nothing is trained, no model is built in memory.
class SliceCommand : public CliCommand {
public:
    std::string name() const override { return "slice"; }
    std::string help() const override {
        return "Write a pruned copy of a model of any size, one tensor in memory at a time";
    }

    void configure(CLI::App& app) override {
        app.add_option("model", m_model, "Model folder or GGUF file")->required();
        auto* plan = app.add_option(
            "--plan", m_plan, "A pruning.json of this same model (what goes), or a recipe (its plan; smallest weights go)");
        auto* edits = app.add_option(
            "--edits", m_edits,
            "A file that says what goes, of any kind (resources/help/edits.md; inspect --json lists what may stand in it)");
        edits->excludes(plan);
        app.add_option(
               "--ratio", m_ratio,
               "Without --plan and --edits: remove this share of all parameters, equally many in every layer, in a way that "
               "stock transformers opens (lorashear loadable) where there is one")
            ->capture_default_str()
            ->excludes(plan)
            ->excludes(edits)
            ->check(within("/plan/ratio"));
        app.add_option("--calibration", m_calibration,
                       "A text file: linears that edits factor are fitted to what they read on its first 64 windows of 256 "
                       "tokens, for which the model is held in memory (without: to their weights alone)");
        app.add_option("--out", m_out, "Folder to make")->required();
        app.add_option("--dtype", m_dtype, "Stored type")
            ->capture_default_str()
            ->check(CLI::IsMember({"source", "F32", "BF16", "F16"}));
        app.add_option("--max-shard-size", m_shardBytes, "Largest weights file, e.g. 2GB")
            ->transform(CLI::AsSizeValue(true))
            ->check(aboveZero());
    }

    void run(CliContext& context) override {
        requireFolderName();
        PendingPath::requireFree(m_out);
        const auto checkpoint = Checkpoint::open(m_model);
        const auto config = configOf(checkpoint);
        const auto structure = traceStructure(config);
        const auto edits = chosen(checkpoint, config, structure, context.control);
        const auto blueprint = blueprintOf(config, structure, edits, m_edits);
        const auto removed = groupsOf(structure, edits);
        const auto moments = calibrated(checkpoint, edits, context.control);
        const auto before = structure.parameters, after = blueprint.parameters();
        PruningRecord record = newRecord();
        record.source = {ownName(m_model)};
        record.original = describedConfig(config).dump();
        record.edits = edits;
        record.nodeGroups = keptGroups(structure, removed);
        record.measured = json{{"parameters_before", before}, {"parameters_after", after}}.dump();
        if (!blueprint.tokens.empty()) record.vocabulary = {config.vocabulary, blueprint.config.vocabulary};
        const auto sliced =
            writeEditedCopy(checkpoint, blueprint, m_out, {checkpoint.folder(), m_dtype, m_shardBytes, false}, record,
                            context.control, moments);
        json result = {{"path", m_out},
                       {"parameters_before", before},
                       {"parameters_after", after},
                       {"groups_removed", removed.size()},
                       {"tokens_removed", config.vocabulary - sliced.vocabulary},
                       {"linears_factored", blueprint.config.factors.size() - config.factors.size()},
                       {"uniform", sliced.uniform()}};
        if (byRatio()) {
            result["ratio_asked"] = m_ratio;
            result["ratio_reached"] = static_cast<double>(before - after) / static_cast<double>(before);
        }
        const auto verdicts = LoadabilityRules::builtin().verdicts(shapeOf(sliced));
        for (const auto& verdict : verdicts) result["loadable"][verdict.id] = loadsName(verdict.loads);
        if (context.json)
            context.out << jsonText(result) << "\n";
        else
            printText(context.out, structure, blueprint, config.vocabulary, verdicts);
    }

private:
    /// A folder that is called like a file would be opened as one.
    void requireFolderName() const {
        if (fs::path(m_out).extension() == ".gguf")
            throw Error(
                ErrorCode::Usage, m_out, "is the name of a GGUF file, and slice writes folders",
                "Slice into a folder and make the file of that: lorashear export FOLDER --format gguf --out " + m_out);
    }

    bool byRatio() const { return m_plan.empty() && m_edits.empty(); }

    void printText(std::ostream& out, const Structure& structure, const Blueprint& blueprint, int tokens,
                   const std::vector<LoadVerdict>& verdicts) const {
        out << m_out << ": " << grouped(structure.parameters) << " parameters became " << grouped(blueprint.parameters())
            << "; every tensor was read back and compared\n";
        if (byRatio())
            out << "ratio asked for: " << 100 * m_ratio
                << " % (--ratio); reached, equally many in every layer and as stock programs open it: "
                << 100 * static_cast<double>(structure.parameters - blueprint.parameters()) /
                       static_cast<double>(structure.parameters)
                << " %\n";
        if (!blueprint.tokens.empty())
            out << grouped(blueprint.config.vocabulary) << " of " << grouped(tokens)
                << " tokens stay, also in the tokenizer\n";
        out << openingLine(verdicts) << "\n";
        for (const auto& verdict : verdicts) {
            if (verdict.loads == Loads::Yes) continue;
            out << verdict.title
                << (verdict.loads == Loads::No ? " does NOT open it: " : " opens it only with trust_remote_code=True: ")
                << verdict.rule << " (" << verdict.detail << ")\n";
        }
    }

    /// Of plans with this ratio the nearest whose result stock transformers opens; where there is none, the plan as it is asked for.
    static PruningPlan openable(const ModelConfig& config, const Structure& structure, const PlanOptions& options) {
        const auto asked = makePlan(structure, options);
        try {
            return snapPlan(LoadabilityRules::builtin(), "transformers5", config, structure, options).plan;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Impossible) throw;
            return asked;
        }
    }

    Edits editsOfFile() const {
        const std::string text = readFile(m_edits);
        if (looksLikeRecord(text))
            throw Error(ErrorCode::BadInput, m_edits, "is the record of a pruned model (pruning.json), not a list of edits",
                        "Give it as --plan " + m_edits + ".");
        return parseEdits(text, m_edits);
    }

    Edits chosen(const Checkpoint& checkpoint, const ModelConfig& config, const Structure& structure,
                 const Control& control) const {
        if (!m_edits.empty()) return editsOfFile();
        PlanOptions options;
        if (!m_plan.empty()) {
            const std::string text = readFile(m_plan);
            if (looksLikeEdits(text))
                throw Error(ErrorCode::BadInput, m_plan, "is a list of edits, neither a pruning.json nor a recipe",
                            "Give it as --edits " + m_plan + ".");
            if (looksLikeRecord(text)) return editsForModel(parseRecord(text, m_plan), config, structure, m_plan);
            options = loadRecipe(m_plan).plan;
        } else {
            options.ratio = m_ratio;
            options.uniform = true;
        }
        if (takesAnyAtOnce(options))
            throw Error(ErrorCode::Unsupported, m_plan + " /plan/units",
                        "has units that are chosen on text, and slice goes by weights alone",
                        "lorashear run measures them; slice --edits cuts what a file names.");
        const auto plan = m_plan.empty() ? openable(config, structure, options) : makePlan(structure, options);
        return editsOf(structure, selectGroups(plan, structure, streamedMagnitude(checkpoint, structure, control), {}, 1.0));
    }

    /// Second moments of what the linears to be factored read on the calibration text.
    InputMoments calibrated(const Checkpoint& checkpoint, const Edits& edits, const Control& control) const {
        if (m_calibration.empty()) return {};
        const auto linears = fittedLinears(edits);
        if (linears.empty())
            throw Error(ErrorCode::Usage, "--calibration", "is given, but no edit factors a linear",
                        "Only factors are fitted to a text; leave it out.");
        const auto model = loadModel(checkpoint);
        const auto tokenizer = Tokenizer::open(checkpoint.folder());
        const auto windows = ofFile(m_calibration, [&] {
            return windowsOf(*tokenizer, readWholeText(m_calibration),
                             std::min(kCalibrationWindow, model->config().maxPositions), tokenizer->bosId() >= 0,
                             kCalibrationWindows);
        });
        return collectInputMoments(*model, linears, windows, kCalibrationBatch, Compute::Fp32, control);
    }

    std::string m_model, m_plan, m_edits, m_calibration, m_out, m_dtype = "source";
    double m_ratio = 0.2;
    std::uint64_t m_shardBytes = 5'000'000'000;
};

}  // namespace

std::unique_ptr<CliCommand> makeSliceCommand() {
    return std::make_unique<SliceCommand>();
}

}  // namespace lorashear::app
