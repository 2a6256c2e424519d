#include "core/base/control.h"

#include "core/base/error.h"
#include "core/base/mapping_guard.h"

#include <chrono>
#include <utility>

namespace lorashear {

namespace {
constexpr double kReportSeconds = 0.05;
}

double monotonicSeconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void PauseGate::pause() {
    std::lock_guard lock(m_mutex);
    m_paused = true;
    m_stepping = false;
}

void PauseGate::resume() {
    {
        std::lock_guard lock(m_mutex);
        m_paused = m_stepping = false;
    }
    m_changed.notify_all();
}

void PauseGate::step() {
    {
        std::lock_guard lock(m_mutex);
        m_paused = false;
        m_stepping = true;
        m_notBefore = 0;
    }
    m_changed.notify_all();
}

void PauseGate::setPace(double stepsPerSecond) {
    {
        std::lock_guard lock(m_mutex);
        m_pace = stepsPerSecond;
        m_notBefore = 0;
    }
    m_changed.notify_all();
}

void PauseGate::stepDone() {
    std::lock_guard lock(m_mutex);
    if (m_stepping) m_paused = true;
    m_stepping = false;
    m_notBefore = m_pace > 0 ? monotonicSeconds() + 1 / m_pace : 0;
}

void PauseGate::wantCheckpoint() {
    std::lock_guard lock(m_mutex);
    m_checkpointWanted = true;
}

bool PauseGate::takeCheckpointWish() {
    std::lock_guard lock(m_mutex);
    return std::exchange(m_checkpointWanted, false);
}

bool PauseGate::paused() const {
    std::lock_guard lock(m_mutex);
    return m_paused;
}

void PauseGate::wait(std::stop_token stop) {
    std::unique_lock lock(m_mutex);
    if (!m_paused && m_notBefore == 0) return;
    const double from = monotonicSeconds();
    while (!stop.stop_requested()) {
        m_changed.wait(lock, stop, [this] { return !m_paused; });
        const double left = m_notBefore - monotonicSeconds();
        if (left <= 0) break;
        m_changed.wait_for(lock, stop, std::chrono::duration<double>(left), [this] { return m_paused || m_notBefore == 0; });
    }
    m_held += monotonicSeconds() - from;
}

double PauseGate::heldSeconds() const {
    std::lock_guard lock(m_mutex);
    return m_held;
}

void Control::poll() const {
    if (pause) pause->wait(stop);
    if (mappingLost()) requireIntactMappings();
    if (stop.stop_requested()) throw Error(ErrorCode::Cancelled, {}, "stopped on request");
}

ProgressMeter::ProgressMeter(const Control& control, std::string stage, double total)
    : m_control(control), m_start(workedSeconds()) {
    m_progress.stage = std::move(stage);
    m_progress.total = total;
}

double ProgressMeter::workedSeconds() const {
    return monotonicSeconds() - (m_control.pause ? m_control.pause->heldSeconds() : 0);
}

void ProgressMeter::update(double done, std::string text) {
    if (!text.empty()) m_progress.text = std::move(text);
    m_progress.done = done;
    const double now = monotonicSeconds();
    const bool finished = m_progress.total > 0 && done >= m_progress.total;
    if (m_last >= 0 && now - m_last < kReportSeconds && !finished) return;
    m_last = now;
    const double here = done - m_skipped;
    m_progress.secondsLeft =
        here > 0 && m_progress.total > 0 ? (workedSeconds() - m_start) * (m_progress.total - done) / here : -1;
    m_control.report(m_progress);
}

}  // namespace lorashear
