#include "app/cli/worker_processes.h"

#include "core/base/error.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <thread>

extern char** environ;

namespace lorashear::app {

namespace {

constexpr std::chrono::milliseconds kGlance{200};

/// This process's environment with the variables of a worker.
std::vector<std::string> environmentOf(int rank, int count, const Rendezvous& where) {
    const std::vector<std::string> own{"RANK=" + std::to_string(rank), "WORLD_SIZE=" + std::to_string(count),
                                       "MASTER_ADDR=" + where.host, "MASTER_PORT=" + std::to_string(where.port),
                                       "TORCHELASTIC_USE_AGENT_STORE=True"};
    std::vector<std::string> result = own;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text(*variable);
        bool replaced = false;
        for (const std::string& ours : own) replaced = replaced || text.starts_with(ours.substr(0, ours.find('=') + 1));
        if (!replaced) result.emplace_back(text);
    }
    return result;
}

std::vector<char*> asArray(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

WorkerProcesses::WorkerProcesses(int count, const Rendezvous& where, const std::vector<std::string>& arguments) {
    // A world of one would mean a process that works alone: the parent counts too, though it takes no jobs.
    for (int rank = 0; rank < count; ++rank) start(rank, where, count + 1, arguments);
}

WorkerProcesses::~WorkerProcesses() {
    stopAll();
    while (!m_alive.empty()) collect(true);
}

/// Between fork and exec only what is safe there: everything is laid out before.
void WorkerProcesses::start(int rank, const Rendezvous& where, int count, const std::vector<std::string>& arguments) {
    std::vector<std::string> words{"lorashear"}, variables = environmentOf(rank, count, where);
    words.insert(words.end(), arguments.begin(), arguments.end());
    const std::vector<char*> argv = asArray(words), environment = asArray(variables);
    const pid_t parent = ::getpid(), child = ::fork();
    if (child < 0)
        throw Error(ErrorCode::Io, "--workers", "no process can be started: " + std::generic_category().message(errno),
                    "ask for fewer");
    if (child == 0) {
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGINT);
        sigset_t none;
        sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        if (::getppid() == parent) ::execve("/proc/self/exe", argv.data(), environment.data());
        ::_exit(127);
    }
    m_alive.push_back(child);
}

void WorkerProcesses::stopAll() {
    if (m_stopped) return;
    m_stopped = true;
    for (const pid_t process : m_alive) ::kill(process, SIGINT);
}

void WorkerProcesses::collect(bool wait) {
    for (std::size_t i = 0; i < m_alive.size();) {
        int status = 0;
        const pid_t ended = ::waitpid(m_alive[i], &status, wait ? 0 : WNOHANG);
        if (ended == 0 || (ended < 0 && errno == EINTR)) {
            ++i;
            continue;
        }
        const bool fine = ended > 0 && WIFEXITED(status) && (WEXITSTATUS(status) == 0 || m_stopped);
        m_died += fine ? 0 : 1;
        m_alive.erase(m_alive.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

void WorkerProcesses::wait(const Control& control, const std::function<void()>& meanwhile) {
    while (!m_alive.empty()) {
        if (control.stop.stop_requested()) stopAll();
        collect(false);
        meanwhile();
        if (!m_alive.empty()) std::this_thread::sleep_for(kGlance);
    }
}

}  // namespace lorashear::app
