#pragma once

#include "core/bench/job_queue.h"

#include <atomic>
#include <cstddef>
#include <stop_token>
#include <thread>

namespace lorashear {

/// Renews the lease of a job while it is worked on, and stops the work if it is lost.
class Heartbeat {
public:
    Heartbeat(JobQueue& queue, std::size_t job, std::stop_source& work);
    bool lost() const { return m_lost; }
    void rest() { m_thread = {}; }

private:
    void beat(JobQueue& queue, std::size_t job, std::stop_source& work, const std::stop_token& quit);

    std::atomic<bool> m_lost = false;
    std::jthread m_thread;  // last: joins before what it uses is gone
};

}  // namespace lorashear
