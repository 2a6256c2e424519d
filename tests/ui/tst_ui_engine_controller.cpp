#include "tests/ui/ui_support/scripted_engine.h"
#include "ui/controller/engine_controller.h"

#include <QSignalSpy>
#include <QTest>

#include <thread>

namespace tst_ui_engine_controller {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

event::Step stepOf(int n) {
    event::Step step;
    step.step = n;
    return step;
}

/// Steps for ever, until cancelled.
void endless(const Command&, testing::Stage& stage) {
    for (int n = 1; stage.goOn(); ++n) {
        stage.send(stepOf(n));
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    stage.cancelled();
}

struct Heard {
    std::vector<int> steps;
    std::vector<event::Finished::Outcome> outcomes;
    explicit Heard(EngineController& engine) {
        QObject::connect(&engine, &EngineController::eventReceived, &engine, [this](const RunEvent& event) {
            if (const auto* step = std::get_if<event::Step>(&event)) steps.push_back(int(step->step));
            if (const auto* finished = std::get_if<event::Finished>(&event)) outcomes.push_back(finished->outcome);
        });
    }
};

using Outcome = event::Finished::Outcome;
using State = EngineController::State;

}  // namespace

class TestUiEngineController : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eventsArriveAllAndInOrder() {
        EngineController engine(scriptedEngine([](const Command&, testing::Stage& stage) {
            for (int n = 1; n <= 2000; ++n) stage.send(stepOf(n));
            stage.completed();
        }));
        Heard heard(engine);
        QSignalSpy batches(&engine, &EngineController::batchDelivered);
        engine.submit(command::OpenModel{});
        QTRY_COMPARE(engine.state(), State::Idle);
        QCOMPARE(heard.steps.size(), std::size_t(2000));
        QVERIFY(std::is_sorted(heard.steps.begin(), heard.steps.end()));
        QVERIFY(batches.count() < 200);  // batches, not one redraw per event
        QCOMPARE(heard.outcomes, std::vector<Outcome>{Outcome::Completed});
    }

    void eventsAfterTheEndAreDropped() {
        EngineController engine(scriptedEngine([](const Command&, testing::Stage& stage) {
            stage.send(stepOf(1));
            stage.completed();
            stage.send(stepOf(2));  // late: its command has ended
        }));
        Heard heard(engine);
        QSignalSpy idle(&engine, &EngineController::idle);
        engine.submit(command::OpenModel{});
        QTRY_COMPARE(idle.count(), 1);
        engine.submit(command::OpenModel{});
        QTRY_COMPARE(idle.count(), 2);
        QCOMPARE(heard.outcomes.size(), std::size_t(2));
        // The first command's late event may arrive while the second runs; it may never arrive while nothing does.
        QVERIFY(heard.steps.size() <= 3);
    }

    void pauseHoldsAndResumeGoesOn() {
        EngineController engine(scriptedEngine(endless));
        Heard heard(engine);
        engine.submit(command::OpenModel{});
        QTRY_VERIFY(heard.steps.size() > 3);
        engine.pause();
        QCOMPARE(engine.state(), State::Paused);
        QTest::qWait(120);  // what was under way arrives
        const std::size_t held = heard.steps.size();
        QTest::qWait(120);
        QCOMPARE(heard.steps.size(), held);
        engine.resume();
        QTRY_VERIFY(heard.steps.size() > held + 3);
        engine.cancel();
        QTRY_COMPARE(engine.state(), State::Idle);
        QCOMPARE(heard.outcomes, std::vector<Outcome>{Outcome::Cancelled});
    }

    void pausedEngineCanBeCancelled() {
        EngineController engine(scriptedEngine(endless));
        Heard heard(engine);
        engine.submit(command::OpenModel{});
        QTRY_VERIFY(!heard.steps.empty());
        engine.pause();
        engine.cancel();
        QTRY_COMPARE(engine.state(), State::Idle);
        QCOMPARE(heard.outcomes, std::vector<Outcome>{Outcome::Cancelled});
    }

    void cancellingAtOnceEndsToo() {
        for (int i = 0; i < 20; ++i) {  // the worker may or may not have taken the command
            EngineController engine(scriptedEngine(endless));
            Heard heard(engine);
            engine.submit(command::OpenModel{});
            engine.submit(command::OpenModel{});
            engine.cancelAll();
            QTRY_COMPARE(engine.state(), State::Idle);
            QCOMPARE(heard.outcomes, std::vector<Outcome>{Outcome::Cancelled});
        }
    }

    void cancelLeavesTheNextCommand() {
        Door door;
        EngineController engine(scriptedEngine([&](const Command& command, testing::Stage& stage) {
            if (std::holds_alternative<command::Generate>(command)) return stage.completed();
            door.open();
            endless(command, stage);
        }));
        Heard heard(engine);
        engine.submit(command::OpenModel{});
        engine.submit(command::Generate{});
        door.wait();
        engine.cancel();
        QTRY_COMPARE(engine.state(), State::Idle);
        QCOMPARE(heard.outcomes, (std::vector<Outcome>{Outcome::Cancelled, Outcome::Completed}));
    }

    void engineThatCannotBeMadeIsAFailure() {
        EngineController engine([]() -> std::unique_ptr<Engine> {
            throw Error(ErrorCode::Io, "liblorashear_engine.so", "the engine was not found", "install it");
        });
        std::optional<Error> error;
        connect(&engine, &EngineController::eventReceived, this, [&](const RunEvent& event) {
            if (const auto* finished = std::get_if<event::Finished>(&event)) error = finished->error;
        });
        engine.submit(command::OpenModel{});
        QTRY_COMPARE(engine.state(), State::Idle);
        QVERIFY(error);
        QCOMPARE(error->subject(), std::string("liblorashear_engine.so"));
    }

    void destructionWhileRunningJoins() {
        auto engine = std::make_unique<EngineController>(scriptedEngine(endless));
        engine->submit(command::OpenModel{});
        QTest::qWait(20);
        engine.reset();  // must not hang or crash
        QVERIFY(!engine);
    }
};

}  // namespace tst_ui_engine_controller

QTEST_GUILESS_MAIN(tst_ui_engine_controller::TestUiEngineController)
#include "tst_ui_engine_controller.moc"
