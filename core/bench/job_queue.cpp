#include "core/bench/job_queue.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace lorashear {

namespace {

constexpr const char *kFree = "free", *kDone = "done", *kFailed = "failed";
constexpr double kLongestPoll = 0.5;

void reallySleep(double seconds) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

}  // namespace

std::optional<std::size_t> OwnQueue::take(const Control& control) {
    control.poll();
    while (m_next < m_jobs && m_finished(m_next)) ++m_next;
    return m_next < m_jobs ? std::optional(m_next++) : std::nullopt;
}

LeasedQueue::LeasedQueue(KeyStore& store, std::vector<std::string> keys, std::function<bool(std::size_t)> finished,
                         Options options)
    : m_store(store),
      m_keys(std::move(keys)),
      m_finished(std::move(finished)),
      m_options(std::move(options)),
      m_over(m_keys.size(), false) {
    if (!m_options.sleep) m_options.sleep = reallySleep;
    for (std::size_t job = 0; job < m_keys.size(); ++job) {
        m_over[job] = m_finished(job);
        if (m_over[job]) continue;
        const auto value = m_store.get(m_keys[job]);
        if (value == kDone || value == kFailed) m_store.compareSet(m_keys[job], *value, kFree);
    }
}

/// One try: takes what is free and what its owner let lapse.
bool LeasedQueue::claim(std::size_t job) {
    const std::string mine = lease(m_beat = 0);
    std::string value = m_store.compareSet(m_keys[job], "", mine);
    if (value == mine) return true;
    if (value == kDone || value == kFailed) {
        m_over[job] = true;
        return false;
    }
    Seen& seen = m_seen[job];
    if (seen.value != value) seen = {value, m_options.clock()};
    const bool lapsed = m_options.clock() - seen.since >= m_options.leaseSeconds;
    return (value == kFree || lapsed) && m_store.compareSet(m_keys[job], value, mine) == mine;
}

std::optional<std::size_t> LeasedQueue::take(const Control& control) {
    while (true) {
        bool left = false;
        for (std::size_t job = 0; job < m_keys.size(); ++job) {
            control.poll();
            if (m_over[job]) continue;
            if (claim(job)) {
                if (!m_finished(job)) return job;
                end(job, End::Done);  // by a process that died before it could say so
            }
            left = left || !m_over[job];
        }
        if (!left) return std::nullopt;
        m_options.sleep(std::min(kLongestPoll, m_options.leaseSeconds / 4));
    }
}

bool LeasedQueue::keep(std::size_t job) {
    const std::string next = lease(m_beat + 1);
    if (m_store.compareSet(m_keys[job], lease(m_beat), next) != next) return false;
    ++m_beat;
    return true;
}

void LeasedQueue::end(std::size_t job, End how) {
    m_over[job] = how == End::Done || how == End::Failed;
    m_seen.erase(job);
    if (how == End::Elsewhere) {  // left to lapse: whoever is at work on it may have ended by then
        m_seen[job] = {lease(m_beat), m_options.clock()};
        return;
    }
    m_store.compareSet(m_keys[job], lease(m_beat), how == End::Done ? kDone : how == End::Failed ? kFailed : kFree);
}

}  // namespace lorashear
