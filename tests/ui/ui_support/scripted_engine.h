#pragma once

#include "core/run/engine.h"
#include "core/run/worker.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace lorashear::testing {

/// What a script plays with, on the worker's thread.
class Stage {
public:
    Stage(const EventSink& sink, std::stop_token stop, PauseGate* pause)
        : m_sink(sink), m_stop(std::move(stop)), m_pause(pause) {}
    void send(RunEvent event) { m_sink(std::move(event)); }
    /// A step's boundary: holds while paused, false once cancelled.
    bool goOn();
    void completed();
    void cancelled();
    void failed(Error error);

private:
    const EventSink& m_sink;
    std::stop_token m_stop;
    PauseGate* m_pause;
};

/// A door that scripts wait at and tests open: tests see states that last as long as they want.
class Door {
public:
    void open();
    void wait();  ///< until open

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_open = false;
};

using Script = std::function<void(const Command&, Stage&)>;

/// An engine that plays a script; nothing is computed.
Worker::Factory scriptedEngine(Script script);

/// Plays a whole small session for every command: opening, analysis, a run of 60 steps with the events of the real engine in their
/// order, text, export. `stepMilliseconds` is waited at every step.
Script usualScript(int stepMilliseconds = 0);

}  // namespace lorashear::testing
