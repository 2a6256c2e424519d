#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <map>
#include <vector>

namespace lorashear {

/// What enters each block of the intact model, per batch, kept from the one pass that sees all batches anyway: a probe in block l starts there. At
/// most kMostBytes of them, the first batches first; who is not kept is computed again when it is needed.
class BlockInputs {
public:
    static constexpr std::size_t kMostBytes = std::size_t{64} << 20;

    explicit BlockInputs(std::size_t most = kMostBytes) : m_most(most) {}

    /// Whether so many inputs like this one still fit, all of a batch or none; claims the room.
    bool begin(std::size_t batch, const at::Tensor& first, std::size_t blocks);
    void add(std::size_t batch, const at::Tensor& entering);  ///< in the order of blocks, after begin() said yes
    /// Inputs by block; null if this batch is not kept.
    const std::vector<at::Tensor>* of(std::size_t batch) const;
    void drop(std::size_t batch);

private:
    std::size_t m_most, m_used = 0;
    std::map<std::size_t, std::vector<at::Tensor>> m_kept;
    std::map<std::size_t, std::size_t> m_claimed;
};

}  // namespace lorashear
