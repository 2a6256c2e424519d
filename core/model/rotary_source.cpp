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
    const std::int64_t plain =
        settings.dependsOnLength() ? std::min<std::int64_t>(longest, settings.originalPositions) : longest;
    upTo(std::min(plain, kFirstRows));
}

void RotarySource::grow(Grown& table, std::int64_t positions, std::int64_t most, std::int64_t sequence) const {
    if (positions <= table.rows) return;
    table.rows = std::min(most, std::max(positions, 2 * table.rows));
    table.table = ops::rotaryTable(m_settings, m_headDim, table.rows, m_device, sequence);
}

ops::RotaryTable RotarySource::upTo(std::int64_t positions) const {
    if (positions > m_longest)
        throw Error(ErrorCode::BadInput, "sequence",
                    "has " + std::to_string(positions) + " tokens; the model's context holds " + std::to_string(m_longest));
    const std::lock_guard lock(m_mutex);
    if (!m_settings.dependsOnLength()) {
        grow(m_short, positions, m_longest, 0);
        return m_short.table;
    }
    if (positions <= m_settings.originalPositions) {
        grow(m_short, positions, std::min<std::int64_t>(m_longest, m_settings.originalPositions), 0);
        return m_short.table;
    }
    if (m_settings.scaling == RopeScaling::Dynamic && positions != m_long.rows) {  // each length has its own
        m_long.rows = positions;
        m_long.table = ops::rotaryTable(m_settings, m_headDim, positions, m_device, positions);
    }
    grow(m_long, positions, m_longest, positions);
    return m_long.table;
}

}  // namespace lorashear
