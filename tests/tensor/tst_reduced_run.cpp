// Runs whose plan cuts something at once, before a method trains: one ratio over channels, blocks, query heads and neurons.
#include "carried_out.h"
#include "core/edits/blueprint.h"
#include "core/edits/edit_json.h"
#include "core/eval/text_span.h"
#include "core/export/sliced_copy.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/model/checkpoint_config.h"
#include "core/run/event_json.h"
#include "core/run/run_folder.h"
#include "core/run/stages/stage_results.h"
#include "core/text/tokenizer.h"
#include "core/trace/tracer.h"
#include "short_recipe.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

namespace tst_reduced_run {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

Recipe mixedRecipe(const std::vector<std::string>& units, double ratio) {
    Recipe recipe = shortRecipe();
    recipe.analysis.enabled = false;
    for (auto& [id, settings] : recipe.plan.units) settings.take = std::find(units.begin(), units.end(), id) != units.end();
    recipe.plan.ratio = ratio;
    return recipe;
}

Recipe everything() {
    Recipe recipe = mixedRecipe({"hidden", "blocks", "query_heads", "mlp"}, 0.4);
    recipe.recovery.adapters = kContinuedAdapters;
    return recipe;
}

Recipe reconstructed() {
    Recipe recipe = everything();
    recipe.recovery.schedule = kContinuedSchedule;
    recipe.method.reconstruction.steps = 3;
    return recipe;
}

std::string weights(const fs::path& run) {
    return readFile(run / "model" / "model.safetensors");
}

bool isStage(const RunEvent& event, const char* stage) {
    return eventName(event) == std::string("stage_changed") &&
           eventToJson(event).dump().find("\"" + std::string(stage) + "\"") != std::string::npos;
}

}  // namespace

class TestReducedRun : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Heard m_whole;

    fs::path place(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    std::string recoveryCheckpoint(const std::string& run) const {
        std::string found;
        for (const CheckpointInfo& info : RunFolder::open(place(run)).checkpoints())
            if (info.stage == Stage::Recover) found = info.path.string();
        return found;
    }
    json record(const std::string& run) const { return json::parse(readFile(place(run) / "model" / "pruning.json")); }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", place("cache").c_str());
        m_whole = carryOut(command::StartRun{everything(), place("whole").string()});
        if (m_whole.end().error) qWarning("%s", m_whole.end().error->what());
        QCOMPARE(m_whole.end().outcome, Outcome::Completed);
    }

    void theRatioIsMetWithinOneNeuron() {
        const json result = json::parse(m_whole.end().resultJson);
        const auto plan = m_whole.all<event::PlanMade>().front().plan;
        const double before = result.at("parameters_before"), after = result.at("parameters_after");
        QVERIFY2(std::abs(before - after - 0.4 * before) <= 3 * 64, std::to_string(before - after).c_str());
        QVERIFY(std::abs((before - after) / before - plan->expectedRatio) < 1e-9);
        const json& groups = result.at("groups_removed");
        for (const char* unit : {"hidden", "blocks", "mlp"}) QVERIFY2(groups.at(unit).get<int>() > 0, unit);
        QVERIFY(groups.contains("query_heads"));
        QCOMPARE(groups.at("mlp").get<int>(), plan->removed("mlp"));
        QVERIFY(result.at("max_logit_difference").get<double>() > 0);
        QVERIFY(m_whole.all<event::Certificate>().front().passed);
    }

    /// Shares by measured losses: the same ratio, and a loss right after the cut that is at most that of the common fraction.
    void measuredSharesMeetTheRatio() {
        Recipe recipe = everything();
        recipe.plan.shares = kMeasuredShares;
        const Heard heard = carryOut(command::StartRun{recipe, place("shares").string()});
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        const json result = json::parse(heard.end().resultJson), even = json::parse(m_whole.end().resultJson);
        const double before = result.at("parameters_before"), after = result.at("parameters_after");
        QVERIFY2(std::abs(before - after - 0.4 * before) <= 3 * 64, std::to_string(before - after).c_str());
        const auto plan = heard.all<event::PlanMade>().front().plan;
        double sum = 0;
        for (const auto& [id, settings] : plan->options.units) sum += settings.take ? settings.share.value_or(0) : 0;
        QVERIFY(sum > 0.5 && sum < 1);
        const auto perplexityOf = [](const Heard& run) {
            for (const auto& one : run.all<event::Perplexity>())
                if (one.model == "pruned") return one.perplexity;
            return -1.0;
        };
        QVERIFY2(perplexityOf(heard) > 0 && perplexityOf(heard) < perplexityOf(m_whole),
                 (std::to_string(perplexityOf(heard)) + " " + std::to_string(perplexityOf(m_whole))).c_str());
        const auto notes = heard.all<event::Note>();
        QVERIFY(std::any_of(notes.begin(), notes.end(),
                            [](const event::Note& note) { return note.text.find("shares measured") != std::string::npos; }));
    }

    void whatWasCutAtOnceIsMeasured() {
        const json result = json::parse(m_whole.end().resultJson);
        const auto stored = resultFromJson<ReduceResult>(*RunFolder::open(place("whole")).stage(Stage::Reduce));
        QVERIFY(stored.parameters < result.at("parameters_before").get<std::int64_t>());
        QVERIFY(stored.parameters > result.at("parameters_after").get<std::int64_t>());
        QCOMPARE(result.at("reduced").at("parameters").get<std::int64_t>(), stored.parameters);
        const auto heard = m_whole.all<event::Perplexity>();
        QVERIFY(std::any_of(heard.begin(), heard.end(), [](const auto& one) { return one.model == "reduced"; }));
    }

    /// Groups in events are those of the original that the window shows.
    void eventsSpeakOfTheOriginal() {
        const auto structure = m_whole.all<event::StructureFound>().front().structure;
        const auto plan = m_whole.all<event::PlanMade>().front().plan;
        std::vector<GroupRef> chosen, zero;
        for (const auto& event : m_whole.all<event::GroupsChosen>())
            chosen.insert(chosen.end(), event.groups.begin(), event.groups.end());
        for (const auto& event : m_whole.all<event::GroupsZero>())
            zero.insert(zero.end(), event.groups.begin(), event.groups.end());
        std::sort(chosen.begin(), chosen.end());
        std::sort(zero.begin(), zero.end());
        QCOMPARE(zero, chosen);
        QCOMPARE(static_cast<int>(chosen.size()), plan->removed());
        for (const GroupRef& ref : chosen) {
            QVERIFY(structure->nodeGroups.at(static_cast<std::size_t>(ref.nodeGroup)).unit == UnitKind::Mlp);
            QVERIFY(plan->budgets.at(static_cast<std::size_t>(ref.nodeGroup)).prunable);  // in a block that stays
        }
    }

    /// The recorded edits lead from the original to the run's model: in shapes, and as `lorashear slice --edits` writes it.
    void theRecordedEditsMakeTheSameModel() {
        const auto original = Checkpoint::open(smallRecipe().model.path),
                   result = Checkpoint::open(place("whole") / "model");
        const ModelConfig config = configOf(original);
        const Structure structure = traceStructure(config);
        const json written = record("whole");
        const Edits edits = parseEdits(editsText(editsFromJson(written.at("edits"), "pruning.json")), "edits.json");
        int removes = 0, drops = 0;
        for (const Edit& edit : edits) (std::holds_alternative<DropPart>(edit) ? drops : removes) += 1;
        QVERIFY(drops > 0 && removes > 1);
        QCOMPARE(groupsOf(structure, edits).size(), [&] {
            std::size_t gone = 0;
            for (const json& group : written.at("node_groups"))
                gone += group.at("groups").get<std::size_t>() - group.at("kept").size();
            return gone;
        }());
        const Blueprint blueprint = blueprintOf(config, structure, edits);
        writeEditedCopy(original, blueprint, place("sliced"), {original.folder(), "source", 5'000'000'000, false},
                        recordIn(fs::path(place("whole")) / "model"), {});
        const auto sliced = Checkpoint::open(place("sliced"));
        QVERIFY(configOf(sliced).layers == configOf(result).layers);
        QCOMPARE(configOf(sliced).hidden, configOf(result).hidden);
        QVERIFY(std::abs(configOf(sliced).normEps - configOf(result).normEps) < 1e-12);
        QCOMPARE(sliced.tensors().size(), result.tensors().size());
        for (const auto& [name, tensor] : result.tensors())
            QVERIFY2(sliced.tensors().count(name) && sliced.tensors().at(name).shape == tensor.shape, name.c_str());
    }

    void interruptedRunsGoOnToTheSameBytes_data() {
        QTest::addColumn<QString>("stage");
        for (const char* stage : {"plan", "reduce", "prune", "compact", "recover"}) QTest::newRow(stage) << stage;
    }
    void interruptedRunsGoOnToTheSameBytes() {
        QFETCH(QString, stage);
        const auto folder = place("before " + stage.toStdString()).string();
        const Heard first = carryOutUntil(command::StartRun{everything(), folder}, [&](const RunEvent& event) {
            return isStage(event, stage.toStdString().c_str());
        });
        QCOMPARE(first.end().outcome, Outcome::Cancelled);
        const Heard rest = carryOut(command::ResumeRun{folder});
        if (rest.end().error) qWarning("%s", rest.end().error->what());
        QCOMPARE(rest.end().outcome, Outcome::Completed);
        QVERIFY(weights(folder) == weights(place("whole")));
    }

    void cancelledWhileTrainingTheyGoOnToo() {
        const auto folder = place("cancelled").string();
        QCOMPARE(carryOut(command::StartRun{everything(), folder}, 3).end().outcome, Outcome::Cancelled);
        QCOMPARE(carryOut(command::ResumeRun{folder}).end().outcome, Outcome::Completed);
        QVERIFY(weights(folder) == weights(place("whole")));
    }

    /// One cosine over six steps of pruning, of which the first rises, and four of recovery with the adapters of pruning; sub-blocks reconstructed between them,
    /// once more where a run is interrupted after that.
    void reconstructedRunsFallAlongOneCosineAndGoOnToTheSameBytes() {
        const Heard whole = carryOut(command::StartRun{reconstructed(), place("reconstructed").string()});
        QCOMPARE(whole.end().outcome, Outcome::Completed);
        QVERIFY(weights(place("reconstructed")) != weights(place("whole")));
        const auto steps = whole.all<event::Step>();
        QCOMPARE(steps.size(), std::size_t{10});
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const double expected = 0.005 * 0.5 * (1 + std::cos(std::acos(-1.0) * static_cast<double>(i) / 10));
            QVERIFY2(std::abs(steps[i].learningRate - expected) < 1e-12, std::to_string(i).c_str());
        }
        const auto said = [](const Heard& heard) {
            const auto notes = heard.all<event::Note>();
            return std::count_if(notes.begin(), notes.end(), [](const event::Note& note) {
                return note.text.find("sub-blocks reconstructed: mean error") != std::string::npos;
            });
        };
        QCOMPARE(said(whole), std::ptrdiff_t{1});
        for (const char* stage : {"compact", "recover"}) {
            const auto folder = place(std::string("reconstructed, before ") + stage).string();
            const Heard first = carryOutUntil(command::StartRun{reconstructed(), folder},
                                              [&](const RunEvent& event) { return isStage(event, stage); });
            QCOMPARE(first.end().outcome, Outcome::Cancelled);
            const Heard rest = carryOut(command::ResumeRun{folder});
            QCOMPARE(rest.end().outcome, Outcome::Completed);
            QCOMPARE(said(rest), std::ptrdiff_t{1});
            QVERIFY(weights(folder) == weights(place("reconstructed")));
        }
        // Pruning's rate fell over recovery's steps: a branch cannot have more of them.
        Recipe larger = RunFolder::open(place("reconstructed")).recipe();
        larger.recovery.batch *= 2;
        const Heard refused = carryOut(command::BranchRun{
            place("reconstructed").string(), recoveryCheckpoint("reconstructed"), place("larger branch").string(), larger});
        QCOMPARE(refused.end().outcome, Outcome::Failed);
        QCOMPARE(refused.end().error->subject(), std::string("/recovery/batch"));
    }

    /// A branch in recovery goes on with the adapters of pruning too, and cannot ask for others.
    void branchesGoOnWithTheAdaptersOfPruning() {
        const std::string checkpoint = recoveryCheckpoint("whole");
        QVERIFY(!checkpoint.empty());
        Recipe recipe = RunFolder::open(place("whole")).recipe();
        const auto branched = [&](const char* name) {
            return carryOut(command::BranchRun{place("whole").string(), checkpoint, place(name).string(), recipe});
        };
        const Heard same = branched("branch");
        if (same.end().error) qWarning("%s", same.end().error->what());
        QCOMPARE(same.end().outcome, Outcome::Completed);
        QVERIFY(weights(place("branch")) == weights(place("whole")));
        recipe.recovery.adapters = "fresh";
        const Heard other = branched("other branch");
        QCOMPARE(other.end().outcome, Outcome::Failed);
        QCOMPARE(other.end().error->subject(), std::string("/recovery/adapters"));
    }

    /// Nothing is left for a method: no step of it is taken, recovery trains what was cut.
    void aBudgetThatGoesAtOnceNeedsNoMethod() {
        const auto folder = place("channels").string();
        const Heard heard = carryOut(command::StartRun{mixedRecipe({"hidden"}, 0.25), folder});
        if (heard.end().error) qWarning("%s", heard.end().error->what());
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        const json result = json::parse(heard.end().resultJson);
        QCOMPARE(result.at("groups_removed").at("hidden").get<int>(), 16);  // of 64: a quarter of everything
        QVERIFY(std::abs(result.at("ratio").get<double>() - 0.25) < 0.01);
        const auto steps = heard.all<event::Step>();
        QVERIFY(!steps.empty());
        for (const auto& step : steps) QCOMPARE(step.stage, std::string("recover"));
        QVERIFY(configOf(Checkpoint::open(fs::path(folder) / "model")).hidden == 48);
    }

    void methodsWithPlansOfTheirOwn_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("options");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("block-drop") << "block-drop"
                                    << R"({"parts": "sub-layers", "settle_steps": 2})" << 0.06;
        QTest::newRow("low-rank") << "low-rank"
                                  << R"({"settle_steps": 2})" << 0.001;
        QTest::newRow("structured-ffn") << "structured-ffn"
                                        << R"({"settle_steps": 2, "samples": 2})" << 0.002;
    }
    /// They cut before they train, by what they measure; stopped in between and gone on with, the bytes are the same.
    void methodsWithPlansOfTheirOwn() {
        QFETCH(QString, method);
        QFETCH(QString, options);
        QFETCH(double, tolerance);
        Recipe recipe = mixedRecipe({"attention", "mlp"}, 0.25);
        recipe.method.id = method.toStdString();
        recipe.method.optionsJson = options.toStdString();
        const auto whole = place(recipe.method.id), broken = place("broken " + recipe.method.id);
        const Heard heard = carryOut(command::StartRun{recipe, whole.string()});
        if (heard.end().error) qWarning("%s", heard.end().error->what());
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        const json result = json::parse(heard.end().resultJson);
        const auto plan = heard.all<event::PlanMade>().front().plan;
        QVERIFY(!plan->edits.empty());
        QVERIFY(std::abs(result.at("ratio").get<double>() - plan->expectedRatio) < 1e-9);
        QVERIFY2(std::abs(plan->expectedRatio - 0.25) < tolerance, std::to_string(plan->expectedRatio).c_str());
        int settling = 0;
        for (const auto& step : heard.all<event::Step>()) settling += step.stage == "prune";
        QCOMPARE(settling, 2);
        QVERIFY(heard.all<event::Certificate>().front().passed);
        QCOMPARE(editsFromJson(record(recipe.method.id).at("edits"), "pruning.json"), plan->edits);

        carryOutUntil(command::StartRun{recipe, broken.string()},
                      [](const RunEvent& event) { return isStage(event, "prune"); });
        const Heard rest = carryOut(command::ResumeRun{broken.string()});
        if (rest.end().error) qWarning("%s", rest.end().error->what());
        QCOMPARE(rest.end().outcome, Outcome::Completed);
        QVERIFY(weights(broken) == weights(whole));
    }

    /// The model loses rows, the tokenizer their tokens, and all is measured per token of the original.
    void runsTrimTheVocabularyAndGoOnWithTheSmallerTokenizer() {
        const Recipe recipe = mixedRecipe({"vocabulary", "mlp"}, 0.2);
        const Heard heard = carryOut(command::StartRun{recipe, place("tokens").string()});
        if (heard.end().error) qWarning("%s", heard.end().error->what());
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        const json result = json::parse(heard.end().resultJson), written = record("tokens");
        const auto original = Checkpoint::open(recipe.model.path);
        const int before = configOf(original).vocabulary;
        const auto model = Checkpoint::open(place("tokens") / "model");
        const int after = configOf(model).vocabulary, gone = result.at("groups_removed").at("vocabulary").get<int>();
        QVERIFY(gone > 20);
        QCOMPARE(after, before - gone);
        QVERIFY(std::abs(result.at("ratio").get<double>() - 0.2) < 0.002);
        QVERIFY(heard.all<event::Certificate>().front().passed);

        const auto tokenizer = Tokenizer::open(place("tokens") / "model"), whole = Tokenizer::open(recipe.model.path);
        QVERIFY(tokenizer->vocabularySize() <= after);
        const std::string text = readFile(recipe.evaluation.texts.front().path).substr(0, 2000);
        QVERIFY(tokenizer->decode(tokenizer->encode(text)) == whole->decode(whole->encode(text)));
        const json& edits = written.at("edits");
        const auto trim =
            std::find_if(edits.begin(), edits.end(), [](const json& one) { return one.at("op") == "vocabulary"; });
        QVERIFY(trim != edits.end());
        QCOMPARE(static_cast<int>(trim->at("keep").size()), after);
        QCOMPARE(written.at("vocabulary").at("after").get<int>(), after);

        // Of one text all models are scored over the same number of tokens and bytes.
        const auto& texts = result.at("texts");
        for (const auto& [name, dense] : texts.at("dense").items())
            for (const char* role : {"pruned", "recovered"}) {
                const json& other = texts.at(role).at(name);
                QCOMPARE(other.at("tokens").get<long>(), dense.at("tokens").get<long>());
                const double ratio = other.at("nll").get<double>() / dense.at("nll").get<double>();
                QVERIFY(std::abs(other.at("bits_per_byte").get<double>() / dense.at("bits_per_byte").get<double>() - ratio) <
                        1e-9);
                QVERIFY(other.at("protocol").get<std::string>().find("original") != std::string::npos);
            }
        const auto stored = resultFromJson<ReduceResult>(*RunFolder::open(place("tokens")).stage(Stage::Reduce));
        std::size_t sources = 0;
        for (const auto& phase : recipe.recovery.phases) sources += phase.sources.size();
        QCOMPARE(stored.references.size(), sources);

        // `lorashear eval RUN/model --original` says the same of the same stretch.
        const auto& protocol = recipe.evaluation.texts.front();
        const TextProtocol windows{protocol.window, protocol.stride, protocol.maxWindows,
                                   protocol.bos && whole->bosId() >= 0};
        const auto again =
            scoreSpan(*loadModel(model), *tokenizer, spanOf(*whole, readFile(protocol.path), windows), windows, {});
        const double said = texts.at("recovered").at(protocol.name).at("perplexity").get<double>();
        QVERIFY2(std::abs(again.perplexityPerOriginalToken() / said - 1) < 1e-4, qPrintable(QString::number(said)));
    }

    void interruptedRunsWithFewerTokensGoOnToo_data() {
        QTest::addColumn<QString>("stage");
        for (const char* stage : {"reduce", "prune", "recover"}) QTest::newRow(stage) << stage;
    }
    void interruptedRunsWithFewerTokensGoOnToo() {
        QFETCH(QString, stage);
        const auto folder = place("tokens before " + stage.toStdString()).string();
        const Recipe recipe = mixedRecipe({"vocabulary", "mlp"}, 0.2);
        carryOutUntil(command::StartRun{recipe, folder},
                      [&](const RunEvent& event) { return isStage(event, stage.toStdString().c_str()); });
        const Heard rest = carryOut(command::ResumeRun{folder});
        if (rest.end().error) qWarning("%s", rest.end().error->what());
        QCOMPARE(rest.end().outcome, Outcome::Completed);
        QVERIFY(weights(folder) == weights(place("tokens")));
        QVERIFY(readFile(fs::path(folder) / "model" / "tokenizer.json") ==
                readFile(place("tokens") / "model" / "tokenizer.json"));
    }

    /// More than the tokens that need not stay: what is reachable is said before anything starts.
    void tooManyTokensAreRefusedBeforeAFolderIsMade() {
        const Heard heard = carryOut(command::StartRun{mixedRecipe({"vocabulary"}, 0.12), place("toomany").string()});
        QCOMPARE(heard.end().outcome, Outcome::Failed);
        QCOMPARE(heard.end().error->code(), ErrorCode::Impossible);
        QVERIFY(heard.end().error->hint().find("The largest reachable ratio is") != std::string::npos);
        QVERIFY(!fs::exists(place("toomany")));
    }

    void runsWithoutSuchUnitsHaveNoSuchStage() {
        const auto folder = place("plain").string();
        const Heard heard = carryOutUntil(command::StartRun{mixedRecipe({"attention", "mlp"}, 0.2), folder},
                                          [](const RunEvent& event) { return isStage(event, "prune"); });
        QVERIFY(std::none_of(heard.events.begin(), heard.events.end(),
                             [](const RunEvent& event) { return isStage(event, "reduce"); }));
        QVERIFY(!RunFolder::open(folder).stage(Stage::Reduce));
        QVERIFY(heard.all<event::PlanMade>().front().plan->edits.empty());
    }

    void impossibleMixturesAreRefusedBeforeAFolderIsMade() {
        const Heard heard =
            carryOut(command::StartRun{mixedRecipe({"query_heads", "mlp"}, 0.9), place("impossible").string()});
        QCOMPARE(heard.end().outcome, Outcome::Failed);
        QCOMPARE(heard.end().error->code(), ErrorCode::Impossible);
        QVERIFY(heard.end().error->hint().find("The largest reachable ratio is") != std::string::npos);
        QVERIFY(!fs::exists(place("impossible")));
        const Heard experts = carryOut(command::StartRun{mixedRecipe({"experts", "mlp"}, 0.1), place("experts").string()});
        QCOMPARE(experts.end().error->code(), ErrorCode::Unsupported);
        QCOMPARE(experts.end().error->subject(), std::string("/plan/units/experts"));
    }

    /// The original's shapes cannot hold what has no zeros to come back as.
    /// Blocks and neurons that left come back as zeros, certified.
    void zeroedExportsBringBlocksBack() {
        Recipe recipe = mixedRecipe({"blocks", "mlp"}, 0.3);
        recipe.exports = {{"lorashear", "BF16"}, {"zeroed", "F32"}};
        const Heard heard = carryOut(command::StartRun{recipe, place("zeroed").string()});
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        const json exports = json::parse(heard.end().resultJson).at("exports");
        QVERIFY2(!exports.back().contains("refused"), exports.back().dump().c_str());
        QVERIFY(configOf(Checkpoint::open(exports.back().at("path").get<std::string>())).layers ==
                configOf(Checkpoint::open(recipe.model.path)).layers);
        // what fewer bits cost is measured, and says on what
        const json rounded = exports.at(exports.size() - 2);
        QVERIFY2(rounded.at("dtype") == "BF16" && rounded.at("perplexity").at("after") > 0, rounded.dump().c_str());
        QVERIFY(rounded.at("perplexity").at("protocol").get<std::string>().ends_with(" windows of the calibration text"));
        QVERIFY(!exports.back().contains("perplexity"));
    }
};

}  // namespace tst_reduced_run

QTEST_GUILESS_MAIN(tst_reduced_run::TestReducedRun)
#include "tst_reduced_run.moc"
