#include "app/cli/meeting.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

namespace lorashear::app {

std::string workerName() {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return std::string(host.data()) + "." + std::to_string(::getpid()) + "." + std::to_string(now);
}

int coresOfThisMachine() {
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

void leave(KeyStore& store, bool keeps, double lease, const Control& control) {
    auto left = store.add("left", 1);
    for (double since = monotonicSeconds(); keeps && left < store.add("joined", 0);) {
        control.poll();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        const auto now = store.add("left", 0);
        if (now == left && monotonicSeconds() - since > lease) break;
        if (now != left) since = monotonicSeconds();
        left = now;
    }
}

void requireOneWay(const char* command, bool workers, bool shared, const Rendezvous& where) {
    if (static_cast<int>(workers) + static_cast<int>(shared) + static_cast<int>(where.several()) > 1)
        throw Error(ErrorCode::Usage, command, "--workers, --shared and WORLD_SIZE are three ways to do one thing",
                    "use one of them");
}

std::vector<std::string> ownArguments(const std::vector<std::string>& without) {
    const std::string all = readFile("/proc/self/cmdline");
    std::vector<std::string> words;
    for (std::size_t from = 0; from < all.size();) {
        const std::size_t end = std::min(all.find('\0', from), all.size());
        words.push_back(all.substr(from, end - from));
        from = end + 1;
    }
    std::vector<std::string> kept;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const bool bare = std::find(without.begin(), without.end(), words[i]) != without.end();
        const bool joined = std::any_of(without.begin(), without.end(),
                                        [&](const std::string& option) { return words[i].starts_with(option + "="); });
        if (!bare && !joined) kept.push_back(words[i]);
        i += bare;  // its value
    }
    return kept;
}

}  // namespace lorashear::app
