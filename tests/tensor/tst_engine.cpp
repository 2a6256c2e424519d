#include "core/io/atomic_file.h"
#include "core/run/engine.h"
#include "core/run/event_log.h"
#include "core/run/run_folder.h"
#include "small_recipe.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

using namespace lorashear;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

using Outcome = event::Finished::Outcome;

struct Heard {
    std::vector<RunEvent> events;
    template <class T>
    std::vector<T> all() const {
        std::vector<T> result;
        for (const RunEvent& event : events)
            if (const T* found = std::get_if<T>(&event)) result.push_back(*found);
        return result;
    }
    const event::Finished& end() const { return std::get<event::Finished>(events.back()); }
};

/// Lets the engine do it. stopAfterSteps > 0: cancels once so many optimizer steps were heard of.
Heard carryOut(const Command& command, int stopAfterSteps = 0) {
    Heard heard;
    std::stop_source stop;
    int steps = 0;
    makeEngine(1)->execute(command, [&](RunEvent event) {
        if (std::holds_alternative<event::Step>(event) && ++steps == stopAfterSteps) stop.request_stop();
        heard.events.push_back(std::move(event));
    }, stop.get_token(), nullptr);
    return heard;
}

std::string weights(const fs::path& run) { return readFile(run / "model" / "model.safetensors"); }

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

    fs::path place(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    Error failure(const Recipe& recipe, const std::string& name) {
        const Heard heard = carryOut(command::StartRun{recipe, place(name).string()});
        if (heard.end().outcome != Outcome::Failed) return Error(ErrorCode::Internal, "none", "did not fail");
        return *heard.end().error;
    }

private Q_SLOTS:
    void initTestCase() {
        m_whole = carryOut(command::StartRun{smallRecipe(), place("whole").string()});
        if (m_whole.end().error) qWarning("%s", m_whole.end().error->what());
        QCOMPARE(m_whole.end().outcome, Outcome::Completed);
    }

    void theResultCarriesEveryKey() {
        const json result = json::parse(m_whole.end().resultJson);
        QCOMPARE(json::parse(readFile(place("whole") / "result.json")), result);
        for (const char* key : {"parameters_before", "parameters_after", "ratio", "perplexity", "groups_removed", "max_logit_difference", "seconds"})
            QVERIFY2(result.contains(key), key);
        QCOMPARE(result.at("parameters_before").get<int>(), 260032);
        QVERIFY(std::abs(result.at("ratio").get<double>() - 0.2) < 0.01);
        for (const char* model : {"dense", "pruned", "recovered"}) QVERIFY(result.at("perplexity").at(model).get<double>() > 1);
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
        for (const auto& event : m_whole.all<event::GroupsChosen>()) chosen.insert(chosen.end(), event.groups.begin(), event.groups.end());
        for (const auto& event : m_whole.all<event::GroupsZero>()) zero.insert(zero.end(), event.groups.begin(), event.groups.end());
        std::sort(chosen.begin(), chosen.end());
        std::sort(zero.begin(), zero.end());
        QVERIFY(!chosen.empty());
        QCOMPARE(zero, chosen);
        const auto plan = m_whole.all<event::PlanMade>().front().plan;
        QCOMPARE(static_cast<int>(chosen.size()), plan->removeAttention + plan->removeMlp);
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
        const Heard again = carryOut(command::StartRun{smallRecipe(), place("again").string()});
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
        const Heard first = carryOut(command::StartRun{smallRecipe(), folder}, steps);
        QCOMPARE(first.end().outcome, Outcome::Cancelled);
        QCOMPARE(first.all<event::Finished>().size(), std::size_t{1});
        const Heard rest = carryOut(command::ResumeRun{folder});
        if (rest.end().error) qWarning("%s", rest.end().error->what());
        QCOMPARE(rest.end().outcome, Outcome::Completed);
        QCOMPARE(rest.all<event::Finished>().size(), std::size_t{1});
        QCOMPARE(stepNumbers(rest.all<event::Step>()), stepNumbers(m_whole.all<event::Step>()));  // the old ones were replayed
        QVERIFY(weights(folder) == weights(place("whole")));
    }

    /// As after a kill: the newest checkpoint is older than the newest events, and the last line is torn.
    void lostStepsAreTakenAgain() {
        const fs::path folder = place("killed");
        carryOut(command::StartRun{smallRecipe(), folder.string()}, 5);
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
        const auto end = std::find_if(checkpoints.begin(), checkpoints.end(), [](const auto& c) { return c.stageEnd && c.stage == "prune"; });
        QVERIFY(end != checkpoints.end());
        Recipe recipe = whole.recipe();
        recipe.recovery.learningRate *= 0.5;
        const Heard heard = carryOut(command::BranchRun{place("whole").string(), end->path.string(), place("branch").string(), recipe});
        if (heard.end().error) qWarning("%s", heard.end().error->what());
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        const json a = json::parse(m_whole.end().resultJson), b = json::parse(heard.end().resultJson);
        QCOMPARE(b.at("perplexity").at("pruned"), a.at("perplexity").at("pruned"));
        QVERIFY(b.at("perplexity").at("recovered") != a.at("perplexity").at("recovered"));
        recipe.plan.ratio = 0.3;
        const Heard refused = carryOut(command::BranchRun{place("whole").string(), end->path.string(), place("branch2").string(), recipe});
        QCOMPARE(refused.end().error->code(), ErrorCode::BadRecipe);
        QCOMPARE(refused.end().error->subject(), std::string("/plan"));
    }

    void requestsThatCannotBeMetAreRefused() {
        Recipe recipe = smallRecipe();
        recipe.plan.ratio = 0.99;
        const Error error = failure(recipe, "impossible");
        QCOMPARE(error.code(), ErrorCode::Impossible);
        recipe = smallRecipe();
        recipe.model.hash = std::string(64, '0');
        QCOMPARE(failure(recipe, "hash").code(), ErrorCode::BadInput);
        recipe = smallRecipe();
        recipe.training.sources.front().path = "/no/such/text";
        QCOMPARE(failure(recipe, "text").subject(), std::string("/no/such/text"));
        recipe = smallRecipe();
        recipe.analysis.proxy = "astrology";
        QCOMPARE(failure(recipe, "proxy").subject(), std::string("/analysis/proxy"));
        QCOMPARE(failure(smallRecipe(), "whole").code(), ErrorCode::BadInput);  // the folder is in use
    }

    void openingAModelShowsItsStructure() {
        const Heard heard = carryOut(command::OpenModel{smallRecipe().model.path});
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        QCOMPARE(heard.all<event::ModelOpened>().front().parameters, std::int64_t{260032});
        QVERIFY(!heard.all<event::StructureFound>().front().structure->nodeGroups.empty());
        QCOMPARE(heard.all<event::SaliencyMeasured>().size(), std::size_t{1});
        const Heard missing = carryOut(command::OpenModel{"/no/such/model"});
        QCOMPARE(missing.end().error->code(), ErrorCode::BadInput);
    }

    void generatingWritesText() {
        const Heard heard = carryOut(command::Generate{smallRecipe().model.path, "Once upon a time", 12});
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        QVERIFY(heard.all<event::Sample>().front().text.starts_with("Once upon a time"));
        QCOMPARE(json::parse(heard.end().resultJson).at("tokens").get<int>(), 12);
    }
};

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
