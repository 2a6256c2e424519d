#include "app/cli/cli_commands.h"
#include "app/cli/opened_model.h"
#include "app/cli/setting_option.h"

#include "core/adapters/adapter_folder.h"
#include "core/base/error.h"
#include "core/export/export.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/pending_folder.h"
#include "core/io/strict_json.h"
#include "core/run/run_folder.h"
#include "core/text/named_text.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lorashear::app {

namespace {

using nlohmann::json;

class ExportCommand : public CliCommand {
public:
    std::string name() const override { return "export"; }
    std::string help() const override { return "Write a run's model for other programs and prove that it reloads"; }

    void configure(CLI::App& app) override {
        app.add_option("run", m_run, "Run or model folder")->required();
        app.add_option("--out", m_out, "Folder or .gguf file to make")->required();
        app.add_option("--format", m_format, "What to write (without: the simplest that stock programs open)")
            ->check(CLI::IsMember(exportFormatIds()));
        app.add_option("--dtype", m_dtype, "Stored type")->capture_default_str()->check(CLI::IsMember(exportDtypes()));
        app.add_option("--max-shard-size", m_shardBytes,
                       "Largest weights file, e.g. 2GB (without: 5 GB in folders, GGUF in one file)")
            ->transform(CLI::AsSizeValue(true))
            ->check(aboveZero());
        app.add_option("--adapter", m_adapter, "Folder of a PEFT LoRA adapter to merge first");
        app.add_option("--text", m_text,
                       "Text to certify on and to measure types of fewer bits on (without: the run's evaluation text)");
    }

    void run(CliContext& context) override {
        PendingPath::requireFree(m_out);
        const auto folder = modelFolderOf(m_run);
        auto model = loadModel(Checkpoint::open(folder));
        if (!m_adapter.empty()) model = withAdapter(*model, m_adapter);
        const PruningRecord record = recordIfThere(folder);
        if (m_text.empty()) m_text = evaluationText();
        const FormatChoice choice = m_format.empty() ? simplestFormat(*model) : FormatChoice{m_format, {}};
        const auto read = sequences(*model, folder);
        const auto seen = writeExport(choice.format, {*model, folder, record, m_dtype, m_shardBytes, !m_adapter.empty()},
                                      m_out, read, context.control);
        json result = {{"path", m_out},
                       {"format", choice.format},
                       {"reason", choice.reason},
                       {"uniform", model->config().uniform()},
                       {"max_abs_logit_difference", seen.maxDifference},
                       {"kl", seen.kl},
                       {"greedy_agreement", seen.greedyAgreement}};
        result["notes"] = seen.notes;
        const bool measured = seen.perplexityAfter > 0 && !m_text.empty();
        const std::string protocol =
            measured ? describeSequences(read, Tokenizer::open(folder)->bosId()) + " from the beginning of " + m_text
                     : std::string();
        if (measured)
            result["perplexity"] = {
                {"before", seen.perplexityBefore}, {"after", seen.perplexityAfter}, {"protocol", protocol}};
        if (context.json) {
            context.out << jsonText(result) << "\n";
        } else {
            if (!choice.reason.empty()) context.out << "format " << choice.format << ": " << choice.reason << "\n";
            context.out << m_out << ": reloaded, max |logit difference| " << seen.maxDifference << ", greedy agreement "
                        << 100 * seen.greedyAgreement << " %\n";
            if (measured)
                context.out << "perplexity: " << seen.perplexityBefore << " before, " << seen.perplexityAfter << " as "
                            << seen.roundedTo << " (" << protocol << ", per token)\n";
            else if (!seen.roundedTo.empty())
                context.out << "perplexity: not measured; --text FILE measures it before and after\n";
            for (const auto& note : seen.notes) context.out << "note: " << note << "\n";
        }
    }

private:
    /// The first text that the run was measured on; empty: this is no run, or the text is not there any more.
    std::string evaluationText() const {
        std::error_code ignored;
        if (!std::filesystem::exists(std::filesystem::path(m_run) / "recipe.json", ignored)) return {};
        const auto texts = RunFolder::open(m_run).recipe().evaluation.texts;
        return !texts.empty() && std::filesystem::exists(texts.front().path, ignored) ? texts.front().path : std::string();
    }

    std::vector<Sequence> sequences(const CausalLM& model, const std::filesystem::path& folder) const {
        if (!m_text.empty())
            return ofFile(m_text, [&] { return comparisonSequences(model, folder, readWholeText(m_text)); });
        Sequence sequence;
        for (int id = 0; id < std::min({model.config().vocabulary, model.config().maxPositions, 512}); ++id)
            sequence.ids.push_back(id);
        sequence.lossMask.assign(sequence.ids.size() - 1, true);
        return {sequence};
    }

    std::string m_run, m_out, m_format, m_dtype = "source", m_text, m_adapter;
    std::uint64_t m_shardBytes = 0;
};

}  // namespace

std::unique_ptr<CliCommand> makeExportCommand() {
    return std::make_unique<ExportCommand>();
}

}  // namespace lorashear::app
