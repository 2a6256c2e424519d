#include "core/run/stages/reporter.h"

namespace lorashear {

namespace {
constexpr double kProgressLogSeconds = 1;
}

void Reporter::emit(const RunEvent& event) {
    const bool progress = std::holds_alternative<event::ProgressChanged>(event);
    const double now = progress ? monotonicSeconds() : 0;
    if (m_log != nullptr && (!progress || now - m_lastProgress > kProgressLogSeconds)) {
        m_log->append(event);
        if (progress) m_lastProgress = now;
    }
    m_sink(event);
}

Control Reporter::control(std::stop_token stop, PauseGate* pause) {
    Control result;
    result.stop = std::move(stop);
    result.pause = pause;
    result.onProgress = [this](const Progress& progress) { emit(event::ProgressChanged{progress}); };
    return result;
}

}  // namespace lorashear
