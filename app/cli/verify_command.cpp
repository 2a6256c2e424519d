#include "app/cli/cli_commands.h"
#include "app/cli/opened_model.h"
#include "app/cli/setting_option.h"

#include "core/base/error.h"
#include "core/export/certificate.h"
#include "core/export/fingerprint.h"
#include "core/export/stored_type.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/strict_json.h"
#include "core/text/named_text.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lorashear::app {

namespace {

class VerifyCommand : public CliCommand {
public:
    std::string name() const override { return "verify"; }
    std::string help() const override { return "Compare two models' logits on the same text; exit code 9 if they differ"; }

    void configure(CLI::App& app) override {
        app.add_option("model", m_model, "Model or run folder")->required();
        app.add_option("--against", m_against,
                       "The model it must agree with, rounded to the type that the first is stored in where that has fewer "
                       "bits (without: the certificate in its own pruning.json)");
        app.add_option("--text", m_text, "Text file to compare on (without: every token of the vocabulary once)");
        app.add_option("--window", m_window, "Tokens per window")
            ->capture_default_str()
            ->check(within("/evaluation/texts/*/window"));
        app.add_option("--windows", m_windows, "Number of windows")->capture_default_str()->check(aboveZero());
        app.add_option("--tolerance", m_tolerance, "Largest allowed |difference| over the largest |logit|")
            ->capture_default_str();
    }

    void run(CliContext& context) override {
        if (m_against.empty()) return verifyCertificate(context);
        const auto a = openModel(m_model), b = openModel(m_against);
        const auto read = sequences(a);
        const auto plain = compareLogits(*a.model, *b.model, read, context.control);
        const StoredType file = storedTypeOf(Checkpoint::open(a.folder)), other = storedTypeOf(Checkpoint::open(b.folder));
        // What was stored in fewer bits agrees with what it was made from once that is rounded alike.
        const bool factored = !a.model->config().factors.empty();
        const bool multiplied = !factored && !b.model->config().factors.empty();  // products have more digits than factors
        const bool rounds = !plain.within(m_tolerance) && file.words != "F32" && (multiplied || file.words != other.words);
        const auto like = rounds ? roundedAs(file, *b.model, factored) : nullptr;
        const auto seen = like ? compareLogits(*a.model, *like, read, context.control) : plain;
        const bool agree = seen.within(m_tolerance);
        if (context.json)
            printJson(context.out, seen, agree, like ? &plain : nullptr, file);
        else
            printText(context.out, seen, like ? &plain : nullptr, file);
        if (!agree)
            throw Error(ErrorCode::Verification, m_model, "does not agree with " + m_against,
                        disagreement(rounds, like != nullptr, file, other));
    }

private:
    static nlohmann::json numbersOf(const LogitComparison& seen) {
        return {{"max_abs_logit_difference", seen.maxDifference},
                {"max_abs_logit", seen.maxLogit},
                {"kl", seen.kl},
                {"greedy_agreement", seen.greedyAgreement},
                {"positions", seen.positions}};
    }

    /// plain: against the other model as it is, where `seen` is against it rounded.
    static void printJson(std::ostream& out, const LogitComparison& seen, bool agree, const LogitComparison* plain,
                          const StoredType& file) {
        auto result = numbersOf(seen);
        result["agree"] = agree;
        if (plain) result["rounded_to"] = file.dtype, result["unrounded"] = numbersOf(*plain);
        out << jsonText(result) << "\n";
    }

    void printText(std::ostream& out, const LogitComparison& seen, const LogitComparison* plain,
                   const StoredType& file) const {
        const auto line = [&](const LogitComparison& one) {
            out << "max |logit difference| " << one.maxDifference << " (largest logit " << one.maxLogit << "), KL " << one.kl
                << " nats, greedy agreement " << 100 * one.greedyAgreement << " % over " << one.positions << " positions\n";
        };
        if (!plain) return line(seen);
        out << "against " << m_against << " rounded to " << file.dtype << ", as " << m_model << " is stored: ";
        line(seen);
        out << "against " << m_against << " as it is: ";
        line(*plain);
    }

    std::string disagreement(bool rounds, bool repeated, const StoredType& file, const StoredType& other) const {
        const std::string expected = "Expected for a pruned against an unpruned model; ";
        if (!rounds)
            return expected + "an export must agree with its own run's model." +
                   (file.words == other.words || other.words == "F32"
                        ? ""
                        : " If " + m_against + " is an export of " + m_model + ", name it first: it is stored as " +
                              other.words + ", and the model is rounded alike.");
        if (!repeated)
            return "It is stored as " + file.words +
                   ", a rounding that is not repeated here: the difference is that of rounding, unless the file was damaged. "
                   "lorashear compare measures both.";
        return expected + "an export must agree with its own run's model rounded to the same type" +
               (other.words == "F32" ? "."
                                     : ", unless that is stored as " + other.words +
                                           " itself while the export was made from the numbers before that rounding.");
    }

    void verifyCertificate(CliContext& context) const {
        const auto folder = modelFolderOf(m_model);
        const auto checkpoint = Checkpoint::open(folder);
        if (checkpoint.isGguf())
            throw Error(ErrorCode::BadInput, checkpoint.folder().string(), "is a GGUF file, and these carry no certificate",
                        "Name the run or model that it was made from: --against.");
        const PruningRecord record = recordIfThere(folder);
        if (!record.certificate)
            throw Error(ErrorCode::BadInput, (folder / kRecordFile).string(), "holds no certificate",
                        "Name the model it must agree with: --against.");
        const auto model = loadModel(checkpoint);
        const auto seen = compareFingerprint(*model, *record.certificate);
        const bool agree = seen.within(m_tolerance);
        if (context.json)
            context.out << jsonText(nlohmann::json{{"max_abs_logit_difference", seen.maxDifference},
                                                   {"max_abs_logit", seen.maxLogit},
                                                   {"positions", seen.positions},
                                                   {"same_token", seen.sameToken},
                                                   {"agree", agree}})
                        << "\n";
        else
            context.out << "certificate: max |difference| " << seen.maxDifference << " (largest logit " << seen.maxLogit
                        << "), same token at " << seen.sameToken << " of " << seen.positions << " positions\n";
        if (!agree)
            throw Error(ErrorCode::Verification, folder.string(), "does not compute what it computed when it was written",
                        "The files were changed or damaged.");
    }

    std::vector<Sequence> sequences(const OpenedModel& opened) const {
        const int window = std::min(m_window, opened.model->config().maxPositions);
        if (!m_text.empty())
            return ofFile(m_text, [&] {
                return comparisonSequences(*opened.model, opened.folder, readWholeText(m_text), window, m_windows);
            });
        std::vector<Sequence> all;
        const int vocabulary = opened.model->config().vocabulary;
        for (int begin = 0; begin < vocabulary && static_cast<int>(all.size()) < m_windows; begin += window) {
            Sequence sequence;
            for (int id = begin; id < std::min(begin + window, vocabulary); ++id) sequence.ids.push_back(id);
            sequence.lossMask.assign(sequence.ids.size() - 1, true);
            all.push_back(std::move(sequence));
        }
        return all;
    }

    std::string m_model, m_against, m_text;
    int m_window = 128, m_windows = 8;
    double m_tolerance = 1e-4;
};

}  // namespace

std::unique_ptr<CliCommand> makeVerifyCommand() {
    return std::make_unique<VerifyCommand>();
}

}  // namespace lorashear::app
