#pragma once

#include "core/bench/job_queue.h"
#include "core/knowledge/shared_work.h"

#include <string>
#include <utility>

namespace lorashear {

/// SharedWork through a store: pieces are leased like a bench's jobs, and what was measured lies in the store itself, so that nothing else
/// need be shared. A process that dies gives its piece back when its lease lapses.
class StoreShares : public SharedWork {
public:
    /// worker: unlike any other process's.
    StoreShares(KeyStore& store, std::string worker, double leaseSeconds)
        : m_store(store), m_worker(std::move(worker)), m_lease(leaseSeconds) {}

    std::vector<double> agree(const std::string& name, const std::vector<double>& own, const Control& control) override;
    std::vector<std::vector<double>> deal(const std::string& round, const std::vector<std::string>& pieces,
                                          const Measure& measure, const Control& control) override;

private:
    KeyStore& m_store;
    std::string m_worker;
    double m_lease;
};

}  // namespace lorashear
