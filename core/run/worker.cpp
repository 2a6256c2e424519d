#include "core/run/worker.h"

#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#if defined(__linux__)
#include <pthread.h>
#endif

namespace lorashear {

struct EventInbox::State {
    std::mutex mutex;
    std::vector<RunEvent> events;
};

EventInbox::EventInbox() : m_state(std::make_unique<State>()) {}
EventInbox::~EventInbox() = default;

void EventInbox::push(RunEvent event) {
    std::lock_guard lock(m_state->mutex);
    auto& events = m_state->events;
    const bool replaces = std::holds_alternative<event::ProgressChanged>(event) && !events.empty() &&
                          std::holds_alternative<event::ProgressChanged>(events.back());
    if (replaces)
        events.back() = std::move(event);
    else
        events.push_back(std::move(event));
}

std::vector<RunEvent> EventInbox::drain() {
    std::lock_guard lock(m_state->mutex);
    return std::exchange(m_state->events, {});
}

struct Worker::State {
    Factory factory;
    EventInbox inbox;
    PauseGate gate;
    mutable std::mutex mutex;
    std::condition_variable_any changed;
    std::deque<Command> queue;
    std::stop_source current;
    bool running = false;
    std::unique_ptr<Engine> engine;
    std::jthread thread;  // last: joins before what it uses is gone

    void work(std::stop_token quit);
    bool take(std::stop_token quit, Command& command, std::stop_token& stop);
    void execute(const Command& command, std::stop_token stop);
    void finish();
};

/// Waits for a command; false when the worker is to end.
bool Worker::State::take(std::stop_token quit, Command& command, std::stop_token& stop) {
    std::unique_lock lock(mutex);
    if (!changed.wait(lock, quit, [this] { return !queue.empty(); })) return false;
    if (quit.stop_requested()) return false;
    command = std::move(queue.front());
    queue.pop_front();
    current = std::stop_source();
    stop = current.get_token();
    running = true;
    return true;
}

/// The engine never throws, but making one does: a missing library is an outcome like any other.
void Worker::State::execute(const Command& command, std::stop_token stop) {
    const auto fail = [this](Error error) {
        inbox.push(event::Finished{event::Finished::Outcome::Failed, std::move(error), {}});
    };
    try {
        if (!engine) engine = factory();
        engine->execute(
            command,
            [this](RunEvent event) {
                if (std::holds_alternative<event::Step>(event)) gate.stepDone();
                inbox.push(std::move(event));
            },
            stop, &gate);
    } catch (const Error& error) {
        fail(error);
    } catch (const std::exception& error) {
        fail(Error(ErrorCode::Internal, "engine", error.what()));
    }
}

void Worker::State::finish() {
    std::lock_guard lock(mutex);
    running = false;
    gate.resume();
    gate.takeCheckpointWish();
}

void Worker::State::work(std::stop_token quit) {
#if defined(__linux__)
    pthread_setname_np(pthread_self(), "lorashear-engine");
#endif
    Command command = command::OpenModel{};
    std::stop_token stop;
    while (take(quit, command, stop)) {
        execute(command, stop);
        finish();
    }
    engine.reset();
}

Worker::Worker(Factory factory) : m_state(std::make_unique<State>()) {
    m_state->factory = std::move(factory);
    m_state->thread = std::jthread([state = m_state.get()](std::stop_token quit) { state->work(quit); });
}

Worker::~Worker() {
    m_state->thread.request_stop();
    cancelAll();
}

void Worker::submit(Command command) {
    {
        std::lock_guard lock(m_state->mutex);
        m_state->queue.push_back(std::move(command));
    }
    m_state->changed.notify_all();
}

void Worker::pause() {
    std::lock_guard lock(m_state->mutex);
    if (m_state->running || !m_state->queue.empty()) m_state->gate.pause();
}

void Worker::resume() {
    m_state->gate.resume();
}

void Worker::step() {
    std::lock_guard lock(m_state->mutex);
    if (m_state->running) m_state->gate.step();
}

void Worker::setPace(double stepsPerSecond) {
    m_state->gate.setPace(stepsPerSecond);
}

void Worker::wantCheckpoint() {
    std::lock_guard lock(m_state->mutex);
    if (m_state->running) m_state->gate.wantCheckpoint();
}

void Worker::cancel() {
    std::lock_guard lock(m_state->mutex);
    if (m_state->running) m_state->current.request_stop();
}

void Worker::cancelAll() {
    std::lock_guard lock(m_state->mutex);
    m_state->queue.clear();
    if (m_state->running) m_state->current.request_stop();
}

bool Worker::busy() const {
    std::lock_guard lock(m_state->mutex);
    return m_state->running || !m_state->queue.empty();
}

EventInbox& Worker::inbox() {
    return m_state->inbox;
}

}  // namespace lorashear
