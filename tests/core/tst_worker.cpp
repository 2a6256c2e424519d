#include "core/run/worker.h"

#include <QtTest>

#include <atomic>
#include <thread>

namespace tst_worker {

using namespace lorashear;

namespace {

/// Plays a command: `steps` notes, then Finished. Polls between steps as the real engine does.
class PlayedEngine : public Engine {
public:
    explicit PlayedEngine(std::atomic<int>& steps) : m_steps(steps) {}
    void execute(const Command& command, const EventSink& sink, std::stop_token stop, PauseGate* pause) override {
        Control control;
        control.stop = stop;
        control.pause = pause;
        const int wanted = std::get<command::Generate>(command).maxTokens;
        try {
            for (int i = 0; i < wanted; ++i) {
                control.poll();
                ++m_steps;
                sink(event::Note{"info", std::to_string(i)});
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            sink(event::Finished{});
        } catch (const Error&) {
            sink(event::Finished{event::Finished::Outcome::Cancelled, {}, {}});
        }
    }

private:
    std::atomic<int>& m_steps;
};

Command steps(int count) {
    return command::Generate{"m", "p", count};
}

}  // namespace

class TestWorker : public QObject {
    Q_OBJECT

    std::atomic<int> m_steps = 0;
    std::vector<RunEvent> m_seen;

    Worker::Factory factory() {
        return [this] { return std::make_unique<PlayedEngine>(m_steps); };
    }
    /// Drains until `count` Finished events came.
    bool awaitFinished(Worker& worker, int count) {
        return QTest::qWaitFor(
            [&] {
                for (auto& event : worker.inbox().drain()) m_seen.push_back(std::move(event));
                return finished() >= count;
            },
            20000);
    }
    int finished() const {
        return static_cast<int>(std::count_if(m_seen.begin(), m_seen.end(),
                                              [](const RunEvent& e) { return std::holds_alternative<event::Finished>(e); }));
    }
    event::Finished::Outcome lastOutcome() const { return std::get<event::Finished>(m_seen.back()).outcome; }

private Q_SLOTS:
    void init() {
        m_steps = 0;
        m_seen.clear();
    }

    void eventsComeInOrderAndEndOnce() {
        Worker worker(factory());
        worker.submit(steps(5));
        QVERIFY(awaitFinished(worker, 1));
        QCOMPARE(m_seen.size(), std::size_t{6});
        for (int i = 0; i < 5; ++i)
            QCOMPARE(std::get<event::Note>(m_seen[static_cast<std::size_t>(i)]).text, std::to_string(i));
    }

    void queuedCommandsFollow() {
        Worker worker(factory());
        for (int i = 0; i < 3; ++i) worker.submit(steps(2));
        QVERIFY(awaitFinished(worker, 3));
        QCOMPARE(m_steps.load(), 6);
        QTRY_VERIFY(!worker.busy());
    }

    void cancelStopsTheRunningOneOnly() {
        Worker worker(factory());
        worker.submit(steps(1000000));
        worker.submit(steps(2));
        QTRY_VERIFY(m_steps > 3);
        worker.cancel();
        QVERIFY(awaitFinished(worker, 2));
        QCOMPARE(lastOutcome(), event::Finished::Outcome::Completed);
        QVERIFY(m_steps < 1000000);
    }

    void cancelAllForgetsTheQueue() {
        Worker worker(factory());
        worker.submit(steps(1000000));
        worker.submit(steps(1000000));
        QTRY_VERIFY(m_steps > 3);
        worker.cancelAll();
        QVERIFY(awaitFinished(worker, 1));
        QCOMPARE(lastOutcome(), event::Finished::Outcome::Cancelled);
        QTRY_VERIFY(!worker.busy());
    }

    void pauseHoldsAndResumeGoesOn() {
        Worker worker(factory());
        worker.submit(steps(1000000));
        QTRY_VERIFY(m_steps > 3);
        worker.pause();
        QTest::qWait(50);
        const int held = m_steps;
        QTest::qWait(100);
        QCOMPARE(m_steps.load(), held);
        worker.resume();
        QTRY_VERIFY(m_steps > held + 3);
        worker.cancel();
        QVERIFY(awaitFinished(worker, 1));
    }

    void cancelWhilePausedEnds() {
        Worker worker(factory());
        worker.submit(steps(1000000));
        QTRY_VERIFY(m_steps > 3);
        worker.pause();
        worker.cancel();
        QVERIFY(awaitFinished(worker, 1));
        QCOMPARE(lastOutcome(), event::Finished::Outcome::Cancelled);
        worker.submit(steps(2));  // and the gate is open again
        QVERIFY(awaitFinished(worker, 2));
        QCOMPARE(lastOutcome(), event::Finished::Outcome::Completed);
    }

    void destructionEndsTheRun() {
        {
            Worker worker(factory());
            worker.submit(steps(1000000));
            worker.submit(steps(1000000));
            QTRY_VERIFY(m_steps > 3);
        }
        QVERIFY(m_steps < 1000000);
    }

    void aFactoryThatFailsIsAnOutcome() {
        int calls = 0;
        Worker worker([&calls]() -> std::unique_ptr<Engine> {
            ++calls;
            throw Error(ErrorCode::Io, "liblorashear_engine.so", "was not found");
        });
        worker.submit(steps(1));
        worker.submit(steps(1));
        QVERIFY(awaitFinished(worker, 2));
        QCOMPARE(lastOutcome(), event::Finished::Outcome::Failed);
        QCOMPARE(std::get<event::Finished>(m_seen.back()).error->code(), ErrorCode::Io);
        QCOMPARE(calls, 2);
    }

    void theEngineIsMadeOnTheWorkersThread() {
        std::atomic<std::thread::id> maker{};
        Worker worker([&]() -> std::unique_ptr<Engine> {
            maker = std::this_thread::get_id();
            return std::make_unique<PlayedEngine>(m_steps);
        });
        worker.submit(steps(1));
        QVERIFY(awaitFinished(worker, 1));
        QVERIFY(maker.load() != std::this_thread::get_id());
    }

    void onlyTheNewestProgressWaits() {
        EventInbox inbox;
        const auto progress = [](double done) { return event::ProgressChanged{{"s", "", done, 10, -1}}; };
        inbox.push(progress(1));
        inbox.push(progress(2));
        inbox.push(event::Note{"info", "a"});
        inbox.push(progress(3));
        inbox.push(progress(4));
        const auto events = inbox.drain();
        QCOMPARE(events.size(), std::size_t{3});
        QCOMPARE(std::get<event::ProgressChanged>(events[0]).progress.done, 2.0);
        QCOMPARE(std::get<event::ProgressChanged>(events[2]).progress.done, 4.0);
        QVERIFY(inbox.drain().empty());
    }
};

}  // namespace tst_worker

QTEST_GUILESS_MAIN(tst_worker::TestWorker)
#include "tst_worker.moc"
