#pragma once

#include "core/run/worker.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>

namespace lorashear::ui {

/// The only class of the window that touches the worker. Lives on the GUI thread: drains the inbox every 40 ms (25 updates a second
/// are enough for the eye, and no curve is redrawn per event), passes events on in order, and drops those that belong to no command.
class EngineController : public QObject {
    Q_OBJECT
public:
    enum class State { Idle, Running, Paused, Cancelling };
    Q_ENUM(State)

    /// The engine's library loads on the worker's thread with the first command, so construction costs nothing.
    explicit EngineController(Worker::Factory factory, QObject* parent = nullptr);
    ~EngineController() override;

    void submit(Command command);
    void pause();
    void resume();
    void step();                          ///< one optimizer step, then paused again
    void setPace(double stepsPerSecond);  ///< of training, at most; 0: as fast as it goes. Stays until it is changed
    double pace() const { return m_pace; }
    void wantCheckpoint();  ///< behind the present optimizer step
    void cancel();          ///< the running command; the ones behind it stay
    void cancelAll();       ///< the running command, and forgets the others

    State state() const { return m_state; }
    bool busy() const { return m_state != State::Idle; }
    /// Busy with what a person asked for. What the window asks for by itself (command::RankGroups, command::TryMasked) gives way to everything.
    bool working() const { return busy() && !idleWork(); }
    bool idleWork() const;  ///< busy with nothing else
    static bool isIdleWork(const Command& command);
    State shownState() const { return working() ? m_state : State::Idle; }
    /// What the engine is working on; null when idle. While eventReceived() is emitted: what the event belongs to.
    const Command* current() const { return m_commands.empty() ? nullptr : &m_commands.front(); }

Q_SIGNALS:
    void commandStarted(const lorashear::Command& command);
    void eventReceived(const lorashear::RunEvent& event);
    /// After every batch of events: the moment to redraw.
    void batchDelivered();
    void stateChanged(lorashear::ui::EngineController::State state);
    void paceChanged();
    /// The engine has ended everything it was asked for.
    void idle();

private:
    void drain();
    void deliver(const RunEvent& event);
    void finishCancelling(bool workerDone);
    void setState(State state);

    Worker::Factory m_factory;
    std::unique_ptr<Worker> m_worker;
    std::deque<Command> m_commands;
    QTimer m_timer;
    State m_state = State::Idle;
    bool m_stepping = false;
    double m_pace = 0;
};

}  // namespace lorashear::ui
