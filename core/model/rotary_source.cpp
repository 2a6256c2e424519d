#include "core/model/rotary_source.h"

#include "core/base/error.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace lorashear {

namespace {

// Made at once, so that a trace of a short sequence does not see tables being computed.
constexpr std::int64_t kFirstRows = 2048;

}  // namespace

RotarySource::RotarySource(const RopeSettings& settings, int headDim, std::int64_t longest, at::Device device)
    : m_settings(settings), m_headDim(headDim), m_longest(longest), m_device(device) {
    upTo(std::min(longest, kFirstRows));
}

ops::RotaryTable RotarySource::upTo(std::int64_t positions) const {
    if (positions > m_longest)
        throw Error(ErrorCode::BadInput, "sequence",
                    "has " + std::to_string(positions) + " tokens; the model's context holds " + std::to_string(m_longest));
    const std::lock_guard lock(m_mutex);
    if (positions > m_rows) {
        m_rows = std::min(m_longest, std::max(positions, 2 * m_rows));
        m_table = ops::rotaryTable(m_settings, m_headDim, m_rows, m_device);
    }
    return m_table;
}

}  // namespace lorashear
