#include "ui/controller/engine_controller.h"

#include <algorithm>

namespace lorashear::ui {

namespace {
constexpr int kDrainMilliseconds = 40;
}

EngineController::EngineController(Worker::Factory factory, QObject* parent)
    : QObject(parent), m_factory(std::move(factory)) {
    m_timer.setInterval(kDrainMilliseconds);
    connect(&m_timer, &QTimer::timeout, this, &EngineController::drain);
}

EngineController::~EngineController() = default;

bool EngineController::isIdleWork(const Command& command) {
    return std::holds_alternative<command::RankGroups>(command) || std::holds_alternative<command::TryMasked>(command);
}

bool EngineController::idleWork() const {
    return !m_commands.empty() && std::all_of(m_commands.begin(), m_commands.end(), isIdleWork);
}

void EngineController::submit(Command command) {
    const bool unasked = idleWork();
    if (unasked) cancel();
    if (!m_worker) {
        m_worker = std::make_unique<Worker>(m_factory);
        m_worker->setPace(m_pace);
    }
    if (!busy()) m_worker->inbox().drain();  // what came late belongs to nobody
    m_commands.push_back(command);
    const bool first = m_commands.size() == 1;
    m_worker->submit(std::move(command));
    m_timer.start();
    if (unasked) Q_EMIT stateChanged(m_state);  // what it is busy with counts from now on
    if (!first) return;
    setState(State::Running);
    Q_EMIT commandStarted(m_commands.front());
}

void EngineController::pause() {
    if (m_state != State::Running) return;
    m_stepping = false;
    m_worker->pause();
    setState(State::Paused);
}

void EngineController::resume() {
    if (m_state != State::Paused) return;
    m_worker->resume();
    setState(State::Running);
}

void EngineController::step() {
    if (m_state != State::Paused && m_state != State::Running) return;
    m_stepping = true;
    m_worker->step();
    setState(State::Running);
}

void EngineController::setPace(double stepsPerSecond) {
    m_pace = stepsPerSecond;
    if (m_worker) m_worker->setPace(m_pace);
    Q_EMIT paceChanged();
}

void EngineController::wantCheckpoint() {
    if (m_worker && busy()) m_worker->wantCheckpoint();
}

void EngineController::cancel() {
    if (!busy()) return;
    m_worker->cancel();
    setState(State::Cancelling);
}

void EngineController::cancelAll() {
    if (m_commands.empty()) return;
    m_commands.resize(1);  // the worker forgets its queue; what it has taken from it in this moment is waited for in drain()
    m_worker->cancelAll();
    setState(State::Cancelling);
}

void EngineController::drain() {
    const bool workerDone = !m_worker->busy();  // asked first: what a finished worker had to say is in the inbox then
    const std::vector<RunEvent> events = m_worker->inbox().drain();
    for (const RunEvent& event : events) deliver(event);
    if (m_state == State::Cancelling) finishCancelling(workerDone);
    if (events.empty() && !m_commands.empty()) return;
    Q_EMIT batchDelivered();
    if (!m_commands.empty() || !busy()) return;
    if (m_state == State::Cancelling && !workerDone) return;
    m_timer.stop();
    setState(State::Idle);
    Q_EMIT idle();
}

/// A command that was cancelled before the worker had taken it: either the worker forgot it and will never speak of it, or the
/// request came too early and has to be made again.
void EngineController::finishCancelling(bool workerDone) {
    if (workerDone)
        while (!m_commands.empty()) deliver(event::Finished{event::Finished::Outcome::Cancelled, {}, {}});
    else if (m_commands.size() == 1)
        m_worker->cancel();
}

void EngineController::deliver(const RunEvent& event) {
    if (m_commands.empty()) return;  // late: its command has ended
    Q_EMIT eventReceived(event);
    if (m_stepping && std::holds_alternative<event::Step>(event)) {
        m_stepping = false;
        if (m_state == State::Running) setState(State::Paused);  // the worker holds itself behind the step
    }
    if (!std::holds_alternative<event::Finished>(event)) return;
    m_commands.pop_front();
    m_stepping = false;
    if (m_commands.empty()) return;
    if (m_state == State::Paused) m_worker->resume();  // the pause was meant for the command that ended
    setState(State::Running);
    Q_EMIT commandStarted(m_commands.front());
}

void EngineController::setState(State state) {
    if (m_state == state) return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

}  // namespace lorashear::ui
