#pragma once

#include "core/base/control.h"
#include "core/bench/c10d_store.h"

#include <sys/types.h>
#include <functional>
#include <string>
#include <vector>

namespace lorashear::app {

/// Worker processes of one command: this program again, told by torchrun's variables where the store of jobs is. They are in a process group of their own,
/// so that one Ctrl-C reaches them once, through this process; they stop too when it is killed.
class WorkerProcesses {
public:
    /// arguments: of the program, without its name.
    WorkerProcesses(int count, const Rendezvous& where, const std::vector<std::string>& arguments);
    /// Asks all to stop and waits for them.
    ~WorkerProcesses();
    WorkerProcesses(const WorkerProcesses&) = delete;
    WorkerProcesses& operator=(const WorkerProcesses&) = delete;

    /// Until all have ended; passes a stop on, once. `meanwhile` is called a few times a second.
    void wait(const Control& control, const std::function<void()>& meanwhile);
    /// How many ended by a signal that nobody sent on purpose, or with an error of their own.
    int died() const { return m_died; }

private:
    void start(int rank, const Rendezvous& where, int count, const std::vector<std::string>& arguments);
    void collect(bool wait);
    void stopAll();

    std::vector<pid_t> m_alive;
    bool m_stopped = false;
    int m_died = 0;
};

}  // namespace lorashear::app
