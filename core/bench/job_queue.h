#pragma once

#include "core/base/control.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lorashear {

/// Who hands out jobs, by their number. One process asks for one job at a time.
class JobQueue {
public:
    enum class End { Done, Failed, GivenBack, Elsewhere };  ///< Elsewhere: another process turned out to be at work on it
    virtual ~JobQueue() = default;
    /// The next job, waiting while others are at work on what is left; nothing once all are done or have failed. Error(Cancelled).
    virtual std::optional<std::size_t> take(const Control& control) = 0;
    /// Says that the job is still being worked on, every heartbeat() seconds, from another thread than the one that works. False: another
    /// process has it now.
    virtual bool keep(std::size_t job) = 0;
    virtual void end(std::size_t job, End how) = 0;
    virtual double heartbeat() const = 0;  ///< seconds; 0: nobody listens
};

/// Of one process alone.
class OwnQueue : public JobQueue {
public:
    /// finished: whether a job needs no work.
    OwnQueue(std::size_t jobs, std::function<bool(std::size_t)> finished) : m_jobs(jobs), m_finished(std::move(finished)) {}
    std::optional<std::size_t> take(const Control& control) override;
    bool keep(std::size_t) override { return true; }
    void end(std::size_t, End) override {}
    double heartbeat() const override { return 0; }

private:
    std::size_t m_jobs, m_next = 0;
    std::function<bool(std::size_t)> m_finished;
};

/// What processes share: c10d's store (core/bench/c10d_store.h). Error(Io) where it cannot be reached.
class KeyStore {
public:
    virtual ~KeyStore() = default;
    virtual std::optional<std::string> get(const std::string& key) = 0;
    /// Sets the key if it holds `expected` (or, with "", is not there) and returns what it holds then.
    virtual std::string compareSet(const std::string& key, const std::string& expected, const std::string& wanted) = 0;
    virtual std::int64_t add(const std::string& key, std::int64_t amount) = 0;
};

/// Of several processes, on any machines. A job's key holds "free", "done", "failed" or a lease: who has it and how often it was renewed. A lease that
/// nobody has seen change for `leaseSeconds` belongs to a process that died or lost the network, and its job to whoever asks next.
/// Every process measures that with a clock of its own: clocks of machines need not agree.
class LeasedQueue : public JobQueue {
public:
    struct Options {
        std::string worker;  ///< unlike any other process's
        double leaseSeconds = 30;
        std::function<double()> clock = monotonicSeconds;
        std::function<void(double seconds)> sleep = {};  ///< empty: really
    };
    /// keys: of the jobs, in order. finished: as in OwnQueue; a job that the store calls done but which is not (its result was removed since an
    /// earlier session) is free again, and so is one that failed.
    LeasedQueue(KeyStore& store, std::vector<std::string> keys, std::function<bool(std::size_t)> finished, Options options);

    std::optional<std::size_t> take(const Control& control) override;
    bool keep(std::size_t job) override;
    void end(std::size_t job, End how) override;
    double heartbeat() const override { return m_options.leaseSeconds / 4; }

private:
    struct Seen {
        std::string value;
        double since = 0;
    };
    bool claim(std::size_t job);
    std::string lease(std::int64_t beat) const { return "lease " + m_options.worker + " " + std::to_string(beat); }

    KeyStore& m_store;
    std::vector<std::string> m_keys;
    std::function<bool(std::size_t)> m_finished;
    Options m_options;
    std::vector<bool> m_over;  ///< nothing to be done any more
    std::map<std::size_t, Seen> m_seen;
    std::int64_t m_beat = 0;
};

}  // namespace lorashear
