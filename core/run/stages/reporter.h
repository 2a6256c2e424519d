#pragma once

#include "core/base/stage.h"
#include "core/run/engine.h"
#include "core/run/event_log.h"

namespace lorashear {

/// Where a command's events go: to the front end, and for runs into the log. Progress is written to the log once a second at
/// most, since only somebody watching another process's run reads it there.
class Reporter {
public:
    explicit Reporter(const EventSink& sink, EventLog* log = nullptr) : m_sink(sink), m_log(log) {}

    void emit(const RunEvent& event);
    void stage(Stage stage, const std::string& text) { emit(event::StageChanged{stageName(stage), text}); }
    void note(const std::string& level, const std::string& text) { emit(event::Note{level, text}); }
    /// For core functions: stop, pause, and progress as events.
    Control control(std::stop_token stop, PauseGate* pause);

private:
    const EventSink& m_sink;
    EventLog* m_log;
    double m_lastProgress = -1e9;
};

}  // namespace lorashear
