#pragma once

#include "core/kernels/ops.h"

#include <mutex>

namespace lorashear {

/// Rotary tables as long as the longest sequence so far: a context of 128k positions costs nothing before it is used.
class RotarySource {
public:
    /// longest: positions of the model's context.
    RotarySource(const RopeSettings& settings, int headDim, std::int64_t longest, at::Device device);

    /// Tables of at least `positions` rows. Error(BadInput) if the context does not hold them.
    ops::RotaryTable upTo(std::int64_t positions) const;

private:
    RopeSettings m_settings;
    int m_headDim;
    std::int64_t m_longest;
    at::Device m_device;
    mutable std::mutex m_mutex;
    mutable std::int64_t m_rows = 0;
    mutable ops::RotaryTable m_table;
};

}  // namespace lorashear
