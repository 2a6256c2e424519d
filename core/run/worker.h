#pragma once

#include "core/run/engine.h"

#include <functional>
#include <memory>
#include <vector>

namespace lorashear {

/// Ordered mailbox from worker to front end. Keeps every event; of ProgressChanged only the newest in a row. Thread-safe.
class EventInbox {
public:
    EventInbox();
    ~EventInbox();
    void push(RunEvent event);
    std::vector<RunEvent> drain();  ///< everything since the last call, in order

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// One background thread around one Engine, made there by `factory` (so that the engine's library loads off the caller's thread).
/// Commands queue; pause, resume and cancel act on the running one within one step. The destructor cancels and joins.
class Worker {
public:
    using Factory = std::function<std::unique_ptr<Engine>()>;
    explicit Worker(Factory factory);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void submit(Command command);
    void pause();
    void resume();
    void step();                          ///< one optimizer step of the running command, then it is paused again
    void setPace(double stepsPerSecond);  ///< of all commands from now on, at most; 0: as fast as they go
    void wantCheckpoint();                ///< of the running command, behind its present optimizer step
    void cancel();                        ///< the running command; queued ones stay
    void cancelAll();                     ///< and forgets the queue
    bool busy() const;
    EventInbox& inbox();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace lorashear
