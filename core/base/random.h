#pragma once

#include <cstdint>
#include <string_view>

namespace lorashear {

/// Counter-based random numbers: the n-th value of a (seed, stream name) pair is a pure function of n.
///
/// Runs repeat bit for bit on every machine, and a checkpoint stores a stream as one number. Never use
/// torch's global generator: its state is shared and differs by device.
class Random {
public:
    Random(std::uint64_t seed, std::string_view stream);

    std::uint64_t next();
    double uniform();                          ///< [0, 1)
    double normal();                           ///< mean 0, variance 1 (Box-Muller, two draws a value)
    std::uint64_t below(std::uint64_t bound);  ///< [0, bound), unbiased; bound > 0

    std::uint64_t position() const { return m_position; }
    void seek(std::uint64_t position) { m_position = position; }

private:
    std::uint64_t m_key;
    std::uint64_t m_position = 0;
};

}  // namespace lorashear
