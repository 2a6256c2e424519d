#include "app/cli/cli_commands.h"
#include "app/cli/opened_model.h"
#include "app/cli/output_file.h"
#include "app/cli/progress_line.h"
#include "app/cli/protocol_options.h"
#include "app/cli/setting_option.h"
#include "app/cli/span_json.h"

#include "core/base/error.h"
#include "core/edits/apply.h"
#include "core/edits/edit_json.h"
#include "core/eval/text_span.h"
#include "core/io/checkpoint.h"
#include "core/io/scratch_folder.h"
#include "core/io/strict_json.h"
#include "core/model/checkpoint_config.h"
#include "core/text/named_text.h"
#include "core/text/source_reading.h"
#include "core/text/token_choice.h"
#include "core/text/token_closure.h"
#include "core/text/trimmed_tokenizer.h"
#include "core/trace/tracer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace lorashear::app {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Chooses which tokens a model can do without, and says what that costs on texts.
class VocabularyCommand : public CliCommand {
public:
    std::string name() const override { return "vocabulary"; }
    std::string help() const override {
        return "Choose the tokens that texts use, write them as an edits file, and measure what the others were worth";
    }

    void configure(CLI::App& app) override {
        app.add_option("model", m_model, "Model folder or GGUF file")->required();
        app.add_option("--text", m_texts, "Texts whose tokens are counted")->required()->expected(1, 64);
        auto* keep = app.add_option("--keep", m_size, "Keep so many tokens")->check(aboveZero());
        app.add_option("--min-count", m_minCount, "Keep every token that occurs at least so often")
            ->check(aboveZero())
            ->excludes(keep);
        m_out.add(app, "--out", "Edits file to write, for: lorashear slice MODEL --edits FILE")->required();
        app.add_option("--report", m_reports, "Texts to measure on; better not those that were counted (default: those)")
            ->expected(1, 64);
        m_options.addWindows(app, "Measure on what so many windows of the original cover; 0: whole texts");
        app.add_flag("!--no-measure", m_measures, "Only count tokens: no weight is read");
    }

    void run(CliContext& context) override {
        if (m_size == 0 && m_minCount == 0)
            throw Error(ErrorCode::Usage, "vocabulary", "how much to keep is not said", "Give --keep N or --min-count K.");
        m_out.requireFree();
        const auto folder = modelFolderOf(m_model);
        const auto checkpoint = Checkpoint::open(folder);
        const auto config = configOf(checkpoint);
        const auto tokenizer = Tokenizer::open(folder);
        const TokenClosure closure(checkpoint.folder(), config.vocabulary);
        const auto counts = countTokens(*tokenizer, {m_texts.begin(), m_texts.end()}, context.control);
        const auto keep = m_size > 0 ? chooseBySize(closure, counts, m_size) : chooseByCount(closure, counts, m_minCount);
        closure.check(keep, "/edits/0/keep");

        const Edits edits{TrimVocabulary{keep}};
        const auto structure = traceStructure(config);
        const auto blueprint = blueprintOf(config, structure, edits);
        const ScratchFolder scratch;
        writeTrimmedTokenizer(checkpoint.folder(), TokenRenumbering(keep), scratch.path());
        json result = {{"out", m_out.path()},
                       {"rows_before", config.vocabulary},
                       {"tokens_before", closure.tokens()},
                       {"tokens_after", keep.size()},
                       {"tokens_required", closure.required().size()},
                       {"tokens_counted", counts.total},
                       {"parameters_before", structure.parameters},
                       {"parameters_after", blueprint.parameters()},
                       {"texts", json::array()}};
        const auto trimmed = Tokenizer::open(scratch.path());
        for (const auto& text : m_reports.empty() ? m_texts : m_reports)
            result["texts"].push_back(lengths(text, *tokenizer, *trimmed, context.control));
        if (m_measures) {
            m_protocol = m_options.protocol(tokenizer->bosId() >= 0, config.maxPositions);
            result["protocol"] = m_protocol.describe();
            result["warnings"] = json::array();
            if (const std::string cut = m_options.windowsCut(config.maxPositions); !cut.empty()) {
                ProgressLine().say("warning: " + cut);
                result["warnings"].push_back(cut);
            }
            const auto model = loadModel(checkpoint);
            measure(result, "original", *model, *tokenizer, *tokenizer, context.control);
            measure(result, "trimmed", *applyEdits(*model, blueprint), *trimmed, *tokenizer, context.control);
        }
        m_out.write(editsText(edits));
        if (context.json)
            context.out << jsonText(result) << "\n";
        else
            print(context.out, result);
    }

private:
    /// What is counted of a file, as one text.
    static std::string textOf(const std::string& path, const Control& control) {
        if (resolvedFormat(path, SourceFormat::Auto) == SourceFormat::Text) return readWholeText(path, control);
        std::string text;
        for (const Document& document : readDocuments(path, SourceFormat::Auto, control))
            text += document.prompt + document.text + "\n\n";
        return text;
    }

    static json lengths(const std::string& path, const Tokenizer& before, const Tokenizer& after, const Control& control) {
        const std::string text = textOf(path, control);
        const auto tokens = before.encode(text).size(), now = after.encode(text).size();
        return {{"text", path},
                {"tokens_before", tokens},
                {"tokens_after", now},
                {"extra", static_cast<double>(now) / static_cast<double>(std::max<std::size_t>(tokens, 1)) - 1}};
    }

    void measure(json& result, const char* label, const CausalLM& model, const Tokenizer& own, const Tokenizer& original,
                 const Control& control) const {
        for (json& row : result["texts"]) {
            const auto file = row.at("text").get<std::string>();
            const auto span = ofFile(file, [&] { return spanOf(original, textOf(file, control), m_protocol); });
            const auto score = scoreSpan(model, own, span, m_protocol, control);
            row[label] = toJson(score);
        }
    }

    static void print(std::ostream& out, const json& result) {
        const auto number = [&](const char* key) { return grouped(result.at(key).get<std::int64_t>()); };
        const auto before = result.at("parameters_before").get<double>(),
                   after = result.at("parameters_after").get<double>();
        out << result.at("out").get<std::string>() << ": " << number("tokens_after") << " of " << number("tokens_before")
            << " tokens stay (" << number("tokens_required") << " must), " << number("parameters_before")
            << " parameters become " << number("parameters_after") << " (" << std::fixed << std::setprecision(1)
            << 100 * (after - before) / before << " %)\n";
        for (const json& row : result.at("texts")) {
            out << "\n"
                << row.at("text").get<std::string>() << ": " << grouped(row.at("tokens_before").get<std::int64_t>())
                << " tokens become " << grouped(row.at("tokens_after").get<std::int64_t>()) << " (+" << std::setprecision(2)
                << 100 * row.at("extra").get<double>() << " %)\n";
            for (const char* label : {"original", "trimmed"})
                if (row.contains(label))
                    out << "  " << std::left << std::setw(9) << label << std::setprecision(4)
                        << "perplexity per original token "
                        << row.at(label).at("perplexity_per_original_token").get<double>() << ", "
                        << row.at(label).at("bits_per_byte").get<double>() << " bits per byte\n";
        }
        if (result.contains("protocol"))
            out << "\nBoth by the same stretch of text: " << result.at("protocol").get<std::string>()
                << " of the original.\n";
    }

    std::string m_model;
    OutputFile m_out;
    std::vector<std::string> m_texts, m_reports;
    int m_size = 0;
    std::int64_t m_minCount = 0;
    ProtocolOptions m_options{TextProtocol{512, 0, 20, false}};
    TextProtocol m_protocol;
    bool m_measures = true;
};

}  // namespace

std::unique_ptr<CliCommand> makeVocabularyCommand() {
    return std::make_unique<VocabularyCommand>();
}

}  // namespace lorashear::app
