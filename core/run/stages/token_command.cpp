// ExplainToken: which of what a run removed changed one token.

#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/edits/blueprint.h"
#include "core/edits/edit_kind.h"
#include "core/edits/record_origin.h"
#include "core/knowledge/token_causes.h"
#include "core/model/lora.h"
#include "core/run/stages/commands.h"
#include "core/run/stages/run_state.h"
#include "core/run/stages/token_texts.h"
#include "core/run/stages/training_data.h"
#include "core/trace/tracer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

/// A result lies in its run's folder.
RunFolder runThatMade(const ComparedModel& model) {
    return RunFolder::open(model.beforeRecovery ? fs::path(model.path) : fs::path(model.path).parent_path());
}

/// All that a run removed, in the original's terms: as its record tells, before there is one as its stages do.
Edits removedBy(const RunFolder& run, const ModelConfig& original, const Structure& structure) {
    std::error_code ignored;
    const fs::path record = run.modelFolder() / kRecordFile;
    if (fs::exists(record, ignored)) return editsForModel(recordIn(run.modelFolder()), original, structure, record.string());
    const auto plan = run.stage(Stage::Plan), pruned = run.stage(Stage::Prune);
    if (!plan || !pruned)
        throw Error(ErrorCode::BadInput, run.path().string(), "has not removed anything yet", "let the run go on");
    Edits edits = resultFromJson<PlanResult>(*plan).plan.edits;
    const Edits trained = editsOf(structure, resultFromJson<PruneResult>(*pruned).removed);
    edits.insert(edits.end(), trained.begin(), trained.end());
    return edits;
}

/// Ids are the original's: those of a run that renumbered the tokens would be read as other words.
void requireSameTokens(const RunFolder& run, const Edits& edits) {
    const auto trims = [](const Edit& edit) { return std::holds_alternative<TrimVocabulary>(edit); };
    if (std::any_of(edits.begin(), edits.end(), trims))
        throw Error(ErrorCode::Unsupported, run.path().string(),
                    "has other tokens than the original: it took some away, and a token is explained in tokens of both",
                    "choose the column of a run that left the vocabulary whole");
}

/// Those of them that masks can show; of the others it is said why not.
Edits maskable(const Edits& edits, const CausalLM& model, const Structure& structure, Reporter& report) {
    Edits result;
    std::set<std::string> reasons;
    for (const Edit& edit : edits) {
        const std::string why = whyNoMask(model, structure, edit);
        if (why.empty())
            result.push_back(edit);
        else
            reasons.insert(editKindOf(edit).op + ": " + why);
    }
    if (edits.empty())
        throw Error(ErrorCode::Impossible, "run", "removed nothing: its training alone made the difference",
                    "choose the column of a run that removed something");
    if (result.empty())
        throw Error(ErrorCode::Unsupported, "run", "removed nothing that a mask could put back (" + *reasons.begin() + ")",
                    "choose the column of a run that removed heads, neurons, sub-layers or blocks");
    if (!reasons.empty()) {
        std::string all;
        for (const std::string& why : reasons) all += (all.empty() ? "" : "; ") + why;
        report.note("warning", std::to_string(edits.size() - result.size()) +
                                   " of the run's edits have no mask and are left out (" + all + ")");
    }
    return result;
}

event::TokenCause causeOf(const Edit& part) {
    event::TokenCause cause;
    if (const auto* remove = std::get_if<RemoveGroups>(&part)) {
        cause.nodeGroup = remove->nodeGroup, cause.groups = remove->groups;
    } else if (const auto* drop = std::get_if<DropPart>(&part)) {
        cause.layer = drop->layer, cause.dropped = blockPartName(drop->part);
    }
    return cause;
}

/// Says of everything once how it spoke.
class CauseTeller {
public:
    CauseTeller(Reporter& report, const Tokenizer& tokenizer, const std::vector<int>& ids)
        : m_report(report), m_tokenizer(tokenizer), m_ids(ids) {}

    void tell(const TokenCauses& causes) {
        if (!std::exchange(m_begun, true)) {
            event::TokenCause whole;
            whole.masked = event::TokenCause::Masked::Nothing;
            say(whole, causes.original);
            whole.masked = event::TokenCause::Masked::All;
            say(whole, causes.removed);
        }
        for (; m_told < causes.parts.size(); ++m_told) {
            const PutBack& back = causes.parts[m_told];
            event::TokenCause cause = causeOf(back.part);
            cause.round = back.round;
            say(std::move(cause), back.voice);
        }
    }

private:
    void say(event::TokenCause cause, const TokenVoice& voice) {
        std::vector<int> ids = m_ids;
        ids.push_back(voice.likeliest);
        std::string before;
        cause.likeliest = tokenTexts(m_tokenizer, std::move(ids), m_ids.size(), before).front();
        cause.kl = voice.kl, cause.logProbability = voice.logProbability;
        m_report.emit(std::move(cause));
    }

    Reporter& m_report;
    const Tokenizer& m_tokenizer;
    const std::vector<int>& m_ids;
    std::size_t m_told = 0;
    bool m_begun = false;
};

}  // namespace

event::Finished execute(const command::ExplainToken& command, const CommandContext& context) {
    Reporter report(context.sink);
    const Control control = report.control(context.stop, context.pause);
    const RunFolder run = runThatMade(command.model);
    const Recipe recipe = run.recipe();
    const OpenedModel opened = openModel(command.original.path, "cpu", command.original.adapter);
    const auto model = cloneModel(*opened.model);
    attachLora(*model, loraOptions(recipe), recipe.seed);  // adds nothing: so that groups are those of the run
    const Structure structure = traceStructure(*model);
    const Edits removed = removedBy(run, model->config(), structure);
    requireSameTokens(run, removed);
    const Edits edits = maskable(removed, *model, structure, report);
    CauseTeller teller(report, *opened.tokenizer, command.ids);
    const TokenCauses causes =
        explainToken(*model, structure, edits, command.ids, control, [&](const TokenCauses& soFar) { teller.tell(soFar); });
    return {event::Finished::Outcome::Completed, {}, nlohmann::json{{"put_back", causes.parts.size()}}.dump()};
}

}  // namespace lorashear
