#pragma once

#include "core/base/control.h"
#include "core/bench/c10d_store.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lorashear::app {

// How processes that work together find each other and part; the store is core/bench/c10d_store.h.

/// Unlike any other process's, on any machine.
std::string workerName();
int coresOfThisMachine();

/// Whoever keeps the store stays until the others have seen that nothing is left; one that died is waited for as long as for its lease.
/// Before, each adds 1 to "joined".
void leave(KeyStore& store, bool keeps, double lease, const Control& control);

/// Error(Usage), subject the command, for more than one of the ways to be several.
void requireOneWay(const char* command, bool workers, bool shared, const Rendezvous& where);

/// What this program was started with, without its name and without those options and their values: for more of its kind.
std::vector<std::string> ownArguments(const std::vector<std::string>& without);

}  // namespace lorashear::app
