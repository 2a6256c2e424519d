// WriteTexts and MeasureDivergence: models held against the original that they were made from.

#include "core/base/error.h"
#include "core/base/stage.h"
#include "core/eval/divergence.h"
#include "core/eval/perplexity.h"
#include "core/model/checkpoint_config.h"
#include "core/model/generate.h"
#include "core/run/run_folder.h"
#include "core/run/stages/commands.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/run_state.h"
#include "core/run/stages/token_texts.h"
#include "core/text/chat_template.h"
#include "core/text/named_text.h"
#include "core/text/same_vocabulary.h"
#include "core/text/vocabulary_limit.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

constexpr int kDivergenceWindows = 20, kDivergenceWindow = 512;  ///< seconds for 135 million parameters on two cores

/// A model with what turns its tokens into text.
struct ComparedSide {
    fs::path texts;  ///< where tokenizer and chat template are
    std::unique_ptr<Tokenizer> tokenizer;
    std::unique_ptr<CausalLM> model;
};

/// The tokenizer of a model that has no folder of its own: the result's, before there is one the original's, which numbers the tokens that a plan left
/// otherwise.
void readTexts(ComparedSide& side, const RunFolder& run) {
    std::error_code ignored;
    const int rows = side.model->config().vocabulary;
    if (fs::exists(run.modelFolder(), ignored)) {
        side.texts = run.modelFolder();
        side.tokenizer = limitedTo(rows, Tokenizer::open(side.texts));
        return;
    }
    OpenedFolder original = openFolder(run.recipe().model.path);
    if (rows < original.config.vocabulary)
        throw Error(ErrorCode::BadInput, run.path().string(),
                    "has taken tokens from the vocabulary, and no result yet whose tokenizer could read what it writes",
                    "let the run come to its end, or choose another column");
    side.texts = original.checkpoint.folder();
    side.tokenizer = limitedTo(rows, std::move(original.tokenizer));
}

/// The model between pruning and recovery.
ComparedSide openBeforeRecovery(const fs::path& folder) {
    const RunFolder run = RunFolder::open(folder);
    std::error_code ignored;
    if (!fs::exists(run.stageFolder(roleName(ModelRole::Pruned)), ignored))
        throw Error(ErrorCode::BadInput, folder.string(), "has not kept its model as it was before recovery",
                    "choose another column");
    ComparedSide side;
    side.model = loadStageModel(run, ModelRole::Pruned, "cpu");
    readTexts(side, run);
    return side;
}

ComparedSide openSide(const ComparedModel& asked) {
    if (asked.beforeRecovery) return openBeforeRecovery(asked.path);
    OpenedModel opened = openModel(asked.path, "cpu", asked.adapter);
    return {opened.checkpoint.folder(), std::move(opened.tokenizer), std::move(opened.model)};
}

bool sameSide(const ComparedModel& a, const ComparedModel& b) {
    return a.path == b.path && a.adapter == b.adapter && a.beforeRecovery == b.beforeRecovery;
}

/// "" when the two can be compared token by token.
std::string whyNotComparable(const ComparedSide& a, const ComparedSide& b) {
    const bool same =
        a.model->config().vocabulary == b.model->config().vocabulary && sameVocabulary(*a.tokenizer, *b.tokenizer);
    return same ? "" : "has another vocabulary than the original: their next tokens cannot be held against each other";
}

std::vector<int> beginningFor(const ComparedSide& side, const command::WriteTexts& command) {
    if (!command.chat) return promptIds(*side.tokenizer, command.prompt);
    const auto chat = ChatTemplate::open(side.texts);
    if (!chat)
        throw Error(ErrorCode::BadInput, side.texts.string(), "has no chat template",
                    "let it go on from a beginning instead");
    return chat->encode(*side.tokenizer, {{"user", command.prompt}}, true);
}

event::Written textOf(const ComparedModel& asked, const ComparedSide& side, const ComparedSide* reference,
                      const command::WriteTexts& command, const Control& control) {
    GenerateOptions options;
    options.maxTokens = command.maxTokens;
    options.temperature = command.temperature;
    options.topP = command.topP;
    options.seed = command.seed;
    options.stopIds = endIds(*side.tokenizer, side.model->config().eosIds);
    std::vector<int> ids = beginningFor(side, command);
    const std::size_t from = ids.size();
    const auto fresh = generate(*side.model, ids, options, {}, control);
    ids.insert(ids.end(), fresh.begin(), fresh.end());
    event::Written written{asked.label, command.prompt, {}, {}, {}, ids};
    if (command.chat) {
        std::string nothing;
        written.tokens = tokenTexts(*side.tokenizer, fresh, 0, nothing);
    } else {
        written.tokens = tokenTexts(*side.tokenizer, ids, from, written.begin);
    }
    control.poll();
    if (reference && !fresh.empty()) written.kl = divergence(*side.model, *reference->model, ids, from).kl;
    return written;
}

/// Sums by window of what was measured token by token, for means with their standard errors.
struct DivergenceSums {
    WindowLosses kl, same;
    void add(const Divergence& found, const Sequence& window) {
        double nats = 0, agreed = 0;
        std::int64_t tokens = 0;
        for (std::size_t i = 0; i < found.kl.size(); ++i) {
            if (!window.lossMask[i]) continue;
            nats += found.kl[i], agreed += found.sameChoice[i] ? 1 : 0, ++tokens;
        }
        kl.nll.push_back(nats), kl.tokens.push_back(tokens);
        same.nll.push_back(agreed), same.tokens.push_back(tokens);
    }
    static event::Measurement said(const std::string& label, const char* name, const char* unit, const WindowLosses& sums,
                                   const std::string& protocol) {
        WindowLosses zero = sums;
        std::fill(zero.nll.begin(), zero.nll.end(), 0.0);
        const PairedDifference mean = pairedDifference(sums, zero);
        return {label, name, unit, mean.mean, mean.windows > 1 ? mean.standardError : 0, false, protocol};
    }
};

struct DivergenceText {
    std::vector<Sequence> windows;
    std::string protocol;
};

DivergenceText divergenceText(const Recipe& recipe, const ComparedSide& original) {
    if (recipe.evaluation.texts.empty())
        throw Error(ErrorCode::BadRecipe, "/evaluation/texts", "names no text",
                    "add one on the Plan page: the models are held against each other on it");
    const RecipeText& text = recipe.evaluation.texts.front();
    TextProtocol protocol = protocolOf(text, *original.model, *original.tokenizer);
    protocol.window = std::min(protocol.window, kDivergenceWindow), protocol.stride = 0;
    protocol.maxWindows = protocol.maxWindows > 0 ? std::min(protocol.maxWindows, kDivergenceWindows) : kDivergenceWindows;
    const auto upTo = static_cast<std::size_t>(protocol.skipWindows) + static_cast<std::size_t>(protocol.maxWindows);
    const auto bytes = kBytesPerToken * upTo * static_cast<std::size_t>(protocol.window);
    const std::string part = readWholeText(text.path).substr(0, bytes);
    return {ofFile(text.path, [&] { return protocolWindows(*original.tokenizer, part, protocol); }),
            text.name + ", " + protocol.describe() + "; ± standard error over windows"};
}

/// Column by column: one that cannot be read takes nothing from the others.
class Columns {
public:
    explicit Columns(Reporter& report) : m_report(report) {}

    template <class Work>
    void attempt(const ComparedModel& asked, Work&& work) {
        try {
            work();
        } catch (const Error& error) {
            if (error.code() == ErrorCode::Cancelled) throw;
            const std::string subject = error.subject().empty() ? "" : error.subject() + ": ";
            m_report.note("warning", asked.label + " was left out: " + subject + error.message());
            if (!m_first) m_first = error;
        }
    }
    void succeeded() { ++m_done; }
    /// How many there are; what was wrong with the first if there is none.
    int done() const {
        if (m_first && m_done == 0) throw Error(*m_first);
        return m_done;
    }

private:
    Reporter& m_report;
    std::optional<Error> m_first;
    int m_done = 0;
};

}  // namespace

event::Finished execute(const command::WriteTexts& command, const CommandContext& context) {
    Reporter report(context.sink);
    const Control control = report.control(context.stop, context.pause);
    const ComparedSide original = openSide(command.original);
    ProgressMeter meter(control, "write", static_cast<double>(command.models.size()));
    double done = 0;
    Columns columns(report);
    for (const ComparedModel& asked : command.models) {
        control.poll();
        columns.attempt(asked, [&] {
            if (sameSide(asked, command.original)) {
                report.emit(textOf(asked, original, nullptr, command, control));
            } else {
                const ComparedSide side = openSide(asked);
                const std::string reason = whyNotComparable(side, original);
                if (!reason.empty()) report.note("warning", asked.label + " " + reason);
                report.emit(textOf(asked, side, reason.empty() ? &original : nullptr, command, control));
            }
            columns.succeeded();
        });
        meter.update(++done);
    }
    return {event::Finished::Outcome::Completed, {}, nlohmann::json{{"written", columns.done()}}.dump()};
}

event::Finished execute(const command::MeasureDivergence& command, const CommandContext& context) {
    Reporter report(context.sink);
    const Control control = report.control(context.stop, context.pause);
    const ComparedSide original = openSide(command.original);
    const DivergenceText text = divergenceText(command.recipe, original);
    const auto windows = static_cast<double>(text.windows.size());
    ProgressMeter meter(control, stageName(Stage::Evaluate), static_cast<double>(command.models.size()) * windows);
    double before = 0;
    Columns columns(report);
    for (const ComparedModel& asked : command.models) {
        control.poll();
        columns.attempt(asked, [&] {
            const ComparedSide side = openSide(asked);
            if (const std::string reason = whyNotComparable(side, original); !reason.empty())
                return report.note("warning", asked.label + " " + reason);
            DivergenceSums sums;
            double done = before;
            for (const Sequence& window : text.windows) {
                control.poll();
                sums.add(divergence(*side.model, *original.model, window.ids), window);
                meter.update(++done);
            }
            report.emit(DivergenceSums::said(asked.label, "kl", "nats/token", sums.kl, text.protocol));
            report.emit(DivergenceSums::said(asked.label, "same_choice", "acc", sums.same, text.protocol));
            columns.succeeded();
        });
        meter.update(before += windows);
    }
    return {event::Finished::Outcome::Completed, {}, nlohmann::json{{"compared", columns.done()}}.dump()};
}

}  // namespace lorashear
