#include "core/base/error.h"
#include "core/bench/bench_jobs.h"
#include "core/bench/job_queue.h"
#include "core/bench/store_shares.h"
#include "core/io/atomic_file.h"
#include "core/run/recipe_schedule.h"
#include "core/run/training_budget.h"
#include "tests/support/caught.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <map>

namespace tst_bench {

using namespace lorashear;
using nlohmann::json;

namespace {

const std::string kResources = LORASHEAR_SOURCE_DIR "/resources";

json smallSpec() {
    return json::parse(R"({"version": 1, "recipe": "quick.json", "methods": [{"id": "lhspg"}, {"id": "flap"}]})");
}

Error refusedSpec(const json& spec) {
    try {
        parseBenchSpec(spec.dump(), "spec.json");
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::Internal, "none", "was accepted");
}

/// A store in memory, as c10d's are: compareSet with "" sets what is not there.
class MapStore : public KeyStore {
public:
    std::optional<std::string> get(const std::string& key) override {
        const auto found = m_values.find(key);
        return found == m_values.end() ? std::nullopt : std::optional(found->second);
    }
    std::string compareSet(const std::string& key, const std::string& expected, const std::string& wanted) override {
        const auto found = m_values.find(key);
        if (found == m_values.end()) {
            if (!expected.empty()) return expected;
            return m_values[key] = wanted;
        }
        if (found->second == expected) found->second = wanted;
        return found->second;
    }
    std::int64_t add(const std::string&, std::int64_t amount) override { return amount; }

private:
    std::map<std::string, std::string> m_values;
};

}  // namespace

class TestBench : public QObject {
    Q_OBJECT

    double m_now = 0;
    LeasedQueue::Options worker(const std::string& name) {
        return {name, 10, [this] { return m_now; }, [this](double seconds) { m_now += seconds; }};
    }

private Q_SLOTS:
    void refusesWithThePointer_data() {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("pointer");
        QTest::newRow("unknown key") << R"({"method": []})"
                                     << "/method";
        QTest::newRow("unknown method") << R"({"methods": [{"id": "flop"}]})"
                                        << "/methods/0/id";
        QTest::newRow("no method") << R"({"methods": []})"
                                   << "/methods";
        QTest::newRow("bad option") << R"({"methods": [{"id": "flap", "options": {"settle_steps": -1}}]})"
                                    << "/methods/0/options/settle_steps";
        QTest::newRow("same name") << R"({"methods": [{"id": "flap"}, {"id": "flap"}]})"
                                   << "/methods/1/name";
        QTest::newRow("name of a row") << R"({"methods": [{"id": "flap", "name": "dense"}]})"
                                       << "/methods/0/name";
        QTest::newRow("ratio") << R"({"ratios": [0.2, 1]})"
                               << "/ratios/1";
        QTest::newRow("ratio left out") << R"({"methods": [{"id": "magnitude", "without_ratios": [0.3]}]})"
                                        << "/methods/0/without_ratios/0";
        QTest::newRow("ratio twice") << R"({"ratios": [0.2, 0.2]})"
                                     << "/ratios/1";
        QTest::newRow("no seed") << R"({"seeds": []})"
                                 << "/seeds";
        QTest::newRow("seed below zero") << R"({"seeds": [-1]})"
                                         << "/seeds/0";
        QTest::newRow("changes the seed") << R"({"changes": {"seed": 3}})"
                                          << "/changes/seed";
        QTest::newRow("changes what is measured of one method")
            << R"({"methods": [{"id": "flap", "changes": {"evaluation": {}}}]})"
            << "/methods/0/changes/evaluation";
        QTest::newRow("newer") << R"({"version": 2})"
                               << "/version";
    }
    void refusesWithThePointer() {
        QFETCH(QString, patch);
        QFETCH(QString, pointer);
        json spec = smallSpec();
        spec.merge_patch(json::parse(patch.toStdString()));
        const Error error = refusedSpec(spec);
        QCOMPARE(error.code(), ErrorCode::BadRecipe);
        QCOMPARE(QString::fromStdString(error.subject()), pointer);
    }

    void everySettingIsExplained() {
        const std::string page = readFile(kResources + "/help/bench.md");
        const std::string table = benchSettingsTable();
        QVERIFY2(page.find(table) != std::string::npos, ("the table of bench.md should be:\n" + table).c_str());
    }

    /// Whatever steps a method takes, every job trains on the same number of tokens, as far as whole steps allow.
    void everyJobSpendsTheBudget() {
        const Bench bench = openBench(kResources + "/bench/comparison.json");
        QCOMPARE(bench.jobs.size(), std::size_t{3 + (14 * 2 + 1) * 3});  // one method cannot reach 50 %
        for (const BenchJob& job : bench.jobs) {
            QCOMPARE(job.recipe.plan.enabled, job.kind == BenchJob::Kind::Pruned);
            QVERIFY2(tokensOf(job.recipe) == bench.spec.trainingTokens, jobTitle(bench.spec, job).c_str());
            QCOMPARE(job.steps, std::int64_t{300});
            const json again = json::parse(recipeText(parseRecipe(recipeText(job.recipe), "again")));
            QCOMPARE(again, json::parse(recipeText(job.recipe)));
        }
        QVERIFY(!bench.warnings.empty());  // settings were chosen on the file that is reported, if on other windows
    }

    /// 30 steps of pruning and 270 of recovery, of eight windows of 256 tokens; where all goes at once the former are not taken.
    void stepsThatNothingIsLeftForDoNotCount() {
        Recipe recipe = loadRecipe(kResources + "/recipes/quick.json");
        QCOMPARE(tokensOf(recipe), std::int64_t{614400});
        for (auto& [id, settings] : recipe.plan.units) settings.take = id == "blocks";
        QCOMPARE(tokensOf(recipe), std::int64_t{552960});
        QCOMPARE(trainingSteps(recipe), std::int64_t{270});
        spendTokens(recipe, 100 * 2048);
        QCOMPARE(trainingSteps(recipe), std::int64_t{100});
        recipe.plan.units.at("mlp").take = true;  // whether it is left something is not known before
        QCOMPARE(trainingSteps(recipe), std::int64_t{130});
    }

    void aMethodThatTakesMoreThanTheBudgetIsRefused() {
        Recipe recipe = loadRecipe(kResources + "/recipes/quick.json");
        spendTokens(recipe, 100 * 2048);
        QCOMPARE(tokensOf(recipe), std::int64_t{100 * 2048});
        QCOMPARE(totalSteps(recipeSchedule(recipe)), std::int64_t{100});
        try {
            spendTokens(recipe, 29 * 2048);
            QFAIL("was accepted");
        } catch (const Error& error) {
            QCOMPARE(error.subject(), std::string("/training_tokens"));
        }
    }

    void anErrorOfARecipeNamesThePlaceInTheSpec() {
        const Bench bench = openBench(kResources + "/bench/comparison.json");
        const BenchJob& job = bench.jobs.back();
        const Error error = inTermsOf(bench.spec, job, Error(ErrorCode::Impossible, "/plan/ratio", "is too much"));
        QCOMPARE(error.subject(), std::string("/ratios/1"));
        QVERIFY(error.message().find("random at 50 % of stories260K, seed 3") != std::string::npos);
        QCOMPARE(inTermsOf(bench.spec, job, Error(ErrorCode::BadRecipe, "/method/options/cuts", "x")).subject(),
                 std::string("/methods/14/options/cuts"));
        QCOMPARE(inTermsOf(bench.spec, job, Error(ErrorCode::BadRecipe, "/analysis/enabled", "x")).subject(),
                 std::string("/changes/analysis/enabled"));
    }

    void workersShareJobsAndADeadOnesJobIsTaken() {
        MapStore store;
        std::vector<bool> done(3, false);
        const auto finished = [&](std::size_t job) { return static_cast<bool>(done[job]); };
        const std::vector<std::string> keys{"a", "b", "c"};
        LeasedQueue first(store, keys, finished, worker("first")), second(store, keys, finished, worker("second"));
        const Control control;
        QCOMPARE(*first.take(control), std::size_t{0});
        QCOMPARE(*second.take(control), std::size_t{1});
        QVERIFY(first.keep(0) && second.keep(1));
        done[1] = true;
        second.end(1, JobQueue::End::Done);
        QCOMPARE(*second.take(control), std::size_t{2});
        done[2] = true;
        second.end(2, JobQueue::End::Done);
        // The first one is silent from here on: its job comes back once its lease has run out, and not before.
        const double before = m_now;
        QCOMPARE(*second.take(control), std::size_t{0});
        QVERIFY(m_now - before >= 10);
        QVERIFY(!first.keep(0));
        QVERIFY(second.keep(0));
        done[0] = true;
        second.end(0, JobQueue::End::Done);
        QVERIFY(!second.take(control));
        QVERIFY(!first.take(control));
    }

    void whoKeepsALeaseKeepsTheJob() {
        MapStore store;
        const auto none = [](std::size_t) { return false; };
        LeasedQueue owner(store, {"a"}, none, worker("owner"));
        const Control control;
        QCOMPARE(*owner.take(control), std::size_t{0});
        int naps = 0;
        LeasedQueue::Options patient = worker("patient");
        patient.sleep = [&](double seconds) {
            m_now += seconds;
            if (!owner.keep(0)) return;  // taken away
            if (++naps == 100) owner.end(0, JobQueue::End::GivenBack);
        };
        LeasedQueue other(store, {"a"}, none, patient);
        QCOMPARE(*other.take(control), std::size_t{0});
        QCOMPARE(naps, 100);
    }

    void whatFailedIsTriedAgainInANewSessionOnly() {
        MapStore store;
        const auto none = [](std::size_t) { return false; };
        const Control control;
        LeasedQueue first(store, {"a"}, none, worker("first"));
        QCOMPARE(*first.take(control), std::size_t{0});
        first.end(0, JobQueue::End::Failed);
        QVERIFY(!first.take(control));
        LeasedQueue later(store, {"a"}, none, worker("later"));
        QCOMPARE(*later.take(control), std::size_t{0});
    }

    /// To the last bit, and measured once in all.
    void figuresAreSharedThroughTheStore() {
        MapStore store;
        const Control control;
        StoreShares first(store, "first", 10), second(store, "second", 10);
        const std::vector<double> odd{1.0 / 3, 5e-324, -0.0, 1.7976931348623157e308, 0.1 + 0.2};
        QCOMPARE(first.agree("scores", odd, control), odd);
        QCOMPARE(second.agree("scores", {1, 2}, control), odd);
        std::vector<std::size_t> measured;
        const auto measure = [&](std::size_t piece) {
            measured.push_back(piece);
            return std::vector<double>{odd[piece]};
        };
        const std::vector<std::vector<double>> all{{odd[0]}, {odd[1]}, {odd[2]}};
        QCOMPARE(first.deal("round", {"a", "b", "c"}, measure, control), all);
        QCOMPARE(measured, (std::vector<std::size_t>{0, 1, 2}));
        QCOMPARE(second.deal("round", {"b", "a"}, measure, control), (std::vector<std::vector<double>>{{odd[1]}, {odd[0]}}));
        QCOMPARE(measured.size(), std::size_t{3});
        QVERIFY(std::signbit(second.agree("scores", {}, control)[2]));
    }

    void aPieceThatFailsIsGivenBack() {
        MapStore store;
        const Control control;
        StoreShares first(store, "first", 10), second(store, "second", 10);
        const auto fails = [](std::size_t) -> std::vector<double> { throw Error(ErrorCode::Cancelled, {}, "stopped"); };
        QVERIFY(
            test::says(test::caught([&] { first.deal("round", {"a"}, fails, control); }), ErrorCode::Cancelled, "stopped"));
        const auto works = [](std::size_t) { return std::vector<double>{7}; };
        QCOMPARE(second.deal("round", {"a"}, works, control), (std::vector<std::vector<double>>{{7}}));
    }

    void whatIsNoFigureInTheStoreIsRefused() {
        MapStore store;
        store.compareSet("figures/scores", "", "soup");
        StoreShares shares(store, "first", 10);
        const Control control;
        QVERIFY(
            test::says(test::caught([&] { shares.agree("scores", {1}, control); }), ErrorCode::Io, "no list of numbers"));
    }
};

}  // namespace tst_bench

QTEST_APPLESS_MAIN(tst_bench::TestBench)
#include "tst_bench.moc"
