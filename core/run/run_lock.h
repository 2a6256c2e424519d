#pragma once

#include <filesystem>
#include <string>
#include <thread>

namespace lorashear {

inline constexpr const char* kRunLockFile = "lock";  ///< in the folder that it holds

/// Held while a process writes to a run or a project: two at once would mix what they write. Says in the file "lock" whose it is, and shows every two
/// seconds that it is alive, for file systems whose locks end at the machine (sshfs). Error(Io) naming the process if another one has it; finding out
/// about another machine takes up to eight seconds.
class RunLock {
public:
    explicit RunLock(const std::filesystem::path& folder);
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

private:
    void beat();

    int m_descriptor = -1;
    std::string m_holder;  ///< lines of the file, without the last
    std::jthread m_beats;
};

}  // namespace lorashear
