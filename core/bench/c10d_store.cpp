#include "core/bench/c10d_store.h"

#include "core/base/error.h"

#include <c10/util/Exception.h>
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <system_error>

// LibTorch's own key-value stores: libtorch_cpu.so exports them and their headers come with it, and they need neither Gloo nor MPI. All that is
// asked of them is compare-and-set, so torchrun's agent, which keeps such a store for its processes, can keep ours too.

namespace lorashear {

namespace {

constexpr const char* kPrefix = "lorashear/bench/";  ///< torchrun's agent has keys of its own in the same store
constexpr std::chrono::seconds kPatience{300};       ///< for whoever keeps the store to come up
constexpr int kAnyNumber = -1;                       ///< of processes: FileStore then leaves its file where it is

template <class Call>
auto reached(const std::string& place, Call call) {
    try {
        return call();
    } catch (const Error&) {
        throw;
    } catch (const c10::Error& error) {
        throw Error(ErrorCode::Io, place,
                    std::string("the store of jobs cannot be reached: ") + error.what_without_backtrace(),
                    "the same command goes on where the bench stands");
    } catch (const std::exception& error) {
        throw Error(ErrorCode::Io, place, std::string("the store of jobs cannot be reached: ") + error.what(),
                    "the same command goes on where the bench stands");
    }
}

class C10dStore : public KeyStore {
public:
    C10dStore(std::string place, c10::intrusive_ptr<c10d::Store> store)
        : m_place(std::move(place)), m_store(std::move(store)) {}

    std::optional<std::string> get(const std::string& key) override {
        return reached(m_place, [&]() -> std::optional<std::string> {
            if (!m_store->check({kPrefix + key})) return std::nullopt;
            return m_store->get_to_str(kPrefix + key);
        });
    }
    std::string compareSet(const std::string& key, const std::string& expected, const std::string& wanted) override {
        return reached(m_place, [&] { return m_store->compareSet(kPrefix + key, expected, wanted); });
    }
    std::int64_t add(const std::string& key, std::int64_t amount) override {
        return reached(m_place, [&] { return m_store->add(kPrefix + key, amount); });
    }

private:
    std::string m_place;
    c10::intrusive_ptr<c10d::Store> m_store;
};

int numberIn(const char* variable, const char* text) {
    int value = 0;
    const char* end = text + std::strlen(text);
    const auto [stopped, error] = std::from_chars(text, end, value);
    if (error != std::errc() || stopped != end || value < 0)
        throw Error(ErrorCode::Usage, variable, std::string("is \"") + text + "\", not a whole number from 0",
                    "it is one of the variables that torchrun sets");
    return value;
}

const char* required(const char* variable) {
    const char* text = std::getenv(variable);
    if (text == nullptr || *text == '\0')
        throw Error(ErrorCode::Usage, variable, "is not set, WORLD_SIZE is",
                    "processes that work together need RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT (torchrun sets them); "
                    "unset WORLD_SIZE for one process");
    return text;
}

std::string addressOf(const Rendezvous& where) {
    return where.host + ":" + std::to_string(where.port);
}

[[noreturn]] void refuseSocket(int error) {
    throw Error(ErrorCode::Io, "127.0.0.1", "no port can be had: " + std::generic_category().message(error));
}

/// A socket bound to a free port of this machine alone; the store would listen on all networks.
int boundToLoopback(int& port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) refuseSocket(errno);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* general = reinterpret_cast<sockaddr*>(&address);
    if (::bind(descriptor, general, length) != 0 || ::getsockname(descriptor, general, &length) != 0) {
        const int error = errno;
        ::close(descriptor);
        refuseSocket(error);
    }
    port = ntohs(address.sin_port);
    return descriptor;
}

c10d::TCPStoreOptions optionsFor(const Rendezvous& where, bool keeps) {
    c10d::TCPStoreOptions options;
    options.port = static_cast<std::uint16_t>(where.port);
    options.isServer = keeps;
    options.waitWorkers = false;
    options.timeout = kPatience;
    options.useLibUV = false;  // not every LibTorch has it
    return options;
}

}  // namespace

Rendezvous rendezvousFromEnvironment() {
    const char* world = std::getenv("WORLD_SIZE");
    Rendezvous where;
    if (world == nullptr || *world == '\0') return where;
    where.worldSize = numberIn("WORLD_SIZE", world);
    if (!where.several()) return where;
    where.rank = numberIn("RANK", required("RANK"));
    where.host = required("MASTER_ADDR");
    where.port = numberIn("MASTER_PORT", required("MASTER_PORT"));
    const char* agent = std::getenv("TORCHELASTIC_USE_AGENT_STORE");
    where.hosted = agent != nullptr && std::strcmp(agent, "True") == 0;
    return where;
}

std::unique_ptr<KeyStore> tcpStore(const Rendezvous& where) {
    return reached(addressOf(where), [&]() -> std::unique_ptr<KeyStore> {
        const bool keeps = where.rank == 0 && !where.hosted;
        return std::make_unique<C10dStore>(addressOf(where),
                                           c10::make_intrusive<c10d::TCPStore>(where.host, optionsFor(where, keeps)));
    });
}

std::unique_ptr<KeyStore> localStore(Rendezvous& where) {
    where.host = "127.0.0.1";
    const int descriptor = boundToLoopback(where.port);
    return reached(addressOf(where), [&]() -> std::unique_ptr<KeyStore> {
        auto options = optionsFor(where, true);
        options.masterListenFd = descriptor;  // the store's from here on
        return std::make_unique<C10dStore>(addressOf(where), c10::make_intrusive<c10d::TCPStore>(where.host, options));
    });
}

std::unique_ptr<KeyStore> fileStore(const std::filesystem::path& file) {
    return reached(file.string(), [&]() -> std::unique_ptr<KeyStore> {
        return std::make_unique<C10dStore>(file.string(), c10::make_intrusive<c10d::FileStore>(file.string(), kAnyNumber));
    });
}

}  // namespace lorashear
