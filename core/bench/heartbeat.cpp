#include "core/bench/heartbeat.h"

#include "core/base/error.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace lorashear {

Heartbeat::Heartbeat(JobQueue& queue, std::size_t job, std::stop_source& work) {
    if (queue.heartbeat() <= 0) return;
    m_thread = std::jthread([this, &queue, job, &work](const std::stop_token& quit) { beat(queue, job, work, quit); });
}

void Heartbeat::beat(JobQueue& queue, std::size_t job, std::stop_source& work, const std::stop_token& quit) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    const std::chrono::duration<double> pause(queue.heartbeat());
    while (!never.wait_for(lock, quit, pause, [&] { return quit.stop_requested(); })) {
        try {
            if (queue.keep(job)) continue;
        } catch (const Error&) {  // nobody can be asked; the work itself goes on, and the next take() tells
            return;
        }
        m_lost = true;
        work.request_stop();
        return;
    }
}

}  // namespace lorashear
