// What a run says beside its own result: the original after the same training, and text that was read beside training.
#include "carried_out.h"
#include "core/io/atomic_file.h"
#include "core/run/event_json.h"
#include "core/run/kept_windows.h"
#include "core/run/run_folder.h"
#include "core/run/stages/stage_results.h"
#include "core/run/training_budget.h"
#include "short_recipe.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

namespace tst_adapted_dense {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// Stops once the adaptation has told of its progress so often.
struct InAdaptation {
    int count = 1;
    bool operator()(const RunEvent& event) {
        const auto* moved = std::get_if<event::ProgressChanged>(&event);
        return moved && moved->progress.stage == "adapt" && --count == 0;
    }
};

Recipe adapting() {
    Recipe recipe = shortRecipe();
    recipe.evaluation.adaptedDense = true;
    return recipe;
}

bool adaptBegins(const RunEvent& event) {
    const auto* changed = std::get_if<event::StageChanged>(&event);
    return changed && changed->stage == "adapt";
}

/// What lies in stages/ beside results of stages.
std::vector<std::string> leftOf(const fs::path& run, const std::string& word) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(run / "stages"))
        if (entry.path().filename().string().find(word) != std::string::npos) found.push_back(entry.path().filename());
    std::sort(found.begin(), found.end());
    return found;
}

/// What a run in another folder and at another time shares.
json withoutSeconds(json result) {
    result.erase("seconds");
    for (json& exported : result.at("exports")) exported.erase("path");
    return result;
}

}  // namespace

class TestAdaptedDense : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Heard m_whole;
    json m_result;

    fs::path place(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    json resultOf(const Heard& heard) const {
        if (heard.end().error) qWarning("%s: %s", heard.end().error->subject().c_str(), heard.end().error->what());
        return heard.end().outcome == Outcome::Completed ? json::parse(heard.end().resultJson) : json();
    }
    json ran(const Recipe& recipe, const std::string& name) const {
        return resultOf(carryOut(command::StartRun{recipe, place(name).string()}));
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", place("cache").c_str());
        m_whole = carryOut(command::StartRun{adapting(), place("whole").string()});
        m_result = resultOf(m_whole);
        QVERIFY(!m_result.is_null());
    }

    /// A run of its own that removes nothing, with the tokens of pruning and recovery spent on recovery, comes to the same.
    void itIsWhatARunOfItsOwnComesTo() {
        Recipe alone = shortRecipe();
        alone = adaptedDense(alone, 0, "/evaluation/adapted_dense");
        QCOMPARE(tokensOf(alone), tokensOf(shortRecipe()));
        const json result = ran(alone, "alone");
        const std::string text = alone.evaluation.texts.front().name;
        const double expected = result.at("perplexity").at("recovered"), found = m_result.at("perplexity").at("adapted");
        QVERIFY2(std::abs(found - expected) < 1e-5 * expected, qPrintable(QString("%1 and %2").arg(found).arg(expected)));
        QVERIFY(std::abs(found - m_result.at("perplexity").at("dense").get<double>()) > 1e-3);  // it was trained
        const json& adapted = m_result.at("adapted");
        QCOMPARE(trainingSteps(alone), std::int64_t{10});
        QCOMPARE(adapted.at("steps"), result.at("steps"));
        QCOMPARE(adapted.at("texts").at(text).at("perplexity").get<double>(), found);
        std::int64_t tokens = 0;  // of the run alone
        for (const LoggedEvent& logged : readEvents(place("alone") / "events.jsonl"))
            if (const auto* step = std::get_if<event::Step>(&logged.event)) tokens += step->tokens;
        QCOMPARE(adapted.at("tokens").get<std::int64_t>(), tokens);
        const json& above = m_result.at("above_adapted").at("recovered").at(text);
        QVERIFY(std::abs(above.at("nll").get<double>() -
                         std::log(m_result.at("perplexity").at("recovered").get<double>() / found)) < 1e-3);
    }

    /// Steps of the run are counted without it, the result stays what it is, windows are kept for comparisons.
    void theRunItselfIsTheSame() {
        const json plain = ran(shortRecipe(), "plain");
        QVERIFY(!plain.contains("adapted"));
        for (const char* key : {"steps", "texts", "ratio", "calibration_tokens"}) QCOMPARE(m_result.at(key), plain.at(key));
        QVERIFY(readFile(place("plain") / "model" / "model.safetensors") ==
                readFile(place("whole") / "model" / "model.safetensors"));
        QCOMPARE(m_whole.all<event::Step>().size(), std::size_t{10});
        const auto windows = keptWindows(place("whole"));
        QVERIFY(windows.count("adapted") && !windows.at("adapted").empty());
        QVERIFY(leftOf(place("whole"), "adapting").empty());
    }

    void interruptedItGoesOnToTheSameBytes_data() {
        QTest::addColumn<int>("reports");
        for (const int reports : {1, 2})  // progress is told at most every 50 ms, its first and last always
            QTest::newRow(std::to_string(reports).c_str()) << reports;
    }
    void interruptedItGoesOnToTheSameBytes() {
        QFETCH(int, reports);
        const fs::path folder = place("stopped-" + std::to_string(reports));
        const Heard first = carryOutUntil(command::StartRun{adapting(), folder.string()}, InAdaptation{reports});
        QCOMPARE(first.end().outcome, Outcome::Cancelled);
        QVERIFY(!fs::exists(folder / "result.json"));
        QVERIFY(!RunFolder::open(folder).stage(Stage::Adapt) && RunFolder::open(folder).stage(Stage::Evaluate));
        // one report a step: no more than the step at hand was taken after the wish
        int after = -reports;
        for (const auto& moved : first.all<event::ProgressChanged>()) after += moved.progress.stage == "adapt";
        QVERIFY(after <= 1);
        const Heard rest = carryOut(command::ResumeRun{folder.string()});
        const json result = resultOf(rest);
        QVERIFY(!result.is_null());
        QCOMPARE(withoutSeconds(result).dump(), withoutSeconds(m_result).dump());
        QVERIFY(readFile(folder / "model" / "model.safetensors") ==
                readFile(place("whole") / "model" / "model.safetensors"));
    }

    void killedWhileItIsStoredItLosesNothing_data() {
        QTest::addColumn<QString>("half");
        QTest::newRow("the next one is being written") << "writing-adapting-000002";
        QTest::newRow("an older one is being removed") << "adapting-000000";
        QTest::newRow("one is being removed by name") << "adapting-000007";
    }
    /// A whole one lies there at any moment; beside it a half one, of which values.json or the tensors are gone.
    void killedWhileItIsStoredItLosesNothing() {
        QFETCH(QString, half);
        const fs::path folder = place("killed " + half.toStdString());
        carryOutUntil(command::StartRun{adapting(), folder.string()}, InAdaptation{1});
        QCOMPARE(leftOf(folder, "adapting"), std::vector<std::string>{"adapting-000001"});
        for (const char* gone : {"values.json", "tensors.safetensors"}) {
            const fs::path beside = folder / "stages" / (half.toStdString() + (gone[0] == 'v' ? "" : "0"));
            fs::copy(folder / "stages" / "adapting-000001", beside, fs::copy_options::recursive);
            fs::remove(beside / gone);
        }
        const Heard rest = carryOut(command::ResumeRun{folder.string()});
        const json result = resultOf(rest);
        QCOMPARE(withoutSeconds(result).dump(), withoutSeconds(m_result).dump());
        const auto moved = rest.all<event::ProgressChanged>();
        const auto first =
            std::find_if(moved.begin(), moved.end(), [](const auto& m) { return m.progress.stage == "adapt"; });
        QVERIFY(first != moved.end());
        QCOMPARE(first->progress.done, 2.0);  // the first step was not taken again
        QVERIFY(leftOf(folder, "adapting").empty());
    }

    /// At every step of it, and of older ones only the newest stays.
    void whatIsStoredIsNeverWrittenOver() {
        const fs::path folder = place("stored");
        std::vector<std::vector<std::string>> seen;
        carryOutUntil(command::StartRun{adapting(), folder.string()}, [&](const RunEvent& event) {
            const auto* moved = std::get_if<event::ProgressChanged>(&event);
            if (moved && moved->progress.stage == "adapt" && moved->progress.done == moved->progress.total)
                seen.push_back(leftOf(folder, "adapting"));
            return false;
        });
        QVERIFY(!seen.empty());
        QCOMPARE(seen.back(), std::vector<std::string>{"adapting-000008"});  // of ten steps, every second is stored
    }

    /// Blocks go at once, so that pruning takes no step: what is left is recovery's two rounds of two steps, of two windows of 64 tokens.
    void whatGoesAtOnceIsNotTrainedFor() {
        Recipe recipe = adapting();
        recipe.analysis.enabled = false;
        for (auto& [id, settings] : recipe.plan.units) settings.take = id == "blocks";
        QCOMPARE(tokensOf(recipe), std::int64_t{512});
        const Heard heard = carryOut(command::StartRun{recipe, place("blocks").string()});
        const json result = resultOf(heard);
        QVERIFY(!result.is_null());
        QCOMPARE(result.at("steps").get<int>(), 4);
        QCOMPARE(result.at("adapted").at("steps").get<int>(), 4);
        QCOMPARE(result.at("adapted").at("tokens").get<int>(), 512);
        std::int64_t own = 0;
        for (const auto& step : heard.all<event::Step>()) own += step.tokens;
        QCOMPARE(result.at("adapted").at("tokens").get<std::int64_t>(), own);
    }

    /// Blocks and neurons of a budget that blocks use up: only the plan knows, so that the run goes by what it trained.
    void whatThePlanLeavesIsWhatCounts() {
        Recipe recipe = adapting();
        recipe.analysis.enabled = false;
        for (auto& [id, settings] : recipe.plan.units) settings.take = id == "blocks" || id == "mlp";
        recipe.plan.units.at("mlp").share = 0.0;
        const Heard heard = carryOut(command::StartRun{recipe, place("blocks alone").string()});
        const json result = resultOf(heard);
        QVERIFY(!result.is_null());
        QCOMPARE(result.at("steps").get<int>(), 4);
        QCOMPARE(result.at("adapted").at("steps").get<int>(), 4);
    }

    /// The run's own model is measured and written all the same, and no resume tries again.
    void whereItFailsTheRunEndsWithoutIt() {
        Recipe recipe = adapting();
        const fs::path text = place("texts.txt"), folder = place("failed");
        const fs::path whole = recipe.training.sources.front().path;
        writeFile(text, readFile(whole));
        recipe.training.sources.front().path = text.string();
        recipe.recovery.phases.front().sources = recipe.training.sources;
        const auto deleting = [&](const RunEvent& event) {
            if (adaptBegins(event)) writeFile(text, "One day.");  // too few tokens for a window
            return false;
        };
        const Heard heard = carryOutUntil(command::StartRun{recipe, folder.string()}, deleting);
        const json result = resultOf(heard);
        QVERIFY(!result.is_null());
        QVERIFY(result.contains("adapted") && result.at("adapted").is_null() && !result.contains("above_adapted"));
        const auto said = [](const Heard& all) {
            const auto notes = all.all<event::Note>();
            return std::count_if(notes.begin(), notes.end(), [](const event::Note& note) {
                return note.level == "warning" && note.text.find("could not be trained as long") != std::string::npos &&
                       note.text.find("texts.txt") != std::string::npos;
            });
        };
        QCOMPARE(said(heard), std::ptrdiff_t{1});
        QVERIFY(result.at("warnings").dump().find("could not be trained as long") != std::string::npos);
        const std::string weights = readFile(folder / "model" / "model.safetensors");
        QVERIFY(weights == readFile(place("whole") / "model" / "model.safetensors"));
        const std::string before = readFile(folder / "result.json");
        writeFile(text, readFile(whole));
        fs::remove(folder / "stages" / "export.json");
        const Heard again = carryOut(command::ResumeRun{folder.string()});
        QCOMPARE(withoutSeconds(resultOf(again)).dump(), withoutSeconds(json::parse(before)).dump());
        QCOMPARE(said(again), std::ptrdiff_t{1});  // told again from the log
        QVERIFY(readFile(folder / "model" / "model.safetensors") == weights);
    }

    /// A branch is asked what a new run is asked, before it has a folder.
    void aBranchWithoutRecoveryIsRefused() {
        Recipe recipe = RunFolder::open(place("whole")).recipe();
        recipe.recovery.enabled = false;
        std::string checkpoint;
        for (const CheckpointInfo& info : RunFolder::open(place("whole")).checkpoints())
            if (info.stage == Stage::Prune) checkpoint = info.path.string();
        QVERIFY(!checkpoint.empty());
        const Heard heard =
            carryOut(command::BranchRun{place("whole").string(), checkpoint, place("branch").string(), recipe});
        QCOMPARE(heard.end().outcome, Outcome::Failed);
        QCOMPARE(heard.end().error->code(), ErrorCode::BadRecipe);
        QCOMPARE(heard.end().error->subject(), std::string("/evaluation/adapted_dense"));
        QVERIFY(!fs::exists(place("branch")));
    }

    void withoutRecoveryItIsRefused() {
        Recipe recipe = adapting();
        recipe.recovery.enabled = false;
        const Heard heard = carryOut(command::CheckRun{recipe});
        QCOMPARE(heard.end().outcome, Outcome::Failed);
        QCOMPARE(heard.end().error->code(), ErrorCode::BadRecipe);
        QCOMPARE(heard.end().error->subject(), std::string("/evaluation/adapted_dense"));
    }

    /// A score on four sequences reads them once; reconstruction reads them again, by sub-block and step; training counts apart.
    void calibrationIsCounted() {
        Recipe recipe = shortRecipe();
        recipe.analysis.enabled = recipe.recovery.enabled = false;
        recipe.method.id = "flap";
        recipe.method.optionsJson = R"({"settle_steps": 2, "calibration_sequences": 4, "compensation": "none"})";
        const std::int64_t once = 4 * 63;  // tokens that are read: all of a window but the last
        const auto tokens = [&](const std::string& name) {
            return ran(recipe, name).at("calibration_tokens").get<std::int64_t>();
        };
        QCOMPARE(tokens("flap"), once);
        recipe.method.optionsJson = R"({"settle_steps": 2, "calibration_sequences": 4, "compensation": "bias"})";
        const std::int64_t biased = tokens("bias");
        QVERIFY2(biased >= 2 * once && biased % once == 0, qPrintable(QString::number(biased)));
        recipe.method.optionsJson = R"({"settle_steps": 2, "calibration_sequences": 4, "compensation": "none"})";
        recipe.method.reconstruction.steps = 6;
        recipe.method.reconstruction.calibrationSequences = 4;
        const Heard heard = carryOut(command::StartRun{recipe, place("rebuilt").string()});
        const std::int64_t rebuilt = resultOf(heard).at("calibration_tokens").get<std::int64_t>();
        std::int64_t windows = 0;  // "8 sub-blocks reconstructed: …"
        for (const auto& note : heard.all<event::Note>())
            if (note.text.find(" sub-blocks reconstructed") != std::string::npos) windows = std::stoll(note.text);
        QVERIFY(windows > 0);
        // A batch of two sequences each step, through one block of five; the dense model reads all once, and errors are measured before and after.
        const double expected = 2.0 * once + static_cast<double>(windows) * (6 * 2 * 63 + 2 * 4 * 63) / 5;
        QVERIFY2(std::abs(static_cast<double>(rebuilt) - expected) < 1, qPrintable(QString::number(rebuilt)));
        recipe.method.id = "random", recipe.method.optionsJson = R"({"settle_steps": 2})";
        recipe.method.reconstruction.steps = 0;
        QCOMPARE(tokens("random"), std::int64_t{0});
        recipe.analysis.enabled = true;
        recipe.analysis.ratios = {0.5};
        // Ten probes on four windows, each from its block on: two each through 5, 4, 3, 2 and 1 of five blocks, and the intact pass.
        const std::int64_t analysed = tokens("analysed");
        const auto knowledge =
            resultFromJson<AnalyseResult>(*RunFolder::open(place("analysed")).stage(Stage::Analyse)).knowledge;
        QCOMPARE(analysed, knowledge->tokens * 7);
    }

    /// What was read before a stop is not forgotten, nor read twice.
    void calibrationSurvivesAStop() {
        const fs::path folder = place("lhspg stopped");
        const Heard first = carryOut(command::StartRun{shortRecipe(), folder.string()}, 4);
        QCOMPARE(first.end().outcome, Outcome::Cancelled);
        const json result = resultOf(carryOut(command::ResumeRun{folder.string()}));
        QCOMPARE(result.at("calibration_tokens"), m_result.at("calibration_tokens"));
        QVERIFY(result.at("calibration_tokens").get<std::int64_t>() > 0);
    }
};

}  // namespace tst_adapted_dense

QTEST_GUILESS_MAIN(tst_adapted_dense::TestAdaptedDense)
#include "tst_adapted_dense.moc"
