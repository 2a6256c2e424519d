#pragma once

#include "core/base/control.h"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace lorashear {

/// Work on figures that several processes share, each of which has all that is needed for any part of it and wants all of the result.
/// What round and name stand for must follow from what is computed: processes with the same ones get each other's figures.
class SharedWork {
public:
    using Measure = std::function<std::vector<double>(std::size_t piece)>;

    virtual ~SharedWork() = default;
    /// Those of whoever came first, so that all go by the same: last bits depend on the processor. Error(Io), Error(Cancelled).
    virtual std::vector<double> agree(const std::string& name, const std::vector<double>& own, const Control& control) = 0;
    /// The figures of all pieces. measure is called for those that fall to this process, mostly in their order. What measure throws
    /// gives the piece back and goes on to the caller. Error(Io), Error(Cancelled).
    virtual std::vector<std::vector<double>> deal(const std::string& round, const std::vector<std::string>& pieces,
                                                  const Measure& measure, const Control& control) = 0;
};

}  // namespace lorashear
