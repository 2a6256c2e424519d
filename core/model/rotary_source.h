#pragma once

#include "core/kernels/ops.h"

#include <mutex>

namespace lorashear {

/// Rotary tables as long as the longest sequence so far: a context of 128k positions costs nothing before it is used. Where frequencies depend
/// on a sequence's length, every length of context gets the table that transformers would compute for it.
class RotarySource {
public:
    /// longest: positions of the model's context.
    RotarySource(const RopeSettings& settings, int headDim, std::int64_t longest, at::Device device);

    /// Tables of at least `positions` rows, for a sequence of so many positions (those in a cache among them). Error(BadInput) if the context does not hold
    /// them.
    ops::RotaryTable upTo(std::int64_t positions) const;

private:
    RopeSettings m_settings;
    int m_headDim;
    std::int64_t m_longest;
    at::Device m_device;
    struct Grown {
        ops::RotaryTable table;
        std::int64_t rows = 0;
    };
    void grow(Grown& table, std::int64_t positions, std::int64_t most, std::int64_t sequence) const;

    mutable std::mutex m_mutex;
    mutable Grown m_short, m_long;  ///< m_long: of sequences longer than the first training's, where they differ
};

}  // namespace lorashear
