#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/run/run_folder.h"
#include "core/run/run_lock.h"

#include <nlohmann/json.hpp>

#include <QCoreApplication>
#include <QTemporaryDir>
#include <QtTest>

#include <chrono>
#include <fstream>
#include <set>
#include <thread>

namespace tst_run_folder {

using namespace lorashear;
namespace fs = std::filesystem;

namespace {

/// A checkpoint as the engine leaves it, without its tensors.
void fakeCheckpoint(const RunFolder& run, std::int64_t step, bool stageEnd) {
    const fs::path folder = run.checkpointFolder(step);
    fs::create_directories(folder);
    writeFile(
        folder / "values.json",
        nlohmann::json{{"run", {{"stage", "prune"}, {"step", step}, {"events", step * 2}, {"stage_end", stageEnd}}}}.dump());
}

Recipe someRecipe() {
    return newRecipe("/models/m", "/data/train.txt", "/data/valid.txt");
}

}  // namespace

class TestRunFolder : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path place(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }

private Q_SLOTS:
    void aNewRunCarriesItsRecipe() {
        RunFolder::create(place("a"), someRecipe());
        QCOMPARE(recipeText(RunFolder::open(place("a")).recipe()), recipeText(someRecipe()));
    }

    void foldersInUseAreRefused() {
        RunFolder::create(place("b"), someRecipe());
        try {
            RunFolder::create(place("b"), someRecipe());
            QFAIL("a run was overwritten");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Io);
            QVERIFY(error.hint().find("resume") != std::string::npos);
        }
        writeFile(place("file"), "x");
        QVERIFY_THROWS_EXCEPTION(Error, RunFolder::create(place("file"), someRecipe()));
        QVERIFY_THROWS_EXCEPTION(Error, RunFolder::open(place("nothing")));
        QVERIFY_THROWS_EXCEPTION(Error, RunFolder::create("/proc/no-such-place/run", someRecipe()));
    }

    /// Killed, or out of space, before there was a recipe: the next run may have the folder.
    void whatABeginningLeftIsNoRun() {
        const fs::path folder = place("begun");
        fs::create_directories(folder / "stages");
        fs::create_directories(folder / "checkpoints");
        writeFile(folder / "lock", "");
        writeFile(folder / ".recipe.json.tmp-1-0", "{");
        RunFolder::requireFree(folder);
        const RunFolder run = RunFolder::create(folder, someRecipe());
        QVERIFY(!fs::exists(folder / ".recipe.json.tmp-1-0"));
        QVERIFY_THROWS_EXCEPTION(Error, RunFolder::requireFree(folder));
        for (const char* foreign : {"notes.txt", "stages/plan.json"}) {
            const fs::path other = place("foreign") / foreign;
            fs::create_directories(other.parent_path());
            writeFile(other, "{}");
            QVERIFY_THROWS_EXCEPTION(Error, RunFolder::requireFree(place("foreign")));
            fs::remove_all(place("foreign"));
        }
    }

    /// Of two that begin at once only one writes its recipe.
    void aRunThatIsBeingBegunIsRefused() {
        fs::create_directories(place("at once"));
        const RunLock other(place("at once"));
        try {
            RunFolder::create(place("at once"), someRecipe());
            QFAIL("two at once");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Io);
            QVERIFY(error.message().find("another process") != std::string::npos);
        }
        QVERIFY(!fs::exists(place("at once") / "recipe.json"));
    }

    void damagedResultsAreNamed() {
        const RunFolder run = RunFolder::create(place("damaged"), someRecipe());
        for (const char* text : {"[]", "{}", R"({"events": "many"})", "{\"events\": 1"}) {
            writeFile(run.stageFile(Stage::Plan), text);
            QVERIFY_THROWS_EXCEPTION(Error, run.stage(Stage::Plan));
        }
        fs::create_directories(run.checkpointFolder(1));
        for (const char* text : {"[]", R"({"run": {"stage": "prune"}})", R"({"run": {"stage": 7, "step": 1}})"}) {
            writeFile(run.checkpointFolder(1) / "values.json", text);
            QVERIFY_THROWS_EXCEPTION(Error, run.checkpoints());
        }
    }

    void sweepingTakesWhatIsHalfWrittenAndNothingElse() {
        const RunFolder run = RunFolder::create(place("swept"), someRecipe());
        fakeCheckpoint(run, 1, false);
        writeFile(run.path() / ".recipe.json.tmp-77-3", "half");
        writeFile(run.path() / "stages" / ".plan.json.tmp-77-4", "half");
        writeFile(run.path() / "stages" / "plan.json", R"({"events": 3})");
        fs::create_directories(run.path() / "checkpoints" / "writing-step-000002");
        run.sweep();
        QCOMPARE(run.checkpoints().size(), std::size_t{1});
        QCOMPARE(run.finishedStages(), std::vector<Stage>{Stage::Plan});
        QVERIFY(!fs::exists(run.path() / ".recipe.json.tmp-77-3"));
        QVERIFY(!fs::exists(run.path() / "stages" / ".plan.json.tmp-77-4"));
        QVERIFY(!fs::exists(run.path() / "checkpoints" / "writing-step-000002"));
        QCOMPARE(recipeText(run.recipe()), recipeText(someRecipe()));
    }

    /// Only whole ones count, by number; of them the newest stays until the stage is finished.
    void ofTheOriginalsTrainingTheNewestStays() {
        const RunFolder run = RunFolder::create(place("adapting"), someRecipe());
        const auto make = [&](std::int64_t step, const std::vector<const char*>& files) {
            fs::create_directories(run.adaptingFolder(step));
            for (const char* file : files) writeFile(run.adaptingFolder(step) / file, "{}");
        };
        for (const std::int64_t step : {999999, 1000000, 25}) make(step, {"values.json", "tensors.safetensors"});
        make(1000001, {"values.json"});
        make(1000002, {"tensors.safetensors"});
        fs::create_directories(run.path() / "stages" / "writing-adapting-1000003");
        fs::create_directories(run.path() / "stages" / "writing-recovered");
        fs::create_directories(run.path() / "stages" / "pruned");
        QCOMPARE(run.adaptings().size(), std::size_t{3});
        QCOMPARE(run.adaptings().back(), run.adaptingFolder(1000000));
        const auto names = [&] {
            std::set<std::string> found;
            for (const auto& entry : fs::directory_iterator(run.path() / "stages")) found.insert(entry.path().filename());
            return found;
        };
        run.sweep();
        QCOMPARE(names(), (std::set<std::string>{"adapting-1000000", "pruned"}));
        run.saveStage(Stage::Adapt, {{"events", 7}});
        run.sweep();
        QCOMPARE(names(), (std::set<std::string>{"adapt.json", "pruned"}));
    }

    void stagesAreThereOnceTheyAreSaved() {
        const RunFolder run = RunFolder::create(place("c"), someRecipe());
        QVERIFY(!run.stage(Stage::Plan));
        run.saveStage(Stage::Plan, {{"events", 7}});
        QCOMPARE(run.stage(Stage::Plan)->at("events").get<int>(), 7);
    }

    void newestCheckpointsAndStageEndsAreKept() {
        const RunFolder run = RunFolder::create(place("d"), someRecipe());
        for (const std::int64_t step : {25, 50, 75, 100, 1000000}) fakeCheckpoint(run, step, step == 50);
        fs::create_directories(run.path() / "checkpoints" / "writing-step-000125");  // the process died here
        fs::create_directories(run.checkpointFolder(150));                           // no values: not a checkpoint
        QCOMPARE(run.checkpoints().size(), std::size_t{5});
        run.tidyCheckpoints(2);
        const auto left = run.checkpoints();
        QCOMPARE(left.size(), std::size_t{3});
        QCOMPARE(left[0].step, std::int64_t{50});
        QCOMPARE(left[1].step, std::int64_t{100});
        QCOMPARE(left[2].step, std::int64_t{1000000});
        QCOMPARE(left[2].events, std::int64_t{2000000});
        QVERIFY(!fs::exists(run.path() / "checkpoints" / "writing-step-000125"));
    }

    void onlyOneProcessAtATime() {
        const RunFolder run = RunFolder::create(place("e"), someRecipe());
        {
            const RunLock lock(run.path());
            QVERIFY_THROWS_EXCEPTION(Error, RunLock(run.path()));
        }
        const RunLock again(run.path());
    }

    void whoWorksOnARunIsNamed() {
        const RunFolder run = RunFolder::create(place("holder"), someRecipe());
        QVERIFY(!runHolder(run.path()));
        {
            const RunLock lock(run.path());
            const auto holder = runHolder(run.path());
            QVERIFY(holder);
            QCOMPARE(qint64(holder->pid), QCoreApplication::applicationPid());
            QVERIFY(!holder->host.empty() && !holder->program.empty());
            try {
                const RunLock second(run.path());
                QFAIL("two at once");
            } catch (const Error& error) {
                QVERIFY(error.message().find("process " + std::to_string(holder->pid)) != std::string::npos);
            }
        }
        QVERIFY(!runHolder(run.path()));  // the file stays, the lock does not
        QVERIFY(!runHolder(place("nowhere")));
    }

    /// Where locks end at the machine, what another one writes into the file tells that it is alive; what it left when it was killed does not.
    void anotherMachineKeepsARunWhileItIsAlive() {
        const RunFolder run = RunFolder::create(place("elsewhere"), someRecipe());
        const auto file = run.path() / kRunLockFile;
        const auto write = [&](int beat) {
            std::ofstream(file) << "77\nfar-away\nlorashear\nfar-away 1234\n" << beat << "\n";
        };
        write(1000);
        QVERIFY(runHolder(run.path()) && runHolder(run.path())->host == "far-away");
        {
            std::jthread alive([&](const std::stop_token& stop) {
                for (int beat = 1001; !stop.stop_requested(); ++beat) {
                    std::this_thread::sleep_for(std::chrono::milliseconds(100));
                    write(beat);
                }
            });
            try {
                const RunLock lock(run.path());
                QFAIL("two machines at once");
            } catch (const Error& error) {
                QVERIFY2(error.message().find("process 77 on far-away") != std::string::npos, error.message().c_str());
            }
        }
        const RunLock lock(run.path());  // it was killed: nothing rises any more
        const auto holder = runHolder(run.path());
        QVERIFY(holder && holder->host != "far-away");
        QCOMPARE(qint64(holder->pid), QCoreApplication::applicationPid());
    }

    void aHolderShowsThatItIsAlive() {
        const RunFolder run = RunFolder::create(place("beats"), someRecipe());
        {
            const RunLock lock(run.path());
            const auto text = [&] { return readFile(run.path() / kRunLockFile); };
            const std::string before = text();
            QVERIFY(QTest::qWaitFor([&] { return text() != before; }, 10000));
            QCOMPARE(text().size(), before.size());
        }
        QCOMPARE(readFile(run.path() / kRunLockFile), std::string());  // ended in order: nobody has to wait
    }
};

}  // namespace tst_run_folder

QTEST_APPLESS_MAIN(tst_run_folder::TestRunFolder)
#include "tst_run_folder.moc"
