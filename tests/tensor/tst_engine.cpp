#include "carried_out.h"
#include "core/io/atomic_file.h"
#include "core/run/branch_record.h"
#include "core/run/event_json.h"
#include "core/run/event_log.h"
#include "core/run/recipe_schedule.h"
#include "core/run/run_folder.h"
#include "core/run/stages/stage_results.h"
#include "short_recipe.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <set>

namespace tst_engine {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// A place inside a run: the n-th event of a kind, told by the event's name in the log and a word of it.
struct Place {
    const char* type;
    std::string word;
    int count = 1;
    bool operator()(const RunEvent& event) {
        return eventName(event) == std::string(type) && eventToJson(event).dump().find(word) != std::string::npos &&
               --count == 0;
    }
};

std::string weights(const fs::path& run) {
    return readFile(run / "model" / "model.safetensors");
}

std::vector<std::int64_t> stepNumbers(const std::vector<event::Step>& steps) {
    std::vector<std::int64_t> result;
    for (const auto& step : steps) result.push_back(step.step);
    return result;
}

}  // namespace

class TestEngine : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Heard m_whole;  // of an uninterrupted run in "whole"
    int m_caches = 0;

    fs::path place(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    Error failure(const Recipe& recipe, const std::string& name) {
        const Heard heard = carryOut(command::StartRun{recipe, place(name).string()});
        if (heard.end().outcome != Outcome::Failed) return Error(ErrorCode::Internal, "none", "did not fail");
        return *heard.end().error;
    }

private Q_SLOTS:
    /// Every test measures its own analysis.
    void init() { qputenv("XDG_CACHE_HOME", place("cache-" + std::to_string(++m_caches)).c_str()); }

    void initTestCase() {
        init();
        m_whole = carryOut(command::StartRun{shortRecipe(), place("whole").string()});
        if (m_whole.end().error) qWarning("%s", m_whole.end().error->what());
        QCOMPARE(m_whole.end().outcome, Outcome::Completed);
    }

    void theResultCarriesEveryKey() {
        const json result = json::parse(m_whole.end().resultJson);
        QCOMPARE(json::parse(readFile(place("whole") / "result.json")), result);
        for (const char* key : {"parameters_before", "parameters_after", "ratio", "perplexity", "groups_removed",
                                "max_logit_difference", "seconds"})
            QVERIFY2(result.contains(key), key);
        QCOMPARE(result.at("parameters_before").get<int>(), 260032);
        QVERIFY(std::abs(result.at("ratio").get<double>() - 0.2) < 0.01);
        for (const char* model : {"dense", "pruned", "recovered"})
            QVERIFY(result.at("perplexity").at(model).get<double>() > 1);
        QVERIFY(result.at("perplexity").at("pruned").get<double>() > result.at("perplexity").at("dense").get<double>());
        QVERIFY(result.at("max_logit_difference").get<double>() > 0);
    }

    void everyStageSpeaksAndTheEndComesOnce() {
        QCOMPARE(m_whole.all<event::Finished>().size(), std::size_t{1});
        QCOMPARE(m_whole.all<event::ModelOpened>().size(), std::size_t{1});
        QCOMPARE(m_whole.all<event::StructureFound>().size(), std::size_t{1});
        QCOMPARE(m_whole.all<event::PlanMade>().size(), std::size_t{1});
        QCOMPARE(m_whole.all<event::KnowledgeFinished>().size(), std::size_t{1});
        QCOMPARE(stepNumbers(m_whole.all<event::Step>()), (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
        QVERIFY(!m_whole.all<event::SourceDegradation>().empty());
        QVERIFY(m_whole.all<event::Certificate>().front().passed);
    }

    void chosenGroupsAreZeroAtTheEnd() {
        std::vector<GroupRef> chosen, zero;
        for (const auto& event : m_whole.all<event::GroupsChosen>())
            chosen.insert(chosen.end(), event.groups.begin(), event.groups.end());
        for (const auto& event : m_whole.all<event::GroupsZero>())
            zero.insert(zero.end(), event.groups.begin(), event.groups.end());
        std::sort(chosen.begin(), chosen.end());
        std::sort(zero.begin(), zero.end());
        QVERIFY(!chosen.empty());
        QCOMPARE(zero, chosen);
        const auto plan = m_whole.all<event::PlanMade>().front().plan;
        QCOMPARE(static_cast<int>(chosen.size()), plan->removed());
    }

    /// Every step of the periods, since the run is short; who is told of was chosen, and who has no norm any more is zero.
    void theHalfSpaceIsToldStepByStep() {
        std::set<GroupRef> chosen, zero, gone;
        std::int64_t steps = 0, views = 0;
        for (const RunEvent& event : m_whole.events) {
            if (const auto* e = std::get_if<event::GroupsChosen>(&event)) chosen.insert(e->groups.begin(), e->groups.end());
            if (const auto* e = std::get_if<event::GroupsZero>(&event)) zero.insert(e->groups.begin(), e->groups.end());
            if (const auto* e = std::get_if<event::Step>(&event); e && e->stage == "prune") steps = e->step;
            const auto* seen = std::get_if<event::HalfSpace>(&event);
            if (!seen) continue;
            ++views;
            QCOMPARE(seen->step, steps);
            QCOMPARE(seen->fading, std::int64_t(seen->groups.size()));
            for (std::size_t i = 0; i < seen->groups.size(); ++i) {
                QVERIFY(seen->before[i] > 0 && std::isfinite(seen->along[i]) && std::abs(seen->cosine[i]) < 1.0001);
                if (seen->norm[i] == 0) QVERIFY(gone.insert(seen->groups[i]).second);
            }
        }
        const auto schedule = recipeSchedule(shortRecipe());
        const auto fading = std::count_if(schedule.begin(), schedule.end(), [](const SchedulePhase& p) { return p.zeroes; });
        QCOMPARE(views, std::int64_t(fading) * (schedule[1].steps));
        QVERIFY(gone == zero && zero == chosen && !zero.empty());
    }

    void theLogHoldsWhatWasHeard() {
        const auto logged = readEvents(place("whole") / "events.jsonl");
        std::size_t heard = 0;
        for (const auto& event : m_whole.events) heard += !std::holds_alternative<event::ProgressChanged>(event);
        std::size_t kept = 0;
        for (const auto& entry : logged) kept += !std::holds_alternative<event::ProgressChanged>(entry.event);
        QCOMPARE(kept, heard);
    }

    void theSameRecipeGivesTheSameBytes() {
        const Heard again = carryOut(command::StartRun{shortRecipe(), place("again").string()});
        QCOMPARE(again.end().outcome, Outcome::Completed);
        QVERIFY(weights(place("again")) == weights(place("whole")));
    }

    void cancelledRunsGoOnToTheSameBytes_data() {
        QTest::addColumn<int>("steps");
        for (const int steps : {1, 3, 5, 7, 9}) QTest::newRow(std::to_string(steps).c_str()) << steps;
    }
    void cancelledRunsGoOnToTheSameBytes() {
        QFETCH(int, steps);
        const std::string folder = place("cancelled-" + std::to_string(steps)).string();
        const Heard first = carryOut(command::StartRun{shortRecipe(), folder}, steps);
        QCOMPARE(first.end().outcome, Outcome::Cancelled);
        QCOMPARE(first.all<event::Finished>().size(), std::size_t{1});
        const Heard rest = carryOut(command::ResumeRun{folder});
        if (rest.end().error) qWarning("%s", rest.end().error->what());
        QCOMPARE(rest.end().outcome, Outcome::Completed);
        QCOMPARE(rest.all<event::Finished>().size(), std::size_t{1});
        QCOMPARE(stepNumbers(rest.all<event::Step>()),
                 stepNumbers(m_whole.all<event::Step>()));  // the old ones were replayed
        QVERIFY(weights(folder) == weights(place("whole")));
    }

    /// One that a person asks for between those of the recipe: it is there behind that very step, and changes nothing.
    void checkpointsThatAreAskedForChangeNothing() {
        const fs::path folder = place("asked");
        PauseGate gate;
        std::vector<std::int64_t> saved;
        makeEngine(1)->execute(
            command::StartRun{shortRecipe(), folder.string()},
            [&](const RunEvent& event) {
                const auto* step = std::get_if<event::Step>(&event);
                if (step && (step->step == 3 || step->step == 9)) gate.wantCheckpoint();
                if (const auto* checkpoint = std::get_if<event::CheckpointSaved>(&event)) saved.push_back(checkpoint->step);
            },
            {}, &gate);
        std::vector<std::int64_t> kept;
        for (const auto& checkpoint : RunFolder::open(folder).checkpoints())
            if (checkpoint.asked) kept.push_back(checkpoint.step);
        QCOMPARE(kept, (std::vector<std::int64_t>{3, 9}));  // newer ones do not push them out
        QVERIFY(std::count(saved.begin(), saved.end(), 3) == 1 && std::count(saved.begin(), saved.end(), 9) == 1);
        QVERIFY(weights(folder) == weights(place("whole")));
    }

    /// At each boundary between stages and inside each of them.
    void runsInterruptedAnywhereGoOnToTheSameBytes_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("word");
        QTest::addColumn<int>("count");
        for (const char* stage : {"open", "trace", "dense", "analyse", "plan", "compact", "recover", "evaluate", "export"})
            QTest::addRow("before %s", stage) << "stage_changed" << QString("\"%1\"").arg(stage) << 1;
        QTest::newRow("in dense, after the perplexity") << "perplexity"
                                                        << "\"dense\"" << 1;
        QTest::newRow("in analyse, ranked") << "saliency_measured"
                                            << "" << 1;
        QTest::newRow("in analyse, third node group") << "knowledge_measured"
                                                      << "" << 3;
        QTest::newRow("in plan") << "plan_made"
                                 << "" << 1;
        QTest::newRow("in compact, after the perplexity") << "perplexity"
                                                          << "\"pruned\"" << 1;
        QTest::newRow("in recover, before the first step") << "source_degradation"
                                                           << "" << 1;
        QTest::newRow("in evaluate, after the perplexity") << "perplexity"
                                                           << "\"recovered\"" << 1;
        QTest::newRow("in evaluate, after the sample") << "sample"
                                                       << "\"recovered\"" << 1;
        QTest::newRow("in export, certified") << "certificate"
                                              << "" << 1;
    }
    void runsInterruptedAnywhereGoOnToTheSameBytes() {
        QFETCH(QString, type);
        QFETCH(QString, word);
        QFETCH(int, count);
        const std::string name = type.toStdString();
        const std::string folder = place(std::string("interrupted ") + QTest::currentDataTag()).string();
        const Heard first =
            carryOutUntil(command::StartRun{shortRecipe(), folder}, Place{name.c_str(), word.toStdString(), count});
        // Asked for in the last moments of a run, a stop can come too late; everywhere else it is heard.
        if (name != "certificate") QCOMPARE(first.end().outcome, Outcome::Cancelled);
        const Heard rest = carryOut(command::ResumeRun{folder});
        if (rest.end().error) qWarning("%s", rest.end().error->what());
        QCOMPARE(rest.end().outcome, Outcome::Completed);
        QCOMPARE(stepNumbers(rest.all<event::Step>()), stepNumbers(m_whole.all<event::Step>()));
        QVERIFY(weights(folder) == weights(place("whole")));
    }

    void twoThreadsGiveTheSameBytesTwice() {
        Recipe recipe = shortRecipe();
        recipe.threads = 2;
        QCOMPARE(carryOut(command::StartRun{recipe, place("two").string()}, 0, 2).end().outcome, Outcome::Completed);
        QCOMPARE(carryOut(command::StartRun{recipe, place("two again").string()}, 4, 2).end().outcome, Outcome::Cancelled);
        QCOMPARE(carryOut(command::ResumeRun{place("two again").string()}, 0, 2).end().outcome, Outcome::Completed);
        QVERIFY(weights(place("two again")) == weights(place("two")));
    }

    /// Pretraining texts, then Alpaca records through the prompt: each source against the original's own loss on it.
    void instructionsFollowThePretrainingTexts() {
        Recipe recipe = shortRecipe();
        recipe.analysis.enabled = false;
        recipe.recovery.window = 400;  // the prompt alone is 200 tokens of this small vocabulary
        recipe.recovery.phases.push_back(
            {"instruct",
             {{"tasks", LORASHEAR_SOURCE_DIR "/resources/data/alpaca_seed_tasks.json", SourceFormat::Auto}},
             1,
             3});
        const std::string folder = place("instructed").string();
        QCOMPARE(carryOut(command::StartRun{recipe, folder}, 12).end().outcome,
                 Outcome::Cancelled);  // within the second phase
        const Heard heard = carryOut(command::ResumeRun{folder});
        if (heard.end().error) qWarning("%s", heard.end().error->what());
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        QCOMPARE(heard.all<event::Step>().size(), std::size_t{6 + 4 + 3});
        QVERIFY(heard.all<event::Step>().back().phase.starts_with("instruct"));
        const auto stored = resultFromJson<DenseResult>(*RunFolder::open(folder).stage(Stage::Dense));
        std::vector<double> references;
        for (const auto& reference : stored.references) references.push_back(reference.nll);
        QCOMPARE(references.size(), std::size_t{2});
        QVERIFY(references[1] > 0 && references[1] != references[0]);
        int rounds = 0;
        for (const auto& round : heard.all<event::SourceDegradation>()) {
            QCOMPARE(round.reference, std::vector<double>{references[static_cast<std::size_t>(round.phase)]});
            if (round.phase == 0) continue;
            QCOMPARE(round.sources, std::vector<std::string>{"tasks"});
            QCOMPARE(round.weights, std::vector<double>{1.0});
            ++rounds;
        }
        QCOMPARE(rounds, 2);  // before the phase and after its round
        const Heard straight = carryOut(command::StartRun{recipe, place("instructed straight").string()});
        QCOMPARE(straight.end().outcome, Outcome::Completed);
        QVERIFY(weights(folder) == weights(place("instructed straight")));
    }

    /// A run whose list of chosen groups does not fit its weights must not be called done.
    void aCompactModelThatDiffersIsRefused() {
        const fs::path folder = place("forged");
        carryOutUntil(command::StartRun{shortRecipe(), folder.string()}, Place{"stage_changed", "\"compact\""});
        const RunFolder run = RunFolder::open(folder);
        const fs::path values = run.checkpoints().back().path / "values.json";
        json archive = json::parse(readFile(values));
        auto& chosen = archive.at("lhspg.chosen");
        const auto has = [&](const json& pair) { return std::find(chosen.begin(), chosen.end(), pair) != chosen.end(); };
        json& last = chosen.back();
        const int node = last.at(0).get<int>();
        int other = 0;
        while (has(json{node, other})) ++other;
        last = json{node, other};  // a neuron that lives
        writeFile(values, archive.dump());
        const Heard heard = carryOut(command::ResumeRun{folder.string()});
        QCOMPARE(heard.end().outcome, Outcome::Failed);
        QCOMPARE(heard.end().error->code(), ErrorCode::Verification);
        QVERIFY(heard.end().error->message().find("differs from the masked one") != std::string::npos);
        QVERIFY(!fs::exists(folder / "result.json"));
        QVERIFY(!run.stage(Stage::Compact));
        QVERIFY(!run.checkpoints().empty());  // what was trained is kept
    }

    /// As after a kill: the newest checkpoint is older than the newest events, and the last line is torn.
    void lostStepsAreTakenAgain() {
        const fs::path folder = place("killed");
        carryOut(command::StartRun{shortRecipe(), folder.string()}, 5);
        const RunFolder run = RunFolder::open(folder);
        fs::remove_all(run.checkpoints().back().path);
        QVERIFY(!run.checkpoints().empty());
        std::string log = readFile(run.eventsFile());
        writeFile(run.eventsFile(), log.substr(0, log.size() - 7));
        const Heard rest = carryOut(command::ResumeRun{folder.string()});
        QCOMPARE(rest.end().outcome, Outcome::Completed);
        QCOMPARE(stepNumbers(rest.all<event::Step>()), stepNumbers(m_whole.all<event::Step>()));
        QVERIFY(weights(folder) == weights(place("whole")));
    }

    void resumingAFinishedRunChangesNothing() {
        const std::string before = weights(place("whole"));
        const Heard heard = carryOut(command::ResumeRun{place("whole").string()});
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        QCOMPARE(json::parse(heard.end().resultJson), json::parse(m_whole.end().resultJson));
        QVERIFY(weights(place("whole")) == before);
    }

    void aBranchGoesOnFromACheckpointWithAnotherRecipe() {
        const RunFolder whole = RunFolder::open(place("whole"));
        const auto checkpoints = whole.checkpoints();
        const auto end = std::find_if(checkpoints.begin(), checkpoints.end(),
                                      [](const auto& c) { return c.stageEnd && c.stage == Stage::Prune; });
        QVERIFY(end != checkpoints.end());
        Recipe recipe = whole.recipe();
        recipe.recovery.learningRate *= 0.5;
        const Heard heard =
            carryOut(command::BranchRun{place("whole").string(), end->path.string(), place("branch").string(), recipe});
        if (heard.end().error) qWarning("%s", heard.end().error->what());
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        const json a = json::parse(m_whole.end().resultJson), b = json::parse(heard.end().resultJson);
        QCOMPARE(b.at("perplexity").at("pruned"), a.at("perplexity").at("pruned"));
        QVERIFY(b.at("perplexity").at("recovered") != a.at("perplexity").at("recovered"));
        const auto record = branchRecordOf(place("branch"));
        QVERIFY(record && fs::equivalent(record->parent, place("whole")));
        QCOMPARE(record->step, end->step);
        QVERIFY(!branchRecordOf(place("whole")));
        // Steps say what the process held.
        for (const LoggedEvent& logged : readEvents(RunFolder::open(place("branch")).eventsFile()))
            if (const auto* step = std::get_if<event::Step>(&logged.event)) QVERIFY(step->memory > 10'000'000);
        recipe.plan.ratio = 0.3;
        const Heard refused =
            carryOut(command::BranchRun{place("whole").string(), end->path.string(), place("branch2").string(), recipe});
        QCOMPARE(refused.end().error->code(), ErrorCode::BadRecipe);
        QCOMPARE(refused.end().error->subject(), std::string("/plan"));
        // Like a new run, before it has a folder.
        recipe = whole.recipe();
        recipe.evaluation.texts.front().path = "nowhere.txt";
        const Heard without =
            carryOut(command::BranchRun{place("whole").string(), end->path.string(), place("branch2").string(), recipe});
        QVERIFY2(std::string(without.end().error->what()).find("/evaluation/texts/0/path") != std::string::npos,
                 without.end().error->what());
        QVERIFY(!fs::exists(place("branch2")));
    }

    void requestsThatCannotBeMetAreRefused() {
        Recipe recipe = shortRecipe();
        recipe.plan.ratio = 0.99;
        const Error error = failure(recipe, "impossible");
        QCOMPARE(error.code(), ErrorCode::Impossible);
        QVERIFY(!fs::exists(place("impossible")));
        recipe = shortRecipe();
        recipe.model.hash = std::string(64, '0');
        QCOMPARE(failure(recipe, "hash").code(), ErrorCode::BadInput);
        QVERIFY(fs::is_empty(place("hash")));
        QCOMPARE(carryOut(command::StartRun{shortRecipe(), place("hash").string()}, 1).end().outcome,
                 Outcome::Cancelled);  // corrected
        recipe = shortRecipe();
        recipe.training.sources.front().path = "/no/such/text";
        QCOMPARE(failure(recipe, "text").subject(), std::string("/no/such/text"));
        recipe = shortRecipe();
        recipe.analysis.proxy = "astrology";
        QCOMPARE(failure(recipe, "proxy").subject(), std::string("/analysis/proxy"));
        QCOMPARE(failure(shortRecipe(), "whole").code(), ErrorCode::Io);  // the folder is in use
    }

    /// Windows that the model cannot read are refused by name, before a folder is made.
    void windowsBeyondTheContextAreRefused() {
        Recipe recipe = shortRecipe();
        recipe.training.window = 513;
        const Error training = failure(recipe, "long training");
        QCOMPARE(training.code(), ErrorCode::BadRecipe);
        QCOMPARE(training.subject(), std::string("/training/window"));
        QVERIFY(training.message().find("512") != std::string::npos);
        recipe = shortRecipe();
        recipe.recovery.window = 600;
        QCOMPARE(failure(recipe, "long recovery").subject(), std::string("/recovery/window"));
        QVERIFY(!fs::exists(place("long training")) && !fs::exists(place("long recovery")));
    }

    /// What a scheme cannot do with these texts or in this memory is refused before a folder is made, not after the pruning.
    void recoveryThatCannotBeIsRefusedAtOnce() {
        Recipe recipe = shortRecipe();
        recipe.recovery.scheme = "full", recipe.recovery.optionsJson = R"({"memory_limit": 0.001})";
        const Error full = failure(recipe, "full");
        QCOMPARE(full.code(), ErrorCode::Impossible);
        QCOMPARE(full.subject(), std::string("/recovery/scheme"));
        recipe.recovery.scheme = "prunelora", recipe.recovery.optionsJson = R"({"forget": ["nobody"]})";
        QCOMPARE(failure(recipe, "forget").subject(), std::string("/recovery/options/forget"));
        QVERIFY(!fs::exists(place("full")) && !fs::exists(place("forget")));
    }

    /// Half of the node groups will be marked: what no marks leave reachable is refused before anything is measured.
    void ratiosThatNoMarksAllowAreRefusedAtOnce() {
        Recipe recipe = shortRecipe();
        recipe.analysis.unprunableShare = 0.5;
        recipe.plan.ratio = 0.7;  // all of ten node groups: 0.83
        const Heard heard = carryOut(command::StartRun{recipe, place("marked").string()});
        QCOMPARE(heard.end().error->code(), ErrorCode::Impossible);
        QVERIFY(heard.end().error->message().find("5 node groups") != std::string::npos);
        QCOMPARE(heard.events.size(), std::size_t{1});  // nothing was begun
        QVERIFY(!fs::exists(place("marked")));
        recipe.plan.useKnowledge = false;
        QCOMPARE(carryOutUntil(command::StartRun{recipe, place("unmarked").string()}, Place{"stage_changed", "\"dense\""})
                     .end()
                     .outcome,
                 Outcome::Cancelled);
    }

    /// What only the analysis can tell is said before it, and afterwards the analysis is kept.
    void ratiosThatTheMarksForbidLoseNothing() {
        Recipe recipe = shortRecipe();
        recipe.analysis.unprunableShare = 0.5;
        recipe.plan.ratio = 0.6;  // possible if the marks were on attention alone
        const Heard heard = carryOut(command::StartRun{recipe, place("too much").string()});
        QCOMPARE(heard.end().outcome, Outcome::Failed);
        QCOMPARE(heard.end().error->code(), ErrorCode::Impossible);
        QVERIFY(heard.end().error->hint().find("The largest reachable ratio is") != std::string::npos);
        QVERIFY(heard.end().error->hint().find("The analysis is kept") != std::string::npos);
        QVERIFY(!heard.all<event::KnowledgeMeasured>().empty());
        const auto notes = heard.all<event::Note>();
        QVERIFY(std::any_of(notes.begin(), notes.end(),
                            [](const auto& note) { return note.text.find("depends on which 5") != std::string::npos; }));
        recipe.plan.ratio = 0.1;
        const Heard less = carryOut(command::StartRun{recipe, place("less").string()}, 1);
        QCOMPARE(less.end().outcome, Outcome::Cancelled);
        QVERIFY(less.all<event::KnowledgeMeasured>().empty());
        QCOMPARE(less.all<event::KnowledgeFinished>().size(), std::size_t{1});
    }

    void openingAModelShowsItsStructure() {
        const Heard heard = carryOut(command::OpenModel{shortRecipe().model.path});
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        QCOMPARE(heard.all<event::ModelOpened>().front().parameters, std::int64_t{260032});
        QVERIFY(!heard.all<event::StructureFound>().front().structure->nodeGroups.empty());
        QCOMPARE(heard.all<event::SaliencyMeasured>().size(), std::size_t{1});
        const Heard missing = carryOut(command::OpenModel{"/no/such/model"});
        QCOMPARE(missing.end().error->code(), ErrorCode::BadInput);
    }

    void generatingWritesText() {
        const Heard heard = carryOut(command::Generate{shortRecipe().model.path, "Once upon a time", 12});
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        QVERIFY(heard.all<event::Sample>().front().text.starts_with("Once upon a time"));
        QCOMPARE(json::parse(heard.end().resultJson).at("tokens").get<int>(), 12);
    }
};

}  // namespace tst_engine

QTEST_GUILESS_MAIN(tst_engine::TestEngine)
#include "tst_engine.moc"
