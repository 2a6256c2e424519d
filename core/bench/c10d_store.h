#pragma once

#include "core/bench/job_queue.h"

#include <filesystem>
#include <memory>
#include <string>

namespace lorashear {

/// How processes of a bench find each other: the variables that torchrun sets.
struct Rendezvous {
    int rank = 0, worldSize = 1;
    std::string host;
    int port = 0;
    bool hosted = false;  ///< somebody else keeps the store (torchrun's agent, or `lorashear bench --workers`), not rank 0
    bool several() const { return worldSize > 1; }
};

/// RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT, TORCHELASTIC_USE_AGENT_STORE. One process where WORLD_SIZE is not set or 1.
/// Error(Usage) if some of them are there and others not.
Rendezvous rendezvousFromEnvironment();

/// c10d's TCPStore on `host`: kept by rank 0 unless it is `hosted`, and asked by all. Waits minutes for whoever keeps it. Error(Io).
std::unique_ptr<KeyStore> tcpStore(const Rendezvous& where);
/// A TCPStore that only this machine can reach; `where` becomes the way to it, for processes that are started next.
std::unique_ptr<KeyStore> localStore(Rendezvous& where);
/// c10d's FileStore in a file on a folder that all processes share. It is only ever appended to. Error(Io).
std::unique_ptr<KeyStore> fileStore(const std::filesystem::path& file);

}  // namespace lorashear
