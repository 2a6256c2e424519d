#include "core/base/control.h"

#include <QtTest>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace tst_control {

using namespace lorashear;

namespace {

void wait(int milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

}  // namespace

// Bounds on times below hold on any machine, however loaded: a sleep lasts at least as long as it was asked for, and what passes
// between two calls is no more than what passes around them.
class TestControl : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void timeLeftFollowsTheSpeed() {
        std::vector<Progress> seen;
        Control control;
        control.onProgress = [&](const Progress& progress) { seen.push_back(progress); };
        const double begin = monotonicSeconds();
        ProgressMeter meter(control, "stage", 10);
        wait(60);
        meter.update(4, "four");
        const double around = monotonicSeconds() - begin;
        QCOMPARE(seen.size(), std::size_t{1});
        QCOMPARE(seen.front().text, std::string("four"));
        QVERIFY(seen.front().secondsLeft >= 0.06 * 6 / 4);
        QVERIFY(seen.front().secondsLeft <= around * 6 / 4);
    }

    void pausesSayNothingOfTheSpeed() {
        std::vector<Progress> seen;
        PauseGate gate;
        Control control;
        control.pause = &gate;
        control.onProgress = [&](const Progress& progress) { seen.push_back(progress); };
        const double begin = monotonicSeconds();
        ProgressMeter meter(control, "stage", 10);
        gate.pause();
        std::jthread other([&] {
            wait(120);
            gate.resume();
        });
        control.poll();
        const double held = gate.heldSeconds();
        meter.update(1);
        const double around = monotonicSeconds() - begin;
        QVERIFY(held > 0);
        QVERIFY(seen.front().secondsLeft <= (around - held) * 9 + 1e-9);
        control.poll();  // not paused: nothing is held
        QCOMPARE(gate.heldSeconds(), held);
    }

    // Nine tenths were in the cache and took no time; the last tenth goes at its own speed.
    void whatWasThereAlreadySaysNothingOfTheSpeed() {
        std::vector<Progress> seen;
        Control control;
        control.onProgress = [&](const Progress& progress) { seen.push_back(progress); };
        const double begin = monotonicSeconds();
        ProgressMeter meter(control, "stage", 100);
        meter.skip(90);
        meter.update(90);
        wait(60);
        meter.update(91);
        const double around = monotonicSeconds() - begin;
        QCOMPARE(seen.size(), std::size_t{2});
        QCOMPARE(seen.front().secondsLeft, -1.0);  // nothing was done here yet
        QCOMPARE(seen.back().done, 91.0);
        QVERIFY(seen.back().secondsLeft >= 0.06 * 9);
        QVERIFY(seen.back().secondsLeft <= around * 9);
    }

    void oneStepAndItHoldsAgain() {
        PauseGate gate;
        gate.pause();
        std::atomic<int> steps = 0;
        std::jthread worker([&](std::stop_token stop) {
            while (!stop.stop_requested()) {
                gate.wait(stop);
                if (stop.stop_requested()) return;
                ++steps;
                gate.stepDone();
            }
        });
        for (int i = 1; i <= 3; ++i) {
            gate.step();
            QTRY_VERIFY(gate.paused());
            wait(20);
            QCOMPARE(steps.load(), i);
        }
        gate.step();
        gate.pause();  // takes the step back, or ends behind it
        wait(20);
        QVERIFY(steps <= 4);
        gate.resume();
        QTRY_VERIFY(steps > 10);
    }

    void aPaceHoldsStepsApartAndIsNoSpeed() {
        PauseGate gate;
        gate.setPace(50);
        const double begin = monotonicSeconds();
        std::stop_source stop;
        for (int i = 0; i < 4; ++i) {
            gate.wait(stop.get_token());
            gate.stepDone();
        }
        gate.wait(stop.get_token());
        QVERIFY(monotonicSeconds() - begin >= 4 / 50.0 - 1e-3);
        QVERIFY(gate.heldSeconds() > 0);
        gate.setPace(0.001);
        gate.stepDone();
        std::jthread other([&] {
            wait(30);
            gate.setPace(0);
        });
        gate.wait(stop.get_token());  // a new pace counts at once
        gate.setPace(0.001);
        gate.stepDone();
        stop.request_stop();
        gate.wait(stop.get_token());  // and so does a stop
    }

    void aWishForACheckpointIsTakenOnce() {
        PauseGate gate;
        Control control;
        QVERIFY(!control.takeCheckpointWish());
        control.pause = &gate;
        QVERIFY(!control.takeCheckpointWish());
        gate.wantCheckpoint();
        QVERIFY(control.takeCheckpointWish());
        QVERIFY(!control.takeCheckpointWish());
    }

    void theLastReportAlwaysComes() {
        std::vector<double> seen;
        Control control;
        control.onProgress = [&](const Progress& progress) { seen.push_back(progress.done); };
        ProgressMeter meter(control, "stage", 3);
        for (int i = 1; i <= 3; ++i) meter.update(i);
        QCOMPARE(seen.front(), 1.0);
        QCOMPARE(seen.back(), 3.0);
    }
};

}  // namespace tst_control

QTEST_APPLESS_MAIN(tst_control::TestControl)
#include "tst_control.moc"
