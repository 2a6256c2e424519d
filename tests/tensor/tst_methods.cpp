#include "core/base/error.h"
#include "core/trace/tracer.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/method_runs.h"

#include <QtTest>

#include <algorithm>

namespace tst_methods {

using namespace lorashear;
using namespace lorashear::testing;
using nlohmann::json;

namespace {

struct Run : MethodRun {
    explicit Run(const std::string& method, std::uint64_t seed = 7)
        : MethodRun(method, shortOptions(methodInfo(method)), seed) {}
};

}  // namespace

/// What every method must do that stands in the table, whichever it is.
class TestMethods : public QObject {
    Q_OBJECT

    static void everyMethod() {
        QTest::addColumn<QString>("id");
        for (const MethodInfo& method : methodTable()) QTest::newRow(method.id.c_str()) << QString::fromStdString(method.id);
    }

private Q_SLOTS:
    void repeatsToTheBit_data() { everyMethod(); }
    void repeatsToTheBit() {
        QFETCH(QString, id);
        Run first(id.toStdString()), again(id.toStdString()), other(id.toStdString(), 8);
        for (Run* run : {&first, &again, &other}) run->finish();
        QCOMPARE(again.session->chosen(), first.session->chosen());
        QVERIFY(sameBits(stateOf(*again.model), stateOf(*first.model)));
        QVERIFY(!sameBits(stateOf(*other.model), stateOf(*first.model)));
    }

    /// Looking changes nothing, and names as many groups as the plan wants.
    void ranksBeforeARun_data() { everyMethod(); }
    void ranksBeforeARun() {
        QFETCH(QString, id);
        Run run(id.toStdString());
        const auto before = stateOf(*run.model);
        const auto ranking = rankingOf(id.toStdString(), shortOptions(methodInfo(id.toStdString())), run.task());
        QVERIFY(sameBits(stateOf(*run.model), before));
        if (!ranking) return;  // one that learns what to take
        QCOMPARE(int(ranking->groups.size()), run.plan.removed());
        for (const NodeGroup& group : run.structure.nodeGroups)
            if (group.prunable) QCOMPARE(ranking->scores.scores.at(std::size_t(group.id)).size(), std::size_t(group.count));
    }

    /// What is said before a run is what the method does when nothing was trained in between.
    void rankingIsTheFirstChoice() {
        Run run("one-shot");
        json options = json::parse(shortOptions(methodInfo("one-shot")));
        options["warmup_steps"] = 0;
        auto said = rankingOf("one-shot", options.dump(), run.task())->groups;
        const auto session = makePruning("one-shot", options.dump(), run.task());
        session->step();
        auto done = session->chosen();
        std::sort(said.begin(), said.end()), std::sort(done.begin(), done.end());
        QCOMPARE(said, done);
    }

    void stopsWithinOneStep_data() { everyMethod(); }
    void stopsWithinOneStep() {
        QFETCH(QString, id);
        Run run(id.toStdString());
        std::stop_source stop;
        run.control.stop = stop.get_token();
        run.session->step();
        const auto before = stateOf(*run.model);
        stop.request_stop();
        try {
            run.session->step();
            QFAIL("went on");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Cancelled);
        }
        QCOMPARE(run.trainer->steps(), std::int64_t{1});
        QVERIFY(sameBits(stateOf(*run.model), before));
    }

    void survivesSaveAndLoad_data() { everyMethod(); }
    void survivesSaveAndLoad() {
        QFETCH(QString, id);
        Run straight(id.toStdString());
        straight.finish();
        for (std::int64_t breakAt = 1; breakAt < straight.session->totalSteps(); breakAt += 2) {
            Archive archive;
            {
                Run begun(id.toStdString());
                for (std::int64_t i = 0; i < breakAt; ++i) begun.session->step();
                begun.trainer->save(archive);
                begun.session->save(archive);
                archive.values = json::parse(archive.values.dump());
                for (auto& [name, tensor] : archive.tensors) tensor = tensor.clone();
            }
            Run resumed(id.toStdString());
            resumed.trainer->load(archive);
            resumed.session->load(archive);
            resumed.finish();
            QCOMPARE(resumed.session->chosen(), straight.session->chosen());
            QVERIFY2(sameBits(stateOf(*resumed.model), stateOf(*straight.model)),
                     qPrintable(QStringLiteral("broken at %1").arg(breakAt)));
        }
    }

    // As many parameters as the plan said, in groups that are exactly zero: the model with them cut out computes the same.
    void reachesItsRatio_data() { everyMethod(); }
    void reachesItsRatio() {
        QFETCH(QString, id);
        Run run(id.toStdString());
        StepReport last;
        while (!run.session->done()) last = run.session->step();
        auto chosen = run.session->chosen();
        std::sort(chosen.begin(), chosen.end());
        QVERIFY(std::adjacent_find(chosen.begin(), chosen.end()) == chosen.end());
        QCOMPARE(last.zeroGroups, static_cast<int>(chosen.size()));
        QCOMPARE(last.targetGroups, static_cast<int>(chosen.size()));
        const auto wrong = checkCut(run);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void doesWhatItsScheduleSays_data() { everyMethod(); }
    void doesWhatItsScheduleSays() {
        QFETCH(QString, id);
        Run run(id.toStdString());
        const auto& method = methodInfo(id.toStdString());
        const auto schedule = method.schedule(shortOptions(method));
        QCOMPARE(totalSteps(schedule), run.session->totalSteps());
        int zero = 0;
        for (const SchedulePhase& phase : schedule) {
            StepReport report;
            for (std::int64_t i = 0; i < phase.steps; ++i) report = run.session->step();
            if (phase.steps == 0) continue;
            QVERIFY2((report.zeroGroups > zero) == phase.zeroes, phase.name.c_str());
            zero = report.zeroGroups;
        }
        QVERIFY(run.session->done());
    }

    // Shared keys and values, biases, fused and transposed projections, experts: half of what can go, and what is cut computes the same.
    void everyFamily_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("family");
        QTest::addColumn<QString>("options");
        for (std::size_t m = 0; m < methodTable().size(); ++m)  // a tenth of the families each, every family by one method
            for (std::size_t i = m % 10; i < familyConfigs().size(); i += 10)
                QTest::newRow((methodTable()[m].id + ", " + familyConfigs()[i].name).c_str())
                    << QString::fromStdString(methodTable()[m].id) << static_cast<int>(i)
                    << QString::fromStdString(oddOptions(methodTable()[m]));
        // What LHSPG offers beyond the paper touches consumers of every kind.
        json beyond = json::parse(shortOptions(methodInfo("lhspg")));
        beyond.update({{"order", "dense"}, {"repair_from", "dense"}, {"repair_at", "death"}, {"refit", "death"}});
        for (std::size_t i = 0; i < familyConfigs().size(); i += 4)
            QTest::newRow((std::string("lhspg by the dense model, ") + familyConfigs()[i].name).c_str())
                << "lhspg" << static_cast<int>(i) << QString::fromStdString(beyond.dump());
    }
    void everyFamily() {
        QFETCH(QString, id);
        QFETCH(int, family);
        QFETCH(QString, options);
        const auto config = parseConfig(familyConfigs()[static_cast<std::size_t>(family)].json, "config.json");
        auto dense = randomModel(config, 5);
        auto structure = traceStructure(*dense);
        MethodRun run(id.toStdString(), options.toStdString(), std::move(dense), std::move(structure), 6);
        run.finish();
        QCOMPARE(static_cast<int>(run.session->chosen().size()), run.plan.removed());
        const auto wrong = checkCut(run);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void refusesOptionsByPointer_data() { everyMethod(); }
    void refusesOptionsByPointer() {
        QFETCH(QString, id);
        Run run(id.toStdString());
        try {
            makePruning(id.toStdString(), R"({"luck": 1})",
                        {*run.model, run.structure, run.plan, *run.trainer, run.text, run.control});
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::BadRecipe);
            QCOMPARE(error.subject(), std::string("/method/options/luck"));
        }
    }
};

}  // namespace tst_methods

QTEST_APPLESS_MAIN(tst_methods::TestMethods)
#include "tst_methods.moc"
